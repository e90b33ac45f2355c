"""The clock: it enqueues what is due, each slot once among all processes, and does no work itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from django.db import close_old_connections, connections, transaction

from strandline.organisation.branches import queries as branches
from strandline.organisation.receipts import actions as receipts

from .schedule import SCHEDULE, Scheduled

# The clock looks this often. It asks what time it is each time, so a machine that slept, or a clock that was set,
# loses nothing and doubles nothing.
LOOK_SECONDS = 20
log = structlog.get_logger("strandline.jobs")


class Clock:
    """Looks at the schedule every few seconds, in a thread of its own."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._seen: dict[str, str] = {}
        self._turn = threading.Lock()

    def start(self) -> None:
        """Look now, and from now on."""
        self._scheduler.add_job(
            self.look,
            "interval",
            seconds=LOOK_SECONDS,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Look no more."""
        self._scheduler.shutdown(wait=True)

    def look(self) -> None:
        """Enqueue what has become due since the last look."""
        close_old_connections()
        try:
            with self._turn:
                enqueue_due(datetime.now(UTC), self._seen)
        except Exception as error:
            log.error("the clock could not enqueue", error=type(error).__name__, exc_info=error)
            connections.close_all()


def enqueue_due(now: datetime, seen: dict[str, str] | None = None) -> list[str]:
    """Enqueue each scheduled task whose latest slot nobody has taken yet; return their names.

    What was due while nothing ran is done once, not as often as it was missed. `seen` keeps the slots that are known
    to be taken, so that most looks ask the database nothing.
    """
    known = {} if seen is None else seen
    made = branches.organisation()
    zone = ZoneInfo(made.time_zone if made else "UTC")
    enqueued = []
    for scheduled in SCHEDULE:
        slot = scheduled.when.latest(now, zone)
        if known.get(scheduled.name) == slot:
            continue
        if _enqueue(scheduled, slot, now):
            enqueued.append(scheduled.name)
        known[scheduled.name] = slot
    return enqueued


def _enqueue(scheduled: Scheduled, slot: str, now: datetime) -> bool:
    """Take the slot and enqueue its task in one transaction: both or neither, whatever happens to the process."""
    with transaction.atomic(durable=True):
        if not receipts.claim_slot(name=scheduled.name, slot=slot, at=now):
            return False
        scheduled.task.enqueue()
    return True
