"""The encrypted backend: what it is set to, what it refuses, and what lies on the disk."""

import datetime
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db.utils import OperationalError

from strandline.store.sqlcipher.connection import refuse_old

from .conftest import run


def test_pragmas_are_those_of_the_promises(connect):
    wrapper = connect()

    names = "journal_mode synchronous foreign_keys temp_store mmap_size trusted_schema cell_size_check secure_delete"
    found = {name: run(wrapper, f"PRAGMA {name}") for name in names.split()}

    assert found == {
        "journal_mode": [("wal",)],
        "synchronous": [(2,)],  # FULL
        "foreign_keys": [(1,)],
        "temp_store": [(2,)],  # MEMORY
        "mmap_size": [(0,)],
        "trusted_schema": [(0,)],
        "cell_size_check": [(1,)],
        "secure_delete": [(1,)],
    }
    assert run(wrapper, "PRAGMA busy_timeout") == [(10_000,)]
    assert run(wrapper, "PRAGMA cache_size") == [(-64_000,)]


def test_what_the_planner_knows_is_exact_but_holds_no_samples(connect):
    wrapper = connect()
    run(wrapper, "CREATE TABLE t (a)")
    run(wrapper, "CREATE INDEX t_a ON t (a)")
    wrapper.cursor().executemany("INSERT INTO t VALUES (%s)", [[n % 7] for n in range(700)])

    run(wrapper, "ANALYZE")

    assert run(wrapper, "SELECT idx, stat FROM sqlite_stat1") == [("t_a", "700 100")]
    assert run(wrapper, "SELECT count(*) FROM sqlite_stat4") == [(0,)]


def test_cache_size_is_an_option(connect):
    wrapper = connect(cache_kib=200_000)

    assert run(wrapper, "PRAGMA cache_size") == [(-200_000,)]


def test_a_transaction_begins_immediate(connect):
    wrapper, other = connect(), connect(timeout=0, lock_deadline=0)
    run(wrapper, "CREATE TABLE t (a)")

    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    raw = other.cursor().connection
    try:
        raw.execute("BEGIN IMMEDIATE")  # past the file lock, straight to SQLite
        begun = True
    except wrapper.Database.OperationalError as error:
        begun = str(error)
    wrapper.rollback()

    assert begun == "database is locked"


def test_truth_and_nothing_reach_the_file_as_sqlite_keeps_them(connect):
    kept = run(connect(), "SELECT typeof(%s), %s, %s, typeof(%s)", [True, True, False, None])

    assert kept == [("integer", 1, 0, "null")]


def test_values_come_back_as_what_they_were(connect):
    wrapper = connect()
    run(wrapper, "CREATE TABLE t (b bool, d date, dt datetime, t time, n decimal)")
    day, moment = datetime.date(2027, 2, 28), datetime.datetime(2027, 3, 1, 12, 30, 15, 250)  # noqa: DTZ001 -- as the database holds it
    run(
        wrapper, "INSERT INTO t VALUES (%s, %s, %s, %s, %s)", [True, day, moment, "02:30:00", Decimal("1.50")]
    )

    assert run(wrapper, "SELECT * FROM t") == [(True, day, moment, datetime.time(2, 30), 1.5)]


def test_named_parameters_and_per_cent_signs_pass(connect):
    wrapper = connect()
    run(wrapper, "CREATE TABLE t (a, b)")

    with wrapper.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s, '%%')", [(1,), (2,)])
        cursor.executemany("INSERT INTO t VALUES (%(x)s, '%%s')", iter([{"x": 3}]))

    assert run(wrapper, "SELECT a, b FROM t WHERE a >= %(least)s", {"least": 2}) == [(2, "%"), (3, "%s")]


def test_full_text_search_works_from_a_trigger_though_the_schema_is_not_trusted(connect):
    wrapper = connect()
    run(wrapper, "CREATE TABLE person (id integer primary key, name text)")
    run(wrapper, "CREATE VIRTUAL TABLE words USING fts5(name, content='person', content_rowid='id')")
    run(
        wrapper,
        "CREATE TRIGGER person_words AFTER INSERT ON person BEGIN "
        "INSERT INTO words(rowid, name) VALUES (new.id, new.name); END",
    )

    run(wrapper, "INSERT INTO person (name) VALUES ('Amina Diallo')")

    assert run(wrapper, "SELECT rowid FROM words WHERE words MATCH 'diallo'") == [(1,)]


def test_file_and_directory_are_closed_to_others(connect, path):
    run(connect(), "CREATE TABLE t (a)")

    modes = {item.name: oct(stat.S_IMODE(item.stat().st_mode)) for item in path.parent.iterdir()}

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert modes == {
        "strandline.db": "0o600",
        "strandline.db-wal": "0o600",
        "strandline.db-shm": "0o600",
        "strandline.db.lock": "0o600",
        "strandline.db.turn": "0o600",
        "strandline.db.keycheck": "0o600",
    }


