"""Sheets that people sign, on a database of the test's own: what the tests of the writer hand in."""

import time
from concurrent.futures import Future, wait

import pytest
from django.db import connections, transaction

from strandline.store.lock import FileLock
from strandline.store.writer import Writer

from .conftest import database_settings

ALIAS = "own"


@pytest.fixture(autouse=True)
def alias(path):
    connections.settings[ALIAS] = database_settings(path, lock_deadline=2)
    execute("CREATE TABLE sheet (id integer primary key, name text unique)")
    execute("CREATE TABLE child (sheet integer REFERENCES sheet(id) DEFERRABLE INITIALLY DEFERRED)")
    yield ALIAS
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


@pytest.fixture(name="make")
def making():
    made = []

    def make_one(**options):
        made.append(Writer(alias=ALIAS, **options))
        return made[-1]

    yield make_one
    for one in made:
        one.stop()


def execute(sql, params=None):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def stored():
    return [name for (name,) in execute("SELECT name FROM sheet ORDER BY name")]


class Refused(Exception):
    """The sheet is bad."""


calls: list[list[str]] = []


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


@transaction.atomic(using=ALIAS, durable=True)
def sign_up(names):
    calls.append(list(names))
    for name in names:
        execute("INSERT INTO sheet (name) VALUES (%s)", [name])
        if name.startswith("bad"):
            raise Refused(name)
    return [name.upper() for name in names]


def submit_while_busy(one, jobs):
    """Hand all in while the lock is held elsewhere, so that they are sure to form one group."""
    lock = FileLock(str(connections.settings[ALIAS]["NAME"]))
    lock.take()
    first = [one.submit(action, item) for action, item in jobs]
    time.sleep(0.05)
    lock.close()
    wait(first, timeout=20)
    return first


def outcome(future: Future):
    return future.exception() or future.result()


@transaction.atomic(using=ALIAS, durable=True)
def too_few(names):
    for name in names:
        execute("INSERT INTO sheet (name) VALUES (%s)", [name])
    return []
