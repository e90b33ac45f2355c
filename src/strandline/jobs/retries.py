"""How often a task is tried, and how long it waits between two tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "strandline_retries"


@dataclass(frozen=True, slots=True)
class Retries:
    """At most `most` tries in all; the pause doubles from `first` up to `longest`."""

    most: int = 1
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)

    def pause_after(self, tries: int) -> timedelta | None:
        """Return how long to wait after this many tries; None when that was the last."""
        if tries >= self.most:
            return None
        # Beyond 2**20 every pause is the longest one; a larger power would only overflow.
        doubled: timedelta = self.first * 2 ** min(tries - 1, 20)
        return min(self.longest, doubled)


def retrying(
    most: int, *, first: timedelta = timedelta(seconds=10), longest: timedelta = timedelta(hours=1)
) -> Callable[[F], F]:
    """Let a task be tried again when it fails or its worker is killed. Put it under `@task()`.

    A worker may be killed after the work and before it could say so: a task that may be tried twice has to be one
    that may be done twice. How many tries there were is stored with the task, so that they are bounded across restarts.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, Retries(most, first, longest))
        return function

    return mark


def retries_of(function: Callable[..., Any]) -> Retries:
    """Return how often this function is tried; once, unless it says otherwise."""
    found = getattr(function, _MARK, None)
    return found if isinstance(found, Retries) else Retries()
