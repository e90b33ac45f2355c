"""The group writer: one commit for many, each with an answer of its own, and none before it is durable."""

import contextlib
import os
import threading
import time
from concurrent.futures import Future, wait

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import override_settings

from strandline.store import bulk, writer
from strandline.store.lock import FileLock

from .sheets import (  # noqa: F401 -- fixtures
    ALIAS,
    Refused,
    _no_calls,
    alias,
    calls,
    execute,
    making,
    outcome,
    sign_up,
    stored,
    submit_while_busy,
    too_few,
)


def test_one_is_stored_and_answered(make):
    future = make().submit(sign_up, "Amina")

    assert future.result(5) == "AMINA"
    assert stored() == ["Amina"]


def test_those_who_wait_together_go_into_one_commit_and_one_call(make):
    one = make()

    futures = submit_while_busy(one, [(sign_up, f"n{i:02}") for i in range(20)])

    assert [f.result() for f in futures] == [f"N{i:02}" for i in range(20)]
    assert calls == [[f"n{i:02}" for i in range(20)]]
    assert one.tally.groups == [20]


def test_a_group_has_at_most_its_size(make):
    one = make(most=8)

    submit_while_busy(one, [(sign_up, f"n{i:02}") for i in range(20)])

    assert one.tally.groups == [8, 8, 4]
    assert len(stored()) == 20


def test_the_bad_one_stands_alone_and_the_others_are_stored(make):
    one = make()
    names = [f"n{i:02}" for i in range(16)]
    names[5] = "bad"

    futures = submit_while_busy(one, [(sign_up, name) for name in names])

    answers = [outcome(f) for f in futures]
    assert repr(answers[5]) == "Refused('bad')"
    assert [a for i, a in enumerate(answers) if i != 5] == [n.upper() for n in names if n != "bad"]
    assert stored() == sorted(n for n in names if n != "bad")
    assert [len(call) for call in calls] == [16, 8, 4, 4, 2, 1, 1, 2, 8]
    assert one.tally.halved == 4


def test_one_that_another_made_impossible_is_told_so(make):
    futures = submit_while_busy(make(), [(sign_up, name) for name in ("twin", "other", "twin")])

    answers = [outcome(f) for f in futures]

    assert answers[:2] == ["TWIN", "OTHER"]
    assert isinstance(answers[2], IntegrityError)
    assert stored() == ["other", "twin"]


@transaction.atomic(using=ALIAS, durable=True)
def adopt(parents):
    for parent in parents:
        execute("INSERT INTO child VALUES (%s)", [parent])
    return ["adopted"] * len(parents)


def test_what_only_the_commit_refuses_is_found_too(make):
    execute("INSERT INTO sheet (id, name) VALUES (1, 'parent')")

    futures = submit_while_busy(make(), [(adopt, 1), (adopt, 99), (sign_up, "Amina"), (adopt, 1)])

    answers = [outcome(f) for f in futures]
    assert [answers[0], *answers[2:]] == ["adopted", "AMINA", "adopted"]
    assert isinstance(answers[1], IntegrityError)
    assert execute("SELECT sheet FROM child") == [(1,), (1,)]
    assert stored() == ["Amina", "parent"]


def test_an_action_that_gives_too_few_answers_stores_nothing(make):
    futures = submit_while_busy(make(), [(too_few, "a"), (sign_up, "b"), (too_few, "c")])

    assert [str(outcome(f)) for f in futures] == [
        "too_few gave 0 answers for 1.",
        "B",
        "too_few gave 0 answers for 1.",
    ]
    assert stored() == ["b"]


@transaction.atomic(using=ALIAS, savepoint=False)
def step(name):
    execute("INSERT INTO sheet (name) VALUES (%s)", [name])
    raise Refused(name)


@transaction.atomic(using=ALIAS, durable=True)
def catches_a_refusal(names):
    for name in names:
        with contextlib.suppress(Refused):
            step(name)
    return ["fine"] * len(names)


def test_a_refusal_caught_on_its_way_is_not_answered_as_if_it_were_stored(make):
    futures = submit_while_busy(make(), [(catches_a_refusal, "a"), (sign_up, "b")])

    assert (
        str(outcome(futures[0]))
        == "catches_a_refusal caught the refusal of one of its steps: nothing was stored."
    )
    assert outcome(futures[1]) == "B"
    assert stored() == ["b"]


