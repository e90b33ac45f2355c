"""The queue: claiming a task, what becomes of it, and putting back what a killed worker left.

It works on the tables of django-tasks-db, which has neither retries nor a sweeper of its own.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from strandline.store import alive

from .retries import retries_of

# A task whose worker is killed is put back, but not for ever: it may be what kills the worker.
MOST_KILLS = 5
log = structlog.get_logger("strandline.jobs")
Row = Any  # django-tasks-db gives its model no usable type


def claim(worker: str, queues: Iterable[str]) -> Row | None:
    """Take the next task that is ready, so that no other worker does; None when there is none."""
    ready = DBTaskResult.objects.ready().filter(queue_name__in=list(queues))
    if not ready.exists():  # no lock is taken to find out that there is nothing to do
        return None
    with exclusive_transaction():
        row = ready.get_locked()
        if row is not None:
            row.claim(worker)
    return row


def work_off(row: Row) -> None:
    """Run one claimed task; if it fails, set it for another try, or let it stand as failed."""
    try:
        task = row.task
        value = task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.set_successful(value)
    except Exception as error:
        retries = retries_of(row.task.func) if _is_known(row) else None
        pause = retries.pause_after(len(row.worker_ids)) if retries else None
        _note(row, error)
        if pause is None:
            _settle(row, TaskResultStatus.FAILED)
            log.error("task failed", task=row.task_path, error=type(error).__name__, exc_info=error)
        else:
            _settle(row, TaskResultStatus.READY, after=timezone.now() + pause)
            log.warning("task will be tried again", task=row.task_path, error=type(error).__name__)


def sweep() -> int:
    """Put back the tasks whose worker is gone; return how many. Each is put back once, whoever sweeps."""
    swept = 0
    for row in DBTaskResult.objects.running():
        if row.worker_ids and alive.is_up(row.worker_ids[-1]):
            continue
        with transaction.atomic(durable=True):
            again = DBTaskResult.objects.select_for_update().running().filter(pk=row.pk).first()
            if again is None or again.worker_ids != row.worker_ids:
                continue
            most = max(MOST_KILLS, retries_of(row.task.func).most if _is_known(row) else 1)
            gone = len(row.worker_ids) >= most
            again.traceback = "Its worker was killed."
            _settle(again, TaskResultStatus.FAILED if gone else TaskResultStatus.READY)
        log.warning("task was left by its worker", task=row.task_path)
        swept += 1
    return swept


def _is_known(row: Row) -> bool:
    """Tell whether this version still has the task; one that was enqueued before an update may be gone."""
    try:
        return row.task is not None
    except Exception:
        return False


def _note(row: Row, error: BaseException) -> None:
    """Keep of an error its kind and its places in the code, never its words: they may quote what someone typed."""
    row.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    places = traceback.extract_tb(error.__traceback__)
    row.traceback = "\n".join(f"{place.name}, line {place.lineno}" for place in places)


def _settle(row: Row, status: TaskResultStatus, *, after: datetime | None = None) -> None:
    row.status = status
    row.finished_at = timezone.now() if status is TaskResultStatus.FAILED else None
    if after is not None:
        row.run_after = after
    row.save(update_fields=["status", "finished_at", "run_after", "exception_class_path", "traceback"])
