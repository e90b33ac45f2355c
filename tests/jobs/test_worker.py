"""The worker as a process: it is stopped, it is killed, and the server that started it goes away."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.homes import python, running, wait_for

ENQUEUE = "from tests.jobs import work\nwork.linger.enqueue({began!r}, {ended!r})"
STANDING = "from django_tasks_db.models import DBTaskResult\nrow = DBTaskResult.objects.get(task_path__contains='linger')\nprint(row.status, len(row.worker_ids))"


def test_task_of_a_killed_worker_is_done_by_the_next(own_home: Path) -> None:
    began, ended = own_home.parent / "began", own_home.parent / "ended"
    python(own_home, ENQUEUE.format(began=str(began), ended=str(ended)))

    with running(own_home, "strandline.jobs") as worker:
        wait_for("the task began", began.exists)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    left = python(own_home, STANDING)
    with running(own_home, "strandline.jobs"):
        wait_for("the task was done", ended.exists)
        wait_for("it is noted", lambda: python(own_home, STANDING) == "SUCCESSFUL 2")

    assert left == "RUNNING 1"
    assert ended.read_text() == "done\n"


def test_worker_ends_when_told_to_and_leaves_no_sign(own_home: Path) -> None:
    with running(own_home, "strandline.jobs") as worker:
        wait_for("the worker shows its sign", lambda: list((own_home / "alive").glob("*")))
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(15)

    assert code == 0
    assert list((own_home / "alive").glob("*")) == []


def test_worker_ends_with_the_server_that_started_it(own_home: Path) -> None:
    gone = str(2**22 - 1)  # larger than any process number here

    with running(own_home, "strandline.jobs", STRANDLINE_SERVER=gone) as worker:
        code = worker.wait(60)

    assert code == 0
