"""The evidence that more are coming than usual, over every sum of the last k steps."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from strandline.surge.signals.rules.settings import SETTINGS, Cadence, Settings
from strandline.surge.signals.rules.usual import Baseline, Flags, Floats, xlogy


@dataclass(frozen=True)
class Evidence:
    """Row k - 1 holds, for each step, the evidence in the sum of its last k counts; 0 where a guard refuses it."""

    table: Floats

    @property
    def best(self) -> Floats:
        """The strongest evidence at each step, over all sums."""
        best: Floats = self.table.max(axis=0)
        return best

    @property
    def alone(self) -> Floats:
        """The evidence in the step itself."""
        alone: Floats = self.table[0]
        return alone


def likelihood_ratio(seen: Floats, expected: Floats, behind: Floats) -> Floats:
    """Log likelihood ratio of two Poisson rates against one: what was seen now, and the window that says what is usual.

    `behind` is how many times as long that window is. As it grows without bound the ratio becomes the
    S_y ln(S_y / S_mu) - (S_y - S_mu) of METHODS 1; a short window earns less, because its mean may be luck too.
    """
    before = expected * behind
    rate = (seen + before) / (expected + before)
    ratio = xlogy(seen, seen / (expected * rate)) - before * np.log(rate)
    return np.where(seen > expected, ratio, 0.0)


def glr(
    counts: Floats, usual: Baseline, cadence: Cadence, settings: Settings = SETTINGS, since: int = 0
) -> Evidence:
    """Weigh every sum of the last k counts against what was expected of it, over the dispersion.

    Sums under `ratio` times the expected or under `least_people` weigh nothing. Steps before `since` stay 0.
    """
    length = len(counts)
    table = np.zeros((cadence.reach, length))
    rows = slice(since, length)
    known = usual.known
    level = np.where(known, usual.mean, 0.0)
    whole = known[rows].copy()
    seen, expected = np.zeros(length - since), np.zeros(length - since)
    # Each sum grows from the one before it, newest count first, so that a replay and an update add in the same order.
    for k in range(1, min(cadence.reach, length) + 1):
        back = np.arange(
            since - k + 1, length - k + 1
        )  # below 0 only where `whole` is false already: too young
        whole &= (back >= 0) & known[back]
        seen += counts[back]
        expected += level[back]
        safe = np.where(whole, expected, 1.0)
        weight = likelihood_ratio(seen, safe, usual.behind[rows] / k) / np.where(
            whole, usual.dispersion[rows], 1.0
        )
        enough = whole & (seen >= settings.ratio * safe) & (seen >= settings.least_people)
        table[k - 1, rows] = np.where(enough, weight, 0.0)
    return Evidence(table)


def raised(counts: Floats, usual: Baseline, ratio: float) -> NDArray[np.int64]:
    """Of the last three steps, how many were at least `ratio` times the usual."""
    high = usual.known & (counts >= ratio * np.where(usual.known, usual.mean, np.inf)) & (counts >= 1)
    padded = np.concatenate([[0, 0], high.astype(np.int64)])
    total: NDArray[np.int64] = sliding_window_view(padded, 3).sum(axis=1) if len(counts) else padded[:0]
    return total


def yearly_echo(
    counts: Floats, usual: Baseline, weighed: Evidence, cadence: Cadence, settings: Settings = SETTINGS
) -> Flags:
    """Where the same weeks of two of the last three years rose as well: a season, not a surge."""
    length = len(counts)
    seasons = np.zeros(length, dtype=np.int64)
    if not cadence.year or not length:
        return seasons >= 2
    ratio = np.where(usual.known, counts / np.where(usual.known, usual.mean, 1.0), 0.0)
    rose = weighed.best > settings.echo_bar
    for years in (1, 2, 3):
        same = np.zeros(length, dtype=np.bool_)
        for off in range(-settings.echo_width, settings.echo_width + 1):
            back = cadence.year * years + off
            if back < length:
                same[back:] |= rose[:-back] & (ratio[:-back] >= settings.echo_share * ratio[back:])
        seasons += same
    echo: Flags = seasons >= 2
    return echo
