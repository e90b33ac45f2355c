"""A live queue at the pace of the last days: whom the promise will miss, and the fewest more callers who keep it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.capacity.rules.bound import PlanError

Floats = NDArray[np.float64]

MOST_MORE = 1000
# Whoever has less left than a call takes is past it already.
A_CALL = 0.25
# Nobody finds a caller more for those whose time runs out sooner than this.
NOTICE = 12.0


@dataclass(frozen=True)
class Standing:
    """A queue of first calls: for each who waits the hours left of the promise (under 0 when it is past), who is
    expected on each of the next days, how many first calls are made a day, and by how many callers."""

    hours_left: Sequence[float]
    expected: Sequence[float]
    promise_hours: float
    calls_a_day: float
    callers: int


@dataclass(frozen=True)
class AtThisPace:
    """What comes of it: `late` wait longer than promised already, `missed` more will within `days`.

    `too_soon` of those run out within twelve hours, which a further caller does not change. `more_callers` is None
    where nobody knows yet what a caller makes a day, or no number would do; it is 0 where only those are missed.
    """

    late: int
    missed: int
    too_soon: int
    days: int
    more_callers: int | None
    needed_a_day: int

    @property
    def is_kept(self) -> bool:
        return not self.late and not self.missed


def at_this_pace(standing: Standing) -> AtThisPace:
    """Follow the queue through the days that are expected, first come first served.

    Raises PlanError for a pace or a promise that cannot be.
    """
    if standing.calls_a_day < 0 or standing.callers < 0 or standing.promise_hours <= 0:
        raise PlanError("Calls a day and callers must be 0 or more, the promise above 0.")
    arrival, deadline = _queue(standing)
    late = int((np.asarray(standing.hours_left, dtype=np.float64) < A_CALL).sum())
    horizon = float(len(standing.expected))
    missing = _missing(arrival, deadline, standing.calls_a_day, horizon)
    days = math.ceil(float(deadline[missing].max())) if missing.any() else 0
    return AtThisPace(
        late=late,
        missed=int(missing.sum()),
        too_soon=int((missing & (deadline < NOTICE / 24)).sum()),
        days=max(days, 1) if missing.any() else 0,
        more_callers=_more_callers(standing, arrival, deadline, horizon),
        needed_a_day=_needed(arrival, deadline, horizon),
    )


def _queue(standing: Standing) -> tuple[Floats, Floats]:
    """When each comes and until when they should be called, in days from now; the most pressing first."""
    promise = standing.promise_hours / 24
    left = np.sort(np.asarray(standing.hours_left, dtype=np.float64)) / 24
    arrival, deadline = [np.zeros(len(left))], [left]
    for day, count in enumerate(standing.expected):
        number = max(0, round(count))
        comes = day + (np.arange(number) + 0.5) / max(1, number)
        arrival.append(comes)
        deadline.append(comes + promise)
    return np.concatenate(arrival), np.concatenate(deadline)


def _missing(arrival: Floats, deadline: Floats, a_day: float, horizon: float) -> NDArray[np.bool_]:
    """Who is not called in time, of those whose time is up within the horizon and not past already."""
    judged = (deadline >= A_CALL / 24) & (deadline <= horizon)
    if a_day <= 0:
        return judged
    number = np.arange(len(arrival))
    free = np.maximum.accumulate(arrival - number / a_day) if len(arrival) else arrival
    called = free + (number + 1) / a_day
    return judged & (called > deadline + 1e-9)


def _needed(arrival: Floats, deadline: Floats, horizon: float) -> int:
    """The fewest first calls a day with which nobody more is missed; those past their time are called too."""
    low, high = 0, 1
    while _missing(arrival, deadline, high, horizon).any():
        low, high = high, high * 2
        if high > 1 << 24:
            return high
    while low < high:
        middle = (low + high) // 2
        if _missing(arrival, deadline, middle, horizon).any():
            low = middle + 1
        else:
            high = middle
    return low


def _more_callers(standing: Standing, arrival: Floats, deadline: Floats, horizon: float) -> int | None:
    """The fewest more callers at what one makes a day now, for those who have the notice left."""
    in_time = deadline >= NOTICE / 24
    if not (_missing(arrival, deadline, standing.calls_a_day, horizon) & in_time).any():
        return 0
    if not standing.callers or not standing.calls_a_day:
        return None
    each = standing.calls_a_day / standing.callers

    def keeps(more: int) -> bool:
        missing = _missing(arrival, deadline, standing.calls_a_day + more * each, horizon)
        return not bool((missing & in_time).any())

    low, high = 1, 2
    while not keeps(high):
        low, high = high + 1, high * 2
        if high > MOST_MORE:
            return None
    while low < high:
        middle = (low + high) // 2
        if keeps(middle):
            high = middle
        else:
            low = middle + 1
    return low
