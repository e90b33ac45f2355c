"""The exact bound: the least daily capacity that reaches everybody within the promised days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

MOST_TRIES = 6  # after six tries somebody is out of reach; METHODS 2 and 3


class PlanError(ValueError):
    """The question cannot be answered; the message says which figure is missing or wrong."""


@dataclass(frozen=True)
class Bound:
    """The least constant daily capacity, and the days (counted from 0) that decide it."""

    a_day: Fraction
    first: int
    last: int
    people: int
    within: int

    @property
    def whole(self) -> int:
        """The same in whole people a day."""
        return math.ceil(self.a_day)

    @property
    def sentence(self) -> str:
        if self.first > 0:
            decide = (
                f"days {self.first + 1} to {self.last + 1} decide"
                if self.last > self.first
                else f"day {self.first + 1} decides"
            )
        else:
            decide = "the first day decides" if self.last == 0 else f"the first {self.last + 1} days decide"
        when = {0: "on the day they come", 1: "within 1 day"}.get(self.within, f"within {self.within} days")
        return f"To reach everybody {when} we need {self.whole:,} calls a day; {decide} that."


def least_capacity(arrivals: Sequence[int], within: int) -> Bound:
    """k = max over s <= t of A(s..t) / (t - s + 1 + D): who comes on day i is reached by day i + D.

    Exact, as a fraction; it equals what trying every capacity against a first-come-first-served queue finds.
    Raises PlanError for counts or days that cannot be.
    """
    if within < 0:
        raise PlanError(f"The promise is {within} days: 0 or more are needed.")
    for place, count in enumerate(arrivals):
        if count < 0 or count != int(count):
            raise PlanError(f"Day {place + 1} has {count} arrivals: a whole number of 0 or more is needed.")
    if not len(arrivals):
        raise PlanError("There are no days to plan for.")
    counts = np.asarray(arrivals, dtype=np.int64)
    total = np.concatenate([[0], np.cumsum(counts)])
    best = Bound(Fraction(0), 0, 0, 0, within)
    lengths = np.arange(1, len(counts) + 1) + within
    for first in range(len(counts)):
        sums = total[first + 1 :] - total[first]
        rates = sums / lengths[: len(sums)]
        last = int(np.argmax(rates))
        exact = Fraction(int(sums[last]), int(lengths[last]))
        if exact > best.a_day:
            best = Bound(exact, first, first + last, int(sums[last]), within)
    return best


def attempts(reach: float, most: int = MOST_TRIES) -> float:
    """How many tries a person takes on average, at a chance `reach` a try and at most six: (1 - (1-q)^6) / q."""
    if not 0.0 <= reach <= 1.0:
        raise PlanError(f"The chance to reach somebody at a try is {reach}: it must lie between 0 and 1.")
    return float(most) if reach == 0.0 else (1 - (1 - reach) ** most) / reach


def organisers_needed(people_a_day: float, tries: float, minutes_a_try: float, minutes_a_day: float) -> float:
    """How many organisers that is: people x tries x minutes, over the minutes an organiser gives in a day."""
    for name, value in (("tries", tries), ("minutes a try", minutes_a_try), ("minutes a day", minutes_a_day)):
        if not value > 0:
            raise PlanError(f"The {name} are {value}: more than 0 are needed.")
    return people_a_day * tries * minutes_a_try / minutes_a_day


def whole_people(needed: float) -> int:
    """So many people, whole: a part of one is one more. What floating point adds to a whole number is no part."""
    return math.ceil(needed - 1e-9)
