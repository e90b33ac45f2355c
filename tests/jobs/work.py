"""Tasks for the tests of the worker; the paths they are given stand for what a real task leaves behind."""

import time
from datetime import timedelta
from pathlib import Path

from django_tasks import task

from strandline.jobs.retries import retrying


@task()
def write(path: str) -> None:
    with Path(path).open("a") as file:
        file.write("done\n")


@task()
def fail(words: str) -> None:
    raise ValueError(words)


@task()
@retrying(3, first=timedelta(seconds=40))
def fail_thrice() -> None:
    raise OSError("Rosa Lindqvist, 07700 900123")


@task()
def linger(began: str, ended: str) -> None:
    """Take long the first time, so that it can be killed meanwhile; be quick when it is done again."""
    is_first = not Path(began).exists()
    Path(began).touch()
    if is_first:
        time.sleep(60)
    with Path(ended).open("a") as file:
        file.write("done\n")
