"""The write lock: one writer at a time, a deadline, a turn for everyone, and never left behind."""

import gc
import multiprocessing
import os
import threading
import time

import pytest
from django.db.utils import IntegrityError, OperationalError

from strandline.store.errors import LockTimeout
from strandline.store.lock import FileLock

from .conftest import KEY, database_settings, run

spawn = multiprocessing.get_context("spawn")


def begin(wrapper):
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def hold_in_another_process(path, ready, leave):
    from strandline.store.sqlcipher.base import DatabaseWrapper

    wrapper = DatabaseWrapper(database_settings(path), alias="own")
    begin(wrapper)
    ready.set()
    leave.wait(20)
    os._exit(0)  # without rollback or close: the system gives the lock back


@pytest.fixture
def table(connect):
    wrapper = connect()
    run(wrapper, "CREATE TABLE t (a integer primary key, b)")
    wrapper.close()


def test_waiting_for_another_process_ends_at_the_deadline(connect, path, table):
    ready, leave = spawn.Event(), spawn.Event()
    other = spawn.Process(target=hold_in_another_process, args=(str(path), ready, leave))
    other.start()
    assert ready.wait(20)
    wrapper = connect(lock_deadline=0.3)
    wrapper.ensure_connection()

    started = time.monotonic()
    with pytest.raises(LockTimeout) as refused:
        begin(wrapper)
    waited = time.monotonic() - started

    assert isinstance(refused.value, OperationalError)
    assert (
        str(refused.value)
        == f"Another writer held the write lock {path}.lock for 0.3 s: nothing was written."
    )
    assert 0.3 <= waited < 1
    assert run(wrapper, "SELECT count(*) FROM t") == [(0,)]  # readers do not wait

    leave.set()
    other.join(20)
    run(wrapper, "INSERT INTO t (b) VALUES (1)")  # the process ended without a word: the lock is free
    assert run(wrapper, "SELECT count(*) FROM t") == [(1,)]


def test_the_lock_is_free_after_commit_rollback_error_and_close(connect, table):
    first, second = connect(), connect(lock_deadline=0)
    held = []

    begin(first)
    held.append(first.connection.lock.is_held)
    first.commit()
    first.set_autocommit(True)
    run(second, "INSERT INTO t (a) VALUES (1)")

    begin(first)
    held.append(first.connection.lock.is_held)
    first.rollback()
    first.set_autocommit(True)
    run(second, "INSERT INTO t (a) VALUES (2)")

    with pytest.raises(IntegrityError):
        run(first, "INSERT INTO t (a) VALUES (1)")
    run(second, "INSERT INTO t (a) VALUES (3)")

    begin(first)
    held.append(first.connection.lock.is_held)
    first.close()
    run(second, "INSERT INTO t (a) VALUES (4)")

    assert held == [True, True, True]
    assert run(second, "SELECT a FROM t") == [(1,), (2,), (3,), (4,)]


def test_while_a_transaction_is_open_nobody_else_writes_even_outside_one(connect, table):
    first, second = connect(), connect(lock_deadline=0)
    begin(first)
    run(first, "INSERT INTO t (a) VALUES (1)")

    refused = []
    for statement in (
        "INSERT INTO t (a) VALUES (2)",
        "  update t set b = 1",
        "CREATE TABLE u (a)",
        "BEGIN IMMEDIATE",
    ):
        with pytest.raises(LockTimeout):
            run(second, statement)
        refused.append(statement)
    first.commit()

    assert len(refused) == 4
    assert run(second, "SELECT a FROM t") == [(1,)]


def test_a_connection_dropped_by_its_thread_frees_the_lock(connect, path, table):
    from strandline.store.sqlcipher.base import DatabaseWrapper

    def leave_open():
        begin(DatabaseWrapper(database_settings(path), alias="dropped"))

    thread = threading.Thread(target=leave_open)
    thread.start()
    thread.join()
    gc.collect()

    run(connect(lock_deadline=0), "INSERT INTO t (a) VALUES (1)")

    assert run(connect(), "SELECT a FROM t") == [(1,)]


