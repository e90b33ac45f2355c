"""What is usual: the expected count of each step and how restless the series is, from earlier counts only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from strandline.surge.signals.rules.settings import CADENCES, SETTINGS, Cadence, Settings, Step

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_COUNT = 10**12
"""More than people on earth in any step; sums of 200,000 such counts are still exact."""


class BadCounts(ValueError):
    """Counts that cannot be judged; the message is a sentence for the reader."""


@dataclass(frozen=True)
class Baseline:
    """For each step its expected count, its dispersion (variance over mean), and the counts behind the expectation.

    The mean is NaN where the history is too short.
    """

    mean: Floats
    dispersion: Floats
    behind: Floats

    @property
    def known(self) -> Flags:
        """Where there is history enough to expect anything."""
        return ~np.isnan(self.mean)


@dataclass(frozen=True)
class _Summary:
    mean: Floats
    variance: Floats
    middle: Floats
    largest: Floats
    number: Floats


def as_counts(counts: ArrayLike) -> Floats:
    """Check a series of counts. Raises BadCounts: not one row, not numbers, negative, not finite or not whole."""
    try:
        given = np.asarray(counts, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadCounts("Counts must be whole numbers.") from error
    if given.ndim != 1:
        raise BadCounts("Counts must be one row of numbers, in order of time.")
    for wrong, reason in (
        (~np.isfinite(given), "is not a finite number"),
        (given < 0, "is negative"),
        (given != np.floor(given), "is not a whole number"),
        (given > MOST_COUNT, "is too large"),
    ):
        if wrong.any():
            raise BadCounts(f"Count {int(np.argmax(wrong)) + 1} {reason}.")
    return given


def baseline(counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS) -> Baseline:
    """Expect each step from the window before it; see `docs/reference/signals.md`, How it is counted."""
    return expect(as_counts(counts), CADENCES[Step(step)], settings, 0)


def expect(counts: Floats, cadence: Cadence, settings: Settings, since: int) -> Baseline:
    """Expect each step; the remembered unrest, which is the costly part, only from `since` on."""
    factor = _weekday_factors(counts, cadence, settings)
    plain = counts / factor
    usual = _usual(plain, cadence, settings)
    recent = _summarise(_before(plain, cadence.recent, cadence.recent_guard), settings)
    long_mean = np.maximum(usual.mean, settings.least_mean)
    fallen = (recent.number >= cadence.recent) & (recent.largest < settings.fallen * usual.mean)
    level = np.where(fallen, recent.mean, np.fmax(usual.mean, recent.middle))
    level = np.where(np.isnan(usual.mean), np.nan, np.maximum(level, settings.least_mean))
    own = np.where(fallen, recent.variance / level, usual.variance / long_mean)
    dispersion = np.maximum(own, 1 + settings.steadiest**2 * level)
    unrest = np.maximum(usual.variance / long_mean, 1.0)
    kept = _remembered(unrest, cadence.memory, since) - 1
    dispersion = np.fmax(dispersion, 1 + kept * np.where(fallen, level / long_mean, 1.0))
    behind = np.where(fallen, recent.number, usual.number)
    return Baseline(level * factor, dispersion, np.maximum(behind, 1.0))


def p_values(counts: ArrayLike, expected: Baseline) -> Floats:
    """Say how often luck alone gives this many or more: P(NB(mean mu, variance mu phi (1 + 1/n)) >= y); 1 if unknown."""
    given = as_counts(counts)
    mean = np.where(expected.known, expected.mean, 1.0)
    return np.where(expected.known, tail(given, mean, expected.dispersion * (1 + 1 / expected.behind)), 1.0)


def band(expected: Baseline, *, share: float = 0.8) -> tuple[Floats, Floats]:
    """Give for each step between which counts this share of usual steps lies; NaN where the history is too short."""
    known = expected.known
    mean = np.where(known, expected.mean, 1.0)
    variance = mean * np.maximum(np.nan_to_num(expected.dispersion, nan=1.0), 1.0001)
    shape, chance = mean**2 / (variance - mean), mean / variance
    low, high = (_nbinom().ppf(0.5 + side * share / 2, shape, chance) for side in (-1, 1))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def tail(count: Floats, mean: Floats, spread: Floats) -> Floats:
    """Return P(NB >= count) for a negative binomial with this mean and variance mean * spread."""
    # Just over 1, because at 1 the negative binomial is a Poisson, which scipy's formula cannot take.
    variance = mean * np.maximum(np.nan_to_num(spread, nan=1.0), 1.0001)
    answer: Floats = _nbinom().sf(count - 1, mean**2 / (variance - mean), mean / variance)
    return answer


def _nbinom() -> Any:
    # Reading scipy takes seconds, and every command and every server reads this file when it begins.
    from scipy.stats import nbinom

    return nbinom


def xlogy(times: Floats, of: Floats) -> Floats:
    """Return times * ln(of), and 0 where `times` is 0, whatever its logarithm would be."""
    from scipy.special import xlogy as answer

    found: Floats = answer(times, of)
    return found


def _before(values: Floats, length: int, guard: int) -> Floats:
    """Row t holds the `length` values that end `guard` steps before t, NaN where there are none."""
    padded = np.concatenate([np.full(length + guard, np.nan), values])
    return sliding_window_view(padded, length)[: len(values)]


def _summarise(rows: Floats, settings: Settings) -> _Summary:
    """Mean and variance with the top cut, median and largest of each row; NaN in rows of under `young` - 1 values."""
    ordered = np.sort(rows, axis=1)  # NaN goes last
    missing = np.isnan(rows)
    number = rows.shape[1] - np.count_nonzero(missing, axis=1)
    enough = number >= settings.young - 1
    held = np.maximum(number, 2)
    cut = np.where(number >= 20, _quantile(ordered, held, settings.winsor), _at(ordered, held - 2))
    clipped = np.minimum(rows, cut[:, None])
    clipped[missing] = 0.0
    mean = clipped.sum(axis=1) / held
    off = clipped - mean[:, None]
    off[missing] = 0.0
    variance = (off**2).sum(axis=1) / (held - 1)

    def kept(values: Floats) -> Floats:
        return np.where(enough, values, np.nan)

    return _Summary(
        kept(mean),
        kept(variance),
        kept(_quantile(ordered, held, 0.5)),
        kept(_at(ordered, held - 1)),
        np.where(enough, number, 0).astype(np.float64),
    )


def _usual(plain: Floats, cadence: Cadence, settings: Settings) -> _Summary:
    """Summarise the long window; a series too young for the guard is judged by all it has."""
    long = _summarise(_before(plain, cadence.long, cadence.guard), settings)
    young = int(np.argmax(~np.isnan(long.mean))) if (~np.isnan(long.mean)).any() else len(plain)
    early = _summarise(_before(plain[:young], cadence.long, 0), settings)
    return _Summary(
        *(
            np.concatenate([getattr(early, name), getattr(long, name)[young:]])
            for name in ("mean", "variance", "middle", "largest", "number")
        )
    )


def _weekday_factors(counts: Floats, cadence: Cadence, settings: Settings) -> Floats:
    """How this weekday stands to the mean of all, shrunk towards 1; 1 until three weeks are known."""
    if not cadence.weekdays:
        return np.ones(len(counts))
    rows = _before(counts, cadence.long, cadence.guard)
    number = np.sum(~np.isnan(rows), axis=1)
    cut = _quantile(np.sort(rows, axis=1), np.maximum(number, 2), settings.winsor)
    clipped = np.minimum(rows, cut[:, None])
    from_step = cadence.guard + cadence.long - np.arange(cadence.long)
    same = clipped[:, from_step % cadence.weekdays == 0]
    mean = np.nansum(clipped, axis=1) / np.maximum(number, 1)
    weeks = np.sum(~np.isnan(same), axis=1)
    known = (number >= 3 * cadence.weekdays) & (mean > 0)
    shrunk = (np.nansum(same, axis=1) + settings.pseudo_weeks * mean) / (weeks + settings.pseudo_weeks)
    # A weekday with a fifth or five times of the mean is a closing day or an error of entry, not a rhythm.
    return np.where(known, np.clip(shrunk / np.where(known, mean, 1.0), 0.2, 5.0), 1.0)


def _remembered(unrest: Floats, memory: int, since: int) -> Floats:
    """The median of the unrest shown before each step, so that one quiet spell does not make the next week rare."""
    rows = np.sort(_before(unrest, memory, 0)[since:], axis=1)
    number = np.sum(~np.isnan(rows), axis=1)
    median = np.where(number > 0, _quantile(rows, np.maximum(number, 1), 0.5), 1.0)
    return np.concatenate([np.ones(since), median])


def _at(ordered: Floats, place: NDArray[np.int64]) -> Floats:
    picked: Floats = ordered[np.arange(len(place)), place]
    return picked


def _quantile(ordered: Floats, number: NDArray[np.int64], share: float) -> Floats:
    """The quantile of the first `number` values of each row in order, between neighbours."""
    place = (number - 1) * share
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, number - 1)
    below, above = _at(ordered, low), _at(ordered, high)
    between: Floats = below + (above - below) * (place - low)
    return between
