"""Somebody who answers many questions one after another, in this process or in one beside it.

What is told and what is stored take about as long: two processors do both at once. The other process asks no database;
it is handed a task and hands back rows.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Queue
from typing import Any, Protocol

# Answers that wait to be stored: more of them fill the memory and make nothing faster.
_AHEAD = 4
_ENDS = 10  # seconds


class Answer:
    """What was answered, piece by piece; `value` once all of it was taken."""

    def __init__(self, told: Generator[Any, None, Any]) -> None:
        self._told = told
        self.value: Any = None

    def __iter__(self) -> Iterator[Any]:
        self.value = yield from self._told


class Asked(Protocol):
    """Somebody who answers. A question is answered once the one before it is."""

    def ask(self, method: str, *given: Any) -> Answer:
        """Let a method begin to answer."""


class Here:
    """Whoever answers does so in this process, when the answer is taken."""

    def __init__(self, who: Any) -> None:
        self._who = who

    def ask(self, method: str, *given: Any) -> Answer:
        """Let a method begin to answer."""
        return Answer(getattr(self._who, method)(*given))


class StoppedBeside(RuntimeError):
    """The process beside this one ended before it had answered."""


class Beside:
    """Whoever answers does so in another process, a little ahead of who takes the answers."""

    def __init__(self, pipe: Connection, task: Any) -> None:
        self._pipe = pipe
        self._send(task)
        self._told: Queue[tuple[bool, Any] | None] = Queue(_AHEAD)
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, method: str, *given: Any) -> Answer:
        """Let a method begin to answer."""
        self._send((method, given))
        return Answer(self._answer())

    def _send(self, told: Any) -> None:
        with suppress(OSError):  # what ended the other process is told where its answer is awaited
            self._pipe.send(told)

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._told.put(self._pipe.recv())
        self._told.put(None)

    def _answer(self) -> Generator[Any, None, Any]:
        while told := self._told.get():
            is_last, piece = told
            if is_last:
                return piece
            yield piece
        raise StoppedBeside("The process that tells the demo ended early. Run the command again.")


@contextmanager
def beside(make: str) -> Iterator[Callable[[Any], Beside]]:
    """Have a process beside this one get ready, which takes it seconds; handed a task, it makes of it who answers, as
    "module:name" says.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, make), daemon=True)
    process.start()
    theirs.close()
    try:
        yield lambda task: Beside(ours, task)
    finally:
        process.terminate()
        process.join(_ENDS)
        ours.close()


def _serve(pipe: Connection, make: str) -> None:
    """Answer until nobody asks any more. Whoever stops the command stops it here by closing the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django

    django.setup()
    # Before there is a task: it comes once others have done what takes them as long.
    import_module(make.partition(":")[0])
    with suppress(EOFError, BrokenPipeError):
        answer(pipe, make)


def answer(pipe: Connection, make: str) -> None:
    """Answer what comes through a pipe: first the task, then questions."""
    module, _, name = make.partition(":")
    maker: Callable[[Any], Any] = getattr(import_module(module), name)
    who = maker(pipe.recv())
    while True:
        method, given = pipe.recv()
        told = Answer(getattr(who, method)(*given))
        for piece in told:
            pipe.send((False, piece))
        pipe.send((True, told.value))