def test_an_item_that_fails_in_a_block_of_its_own_is_the_actions_affair(make):
    @transaction.atomic(using=ALIAS, durable=True)
    def each_alone(names):
        answers = []
        for name in names:
            try:
                with transaction.atomic(using=ALIAS):
                    execute("INSERT INTO sheet (name) VALUES (%s)", [name])
                    if name == "bad":
                        raise Refused(name)
                    answers.append("stored")
            except Refused:
                answers.append("refused")
        return answers

    futures = submit_while_busy(make(), [(each_alone, "a"), (each_alone, "bad")])

    assert [outcome(f) for f in futures] == ["stored", "refused"]
    assert stored() == ["a"]


def test_a_repeat_found_by_its_token_may_answer_with_what_was_stored_before(make):
    def once(names):
        try:
            return sign_up(names)
        except IntegrityError:
            return ["as before"] * len(names)

    execute("INSERT INTO sheet (name) VALUES ('a')")

    assert make().submit(once, "a").result(5) == "as before"


def test_an_action_without_a_transaction_of_its_own_is_all_or_nothing_too(make):
    futures = submit_while_busy(make(), [(sign_up.__wrapped__, n) for n in ("a", "bad", "c")])

    assert [str(outcome(f)) for f in futures] == ["A", "bad", "C"]
    assert stored() == ["a", "c"]


def test_what_follows_the_commit_follows_it_once_and_only_for_what_was_stored(make):
    told = []

    @transaction.atomic(using=ALIAS, durable=True)
    def with_hook(names):
        for name in names:
            transaction.on_commit(lambda name=name: told.append((name, name in stored())), using=ALIAS)
        return sign_up.__wrapped__(names)

    futures = submit_while_busy(make(), [(with_hook, n) for n in ("a", "bad", "c")])
    time.sleep(0.05)

    assert [str(outcome(f)) for f in futures] == ["A", "bad", "C"]
    assert told == [("a", True), ("c", True)]


def test_a_step_after_the_commit_that_fails_does_not_turn_the_answer(make, caplog):
    @transaction.atomic(using=ALIAS, durable=True)
    def with_bad_hook(names):
        transaction.on_commit(lambda: 1 / 0, using=ALIAS)
        return sign_up.__wrapped__(names)

    one = make()
    first = one.submit(with_bad_hook, "a").result(5)
    second = one.submit(sign_up, "b").result(5)

    assert (first, second) == ("A", "B")
    assert stored() == ["a", "b"]
    assert "A step after the commit failed." in caplog.text


def test_nobody_is_answered_before_the_commit(make):
    seen = []

    @transaction.atomic(using=ALIAS, durable=True)
    def looks(names):
        seen.append(any(f.done() for f in futures))
        return names

    futures: list[Future] = []
    one = make()
    lock = FileLock(str(connections.settings[ALIAS]["NAME"]))
    lock.take()
    futures += [one.submit(sign_up, "a"), one.submit(looks, "b")]
    lock.close()
    wait(futures, timeout=5)

    assert seen == [False]


