from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django_tasks_db.models import DBTaskResult

from strandline.jobs import clock
from strandline.jobs.schedule import SCHEDULE
from strandline.jobs.slots import Every
from tests.cast import Cast

NIGHT = datetime(2026, 1, 16, 5, 0, tzinfo=UTC)
NAMES = [scheduled.name for scheduled in SCHEDULE]


def test_what_is_due_is_enqueued_once(cast: Cast) -> None:
    first = clock.enqueue_due(NIGHT)
    again = clock.enqueue_due(NIGHT + timedelta(seconds=20))

    assert (first, again) == (NAMES, [])
    assert DBTaskResult.objects.count() == len(NAMES)


def test_next_slot_is_enqueued_again(cast: Cast) -> None:
    seen: dict[str, str] = {}
    clock.enqueue_due(NIGHT, seen)

    later = clock.enqueue_due(NIGHT + timedelta(hours=1), seen)
    tomorrow = clock.enqueue_due(NIGHT + timedelta(days=1), seen)

    assert (later, tomorrow) == ([s.name for s in SCHEDULE if isinstance(s.when, Every)], NAMES)


def test_days_on_which_nothing_ran_are_not_made_up_for(cast: Cast) -> None:
    clock.enqueue_due(NIGHT)

    enqueued = clock.enqueue_due(NIGHT + timedelta(days=9))

    assert enqueued == NAMES


def test_clock_set_back_doubles_nothing(cast: Cast) -> None:
    clock.enqueue_due(NIGHT)
    clock.enqueue_due(NIGHT - timedelta(hours=2))

    enqueued = clock.enqueue_due(NIGHT)

    assert enqueued == []


def test_slot_and_task_are_kept_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the process is killed here")

    monkeypatch.setattr(type(SCHEDULE[0].task.get_backend()), "enqueue", broken)
    with pytest.raises(RuntimeError):
        clock.enqueue_due(NIGHT)
    monkeypatch.undo()

    assert clock.enqueue_due(NIGHT) == NAMES


@pytest.mark.django_db(transaction=True)
def test_many_processes_enqueue_a_slot_once() -> None:
    together = threading.Barrier(4)
    enqueued: list[str] = []

    def one() -> None:
        together.wait()
        enqueued.extend(clock.enqueue_due(NIGHT))
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(enqueued) == sorted(NAMES)
    assert DBTaskResult.objects.count() == len(NAMES)
