"""The log of writes stays short, one process sees to it, and the reserve is there when it is needed."""

import errno
import logging
import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections, transaction

from strandline.store import bulk, upkeep
from strandline.store.errors import LockTimeout
from strandline.store.upkeep import Checkpoint, Upkeep

from .conftest import database_settings

ALIAS = "own"
MB = 1 << 20


@pytest.fixture(autouse=True)
def alias(path):
    connections.settings[ALIAS] = database_settings(path, init_command="PRAGMA wal_autocheckpoint=0")
    execute("CREATE TABLE t (a)")
    yield ALIAS
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


def execute(sql, params=None):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def write(megabytes):
    for _ in range(megabytes):
        execute("INSERT INTO t VALUES (zeroblob(1000000))")


def test_a_round_moves_the_log_into_the_file_and_leaves_its_room(path):
    write(3)
    before = path.stat().st_size

    found = upkeep.checkpoint(ALIAS)

    assert found.is_complete
    assert not found.is_alarm
    assert path.stat().st_size > before + 3_000_000 > 3_000_000
    assert found.wal_bytes == upkeep.wal_bytes(path) > 3_000_000


def test_a_log_that_grew_large_is_cut(path):
    write(20)
    assert upkeep.wal_bytes(path) > 16 * MB

    found = upkeep.checkpoint(ALIAS)

    assert found == Checkpoint(wal_bytes=0, is_complete=True)
    assert upkeep.wal_bytes(path) == 0
    assert execute("SELECT count(*) FROM t") == [(20,)]
    assert execute("PRAGMA busy_timeout") == [(10_000,)]
    assert not connections[ALIAS].connection.lock.is_held


def test_a_reader_that_does_not_end_is_not_waited_for_and_raises_the_alarm(connect, path, caplog):
    reader = connect()
    with reader.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM t")
        write(65)

        started = time.monotonic()
        found = upkeep.checkpoint(ALIAS)
        waited = time.monotonic() - started
        cursor.execute("COMMIT")

    assert found.is_alarm
    assert not found.is_complete
    assert waited < 2
    assert [r.getMessage() for r in caplog.records] == [
        f"The write-ahead log has grown to {found.wal_bytes >> 20} MB: a reader does not end."
    ]
    assert upkeep.checkpoint(ALIAS) == Checkpoint(0, True)


def test_a_load_leaves_the_log_alone_until_it_is_much(path):
    connection, before = (
        connections[ALIAS],
        execute("PRAGMA cache_size") + execute("PRAGMA wal_autocheckpoint"),
    )
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with bulk.with_room(connection):
        write(5)
        size = path.stat().st_size
        bulk.settle(connection)
        assert path.stat().st_size == size
        assert execute("PRAGMA wal_autocheckpoint") == [(0,)]

        write(15)
        with transaction.atomic(using=ALIAS):
            bulk.settle(
                connection
            )  # in the midst of a transaction nothing can be moved, and nothing is tried
        assert path.stat().st_size == size
        bulk.settle(connection)

    assert path.stat().st_size > size + 20_000_000
    assert execute("PRAGMA wal_checkpoint(NOOP)")[0][1:] == execute("PRAGMA wal_checkpoint(PASSIVE)")[0][1:]
    assert execute("PRAGMA cache_size") + execute("PRAGMA wal_autocheckpoint") == before


def test_a_log_that_cannot_be_moved_is_no_trouble_of_the_load(path, monkeypatch):
    connection = connections[ALIAS]
    monkeypatch.setattr(bulk, "_MUCH_PAGES", 0)
    asked = []

    def fails(run, sql, *rest):
        asked.append(sql)
        if "PASSIVE" in sql:
            raise OperationalError("disk I/O error")
        return run(sql, *rest)

    write(1)
    with connection.execute_wrapper(fails):
        bulk.settle(connection)

    assert asked == ["PRAGMA wal_checkpoint(NOOP)", "PRAGMA wal_checkpoint(PASSIVE)"]
    write(1)
    assert execute("SELECT count(*) FROM t") == [(2,)]


def test_the_alarm_begins_above_64_megabytes():
    assert [Checkpoint(n, True).is_alarm for n in (0, 64 * MB, 64 * MB + 1)] == [False, False, True]


