"""From values to places in a drawing, and the round values at which an axis is marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight scale: `low` lies at `start`, `high` at `end`; `end` may be the smaller, as upwards in a drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        if self.high == self.low:
            return self.start
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def span(self, values: float) -> float:
        """Return how long a stretch of so many values is, always 0 or more."""
        return abs(self(self.low + values) - self.start)


class RootScale(Scale):
    """A scale by the square root, from 0: it gives the first days more room than later ones."""

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + math.sqrt(max(0.0, value) / self.high) * (self.end - self.start)

    def back(self, at: float) -> float:
        """Return the value that lies at a place."""
        share = (at - self.start) / (self.end - self.start)
        return self.high * max(0.0, share) ** 2


def ticks(most: float, *, about: int = 3) -> list[int]:
    """Return round whole numbers from 0 to under or at the most, about so many beside 0."""
    if most < 1:
        return [0, 1]
    rough = most / about
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next((s * power for s in STEPS if s * power >= rough), 10 * power)
    found = list(range(0, int(most) + 1, max(1, int(step))))
    return found if len(found) > 1 else [0, int(most)]


def top_of(values: Sequence[float], *, about: int = 3) -> float:
    """Return where an axis of counts ends: a little above the highest, so that nothing touches the edge."""
    most = max(values, default=0)
    return max(1.0, most * 1.05, float(ticks(most, about=about)[-1]))


def day_ticks(first: date, last: date, *, most: int) -> list[date]:
    """Return the days to be named between two days, evenly apart, the first always: at most so many."""
    days = (last - first).days
    step = next(
        (s for s in (1, 2, 3, 4, 5, 7, 14, 28, 56, 91, 182, 364) if days / s < most),
        days // max(1, most - 1) + 1,
    )
    return [first + timedelta(days=place) for place in range(0, days + 1, step)]
