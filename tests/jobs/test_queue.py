from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from strandline.jobs import queue
from strandline.store import alive

from . import work

pytestmark = pytest.mark.django_db


def only() -> Any:
    return DBTaskResult.objects.get()


def test_claim_takes_what_is_ready_in_its_queues(tmp_path: Path) -> None:
    work.write.enqueue(str(tmp_path / "out"))

    elsewhere = queue.claim("one", ["long"])
    row = queue.claim("one", ["default"])
    again = queue.claim("two", ["default"])

    assert (elsewhere, again) == (None, None)
    assert row is not None
    assert (only().status, only().worker_ids) == ("RUNNING", ["one"])


def test_work_off_runs_the_task(tmp_path: Path) -> None:
    work.write.enqueue(str(tmp_path / "out"))

    queue.work_off(queue.claim("one", ["default"]))

    assert (tmp_path / "out").read_text() == "done\n"
    assert only().status == "SUCCESSFUL"


def test_task_that_says_nothing_fails_at_once() -> None:
    work.fail.enqueue("no")

    queue.work_off(queue.claim("one", ["default"]))

    assert (only().status, only().exception_class_path) == ("FAILED", "builtins.ValueError")


def test_retrying_task_waits_ever_longer_and_gives_up() -> None:
    work.fail_thrice.enqueue()
    waits = []

    for number in range(3):
        row = queue.claim(f"worker {number}", ["default"])
        began = timezone.now()
        queue.work_off(row)
        waits.append(round((only().run_after - began).total_seconds()) if only().status == "READY" else None)
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))

    assert waits == [40, 80, None]
    assert (only().status, len(only().worker_ids)) == ("FAILED", 3)
    assert queue.claim("worker 4", ["default"]) is None


def test_error_is_kept_without_its_words() -> None:
    work.fail_thrice.enqueue()

    queue.work_off(queue.claim("one", ["default"]))

    assert only().exception_class_path == "builtins.OSError"
    assert "fail_thrice, line" in only().traceback
    assert "Rosa" not in only().traceback


def test_sweep_puts_back_what_a_dead_worker_left_and_nothing_else(tmp_path: Path) -> None:
    sign = alive.Sign("the-living")
    sign.raise_()
    work.write.enqueue(str(tmp_path / "one"))
    work.write.enqueue(str(tmp_path / "two"))
    queue.claim("the-dead", ["default"])
    queue.claim("the-living", ["default"])

    swept = [queue.sweep(), queue.sweep()]
    sign.lower()

    assert swept == [1, 0]
    assert dict(DBTaskResult.objects.values_list("worker_ids__0", "status")) == {
        "the-dead": "READY",
        "the-living": "RUNNING",
    }


def test_sweep_gives_up_on_what_kills_its_workers(tmp_path: Path) -> None:
    work.write.enqueue(str(tmp_path / "out"))

    for number in range(queue.MOST_KILLS):
        assert queue.claim(f"dead {number}", ["default"]) is not None
        queue.sweep()

    assert (only().status, queue.claim("another", ["default"])) == ("FAILED", None)


def test_task_that_this_version_does_not_have_fails(tmp_path: Path) -> None:
    work.write.enqueue(str(tmp_path / "out"))
    DBTaskResult.objects.update(task_path="strandline.jobs.tasks.gone")

    queue.work_off(queue.claim("one", ["default"]))

    assert only().status == "FAILED"
