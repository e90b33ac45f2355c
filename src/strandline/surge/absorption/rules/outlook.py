"""What is usual, what the next days may bring, and whom the promise will miss at this pace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom

WEEKS = 8  # of which the usual level is made, same weekday; DESIGN section 4
LEAST_DAYS = 4  # whole days of a wave before anything is expected of the next ones
MOST_DAYS = 7  # days of which the trend is made: what is older says little about tomorrow
DAYS_AHEAD = 4
DAMPED = 0.85  # a trend goes on a little less each day
STEEPEST = math.log(2)  # at most doubling or halving a day


@dataclass(frozen=True)
class Level:
    """The band in which eight in ten ordinary days lie, for one weekday."""

    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """What a day to come may bring: the middle, and where eight in ten such days lie."""

    count: float
    low: int
    high: int


def usual_levels(before: Sequence[int], first_weekday: int) -> tuple[Level, ...] | None:
    """The 10th to 90th percentile of each weekday (0 is Monday) over the last eight weeks; None with less than four.

    `before` are the counts of the days before the wave, the last of them the eve, `first_weekday` that of the first.
    """
    counts = np.asarray(before, dtype=np.float64)
    if len(counts) < 28:
        return None
    weekday = (np.arange(len(counts)) + first_weekday) % 7
    recent = np.arange(len(counts)) >= len(counts) - 7 * WEEKS
    return tuple(
        Level(*(float(one) for one in np.quantile(counts[recent & (weekday == day)], (0.1, 0.9))))
        for day in range(7)
    )


def expected_next(daily: Sequence[int], usual: float, *, days: int = DAYS_AHEAD) -> tuple[Expected, ...]:
    """What the next days may bring, from the whole days of the wave so far; empty while there are fewer than four.

    A log-linear trend over at most the last seven days, the later ones heavier, damped and never under the usual
    level; the range widens with how unsure the trend is and how restless the days were.
    """
    counts = np.asarray(daily, dtype=np.float64)[-MOST_DAYS:]
    if len(counts) < LEAST_DAYS or counts.sum() < 1:
        return ()
    time = np.arange(len(counts)) - (len(counts) - 1)
    logs, weights = np.log(counts + 0.5), np.sqrt(counts + 0.5) * 0.8 ** (-time)
    middle = np.average(time, weights=weights)
    spread = np.average((time - middle) ** 2, weights=weights)
    slope = float(
        np.average((time - middle) * (logs - np.average(logs, weights=weights)), weights=weights) / spread
    )
    level = float(np.average(logs, weights=weights) - slope * middle)
    slope = min(max(slope, -STEEPEST), STEEPEST)
    fitted = np.exp(level + slope * time)
    restless = max(1.0, float(((counts - fitted) ** 2 / fitted).sum() / max(1, len(counts) - 2)))
    unsure = math.sqrt(restless / max(1.0, float(counts.sum()))) / math.sqrt(float(spread))
    found = []
    for ahead in range(1, days + 1):
        reach = sum(DAMPED**step for step in range(ahead))
        count = max(math.exp(level + slope * reach), usual, 0.1)
        excess = restless - 1 + count * (unsure * reach) ** 2 + 0.001
        low, high = nbinom.ppf((0.1, 0.9), count / excess, 1 / (1 + excess))
        found.append(Expected(count, int(low), int(high)))
    return tuple(found)
