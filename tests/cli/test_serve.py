"""`strandline serve`: web, worker and clock under one command, stopped cleanly, updated first."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.homes import free_port, get, python, running, said, strandline, wait_for


def children(pid: int) -> set[int]:
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return {int(word) for word in told.stdout.split()}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_stops_within_seconds(own_home: Path, how: signal.Signals) -> None:
    port = free_port()
    with running(own_home, "strandline", "serve", "--port", str(port)) as server:
        wait_for("it is ready", lambda: get(f"http://localhost:{port}/readyz")[0] == 200, seconds=120)
        wait_for("it says so", lambda: "Strandline is at" in said(own_home), seconds=30)
        page = get(f"http://localhost:{port}/account/login/")
        mine = children(server.pid)
        began = time.monotonic()
        server.send_signal(how)
        code = server.wait(60)
        took = time.monotonic() - began

    assert (code, page[0]) == (0, 200)
    assert f"Strandline is at http://localhost:{port}/" in said(own_home)
    assert len(mine) == 3  # two that answer, one that works
    assert not any(map(is_running, mine))
    assert took < 12


def test_serve_that_is_killed_leaves_nothing_in_the_way_of_the_next(own_home: Path) -> None:
    port = free_port()
    with running(own_home, "strandline", "serve", "--port", str(port)) as server:
        wait_for("it is ready", lambda: get(f"http://localhost:{port}/healthz")[0] == 200, seconds=120)
        mine = children(server.pid)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        wait_for("its processes have ended", lambda: not any(map(is_running, mine)), seconds=30)
    with running(own_home, "strandline", "serve", "--port", str(port)):
        wait_for("the next is ready", lambda: get(f"http://localhost:{port}/healthz")[0] == 200, seconds=120)


def test_worker_that_dies_is_started_again(own_home: Path) -> None:
    port = free_port()
    with running(own_home, "strandline", "serve", "--port", str(port)):
        wait_for("the worker shows its sign", lambda: list((own_home / "alive").glob("*")), seconds=120)
        first = next((own_home / "alive").glob("*")).name
        os.kill(int(first.split("-")[-2]), signal.SIGKILL)
        wait_for(
            "another shows its own",
            lambda: any(path.name != first for path in (own_home / "alive").glob("*")),
            seconds=120,
        )


def test_serve_applies_what_waits_first(own_home: Path) -> None:
    port = free_port()
    done = strandline(own_home, "manage", "migrate", "usersessions", "zero", "-v0")
    assert done.returncode == 0, done.stderr

    with running(own_home, "strandline", "serve", "--port", str(port)):
        wait_for("it is ready", lambda: get(f"http://localhost:{port}/readyz")[0] == 200, seconds=120)

    assert (
        python(
            own_home,
            "from django.db import connection\nprint('usersessions_usersession' in connection.introspection.table_names())",
        )
        == "True"
    )


def test_serve_gives_static_files_their_hashed_names(own_home: Path) -> None:
    port = free_port()
    with running(own_home, "strandline", "serve", "--port", str(port)):
        wait_for("it is ready", lambda: get(f"http://localhost:{port}/healthz")[0] == 200, seconds=120)
        page = get(f"http://localhost:{port}/account/login/")[1]
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        answer = get(f"http://localhost:{port}{style}")

    name = Path(style).name.split(".")
    assert (answer[0], len(name), len(name[1])) == (200, 3, 12)
    assert (own_home / "static" / "staticfiles.json").exists()


def test_second_server_on_one_home_is_refused(own_home: Path) -> None:
    port = free_port()
    with running(own_home, "strandline", "serve", "--port", str(port)):
        wait_for("it is ready", lambda: get(f"http://localhost:{port}/healthz")[0] == 200, seconds=120)
        second = strandline(own_home, "serve", "--port", str(free_port()))
        again = strandline(own_home, "demo", "--no-serve")

    assert (second.returncode, second.stderr) == (
        2,
        f"Strandline is running in {own_home}: stop it first, then start it again.\n",
    )
    assert (again.returncode, again.stderr) == (
        2,
        f"Strandline is running in {own_home}: stop it first, then make the demo.\n",
    )


def test_port_that_is_taken_is_named(own_home: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = strandline(own_home, "serve", "--port", str(port))

    assert done.returncode == 2
    assert done.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}: ")
