"""The group writer when lock, disk, action or process fail: told at once, nothing answered is lost, it goes on."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import wait

from django.db import connections

from strandline.store import upkeep
from strandline.store.errors import LockTimeout, NotSaved
from strandline.store.lock import FileLock

from .sheets import (  # noqa: F401 -- fixtures
    ALIAS,
    _no_calls,
    alias,
    execute,
    making,
    outcome,
    sign_up,
    stored,
    submit_while_busy,
)


def test_the_lock_has_a_deadline_and_the_writer_goes_on_afterwards(make):
    connections.settings[ALIAS]["OPTIONS"]["lock_deadline"] = 0.2
    one = make()
    lock = FileLock(str(connections.settings[ALIAS]["NAME"]))
    lock.take()

    refused = one.submit(sign_up, "a").exception(5)
    lock.close()

    assert isinstance(refused, NotSaved)
    assert isinstance(refused.__cause__, LockTimeout)
    assert one.submit(sign_up, "b").result(5) == "B"
    assert stored() == ["b"]


def test_an_action_that_leaves_the_connection_broken_does_not_harm_the_others(make):
    def closes(names):
        sign_up(names)
        connections[ALIAS].connection.close()
        return names

    one = make()
    futures = submit_while_busy(one, [(sign_up, "a"), (closes, "b"), (sign_up, "c")])

    assert outcome(futures[0]) == "A"
    assert isinstance(outcome(futures[1]), Exception)
    assert outcome(futures[2]) == "C"
    assert one.submit(sign_up, "d").result(5) == "D"
    assert stored() == ["a", "c", "d"]


def test_an_action_that_ends_its_thread_is_answered_and_the_writer_lives(make):
    def leaves(names):
        raise SystemExit(3)

    one = make()

    assert isinstance(one.submit(leaves, "a").exception(5), SystemExit)
    assert one.submit(sign_up, "b").result(5) == "B"


def test_a_cancelled_one_is_not_written(make):
    one = make()
    lock = FileLock(str(connections.settings[ALIAS]["NAME"]))
    lock.take()
    first = one.submit(sign_up, "a")
    time.sleep(0.05)
    second, third = one.submit(sign_up, "b"), one.submit(sign_up, "c")
    cancelled = second.cancel()
    lock.close()
    wait([first, third], timeout=5)

    assert cancelled
    assert stored() == ["a", "c"]


def test_stopping_writes_what_was_handed_in_and_takes_nothing_more(make):
    one = make(most=4)
    lock = FileLock(str(connections.settings[ALIAS]["NAME"]))
    lock.take()
    futures = [one.submit(sign_up, f"n{i}") for i in range(10)]
    stopping = threading.Thread(target=one.stop)
    stopping.start()
    time.sleep(0.05)
    late = one.submit(sign_up, "late")
    lock.close()
    stopping.join(10)

    assert [f.result(0) for f in futures] == [f"N{i}" for i in range(10)]
    assert isinstance(late.exception(0), NotSaved)
    assert stored() == [f"n{i}" for i in range(10)]
    one.stop()


def test_a_full_disk_is_told_at_once_frees_the_reserve_and_heals(make, path):
    """SQLite itself is told that the file may not grow: the same code, SQLITE_FULL, as a disk without room."""
    upkeep.make_ballast(path.parent, size=1 << 20)
    connections.settings[ALIAS]["OPTIONS"]["init_command"] = "PRAGMA max_page_count=8"
    one = make()
    answers = []

    started = time.monotonic()
    for i in range(200):
        answers.append(outcome(one.submit(sign_up, f"{i:03}" + "x" * 500)))
        if isinstance(answers[-1], NotSaved):
            break
    waited = time.monotonic() - started
    kept = stored()
    end = time.monotonic() + 5
    while upkeep.has_ballast(path.parent) and time.monotonic() < end:
        time.sleep(0.01)
    had_reserve = upkeep.has_ballast(path.parent)
    connections.settings[ALIAS]["OPTIONS"]["init_command"] = ""
    connections[ALIAS].close()
    one.stop()
    healed = make().submit(sign_up, "healed").result(5)

    assert str(answers[-1]) == "Not saved: the disk is full."
    assert waited < 2
    assert kept == [a.lower() for a in answers[:-1]]
    assert not had_reserve
    assert healed == "HEALED"
    assert one.tally.not_saved == 1


def test_a_disk_that_can_only_be_read_is_told(make):
    connections.settings[ALIAS]["OPTIONS"]["init_command"] = "PRAGMA query_only=ON"
    one = make()

    refused = one.submit(sign_up, "a").exception(5)

    assert str(refused) == "Not saved: the disk can only be read."
    assert stored() == []


KILLED = """
    import sys, threading
    import django
    from django.conf import settings
    from tests.store.conftest import database_settings
    settings.configure(USE_TZ=True, DATABASES={"default": database_settings(sys.argv[1])})
    django.setup()
    from django.db import connection, transaction
    from strandline.store.writer import Writer

    @transaction.atomic(durable=True)
    def sign_up(names):
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO sheet (name) VALUES (%s)", [(n,) for n in names])
        return names

    one = Writer()

    def client(number):
        i = 0
        while True:
            name = one.submit(sign_up, f"{sys.argv[2]}-{number}-{i}").result()
            sys.stdout.write(name + "\\n"); sys.stdout.flush()
            i += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
"""


def test_what_was_answered_before_a_kill_is_there_once(path):
    connections[ALIAS].close()
    answered = []
    for run in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(path), str(run)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, os.getcwd()]))},
        )
        lines = [process.stdout.readline()]  # it has begun
        time.sleep(0.2 + 0.13 * run)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().split(b"\n")[:-1]
        process.wait()
        process.stdout.close()
        answered += [line.decode().strip() for line in lines]

    there = stored()
    assert len(answered) > 100
    assert sorted(set(answered) - set(there)) == []
    assert len(there) == len(set(there))
    assert execute("PRAGMA integrity_check") == [("ok",)]


FAILING = """
    import resource, signal, sys, time
    import django
    from django.conf import settings
    from tests.store.conftest import database_settings
    settings.configure(USE_TZ=True, DATABASES={"default": database_settings(sys.argv[1])})
    django.setup()
    from django.db import connection, transaction
    from strandline.store.writer import NotSaved, Writer

    @transaction.atomic(durable=True)
    def sign_up(names):
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO sheet (name) VALUES (%s)", [(n,) for n in names])
        return names

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    one, told, slowest = Writer(), [], 0.0
    for i in range(600):
        if i == 200:  # from here on no file may grow beyond 200 kB: the system refuses the write
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        if i == 400:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        started = time.monotonic()
        try:
            one.submit(sign_up, f"{i:03}" + "x" * 1000).result()
            told.append("kept")
        except NotSaved as error:
            told.append(str(error))
        slowest = max(slowest, time.monotonic() - started)
    one.stop()
    names = [name[:3] for name, in connection.cursor().execute("SELECT name FROM sheet ORDER BY id")]
    print(names == [f"{i:03}" for i, t in enumerate(told) if t == "kept"])
    print(sorted(set(told)), set(told[:200]), set(told[-200:]), slowest < 2)
    print(connection.cursor().execute("PRAGMA integrity_check").fetchone())
"""


def test_a_disk_that_fails_is_told_at_once_and_nothing_answered_is_lost(path):
    connections[ALIAS].close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FAILING), str(path)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, os.getcwd()]))},
    )

    assert done.stdout.splitlines() == [
        "True",
        "['Not saved: the disk fails.', 'kept'] {'kept'} {'kept'} True",
        "('ok',)",
    ], done.stderr
