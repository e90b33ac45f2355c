"""Intervals by drawing people again, whole circles at a time.

People of one circle come and go together, so they are drawn together; who is in no circle is drawn alone. Those who
are alone and contribute the same are one kind, drawn by number: this is the same draw, without a row for each
of a million people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from strandline.lib.arrays import distinct

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS = 1000
_AT_ONCE = 100


@dataclass(frozen=True)
class Contributions:
    """What each person adds to each of `width` sums: sparse rows of person, column and whole amount."""

    person: Ints
    column: Ints
    amount: Ints
    width: int

    @property
    def totals(self) -> Floats:
        return np.bincount(self.column, weights=self.amount, minlength=self.width).astype(np.float64)


def _mixed(column: Ints) -> NDArray[np.uint64]:
    """A fixed scramble of column numbers (splitmix64), to tell apart what two people contribute."""
    word = (column.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def _kinds(given: Contributions, people: int) -> tuple[Ints, Ints]:
    """For each person who contributes alone the first who contributes the same, and how many are of that kind."""
    mark = np.zeros(people, dtype=np.uint64)
    np.add.at(mark, given.person, _mixed(given.column) * given.amount.astype(np.uint64))
    contributing = distinct(given.person)
    _, first, size = np.unique(mark[contributing], return_index=True, return_counts=True)
    return contributing[first], size.astype(np.int64)


def _chosen(given: Contributions, keep: NDArray[np.bool_]) -> Contributions:
    return Contributions(given.person[keep], given.column[keep], given.amount[keep], given.width)


def draws(given: Contributions, circle: Ints, *, seed: int, count: int = DRAWS) -> Floats:
    """`count` draws of the sums, one row each. `circle` is -1 for people in none.

    As many units are drawn, with replacement, as there are: circles and single people.
    """
    people = len(circle)
    in_circle = circle >= 0
    circles = distinct(circle[in_circle])
    units = len(circles) + int((~in_circle).sum())
    grouped = _chosen(given, in_circle[given.person])
    alone = _chosen(given, ~in_circle[given.person])
    first, size = _kinds(alone, people)
    active, row = np.unique(circle[grouped.person], return_inverse=True)
    is_first = np.full(people, -1, dtype=np.int64)
    is_first[first] = np.arange(len(first)) + len(active)
    lone_row = is_first[alone.person]
    kept = lone_row >= 0
    height = len(active) + len(first)
    sums = csr_matrix(
        (
            np.concatenate([grouped.amount, alone.amount[kept]]).astype(np.float64),
            (np.concatenate([row, lone_row[kept]]), np.concatenate([grouped.column, alone.column[kept]])),
        ),
        shape=(height, given.width),
    )
    rng = np.random.default_rng(seed)
    parts = []
    for done in range(0, count, _AT_ONCE):
        drawn = _drawn(rng, min(_AT_ONCE, count - done), units, len(active), size)
        parts.append((sums.T @ drawn.T).T)
    return np.concatenate(parts)


def _drawn(rng: np.random.Generator, rows: int, units: int, circles: int, size: Ints) -> Ints:
    """How often each circle and each kind of lone person comes up when `units` are drawn, `rows` times over.

    First how many fall to circles, to each kind, and to those who contribute nothing; then which circles.
    """
    chance = np.concatenate([[circles], size]) / max(units, 1)
    shares = rng.multinomial(units, np.append(chance, max(0.0, 1.0 - chance.sum())), size=rows)
    to_circles = shares[:, 0]
    which = np.repeat(np.arange(rows), to_circles) * circles + rng.integers(
        0, max(circles, 1), to_circles.sum()
    )
    by_circle = np.bincount(which, minlength=rows * circles).reshape(rows, circles)
    return np.concatenate([by_circle, shares[:, 1:-1]], axis=1)


def interval(values: Floats) -> tuple[float, float]:
    """The middle 95 % of the draws; draws without an answer are left out."""
    told = values[np.isfinite(values)]
    low, high = np.quantile(told, (0.025, 0.975))
    return float(low), float(high)
