"""A home made for one check: key, database, organisation, an open form; and a server of its own over it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WSGI = "strandline.config.wsgi:application"


def enter(home: Path, settings: str = "strandline.config.settings") -> None:
    """Let this process work in the home: its key, its settings, its database brought up to date."""
    os.environ.update(
        STRANDLINE_HOME=str(home),
        STRANDLINE_TEST="1",
        STRANDLINE_TEST_FAST_PASSWORDS="1",
        STRANDLINE_HOSTS="localhost,127.0.0.1,testserver",
        DJANGO_SETTINGS_MODULE=settings,
    )
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    from strandline.store import key

    # Whoever runs many checks has made one home with an empty database, which takes longer than most of them.
    if (made := os.environ.get("STRANDLINE_CHECK_HOME")) and not key.path_in(home).exists():
        shutil.copytree(made, home, dirs_exist_ok=True)
    if not key.path_in(home).exists():
        key.make_keyfile(home, made_by=key.MadeBy.TEST)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty directory that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="strandline-check-"))
    made.chmod(0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def found(*, slug: str = "harbour", **more: object) -> None:
    """Found the cast's organisation with one open form."""
    from strandline.steady.intake import actions
    from strandline.steady.intake.actions import NewForm
    from tests.cast import assemble

    cast = assemble()
    new = NewForm(slug=slug, title="Harbour", consent_text="Yes, contact me.", **more)  # type: ignore[arg-type]
    actions.make_form(new=new, by=cast.amina, at=datetime.now(UTC))


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Server:
    """The real web server over a home, in processes of its own, so that it can be killed as a power cut would."""

    def __init__(self, home: Path, *, wsgi: str = WSGI, workers: int = 2, **environ: str) -> None:
        self.home, self.wsgi, self.workers, self.environ = home, wsgi, workers, environ
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._group = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(self.workers), "--blocking-threads", "64"]
        command += ["--backlog", "1024", "--no-ws", "--log-level", "error", self.wsgi]
        self._process = self._begun(command)
        self._group = self._process.pid
        self._wait()

    def _begun(self, command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        environ = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"} | self.environ
        with (self.home / "server.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=environ, stderr=log, start_new_session=True, **{"stdout": log, **more}
            )

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=20).close()
                return
            except OSError:
                if time.monotonic() > until or (self._process and self._process.poll() is not None):
                    raise RuntimeError((self.home / "server.log").read_text()[-3000:]) from None
                time.sleep(0.05)

    def processes(self) -> list[int]:
        """Return the ids of the server's processes: all those of its group."""
        found = subprocess.run(["ps", "-eo", "pid=,pgid="], capture_output=True, text=True, check=True)
        return [int(pid) for pid, of in map(str.split, found.stdout.splitlines()) if int(of) == self._group]

    def kill(self) -> None:
        """End all its processes at once, between two instructions."""
        if self._process is not None:
            os.killpg(self._group, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def end(self) -> None:
        """Kill it, and start it no more."""
        self.kill()


class Reborn(Server):
    """The same server, for those who kill it again and again: what it loads is loaded once."""

    _nursery: subprocess.Popen[bytes] | None = None
    _is_up = False

    def start(self) -> None:
        if self._nursery is None:
            command = [sys.executable, "-m", "tests.acceptance.nursery", self.wsgi, str(self.port)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._nursery = self._begun([*command, str(self.workers)], **pipes)
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(b"one\n")
        self._nursery.stdin.flush()
        self._group = int(self._nursery.stdout.readline() or b"0")
        self._is_up = True
        self._wait()

    def kill(self) -> None:
        if self._is_up and self._nursery and self._nursery.stdout:
            os.killpg(self._group, signal.SIGKILL)
            self._nursery.stdout.readline()
            self._is_up = False

    def end(self) -> None:
        self.kill()
        if self._nursery is not None and self._nursery.stdin:
            self._nursery.stdin.close()
            self._nursery.wait()
            self._nursery = None
