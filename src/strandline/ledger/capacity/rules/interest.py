"""Loss of interest: what waiting costs, and how fast interest fades in one's own experience."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

from strandline.ledger.capacity.rules.bound import PlanError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ASSUMED = (0.02, 0.05, 0.1)  # shown side by side until own history speaks; METHODS 3
LEAST_TRIES = 100
LEAST_REACHED = 20
LEAST_LATE = 20  # tries made more than a day after sign-up: without them delay cannot be judged


@dataclass(frozen=True)
class Course:
    """A wave run through a constant daily capacity, day by day, until nobody waits."""

    reached: float
    lost: float
    came: float
    longest_wait: int
    waiting: tuple[float, ...]

    @property
    def sentence(self) -> str:
        return f"{self.reached:,.0f} of {self.came:,.0f} are reached; {self.lost:,.0f} lose interest while they wait."


def run_down(arrivals: Sequence[float], capacity: float, theta: float) -> Course:
    """B += a; served = min(B, cap); lost = (B - served)(1 - e^-theta); until the last one is reached or lost.

    Waiting people fade by `theta` a day. Raises PlanError where a queue would never end.
    """
    if theta < 0 or capacity < 0:
        raise PlanError("Capacity and loss of interest must be 0 or more.")
    if capacity == 0 and theta == 0 and any(arrivals):
        raise PlanError("With no capacity and no loss of interest the queue never ends.")
    fade = 1 - math.exp(-theta)
    waiting, reached, lost, day = 0.0, 0.0, 0.0, 0
    trail: list[float] = []
    while day < len(arrivals) or waiting > 1e-6:
        waiting += float(arrivals[day]) if day < len(arrivals) else 0.0
        served = min(waiting, capacity)
        gone = (waiting - served) * fade
        waiting -= served + gone
        reached, lost = reached + served, lost + gone
        trail.append(waiting)
        day += 1
    still = [place for place, left in enumerate(trail) if left > 0.5]
    return Course(reached, lost, float(sum(arrivals)), max(still, default=-1) + 1, tuple(trail))


@dataclass(frozen=True)
class Fading:
    """theta with its 95 % interval, or None with the reason why one's own history cannot tell it yet."""

    theta: float | None
    lower: float | None
    upper: float | None
    at_once: float | None
    tries: int
    reason: str

    @property
    def to_show(self) -> tuple[float, ...]:
        """The values a forecast should be shown for."""
        return ASSUMED if self.theta is None else (self.theta,)


def _unknown(tries: int, reason: str) -> Fading:
    return Fading(
        None,
        None,
        None,
        None,
        tries,
        f"{reason} Until then {', '.join(map(str, ASSUMED))} stand side by side.",
    )


def fit_fading(delay_days: ArrayLike, reached: ArrayLike) -> Fading:
    """How fast interest fades, from first tries: success against the days between sign-up and the try.

    The chance of success is p0 e^(-theta x delay), fitted by maximum likelihood; the interval is by profile likelihood.
    """
    delay, success = np.asarray(delay_days, dtype=np.float64), np.asarray(reached, dtype=bool)
    tries, good, late = len(delay), int(success.sum()), int((delay > 1).sum())
    if tries < LEAST_TRIES or good < LEAST_REACHED or tries - good < LEAST_REACHED:
        need = f"{LEAST_TRIES} first tries with {LEAST_REACHED} successes and {LEAST_REACHED} failures"
        return _unknown(
            tries, f"Too little history: {tries} first tries with {good} successes, {need} are needed."
        )
    if late < LEAST_LATE:
        return _unknown(
            tries,
            f"Too little history: {late} first tries were made after more than a day, {LEAST_LATE} are needed.",
        )
    theta, at_once, best = _best(delay, success)
    limit = best + float(chi2.ppf(0.95, 1)) / 2
    lower = 0.0 if _given(0.0, delay, success)[0] <= limit else _crossing(0.0, theta, limit, delay, success)
    high = max(2 * theta, 0.01)
    while _given(high, delay, success)[0] <= limit and high < 100:
        high *= 2
    upper = _crossing(high, theta, limit, delay, success)
    reason = f"From {tries} first tries: of 100 who would have answered at once, {100 * np.exp(-theta):.0f} still do a day later."
    return Fading(theta, lower, upper, at_once, tries, reason)


def _given(theta: float, delay: Floats, success: Bools) -> tuple[float, float]:
    """The least misfit (minus log likelihood) when theta is held, and the chance at once that belongs to it.

    The likelihood is concave in the logarithm of that chance, so that its slope is followed to zero by halving.
    """
    faded = -theta * delay
    failed = faded[~success]
    low, high = -20.0, -1e-9

    def slope(log_chance: float) -> float:
        chance = np.exp(log_chance + failed)
        return float(success.sum() - (chance / (1 - chance)).sum())

    for _ in range(50):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    good, bad = high + faded[success], np.log1p(-np.exp(high + failed))
    return -float(good.sum() + bad.sum()), math.exp(high)


def _best(delay: Floats, success: Bools) -> tuple[float, float, float]:
    """The likeliest theta, its chance at once, and the misfit; no fading at all is tried too, being at the edge."""
    found = minimize_scalar(
        lambda theta: _given(theta, delay, success)[0],
        bounds=(0.0, 10.0),
        method="bounded",
        options={"xatol": 1e-6},
    )
    theta = float(found.x)
    if _given(0.0, delay, success)[0] <= float(found.fun):
        theta = 0.0
    misfit, at_once = _given(theta, delay, success)
    return theta, at_once, misfit


def _crossing(outside: float, inside: float, limit: float, delay: Floats, success: Bools) -> float:
    """Where the profile crosses the limit between a value outside the interval and one inside."""
    for _ in range(40):
        middle = (outside + inside) / 2
        if _given(middle, delay, success)[0] > limit:
            outside = middle
        else:
            inside = middle
    return (outside + inside) / 2
