"""Homes with a demo in them, for tests that run Strandline as people do: as a command, in a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ON, SEED, PEOPLE = "2026-01-16", "tests", 120


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has just that home; nothing of the test run's own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("STRANDLINE_", "DJANGO_"))
    }
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return kept | {"STRANDLINE_HOME": str(home), "PYTHONPATH": paths, "PYTHONWARNINGS": "default"} | more


def strandline(home: Path, *arguments: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it said."""
    return subprocess.run(
        [sys.executable, "-m", "strandline", *arguments],
        env=environment(home, **more),
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=home.parent,
        check=False,
    )


def python(home: Path, code: str) -> str:
    """Run a few lines in the home, with Django set up, and return what they print."""
    opening = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'strandline.config.settings'\nimport django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", opening + code],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small demo, made once a run: look at it, do not change it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = strandline(
        home, "demo", "--no-serve", "--people", str(PEOPLE), "--seed", SEED, "--on", ON, "--json"
    )
    assert done.returncode == 0, done.stderr
    (home.parent / "logins.json").write_text(done.stdout)
    return home


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of that home for one test, without the reserve."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("ballast"))
    return home


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def get(address: str) -> tuple[int, str]:
    """Ask for a page, with no proxy between; status 0 when nobody answers."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def wait_for(what: str, is_so: object, *, seconds: float = 60) -> None:
    """Wait until it is so; fail with its name when it is not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():  # type: ignore[operator]
            return
        time.sleep(0.1)
    pytest.fail(f"not within {seconds:g} s: {what}")


@contextmanager
def running(home: Path, *command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs until the block ends; killed with all that it started if it is still there then."""
    with (home.parent / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment(home, **more),
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=home.parent,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)
            process.wait()


def said(home: Path) -> str:
    """What the running command has said so far."""
    return (home.parent / "said.txt").read_text()