def test_cutting_waits_for_a_writer_no_longer_than_the_deadline(connect):
    connections.settings[ALIAS]["OPTIONS"]["lock_deadline"] = 0.1
    connections[ALIAS].close()
    write(20)
    writer = connect()
    writer.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    with pytest.raises(LockTimeout):
        upkeep.checkpoint(ALIAS)

    writer.rollback()


def test_no_log_is_an_empty_log(tmp_path):
    assert upkeep.wal_bytes(tmp_path / "none.db") == 0


def test_the_reserve_takes_its_blocks_closed_to_others(tmp_path):
    home = tmp_path / "fresh"

    assert upkeep.make_ballast(home, size=8 * MB)

    found = (home / "ballast").stat()
    assert (found.st_size, found.st_mode & 0o777) == (8 * MB, 0o600)
    assert found.st_blocks * 512 >= 8 * MB
    assert upkeep.make_ballast(home, size=8 * MB)


def test_the_reserve_is_given_up_once(tmp_path):
    upkeep.make_ballast(tmp_path, size=MB)

    given_up = [upkeep.free_ballast(tmp_path), upkeep.free_ballast(tmp_path)]

    assert given_up == [True, False]
    assert not upkeep.has_ballast(tmp_path)


def test_room_is_short_while_the_reserve_is_in_use(path):
    short = [upkeep.is_room_short(ALIAS)]
    upkeep.make_ballast(path.parent, size=MB)
    short.append(upkeep.is_room_short(ALIAS))
    upkeep.make_room(ALIAS)
    short.append(upkeep.is_room_short(ALIAS))
    upkeep.renew_ballast(path.parent, size=MB)
    short.append(upkeep.is_room_short(ALIAS))

    assert short == [False, False, True, False]


def test_giving_up_the_reserve_empties_the_log_too(path):
    write(3)
    upkeep.make_ballast(path.parent, size=MB)

    upkeep.make_room(ALIAS)

    assert path.stat().st_size > 3_000_000


def test_the_reserve_is_laid_up_again_only_when_there_is_plenty_of_room(tmp_path, monkeypatch):
    real = os.statvfs(tmp_path)
    few = type("Few", (), {"f_bavail": 4 * MB // real.f_frsize - 1, "f_frsize": real.f_frsize})

    monkeypatch.setattr(upkeep.os, "statvfs", lambda _: few)
    refused = upkeep.renew_ballast(tmp_path, size=MB)
    monkeypatch.undo()
    made = upkeep.renew_ballast(tmp_path, size=MB)

    assert (refused, made, upkeep.has_ballast(tmp_path)) == (False, True, True)
    assert upkeep.renew_ballast(tmp_path, size=MB)


def test_without_room_there_is_no_reserve_and_no_rest_of_one(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(upkeep.os, "posix_fallocate", full)

    assert upkeep.make_ballast(tmp_path, size=MB) is False
    assert (tmp_path / "ballast").stat().st_size == 0


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_one_thread_of_many_does_the_rounds_and_another_follows_when_it_ends(path, monkeypatch):
    monkeypatch.setattr(upkeep, "BALLAST", MB)
    first, second = Upkeep(alias=ALIAS, every=0.02), Upkeep(alias=ALIAS, every=0.02)
    first.start()
    assert until(lambda: first.last is not None)
    second.start()
    time.sleep(0.1)
    idle = second.last

    first.stop()
    took_over = until(lambda: second.last is not None)
    second.stop()

    assert idle is None
    assert took_over
    assert not first.is_alive()
    assert not second.is_alive()


def test_a_round_that_fails_is_told_and_the_next_one_comes(path, monkeypatch, caplog):
    caplog.set_level(logging.WARNING)
    rounds = []

    def failing(alias):
        rounds.append(alias)
        if len(rounds) == 1:
            raise OSError(errno.EIO, "Input/output error")
        return Checkpoint(0, True)

    monkeypatch.setattr(upkeep, "checkpoint", failing)
    monkeypatch.setattr(upkeep, "renew_ballast", lambda directory: True)
    thread = Upkeep(alias=ALIAS, every=0.02)
    thread.start()
    went_on = until(lambda: thread.last is not None)
    thread.stop()

    assert went_on
    assert [r.getMessage() for r in caplog.records] == ["Upkeep failed: the disk fails"]


def test_a_place_that_cannot_be_opened_is_not_taken(tmp_path: Path):
    assert upkeep._take_place(tmp_path / "missing" / "x.db") is None
