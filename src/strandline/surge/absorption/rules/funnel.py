"""From a sign-up to a tie: the five bars, each counted over the people who came."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Step(StrEnum):
    """The five steps in their order."""

    CAME = "came"
    CALLED = "first call made"
    SPOKE = "had a real conversation"
    ASKED = "asked to a circle or a task"
    ACTED = "came to one"


@dataclass(frozen=True)
class Bar:
    """One step: how many, and how many of a hundred who came."""

    step: Step
    people: int
    share: float


@dataclass(frozen=True)
class Funnel:
    """The bars, and the promise in whole numbers with its own denominator."""

    bars: tuple[Bar, ...]
    called_in_time: int
    promise_due: int
    still_waiting: int
    same_person: int

    @property
    def on_time(self) -> float | None:
        """The share called in time of those whose time is up or who were called; None while there is nobody."""
        return self.called_in_time / self.promise_due if self.promise_due else None


@dataclass(frozen=True)
class Arrivals:
    """One row for each person who came: hours until the first call (or waited so far), and what followed.

    `left` is who moved away or died: nobody waits for a call any more.
    """

    hours: Floats
    called: Bools
    spoke: Bools
    asked: Bools
    acted: Bools
    left: Bools

    @property
    def waits(self) -> Bools:
        """Who is still owed a first call."""
        return ~(self.called | self.spoke | self.asked | self.acted | self.left)


def funnel(arrivals: Arrivals, *, promise: float = 48.0, forms: int | None = None) -> Funnel:
    """The five bars. Who came to a circle has been asked and spoken with, and who was spoken with or asked has been
    called, even where nobody wrote it down.

    `forms` is how many forms came in; those above the number of people were the same person again.
    """
    came = len(arrivals.hours)
    acted = arrivals.acted
    asked = arrivals.asked | acted
    spoke = arrivals.spoke | acted
    called = arrivals.called | spoke | asked
    counts = (came, int(called.sum()), int(spoke.sum()), int(asked.sum()), int(acted.sum()))
    bars = tuple(
        Bar(step, people, people / came if came else 0.0) for step, people in zip(Step, counts, strict=True)
    )
    # Whose first call is not on record, though a later step is, has no time to judge.
    timed = arrivals.called
    due = timed | (~called & (arrivals.hours > promise))
    return Funnel(
        bars=bars,
        called_in_time=int((timed & (arrivals.hours <= promise)).sum()),
        promise_due=int(due.sum()),
        still_waiting=int(arrivals.waits.sum()),
        same_person=max(0, (came if forms is None else forms) - came),
    )
