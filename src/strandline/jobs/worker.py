"""The worker: a thread for each queue, the sweeper, and the clock, in one process that ends when it is told to."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, connections

from strandline.ledger.capacity import actions as capacity
from strandline.organisation.notices import actions as notices
from strandline.steady.interchange import actions as interchange
from strandline.store import alive
from strandline.store.upkeep import Upkeep

from . import queue
from .clock import Clock
from .post import Post

# How long a queue rests when it found nothing, and how often tasks of killed workers are looked for.
IDLE_SECONDS = 0.5
SWEEP_SECONDS = 15.0
# Whoever waits for a link looks at their mail for longer than this; and it is a question to the database each time.
POST_SECONDS = 2.0
log = structlog.get_logger("strandline.jobs")


class Worker:
    """One process's work: `run` returns after `stop`, when every queue has finished the task it was at."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._ended = threading.Event()
        # The server names itself: asked only here, a server that is gone already would not be missed.
        self._parent = int(os.environ.get("STRANDLINE_SERVER", "0")) or os.getppid()

    def run(self) -> None:
        """Work until told to stop, or until the server that started this process is gone."""
        sign = alive.Sign(self.name)
        sign.raise_()
        clock = Clock()
        upkeep = Upkeep() if connection.vendor == "sqlite" else None
        threads = [
            threading.Thread(target=self._again, args=(work, pause), name=name)
            for name, work, pause in (
                *((f"queue-{name}", self._one_of(name), IDLE_SECONDS) for name in self._queues()),
                ("sweeper", self._sweep, SWEEP_SECONDS),
                ("imports", self._imports, IDLE_SECONDS),
                ("what-ifs", self._what_ifs, IDLE_SECONDS),
                ("post", Post(self.name).deliver, POST_SECONDS),
            )
        ]
        try:
            for thread in threads:
                thread.start()
            clock.start()
            if upkeep is not None:
                upkeep.start()
            while not self._ended.wait(1.0) and os.getppid() == self._parent:
                pass
        finally:
            self._ended.set()
            clock.stop()
            for thread in threads:
                thread.join()
            if upkeep is not None and upkeep.is_alive():
                upkeep.stop()
            sign.lower()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the tasks under way and end."""
        self._ended.set()

    @staticmethod
    def _queues() -> list[str]:
        return list(settings.TASKS["default"]["QUEUES"])

    def _one_of(self, name: str) -> Callable[[], bool]:
        def work() -> bool:
            row = queue.claim(self.name, [name])
            if row is not None:
                queue.work_off(row)
            return row is not None

        return work

    def _imports(self) -> bool:
        return interchange.carry_on(worker=self.name, is_up=alive.is_up, at=datetime.now(UTC))

    @staticmethod
    def _what_ifs() -> bool:
        return capacity.work_off(at=datetime.now(UTC))

    @staticmethod
    def _sweep() -> bool:
        queue.sweep()
        notices.free_leases(is_up=alive.is_up)
        return False

    def _again(self, work: Callable[[], bool], pause: float) -> None:
        """Do a piece of work again and again; rest when there was none, longer when the database is in trouble."""
        trouble = 0
        while not self._ended.is_set():
            close_old_connections()
            try:
                rest = 0.0 if work() else pause
                trouble = 0
            except Exception as error:
                trouble += 1
                rest = min(60.0, pause * 2**trouble)
                log.error("background work is in trouble", error=type(error).__name__, exc_info=error)
                connections.close_all()
            self._ended.wait(rest)
        connections.close_all()


def main() -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    worker.run()
