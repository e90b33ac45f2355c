"""Curves over time for people whom one has not been able to watch for equally long.

Somebody who came last week has not had the chance to stay ninety days. Leaving such people out, or counting
them as gone, or counting everybody "still on the list", are all wrong; the product-limit curve is not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Z95 = float(norm.ppf(0.975))
STILL_WATCHED = 0  # the cause of somebody to whom nothing has happened yet


class DurationError(ValueError):
    """The durations cannot be counted; the message says which one and why."""


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: the share to whom nothing has happened by each time, with its 95 % interval.

    `scatter` is Greenwood's sum of d / (n (n - d)); the variance of the share is the share squared times it.
    """

    times: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: Ints
    events: Ints
    scatter: Floats
    durations: Floats  # sorted, to answer for any time how many were still being watched

    @property
    def people(self) -> int:
        return len(self.durations)

    def _index(self, time: float) -> int:
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def share(self, time: float) -> float:
        """The share to whom nothing has happened up to and including `time`."""
        index = self._index(time)
        return 1.0 if index < 0 else float(self.survival[index])

    def interval(self, time: float) -> tuple[float, float]:
        """The 95 % interval at `time`, on the log-log scale (Greenwood).

        At a share of 1 or 0 the formula has no answer. The exact binomial bound over those who were at risk
        takes its place, because "all of twelve" does not prove that nobody ever leaves.
        """
        share, index = self.share(time), self._index(time)
        if share >= 1.0:
            watched = max(self.watched_to(time), 1)
            return float(0.025 ** (1 / watched)), 1.0
        if share <= 0.0:
            last = int(self.at_risk[np.flatnonzero(self.survival <= 0.0)[0]])
            return 0.0, float(1 - 0.025 ** (1 / last))
        return float(self.lower[index]), float(self.upper[index])

    def variance(self, time: float) -> float:
        """Greenwood's variance of the share at `time`."""
        index = self._index(time)
        if index < 0 or self.survival[index] <= 0.0:
            return 0.0
        return float(self.survival[index] ** 2 * self.scatter[index])

    def watched_to(self, time: float) -> int:
        """How many were still at risk just before `time`."""
        return self.people - int(np.searchsorted(self.durations, time, side="left"))

    def median(self) -> float | None:
        """The time by which half are gone, or None while more than half are still here."""
        gone = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[gone[0]]) if len(gone) else None


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    lower: float
    upper: float
    variance: float


