"""The group writer: one thread that puts many durable actions into one commit and answers each after it.

Waiting for the disk is what a durable write costs, and sixty-four writes can wait together. An action handed in here is
written for many: it takes a list and gives one answer each. If it raises, the group is halved until the bad one stands
alone with its own error; the others are stored. What belongs together belongs into one action, for different actions
of one group may be carried out in another order than they were handed in.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from strandline.store import attempts, bulk, upkeep
from strandline.store.attempts import Action, Attempt, BrokenTransaction
from strandline.store.errors import DISK_FULL, NotSaved, storage_trouble
from strandline.store.tally import Tally

__all__ = ["NotSaved", "Tally", "Writer", "get", "stop_all"]

T = TypeVar("T")
R = TypeVar("R")

MOST = 64  # PROMISES section 4
PATIENCE = 0.005  # seconds a group may be kept open for those on their way
GLANCE = 0.001  # seconds between two looks at how many have come
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    action: Action
    one: Any
    future: Future[Any]

    def answer(self, value: Any, error: BaseException | None) -> None:
        if error is None:
            self.future.set_result(value)
        else:
            self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Answer:
    job: _Job
    value: Any = None
    error: BaseException | None = None


class Writer:
    """Collects actions and commits them together; `inline` carries each out at once in the caller's thread.

    Only durable actions are handed in. Inside a transaction nothing can be: the writer would wait for the caller, and
    the caller for the writer; in a test that runs in one, the action joins it instead.
    """

    def __init__(
        self,
        *,
        alias: str = DEFAULT_DB_ALIAS,
        most: int = MOST,
        patience: float = PATIENCE,
        inline: bool = False,
    ) -> None:
        self.alias = alias
        self.most = most
        self.patience = patience
        self.is_inline = inline
        self.tally = Tally()
        self._pid = os.getpid()
        self._gate = threading.Lock()
        self._turn = threading.Lock()  # held by whoever commits: the writer's thread, or a caller's
        self._is_wanted = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._is_ending = False
        self._trouble: str | None = None

    def submit(self, action: Callable[[list[T]], Sequence[R]], one: T) -> Future[R]:
        """Hand in one; the answer is there once it is durable. The future raises NotSaved when disk or server fail."""
        future: Future[R] = Future()
        job = _Job(action, one, future)
        if self._joins_caller():
            _carry_out(job)
            return future
        if self._pid != os.getpid():
            raise RuntimeError(
                f"This writer belongs to process {self._pid}: ask store.writer.get() for yours."
            )
        with self._gate:
            if self._is_closed:
                future.set_exception(NotSaved("Not saved: the service is stopping. Try again in a minute."))
                return future
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"writer-{self.alias}", daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return future

    def write(self, action: Callable[[list[T]], Sequence[R]], one: T) -> R:
        """Hand in one and wait for its answer; alone, the caller commits it itself, in its own connection.

        Nobody waits for another thread then, and what the connection has read it still has: on SQLCipher another one's
        commit empties its cache. Raises NotSaved when disk or server fail.
        """
        is_alone = not (
            self._joins_caller() or self._is_closed or self._is_wanted or self._pid != os.getpid()
        )
        if not is_alone or not self._turn.acquire(blocking=False):
            return self.submit(action, one).result()
        try:
            job = _Job(action, one, Future())
            self.tally.note(1)
            self._write([job])
        finally:
            self._turn.release()
        return cast(R, job.future.result())

    def stop(self, timeout: float = 30) -> None:
        """Take nothing more, write what was handed in, close the connection."""
        with self._gate:
            was_closed, self._is_closed = self._is_closed, True
            if self._thread is None:
                return
            if not was_closed:
                self._jobs.put(None)
        self._thread.join(timeout)

    def _joins_caller(self) -> bool:
        if self.is_inline:
            return True
        blocks = connections[self.alias].atomic_blocks
        if not blocks:
            return False
        if getattr(blocks[-1], "_from_testcase", False):
            return True
        raise RuntimeError(
            "An action was handed to the writer inside a transaction, for which it would wait for ever."
        )

    def _run(self) -> None:
        while not self._is_ending and (first := self._jobs.get()) is not None:
            self._wait_for_others()
            group = [first] if first.future.set_running_or_notify_cancel() else []
            self._take_along(group)
            if group:
                # Whoever would commit alone makes way for those who wait.
                self._is_wanted = True
                with self._turn:
                    self._is_wanted = False
                    self._write(group, more=True)
                # Now, while those who were answered go: within a commit all would wait for the log to be moved.
                bulk.settle(connections[self.alias])
        connections[self.alias].close()

    def _wait_for_others(self) -> None:
        """Wait a moment for as many as came last time: alone nobody waits, in a rush all go together."""
        more = min(self.most, self.tally.groups[-1] if self.tally.groups else 1) - 1
        until = time.monotonic() + self.patience
        # Looked at now and then: to be woken by each of them would keep them from coming.
        while self._jobs.qsize() < more and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, GLANCE))

    def _take_along(self, group: list[_Job]) -> None:
        """Add those who have come meanwhile."""
        while len(group) < self.most and not self._is_ending:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._is_ending = True
            elif job.future.set_running_or_notify_cancel():
                group.append(job)

    def _write(self, group: list[_Job], *, more: bool = False) -> None:
        """Commit the group and answer each; nobody is answered before, nobody is left without."""
        trouble: str | None = None
        try:
            answers = self._commit(group, more=more)
            self._trouble = None
        except BaseException as error:
            self._abandon()
            trouble = storage_trouble(error)
            if trouble is None and len(group) > 1:
                self.tally.halved += 1
                half = len(group) // 2
                self._write(group[:half])
                self._write(group[half:])
                return
            told = self._not_saved(trouble, error) if trouble else _unwrapped(error)
            answers = [_Answer(job, error=told) for job in group]
        for answer in answers:
            answer.job.answer(answer.value, answer.error)
        if trouble == DISK_FULL and connections[self.alias].vendor == "sqlite":
            upkeep.make_room(self.alias)

    def _commit(self, group: list[_Job], *, more: bool) -> list[_Answer]:
        connection = connections[self.alias]
        connection.close_if_unusable_or_obsolete()
        attempts.begin(connection)
        if more:
            self._take_along(group)
            self.tally.note(len(group))
        kinds: dict[Action, list[_Job]] = {}
        for job in group:
            kinds.setdefault(job.action, []).append(job)
        # Nearly always one action has the transaction to itself, and needs no savepoint.
        attempt = attempts.alone if len(kinds) == 1 else attempts.beside
        answers = [
            answer
            for action, jobs in kinds.items()
            for answer in self._act(connection, action, jobs, attempt)
        ]
        connection.commit()
        try:
            connection.set_autocommit(True)
        except BaseException:
            # It is stored: what was to happen after the commit failed, and must not turn the answers.
            log.exception("A step after the commit failed.")
            self._abandon()
        return answers

    def _act(
        self, connection: BaseDatabaseWrapper, action: Action, jobs: list[_Job], attempt: Attempt
    ) -> list[_Answer]:
        try:
            values = attempt(connection, action, [job.one for job in jobs])
        except BrokenTransaction:
            raise
        except BaseException as error:
            if storage_trouble(error):
                raise
            if len(jobs) == 1:
                return [_Answer(jobs[0], error=error)]
        else:
            return [_Answer(job, value) for job, value in zip(jobs, values, strict=True)]
        self.tally.halved += 1
        middle = len(jobs) // 2
        halves = (jobs[:middle], jobs[middle:])
        return [answer for half in halves for answer in self._act(connection, action, half, attempts.beside)]

    def _abandon(self) -> None:
        """Drop the connection, whatever state it is in: closing rolls back and frees the lock; the next one is fresh."""
        raw = connections[self.alias].connection
        try:
            if raw is not None:
                raw.close()
        except Exception:
            log.warning("A broken connection could not be closed.", exc_info=True)
        del connections[self.alias]

    def _not_saved(self, trouble: str, error: BaseException) -> NotSaved:
        self.tally.not_saved += 1
        if trouble != self._trouble:  # once, not for each: the log may lie on the same full disk
            log.error("Not saved: %s", trouble)
        self._trouble = trouble
        return _not_saved(trouble, error)


def _carry_out(job: _Job) -> None:
    job.future.set_running_or_notify_cancel()
    try:
        values = job.action([job.one])
        if len(values) != 1:
            raise RuntimeError(f"{attempts.name_of(job.action)} gave {len(values)} answers for 1.")
    except Exception as error:
        trouble = storage_trouble(error)
        job.future.set_exception(_not_saved(trouble, error) if trouble else error)
    else:
        job.future.set_result(values[0])


def _unwrapped(error: BaseException) -> BaseException:
    return error.__cause__ or error if isinstance(error, BrokenTransaction) else error


def _not_saved(trouble: str, error: BaseException) -> NotSaved:
    refusal = NotSaved(f"Not saved: {trouble.rstrip('.')}.")
    refusal.__cause__ = error
    return refusal


_writers: dict[str, Writer] = {}
_registry = threading.Lock()


def get(alias: str = DEFAULT_DB_ALIAS) -> Writer:
    """Give this process its writer, starting it when first used. STRANDLINE_WRITER = "inline" does without a thread."""
    with _registry:
        if (writer := _writers.get(alias)) is None:
            inline = getattr(settings, "STRANDLINE_WRITER", "thread") == "inline"
            writer = _writers[alias] = Writer(alias=alias, inline=inline)
        return writer


def use_inline(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Do without a thread in this process: for commands, which do one thing and end."""
    with _registry:
        before, _writers[alias] = _writers.get(alias), Writer(alias=alias, inline=True)
    if before is not None:
        before.stop()


def stop_all() -> None:
    """Write what was handed in and stop; the next `get` starts anew."""
    with _registry:
        stopping = list(_writers.values())
        _writers.clear()
    for writer in stopping:
        writer.stop()


def _forget_parents() -> None:
    """A forked child has the parent's writers but not their threads."""
    global _registry
    _registry = threading.Lock()
    _writers.clear()


os.register_at_fork(after_in_child=_forget_parents)
atexit.register(stop_all)
