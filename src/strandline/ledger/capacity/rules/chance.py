"""Common random numbers: the same luck for every variant, so that two plans differ by the plan alone.

Each draw is a number between 0 and 1, kept, and turned into a count by the inverse of its distribution. More
organisers then never do worse by bad luck.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import binom, nbinom

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REPLICATIONS = 1000
DAYS = 120
PURPOSES = (
    12  # presence, handling, second conversations, loss twice, and one for each of six tries, and what stays
)
_TABLE = 64


@dataclass(frozen=True)
class Luck:
    """The draws of one forecast: `arrivals` and `purposes` are uniform, by replication and day; `size` by replication."""

    arrivals: Floats
    purposes: Floats
    size: Floats

    @property
    def replications(self) -> int:
        return len(self.size)

    @property
    def days(self) -> int:
        return int(self.arrivals.shape[1])


def luck(seed: int, replications: int = REPLICATIONS, days: int = DAYS) -> Luck:
    """The luck that belongs to a seed."""
    rng = np.random.default_rng(seed)
    return Luck(
        arrivals=rng.random((replications, days)),
        purposes=rng.random((days, PURPOSES, replications)),
        size=rng.random(replications),
    )


class Binomial:
    """How many of n succeed at one chance p, from a uniform draw: exact for few, by its normal limit for many."""

    def __init__(self, chance: float) -> None:
        self.chance = chance
        count = np.arange(_TABLE + 1)
        self._steps = binom.cdf(count[None, :], count[:, None], chance)

    def __call__(self, number: Ints, uniform: Floats) -> Ints:
        """The inverse of the distribution, element by element; it never falls when `number` rises."""
        few = np.minimum(number, _TABLE)
        found: Ints = (uniform[:, None] > self._steps[few]).sum(axis=1).astype(np.int64)
        many = np.flatnonzero(number > _TABLE)
        if len(many):
            found[many] = self._many(number[many], uniform[many])
        return found

    def _many(self, number: Ints, uniform: Floats) -> Ints:
        spread = np.sqrt(number * self.chance * (1 - self.chance))
        near = np.rint(number * self.chance + ndtri(uniform) * spread)
        found: Ints = np.clip(np.nan_to_num(near), 0, number).astype(np.int64)
        rough = np.flatnonzero(spread < 4)
        if len(rough):
            found[rough] = binom.ppf(uniform[rough], number[rough], self.chance).astype(np.int64)
        return found


def negative_binomial(uniform: Floats, mean: Floats, dispersion: float) -> Ints:
    """Counts with the given means and variance `dispersion` x mean; with dispersion 0 the means themselves, rounded."""
    if dispersion == 0:
        whole: Ints = np.rint(mean).astype(np.int64)
        return whole
    over = max(dispersion, 1.0 + 1e-6) - 1
    positive = mean > 0
    counts = np.zeros(mean.shape, dtype=np.int64)
    counts[positive] = nbinom.ppf(uniform[positive], mean[positive] / over, 1 / (1 + over)).astype(np.int64)
    return counts


def rounded(expected: NDArray[np.floating[Any]], uniform: Floats) -> Ints:
    """Whole numbers along the last axis that have these expectations, and whose sum has theirs to within one.

    One draw for each row: the running total is rounded, not the parts, so that a hundred waiting days of one person
    each do not all lose or keep theirs together.
    """
    total = np.cumsum(expected, axis=-1) + uniform[..., None]
    whole = np.floor(total + 1e-9).astype(np.int64)
    steps: Ints = whole.copy()
    steps[..., 1:] -= whole[..., :-1]
    return steps


def mean_of_talks(uniform: Floats, talks: Floats, spread: float) -> Floats:
    """How long talks last on average, over what is usual, when one talk's length varies by `spread`.

    A gamma of n / spread^2 parts, by the cube-root normal of Wilson and Hilferty (1931).
    """
    parts = np.maximum(talks, 1.0) / spread**2
    cubed: Floats = np.maximum(1 - 1 / (9 * parts) + ndtri(uniform) / (3 * np.sqrt(parts)), 0.2) ** 3
    return cubed
