"""Databases to measure on: an invented organisation of 100,000 or 1,000,000 people, made once and used again.

Whoever starts the server of PostgreSQL stops it: measure one thing at a time. They lie in a scratch directory (`STRANDLINE_BENCHMARKS`, else the system's), each under a name that says what it holds.
Django is set up here, by `enter`; nothing of it is imported before.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from strandline.organisation.accounts.rules import Viewer

ROOT = Path(os.environ.get("STRANDLINE_BENCHMARKS") or Path(tempfile.gettempdir()) / "strandline-benchmarks")
# As an installation would run it: durable, and with a few hundred megabytes for pages.
POSTGRES = "-c listen_addresses='' -c shared_buffers=256MB -c max_wal_size=2GB -c max_connections=30"
DATABASES = ("sqlcipher", "postgresql")


@dataclass(frozen=True)
class World:
    """A database with so many people, entered."""

    database: str
    people: int

    def viewer(self, email: str) -> Viewer:
        """Return one of those who ask: `organiser@`, `lead@` (one branch), `centre@` (all branches)."""
        from datetime import UTC, datetime

        from strandline.organisation.branches.queries import viewer_by_email

        found = viewer_by_email(email=f"{email}@example.org", at=datetime.now(UTC))
        if found is None:
            raise SystemExit(f"There is nobody called {email} in this database: delete it and begin again.")
        return found


def enter(
    database: str, people: int, *, name: str = "people", make: Callable[[int], None] | None = None
) -> World:
    """Set Django up on the database with so many people; make it when it is not there, in the usual way or by `make`."""
    home = ROOT / f"{name}-{database}-{people}"
    ready = home / "ready"
    if home.exists() and not ready.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    os.environ |= {
        "STRANDLINE_HOME": str(home),
        "STRANDLINE_TEST": "1",
        "STRANDLINE_TEST_FAST_PASSWORDS": "1",
        "STRANDLINE_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    os.environ.pop("STRANDLINE_DATABASE_URL", None)
    if database == "postgresql":
        os.environ["STRANDLINE_DATABASE_URL"] = _postgres(f"{name}_{people}", is_new=not ready.exists())
    _set_up(home)
    if not ready.exists() or ready.read_text() != _migrations():
        _migrate()
        if not ready.exists():
            if make is None:
                from benchmarks import people as maker

                make = maker.make
            make(people)
        ready.write_text(_migrations())
    return World(database, people)


def _migrations() -> str:
    """Name the migrations of ours that there are: a database made under others is brought up first."""
    import strandline

    found = Path(strandline.__file__).parent.glob("*/migrations/0*.py")
    return "\n".join(sorted(f"{path.parent.parent.name}.{path.stem}" for path in found))


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    # What the planner knows of a database made before is taken anew, as a connection of today takes it.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _set_up(home: Path) -> None:
    from strandline.store import key

    if not key.path_in(home).exists():
        key.make_keyfile(home, made_by=key.MadeBy.TEST)
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    _quiet()


def _quiet() -> None:
    """A request's line in the log costs the same in any system; here it would only fill the screen."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def _postgres(name: str, *, is_new: bool) -> str:
    from tests import postgres

    class Durable(postgres.Server):
        @property
        def _options(self) -> str:
            return f"{POSTGRES} -c unix_socket_directories='{self.directory}'"

    directory = ROOT / "server"
    ROOT.mkdir(parents=True, exist_ok=True)
    if not (directory / "programs-at").exists():
        shutil.rmtree(directory, ignore_errors=True)
        first = postgres.start(directory)
        first.stop()
        (directory / "programs-at").write_text(str(first.programs))
    server = Durable(directory, Path((directory / "programs-at").read_text()))
    if not (server.data / "postmaster.pid").exists():
        server.start()
        atexit.register(server.stop)
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        if is_new:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
    return server.url(name)


def cpu() -> float:
    """Return how many seconds this process has computed so far, and with it the servers of PostgreSQL that are running."""
    return time.process_time() + sum(map(_computed, _servers()))


def _servers() -> list[str]:
    if "STRANDLINE_DATABASE_URL" not in os.environ:
        return []
    (first, *_) = (ROOT / "server" / "data" / "postmaster.pid").read_text().splitlines()
    return Path(f"/proc/{first}/task/{first}/children").read_text().split()


def _computed(process: str) -> float:
    found = _lines(f"/proc/{process}/schedstat")
    return int(found[0].split()[0]) / 1e9 if found else 0.0


def client_of(email: str, *, signed_in_as: str = "allauth.account.auth_backends.AuthenticationBackend"):  # type: ignore[no-untyped-def]
    """Return a client that is signed in."""
    from django.test import Client

    from strandline.organisation.accounts.models import Account

    client = Client()
    client.force_login(Account.objects.get(email=f"{email}@example.org"), backend=signed_in_as)
    return client


def machine() -> str:
    """Say in a line on what it was measured."""
    import platform

    from sqlcipher3 import dbapi2 as sqlcipher

    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), {int(memory) // 2**20} GB, Python {sys.version.split()[0]}, "
        f"SQLite {sqlcipher.sqlite_version}, load {load:.1f} while measuring"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
