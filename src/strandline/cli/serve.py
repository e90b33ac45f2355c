"""`strandline serve`: the web server, the worker and the clock under one command."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import house
from .worker import PROGRAMME

if TYPE_CHECKING:
    from granian.server import MPServer

app = typer.Typer(add_completion=False, rich_markup_mode=None)
_DIGEST = ".strandline-digest"
# Each thread keeps a connection of its own. A sign-up waits in its thread for the commit that it shares with others,
# so there are as many threads to a process as a commit can usefully carry: with twice as many a third fewer sign-ups went
# through in a second, for the threads take turns at the one interpreter.
_THREADS = 32
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_ASK_EVERY = 0.1  # seconds between two questions whether the pages answer
_STOP_WITHIN = 5  # seconds for requests under way, then for the task under way


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer requests.")] = 2,
    certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A TLS certificate, in PEM.")
    ] = None,
    certificate_key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The key of the certificate, in PEM.")
    ] = None,
) -> None:
    """Serve the pages and do the background work, until stopped.

    A waiting update of the database is applied first. Ctrl-C, or SIGTERM, ends it within seconds.
    """
    if (certificate is None) != (certificate_key is None):
        house.fail("--certificate and --certificate-key belong together: give both or neither.")
    with house.not_while_serving("start it again"):
        run(host, port, workers, certificate=certificate, certificate_key=certificate_key)


def run(
    host: str,
    port: int,
    workers: int,
    *,
    certificate: Path | None = None,
    certificate_key: Path | None = None,
) -> None:
    """Bring the home up to date and serve it; returns when it has been stopped."""
    if certificate is not None:
        os.environ["STRANDLINE_HTTPS"] = "1"
    os.environ.setdefault("STRANDLINE_LOG", "INFO")
    house.set_up()
    from django.db import connections

    from strandline.organisation.branches import queries as branches

    house.bring_up_to_date()
    if branches.organisation() is None:
        house.fail(f"{house.home()} holds no organisation yet: run `strandline init` or `strandline demo`.")
    collect_static()
    connections.close_all()  # the processes that answer are forked, and a connection must not be shared
    server = _server(host, port, workers, certificate, certificate_key)
    scheme = "https" if certificate else "http"
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104 -- only told, not bound
    keeper = Keeper()
    _die_together()
    address = f"{scheme}://{shown}:{port}/"
    server.on_startup(lambda: _started(keeper, lambda: _answers(host, port), address))
    _check_can_listen(host, port)
    try:
        server.serve()
    finally:
        keeper.stop()


def _check_can_listen(host: str, port: int) -> None:
    """Say so in words when the port is taken: the server itself ends with a traceback of its inner parts."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(found[0], found[1]) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(found[4])
    except OSError as taken:
        house.fail(f"Cannot listen on {host}:{port}: {taken.strerror or taken}. Choose another with --port.")


def _server(
    host: str, port: int, workers: int, certificate: Path | None, certificate_key: Path | None
) -> MPServer:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    return MPServer(
        "strandline.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_WITHIN,
        ssl_cert=certificate,
        ssl_key=certificate_key,
    )


def _die_together() -> None:
    """Let the processes that answer end when this one is killed, so that the next start finds port and home free."""
    if sys.platform != "linux":
        return  # elsewhere they end with their terminal, or by hand
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    os.register_at_fork(after_in_child=lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL))


def _started(keeper: Keeper, answers: Callable[[], bool], address: str) -> None:
    """Start the worker, and say where the pages are once they answer: the processes take a while to be there."""
    keeper.start()

    def tell() -> None:
        while not answers():
            if keeper.ended.wait(_ASK_EVERY):
                return
        typer.echo(f"\nStrandline is at {address}\nStop it with Ctrl-C.")
        sys.stdout.flush()

    threading.Thread(target=tell, name="teller", daemon=True).start()


def _answers(host: str, port: int) -> bool:
    """Ask whether a process of the server is there: the port alone is open before any of them is."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- only looked up, not bound
    asked = http.client.HTTPConnection(near, port, timeout=5)
    try:
        asked.request("GET", "/readyz", headers={"Host": "localhost"})
        asked.getresponse()
    except (http.client.HTTPException, ConnectionResetError):
        return True  # under TLS a plain question is turned away, by someone
    except OSError:
        return False
    finally:
        asked.close()
    return True


class Keeper:
    """Keeps one worker running beside the web server, and starts it again, ever later, when it dies."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the worker and watch it."""
        self._process = self._begin()
        threading.Thread(target=self._watch, name="keeper", daemon=True).start()

    @staticmethod
    def _begin() -> subprocess.Popen[bytes]:
        # The worker ends by itself when the process of this number is gone.
        return subprocess.Popen(PROGRAMME, env=os.environ | {"STRANDLINE_SERVER": str(os.getpid())})

    def stop(self) -> None:
        """End the worker: it finishes its task if that takes no longer than a few seconds."""
        with self._turn:
            self.ended.set()
            process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()  # the task goes back to the queue at the next start
            process.wait()

    def _watch(self) -> None:
        pause = 1.0
        while self._process is not None:
            self._process.wait()
            if self.ended.wait(pause):
                return
            pause = min(pause * 2, 60.0)
            with self._turn:
                if self.ended.is_set():
                    return
                self._process = self._begin()


def collect_static() -> bool:
    """Put the static files with their hashed names into the home, if they changed; tell whether they had."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.IS_TEST:  # the tests read them where they lie
        return False
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        listed: Any = finder.list([])
        for name, storage in sorted(listed, key=lambda found: str(found[0])):
            digest.update(name.encode())
            with storage.open(name) as file:
                digest.update(hashlib.sha256(file.read()).digest())
    root = Path(settings.STATIC_ROOT)
    mark = root / _DIGEST
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return False
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(digest.hexdigest())
    return True