@dataclass(frozen=True)
class Incidence:
    """The share to whom one cause has happened by each time, while other causes compete for the same people."""

    times: Floats
    share: Floats
    variance: Floats
    durations: Floats

    def at(self, time: float) -> Estimate:
        """The share by `time`; its interval is made on the log-log scale, so that it stays between 0 and 1."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        if index < 0:
            return Estimate(0.0, 0.0, 0.0, 0.0)
        share, variance = float(self.share[index]), float(self.variance[index])
        if share <= 0.0 or share >= 1.0 or variance <= 0.0:
            return Estimate(share, share, share, max(variance, 0.0))
        spread = Z95 * np.sqrt(variance) / abs(share * np.log(share))
        return Estimate(share, float(share ** np.exp(spread)), float(share ** np.exp(-spread)), variance)


def _checked(durations: ArrayLike, other: ArrayLike, name: str) -> tuple[Floats, NDArray[np.generic]]:
    """The two columns as arrays of one length, or a refusal that names the row."""
    times = np.asarray(durations, dtype=np.float64)
    column = np.asarray(other)
    if times.ndim != 1 or column.shape != times.shape:
        raise DurationError(
            f"There are {times.size} durations and {column.size} values of {name}: one each is needed."
        )
    if not len(times):
        raise DurationError("There is nobody to count.")
    wrong = np.flatnonzero(~np.isfinite(times) | (times < 0))
    if len(wrong):
        raise DurationError(f"Duration {wrong[0] + 1} is {times[wrong[0]]}: a time of 0 or more is needed.")
    return times, column


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> Curve:
    """The product-limit curve of how long people stay; `ended` is false for those still being watched.

    The share is Kaplan and Meier's product over the times, its interval Greenwood's on the log-log scale (METHODS 2);
    where that has no answer, at a share of 0 or 1, the bounds are the share. Raises DurationError when a duration is
    negative or no number.
    """
    times, column = _checked(durations, ended, "ended")
    ordered = np.sort(times)
    first = np.flatnonzero(np.diff(ordered, prepend=-1.0))
    moments, at_risk = ordered[first], len(ordered) - first
    events = np.bincount(np.searchsorted(moments, times[column.astype(bool)]), minlength=len(moments)).astype(
        np.int64
    )
    left = at_risk - events
    survival: Floats = np.cumprod(left / at_risk, dtype=np.float64)
    scatter: Floats = np.cumsum(np.divide(events, at_risk * left, out=np.zeros(len(moments)), where=left > 0))
    lower, upper = _log_log(survival, scatter)
    return Curve(moments, survival, lower, upper, at_risk.astype(np.int64), events, scatter, ordered)


def _log_log(survival: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    """The bounds of shares: made on the log-log scale they stay between 0 and 1."""
    inside = (survival > 0.0) & (survival < 1.0)
    share = survival[inside]
    spread = np.exp(Z95 * np.sqrt(scatter[inside]) / -np.log(share))
    lower, upper = survival.copy(), survival.copy()
    lower[inside], upper[inside] = share**spread, share ** (1 / spread)
    return lower, upper


def restricted_mean(curve: Curve, until: float) -> Estimate:
    """The mean time stayed, of the first `until`: the area under the curve, with its usual variance."""
    inside = curve.times < until
    edges = np.concatenate([[0.0], curve.times[inside], [until]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    areas = np.diff(edges) * heights
    mean = float(areas.sum())
    beyond = areas[::-1].cumsum()[::-1][1:]  # the area from each time to the end
    events, at_risk = curve.events[inside], curve.at_risk[inside]
    left = at_risk - events
    step = np.divide(events, at_risk * left, out=np.zeros(len(left)), where=left > 0)
    variance = float((beyond**2 * step).sum())
    spread = Z95 * float(np.sqrt(variance))
    return Estimate(mean, max(mean - spread, 0.0), min(mean + spread, until), variance)


def cumulative_incidence(durations: ArrayLike, causes: ArrayLike, cause: int) -> Incidence:
    """The Aalen-Johansen share to whom `cause` happens first; cause 0 means still being watched.

    One minus Kaplan-Meier would pretend that those who declined could still come later; this does not.
    The variance is the delta-method one (Marubini and Valsecchi 1995, formula 10.12).
    """
    times, column = _checked(durations, causes, "causes")
    moments, place = np.unique(times, return_inverse=True)
    size = len(moments)
    leaving = np.bincount(place, minlength=size)
    at_risk = len(times) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    any_cause = np.bincount(place[column != STILL_WATCHED], minlength=size)
    this = np.bincount(place[column == cause], minlength=size)
    before = np.concatenate([[1.0], np.cumprod(1 - any_cause / at_risk)[:-1]])
    share = np.cumsum(before * this / at_risk)
    return Incidence(
        moments, share, _incidence_variance(share, before, at_risk, any_cause, this), np.sort(times)
    )


def _incidence_variance(share: Floats, before: Floats, at_risk: Ints, any_cause: Ints, this: Ints) -> Floats:
    """The variance of a cumulative incidence at each time, in one pass by expanding the squares."""
    left = at_risk - any_cause
    hazard = np.divide(any_cause, at_risk * left, out=np.zeros(len(left)), where=left > 0)
    own = before**2 * (at_risk - this) * this / at_risk.astype(np.float64) ** 3
    cross = before * this / at_risk.astype(np.float64) ** 2
    squares = (
        share**2 * np.cumsum(hazard) - 2 * share * np.cumsum(share * hazard) + np.cumsum(share**2 * hazard)
    )
    crossed = share * np.cumsum(cross) - np.cumsum(share * cross)
    variance: Floats = np.maximum(squares + np.cumsum(own) - 2 * crossed, 0.0)
    return variance
