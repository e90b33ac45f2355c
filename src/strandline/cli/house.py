"""What the commands that open a home have in common: finding it, opening it, bringing it up to date."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from strandline.store import files, key

if TYPE_CHECKING:
    from datetime import datetime

    from strandline.organisation.accounts.rules import Viewer

SETTINGS = "strandline.config.settings"
_RUNNING = "serving.lock"
_UPDATING = "updating.lock"


def home() -> Path:
    """Return the home that the environment names."""
    return key.home_of(os.environ)


def fail(reason: str) -> NoReturn:
    """Say in one sentence what is wrong, and end with exit code 2."""
    typer.echo(reason, err=True)
    raise typer.Exit(2)


def viewer(email: str, at: datetime) -> Viewer:
    """Return the viewer with this address; ends the command when there is no such account."""
    from strandline.organisation.branches import queries

    found = queries.viewer_by_email(email=email, at=at)
    if found is None:
        fail(f"There is no account with the address {email}.")
    return found


def set_up() -> None:
    """Load the settings and the apps. Raises NoKey, WrongKey or DamagedFile, which end the command with a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("STRANDLINE_LOG", "WARNING")  # the rest of what a command says is for its reader
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as wrong:
        fail(f"The settings cannot be used: {wrong}")


def bring_up_to_date() -> int:
    """Apply the migrations that wait, one process at a time, and return how many there were."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with only_one(_UPDATING, wait=True):
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    return waiting


@contextmanager
def only_one(name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock in the home; without `wait`, raise BlockingIOError when another process holds it."""
    place = home()
    files.make_private_directory(place)
    path = place / name
    files.make_private_file(path)
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def not_while_serving(doing: str) -> Iterator[None]:
    """Refuse what must not happen under a running server of the same home, and keep one from starting meanwhile."""
    try:
        with only_one(_RUNNING):
            yield
    except BlockingIOError:
        fail(f"Strandline is running in {home()}: stop it first, then {doing}.")


def is_terminal() -> bool:
    """Tell whether someone is there to answer questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()