def write_many(path, name, count, answers):
    from strandline.store.sqlcipher.base import DatabaseWrapper

    errors = []

    def one_thread(number):
        wrapper = DatabaseWrapper(database_settings(path), alias="own")
        try:
            for i in range(count):
                begin(wrapper)
                run(wrapper, "INSERT INTO t (b) VALUES (%s)", [f"{name}-{number}-{i}"])
                wrapper.commit()
                wrapper.set_autocommit(True)
        except Exception as error:
            errors.append(repr(error))
        finally:
            wrapper.close()

    threads = [threading.Thread(target=one_thread, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(errors)


def test_many_writers_in_many_processes_never_read_that_the_database_is_locked(connect, path, table):
    answers = spawn.Queue()
    others = [spawn.Process(target=write_many, args=(str(path), name, 40, answers)) for name in "abc"]
    for other in others:
        other.start()
    errors = [answers.get(timeout=60) for _ in others]
    for other in others:
        other.join(20)

    assert errors == [[], [], []]
    assert run(connect(), "SELECT count(*), count(DISTINCT b) FROM t") == [(720, 720)]


def test_opening_a_new_database_at_once_from_many_threads_works(path):
    from strandline.store.sqlcipher.base import DatabaseWrapper

    errors, start = [], threading.Barrier(8)

    def open_one():
        wrapper = DatabaseWrapper(database_settings(path), alias="own")
        start.wait()
        try:
            run(wrapper, "CREATE TABLE IF NOT EXISTS t (a)")
        except Exception as error:
            errors.append(repr(error))
        finally:
            wrapper.close()

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []


def test_who_writes_in_a_loop_lets_those_who_wait_in(tmp_path):
    greedy, patient = FileLock(str(tmp_path / "x")), FileLock(str(tmp_path / "x"))
    over, waits = threading.Event(), []

    def loop():
        while not over.is_set():
            greedy.take()
            time.sleep(0.002)
            greedy.free()

    thread = threading.Thread(target=loop)
    thread.start()
    for _ in range(20):
        started = time.monotonic()
        patient.take()
        waits.append(time.monotonic() - started)
        patient.free()
    over.set()
    thread.join()
    greedy.close()
    patient.close()

    assert max(waits) < 0.5
    assert sorted(waits)[10] < 0.05


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 and later; it is the point here
def test_a_forked_child_neither_holds_nor_frees_its_parents_lock(tmp_path):
    lock, other = FileLock(str(tmp_path / "x")), FileLock(str(tmp_path / "x"), deadline=0)
    lock.take()

    child = os.fork()
    if child == 0:
        lock.free()
        lock.close()
        os._exit(0 if not lock.is_held else 1)
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert lock.is_held
    with pytest.raises(LockTimeout):
        other.take()
    lock.close()
    other.take()
    other.close()


def test_taking_twice_and_freeing_twice_is_harmless(tmp_path):
    lock, other = FileLock(str(tmp_path / "x")), FileLock(str(tmp_path / "x"), deadline=0)

    lock.take()
    lock.take()
    lock.free()
    lock.free()

    other.take()
    assert (lock.is_held, other.is_held) == (False, True)
    other.close()
    lock.close()


def test_a_lock_that_cannot_be_opened_says_which(tmp_path):
    lock = FileLock(str(tmp_path / "missing" / "x"))

    with pytest.raises(OperationalError) as refused:
        lock.take()

    assert (
        str(refused.value)
        == f"The write lock {tmp_path}/missing/x.lock cannot be opened: No such file or directory."
    )


def test_a_backup_into_a_file_does_not_wait_for_the_lock(connect, table, tmp_path):
    writer, reader = connect(), connect(lock_deadline=0)
    begin(writer)

    run(reader, "VACUUM INTO %s", [str(tmp_path / "copy.db")])
    with pytest.raises(LockTimeout):
        run(reader, "VACUUM")
    writer.rollback()

    copy = connect(tmp_path / "copy.db")
    assert run(copy, "SELECT count(*) FROM t") == [(0,)]
    assert KEY not in (tmp_path / "copy.db").read_bytes()


def test_transactions_of_the_driver_begin_under_the_lock_too(connect, table):
    first, second = connect(), connect(lock_deadline=0)
    first.ensure_connection()
    first.set_autocommit(False)

    run(first, "INSERT INTO t (a) VALUES (1)")
    with pytest.raises(LockTimeout):
        run(second, "INSERT INTO t (a) VALUES (2)")
    first.commit()

    run(second, "INSERT INTO t (a) VALUES (2)")
    assert run(first, "SELECT a FROM t") == [(1,), (2,)]


def test_who_holds_it_sees_that_somebody_waits(tmp_path):
    path = tmp_path / "strandline.db"
    holder, other = FileLock(str(path)), FileLock(str(path), deadline=5)
    assert not holder.is_awaited
    holder.take()
    assert not holder.is_awaited
    waiting = threading.Thread(target=other.take)
    waiting.start()
    until = time.monotonic() + 5
    while not holder.is_awaited and time.monotonic() < until:
        time.sleep(0.01)

    assert holder.is_awaited
    holder.free()
    waiting.join(5)

    assert other.is_held
    assert not holder.is_awaited
    other.close()
    holder.close()