def test_an_open_file_is_closed_to_others(connect, path):
    run(connect(), "CREATE TABLE t (a)")
    path.chmod(0o644)

    run(connect(), "SELECT 1")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_directory_open_to_others_is_refused(connect, path):
    path.parent.mkdir(mode=0o755)
    (path.parent / "something").touch()

    with pytest.raises(ImproperlyConfigured) as refused:
        connect().ensure_connection()

    assert str(refused.value) == (
        f"The directory {path.parent} is open to other users of this machine (0755): run `chmod 700 {path.parent}`, "
        "or put the database into a directory of its own."
    )
    assert not path.exists()


def test_an_empty_directory_is_closed_to_others(connect, path):
    path.parent.mkdir(mode=0o755)

    connect().ensure_connection()

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_old_sqlite_is_refused():
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_old((3, 51, 2))

    assert str(refused.value).startswith(
        "SQLite 3.51.2 can damage a database in WAL mode: Strandline needs 3.51.3"
    )
    refuse_old((3, 51, 3))


@pytest.mark.parametrize("key", [None, b"", bytes(31), bytes(33), "0" * 32])
def test_a_key_of_another_length_is_refused(connect, path, key):
    with pytest.raises(ImproperlyConfigured) as refused:
        connect(key=key).ensure_connection()

    assert (
        str(refused.value)
        == "OPTIONS['key'] of the database must be 32 bytes, or a callable that returns them."
    )
    assert not path.exists()


def test_the_key_may_be_a_callable_asked_when_the_connection_opens(connect):
    asked = []
    wrapper = connect(key=lambda: asked.append(1) or bytes(32))

    assert asked == []
    run(wrapper, "SELECT 1")

    assert asked == [1]


def test_nothing_is_readable_on_the_disk(connect, path):
    planted = "Zaphodina Beeblebrox-Plantée"
    wrapper = connect()
    run(wrapper, "CREATE TABLE person (name text)")
    run(wrapper, "CREATE VIRTUAL TABLE words USING fts5(name)")
    for _ in range(200):
        run(wrapper, "INSERT INTO person VALUES (%s)", [planted])
        run(wrapper, "INSERT INTO words VALUES (%s)", [planted])

    looked_at = {item.name: item.read_bytes() for item in path.parent.iterdir()}
    hits = [
        name
        for name, content in looked_at.items()
        for word in (planted, "beeblebrox", "Zaphodina", "CREATE TABLE", "person")
        if word.encode() in content
    ]

    assert hits == []
    assert len(looked_at["strandline.db-wal"]) > 100_000
    assert len(looked_at["strandline.db-shm"]) > 0
    assert b"SQLite format 3" not in looked_at["strandline.db"]


def test_the_scan_of_the_disk_bites_on_a_plain_database(tmp_path):
    import sqlite3

    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE person (name text)")
    plain.execute("INSERT INTO person VALUES ('Beeblebrox')")
    plain.commit()
    plain.close()

    assert b"Beeblebrox" in (tmp_path / "plain.db").read_bytes()


def test_dbshell_says_why_there_is_none(connect):
    with pytest.raises(CommandError, match="^The encrypted database has no shell"):
        connect().client.runshell([])


def test_a_symbolic_link_leads_to_the_same_lock(connect, path, tmp_path):
    wrapper = connect()
    wrapper.ensure_connection()
    link = tmp_path / "link.db"
    link.symlink_to(path)
    linked = connect(link)
    linked.ensure_connection()

    assert linked.connection.lock.path == wrapper.connection.lock.path
    assert not Path(f"{link}.lock").exists()


def test_an_init_command_can_lower_a_pragma_for_a_rig_that_must_bite(connect):
    wrapper = connect(init_command="PRAGMA synchronous=NORMAL")

    assert run(wrapper, "PRAGMA synchronous") == [(1,)]


def test_a_database_in_memory_leaves_nothing_behind_and_needs_no_lock(connect, path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    wrapper = connect(":memory:")

    run(wrapper, "CREATE TABLE t (a)")
    run(wrapper, "INSERT INTO t VALUES (1)")

    assert run(wrapper, "SELECT a FROM t") == [(1,)]
    assert wrapper.connection.lock is None
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_cannot_be_set_up_leaves_no_lock_behind(connect):
    with pytest.raises(OperationalError, match="no such table: nowhere"):
        connect(init_command="INSERT INTO nowhere VALUES (1)").ensure_connection()

    run(connect(lock_deadline=0), "CREATE TABLE t (a)")