def test_many_threads_at_once_are_all_stored_once(make):
    one = make()
    names = [f"{t}-{i}" for t in range(16) for i in range(25)]
    answers: list[str] = []

    def client(number):
        for i in range(25):
            answers.append(one.submit(sign_up, f"{number}-{i}").result(20))

    threads = [threading.Thread(target=client, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == sorted(n.upper() for n in names)
    assert stored() == sorted(names)
    assert sum(one.tally.groups) == one.tally.jobs == 400
    assert len(one.tally.groups) < 200


def test_whoever_is_alone_commits_in_their_own_thread_and_connection(make):
    here = []

    @transaction.atomic(using=ALIAS, durable=True)
    def notes_thread(names):
        here.append(threading.current_thread())
        return sign_up.__wrapped__(names)

    one = make()
    answer = one.write(notes_thread, "a")
    with pytest.raises(Refused):
        one.write(notes_thread, "bad")

    assert (answer, stored()) == ("A", ["a"])
    assert set(here) == {threading.current_thread()}
    assert not connections[ALIAS].in_atomic_block
    assert connections[ALIAS].get_autocommit()


def test_whoever_is_not_alone_goes_with_the_group(make):
    here = []

    @transaction.atomic(using=ALIAS, durable=True)
    def notes_thread(names):
        here.append((threading.current_thread().name, sorted(names)))
        return names

    one = make()
    with one._turn:
        asking = [threading.Thread(target=one.write, args=(notes_thread, name)) for name in "ab"]
        for thread in asking:
            thread.start()
        until = time.monotonic() + 10
        while one._jobs.qsize() + one._is_wanted < 2 and time.monotonic() < until:
            time.sleep(0.005)
    for thread in asking:
        thread.join(10)

    assert here == [(f"writer-{ALIAS}", ["a", "b"])]
    assert one.tally.groups == [2]


def test_a_stopped_writer_takes_nothing_from_whoever_is_alone_either(make):
    one = make()
    one.stop()

    with pytest.raises(writer.NotSaved):
        one.write(sign_up, "a")

    assert stored() == []


def test_many_threads_that_write_alone_or_together_are_all_stored_once(make):
    one = make()

    def client(number):
        for i in range(20):
            one.write(sign_up, f"{number}-{i}")

    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stored() == sorted(f"{n}-{i}" for n in range(8) for i in range(20))
    assert sum(one.tally.groups) == one.tally.jobs == 160


@pytest.mark.parametrize("much", [1, 10_000])
def test_a_log_that_grew_is_moved_into_the_file_between_two_groups(make, monkeypatch, much):
    monkeypatch.setattr(bulk, "_MUCH_PAGES", much)
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    one = make()

    one.submit(sign_up, "a").result(5)
    one.stop()

    ((_, logged, moved),) = execute("PRAGMA wal_checkpoint(NOOP)")
    assert logged > 0
    assert moved == (logged if much == 1 else 0)
    assert stored() == ["a"]


def test_inline_is_durable_in_the_callers_thread(make):
    here = []

    @transaction.atomic(using=ALIAS, durable=True)
    def notes_thread(names):
        here.append(threading.current_thread())
        return sign_up.__wrapped__(names)

    one = make(inline=True)
    done = one.submit(notes_thread, "a")
    refused = one.submit(notes_thread, "bad")

    assert (done.done(), done.result()) == (True, "A")
    assert isinstance(refused.exception(), Refused)
    assert here == [threading.current_thread()] * 2
    assert stored() == ["a"]


def test_inline_tells_a_failing_disk_as_the_thread_does(make, monkeypatch):
    def full(names):
        raise OSError(28, "No space left on device")

    future = make(inline=True).submit(full, "a")

    assert str(future.exception()) == "Not saved: the disk is full."
    assert str(make(inline=True).submit(too_few, "a").exception()) == "too_few gave 0 answers for 1."


def test_handing_in_from_inside_a_transaction_is_a_defect_that_is_named(make):
    with transaction.atomic(using=ALIAS), pytest.raises(RuntimeError) as refused:
        make().submit(sign_up, "a")

    assert str(refused.value) == (
        "An action was handed to the writer inside a transaction, for which it would wait for ever."
    )


def test_in_a_test_that_runs_in_a_transaction_the_action_joins_it(make):
    block = transaction.atomic(using=ALIAS)
    block._from_testcase = True
    block.__enter__()

    answer = make().submit(sign_up, "a").result(1)
    transaction.set_rollback(True, using=ALIAS)
    block.__exit__(None, None, None)

    assert answer == "A"
    assert stored() == []


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 and later; it is the point here
def test_each_process_has_its_own_writer(monkeypatch):
    settle, is_settled = bulk.settle, threading.Event()
    monkeypatch.setattr(bulk, "settle", lambda connection: (settle(connection), is_settled.set()))
    try:
        mine = writer.get(ALIAS)
        assert writer.get(ALIAS) is mine
        assert mine.submit(sign_up, "parent").result(5) == "PARENT"
        # A child that is born while the thread is inside SQLite waits for ever for what that thread held.
        assert is_settled.wait(5)
        told_read, told_write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                connections[ALIAS].inc_thread_sharing()
                connections[ALIAS].connection = None  # the parent's; a forked server opens its own
                refusal = "none"
                try:
                    mine.submit(sign_up, "x")
                except RuntimeError as error:
                    refusal = str(error).partition(":")[0].replace(str(os.getppid()), "PARENT")
                answer = writer.get(ALIAS).submit(sign_up, "child").result(5)
                os.write(told_write, f"{refusal}|{answer}|{writer.get(ALIAS) is mine}".encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        told = os.read(told_read, 1000).decode()
        os.close(told_read)
        os.close(told_write)
    finally:
        writer.stop_all()

    assert told == "This writer belongs to process PARENT|CHILD|False"
    assert stored() == ["child", "parent"]


def test_settings_and_commands_may_do_without_a_thread():
    try:
        with override_settings(STRANDLINE_WRITER="inline"):
            assert writer.get(ALIAS).is_inline
        writer.stop_all()
        assert not writer.get(ALIAS).is_inline
        assert writer.get(ALIAS).submit(sign_up, "a").result(5) == "A"
        writer.use_inline(ALIAS)
        assert writer.get(ALIAS).is_inline
    finally:
        writer.stop_all()
