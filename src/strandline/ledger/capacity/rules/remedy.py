"""The smallest change that keeps the promise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.chance import REPLICATIONS, Luck, luck
from strandline.ledger.capacity.rules.courses import arrivals_of, courses
from strandline.ledger.capacity.rules.scenario import Scenario, checked

PROMISED = 0.9
MOST_ORGANISERS = 100_000
MOST_DAYS = 60


@dataclass(frozen=True)
class Remedy:
    """How many more organisers keep the promise, or to how many days it would have to be lengthened; None: neither can."""

    kept_already: bool
    share: float
    more_organisers: int | None
    longer_promise: int | None
    sentence: str


def _share(scenario: Scenario, drawn: Luck, came: NDArray[np.int64]) -> float:
    """The share called in time in the middle course."""
    return float(np.median(courses(scenario, drawn, came).share_in_time))


def smallest_change(
    scenario: Scenario, *, promised: float = PROMISED, seed: int = 0, replications: int = REPLICATIONS
) -> Remedy:
    """The fewest more organisers, and the shortest longer promise, with which the middle course keeps it.

    All variants share their luck, so that one more organiser never does worse and the fewest can be found by halving.
    """
    if not 0 < promised <= 1:
        raise PlanError(f"The promised share is {promised}: it must lie above 0 and at most at 1.")
    checked(scenario)
    drawn = luck(seed, replications)
    came = arrivals_of(scenario, drawn)
    now = _share(scenario, drawn, came)
    if now >= promised:
        return Remedy(
            True,
            now,
            0,
            scenario.promise_days,
            f"The promise holds: {100 * now:.0f} of 100 are called in time.",
        )

    def with_more(more: int) -> bool:
        return _share(replace(scenario, organisers=scenario.organisers + more), drawn, came) >= promised

    def within(days: int) -> bool:
        return _share(replace(scenario, promise_days=days), drawn, came) >= promised

    more = _least(with_more, 1, max(4, scenario.organisers), MOST_ORGANISERS)
    days = _least(within, scenario.promise_days + 1, scenario.promise_days + 4, MOST_DAYS)
    return Remedy(False, now, more, days, _sentence(now, promised, more, days))


def _least(holds: Callable[[int], bool], first: int, step: int, most: int) -> int | None:
    """The least number from `first` on for which `holds` is true, given that it stays true."""
    low, high = first, first + step
    while not holds(high):
        if high >= most:
            return None
        low, high = high + 1, min(2 * high, most)
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _sentence(now: float, promised: float, more: int | None, days: int | None) -> str:
    told = f"{100 * now:.0f} of 100 would be called in time, {100 * promised:.0f} are promised."
    if more == 1:
        told += " 1 more organiser would keep the promise."
    elif more is not None:
        told += f" {more} more organisers would keep the promise."
    if days is not None:
        told += f" With those there are it could be kept at {days} days."
    if more is None and days is None:
        told += " Neither more organisers nor a longer promise would keep it: too many lose interest before the first call."
    return told
