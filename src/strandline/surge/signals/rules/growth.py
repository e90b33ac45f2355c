"""How fast it grows: shown after an alarm, never used to raise one."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strandline.surge.signals.rules.decision import Decision
from strandline.surge.signals.rules.settings import A_DAY, CADENCES, Step, Tier
from strandline.surge.signals.rules.usual import Floats, as_counts

LEAST_STEPS = 4
STEEPEST = 5.0
"""A hundred and fifty times as many a step; beyond it the figure says no more."""
LEAST_PEOPLE = 10
"""A slope through fewer people is mostly luck."""


@dataclass(frozen=True)
class Ascent:
    """Growth a day or a week with its 95 % interval, steps until it doubles, and how many others each arrival brings.

    `doubling` is None unless even the lower bound grows; `branching` is above 1 while the movement feeds itself.
    """

    growth: float
    low: float
    high: float
    doubling: float | None
    branching: float
    steps: int


def ascent(counts: ArrayLike, step: Step | str, said: Decision) -> Ascent | None:
    """Fit exponential growth to the steps of an alarm; None unless it is one and has people enough.

    Quasi-Poisson log-linear regression on the span of the evidence, at least four steps, up to the alarm. The
    branching number is Wallinga and Lipsitch's 1 / sum g(j) exp(-r j), with geometric times between generations.
    """
    if said.tier is not Tier.ALARM:
        return None
    chosen = Step(step)
    size = A_DAY[chosen]
    steps = max(said.span, LEAST_STEPS)
    recent = as_counts(counts)[: said.index + 1]
    window = recent[-steps * size :].reshape(steps, size).sum(axis=1)
    if window.sum() < LEAST_PEOPLE:
        return None
    growth, error = _slope(window)
    low, high = growth - 1.96 * error, growth + 1.96 * error
    once = 1 / CADENCES[chosen].generation
    branching = max(0.0, (math.exp(growth) - (1 - once)) / once)
    doubling = math.log(2) / growth if low > 0 else None
    return Ascent(growth, low, high, doubling, branching, steps)


def _slope(window: Floats) -> tuple[float, float]:
    """The maximum-likelihood slope of log counts, and its error widened by the dispersion, by Newton's method."""
    time = np.arange(len(window)) - (len(window) - 1) / 2
    level, slope = math.log(window.mean()), 0.0
    for _ in range(50):
        fitted = np.exp(level + slope * time)
        weights = np.array([[fitted.sum(), fitted @ time], [fitted @ time, fitted @ time**2]])
        move = np.linalg.solve(weights, [(window - fitted).sum(), (window - fitted) @ time])
        # More than 1 at once on the log scale overshoots; with all counts at one end the best slope is without bound.
        move = np.clip(move, -1.0, 1.0)
        level, slope = level + move[0], float(np.clip(slope + move[1], -STEEPEST, STEEPEST))
    fitted = np.exp(level + slope * time)
    spread = max(1.0, float(((window - fitted) ** 2 / fitted).sum()) / (len(window) - 2))
    information = fitted @ time**2 - (fitted @ time) ** 2 / fitted.sum()
    return float(slope), math.sqrt(spread / max(float(information), 1e-9))
