"""Totals that protect people: bands instead of counts, and no table from which a small group can be worked out.

A count reads "under 5" or in tens ("about 10" for 5 to 14). Shares, changes and figures per 1,000 are made from
the bands and never from the counts, so that no pair of answers yields one. Hiding small cells alone does not protect them:
with the margins shown, 289 of 360 could be recovered exactly; with bands, none (METHODS 7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from strandline.lib.verdicts import YES, Verdict, no

Ints = NDArray[np.int64]
Axes = tuple[int, ...]

SMALL = 5
WIDTH = 10
BRANCHES_NEEDED = (
    6  # fewer contributing branches let one that knows its own cells narrow the others'; PROMISES P18
)
WIDEST = 160  # beyond this a line is left out
HOW_COUNTED = (
    "A count under five reads 'under 5', others are told in tens: 5 to 14 reads 'about 10'. Shares and changes are made from "
    "these figures. Where all tables together would still give a small group away, a line is told more roughly or left out."
)
ENDLESS = 10**12


@dataclass(frozen=True)
class Band:
    """What is shown of a count: it lies between `low` and `high`, both included."""

    low: int
    high: int

    @property
    def is_small(self) -> bool:
        return self.high < SMALL

    @property
    def about(self) -> int | None:
        """The number that stands for the band, or None where there is nothing to reckon with."""
        if self.is_small or self.high >= ENDLESS:
            return None
        return (self.low + self.high + 1) // 2

    @property
    def reads(self) -> str:
        """The words on the page. A band that had to be widened says how far it reaches."""
        if self.is_small:
            return f"under {SMALL}"
        if self.high >= ENDLESS:
            return "not shown"
        if self.high - self.low + 1 > WIDTH:
            return f"{self.low} to {self.high}"
        return f"about {self.about}"


def band(count: int, width: int = WIDTH) -> Band:
    """The band of a count. Raises ValueError below 0."""
    if count < 0:
        raise ValueError(f"{count} people cannot be counted.")
    if count < SMALL:
        return Band(0, SMALL - 1)
    low = SMALL + (count - SMALL) // width * width
    return Band(low, low + width - 1)


def part_of(count: int, cells: Sequence[Band]) -> Band:
    """The band of a count of people who are all among those of some cells, each told in its own band.

    Left out where, with every other cell at its most, it would prove that there is anybody in one under five.
    """
    shown = band(count)
    most = sum(cell.high for cell in cells)
    if any(cell.is_small and shown.low > most - cell.high for cell in cells):
        return Band(0, ENDLESS)
    return shown


def change(before: Band, after: Band) -> int | None:
    """The change between two bands, or None where either is too few to show."""
    if before.about is None or after.about is None:
        return None
    return after.about - before.about


def share(part: Band, whole: Band) -> float | None:
    """The share one band is of another, at most 1, or None where either is too few to show."""
    if part.about is None or whole.about is None:
        return None
    return min(1.0, part.about / whole.about)


def per_thousand(part: Band, population: int) -> float | None:
    """A band per 1,000 of a population whose size is public, or None where either is too small."""
    if part.about is None or population <= 0:
        return None
    return 1000 * part.about / population


def may_total_across(branches: int) -> Verdict:
    """Whether a viewer of one branch may see totals over this many contributing branches."""
    if branches < BRANCHES_NEEDED:
        return no(
            f"Totals over several branches are shown from {BRANCHES_NEEDED} contributing branches on; here there are {branches}."
        )
    return YES


@dataclass(frozen=True)
class Release:
    """One- and two-way tables in bands, frozen for the week: for each set of axes the least and the most of each cell."""

    shape: tuple[int, ...]
    low: Mapping[Axes, Ints] = field(repr=False)
    high: Mapping[Axes, Ints] = field(repr=False)
    widened: int = 0

    def cell(self, axes: Axes, place: tuple[int, ...]) -> Band:
        """The band shown at a place of the table over these axes."""
        return Band(int(self.low[axes][place]), int(self.high[axes][place]))


def axes_of(dimensions: int) -> tuple[Axes, ...]:
    """The tables that may be shown: the total, one-way and two-way. Never three-way."""
    return tuple(axes for size in range(3) for axes in combinations(range(dimensions), size))


def release(counts: Ints) -> Release:
    """The tables of an array of counts, one axis for each dimension.

    What everybody could work out from all tables together is worked out here first. Where that would show that a group
    under five is there, or narrow it at all, the lines it stands in are widened, and at last left out.
    """
    if counts.size and int(counts.min()) < 0:
        raise ValueError("People cannot be counted below 0.")
    everything = set(range(counts.ndim))
    true = {axes: counts.sum(axis=tuple(everything - set(axes))) for axes in axes_of(counts.ndim)}
    width = {axes: np.full(table.shape, WIDTH, dtype=np.int64) for axes, table in true.items()}
    rounds = 0
    while True:
        low, high = _banded(true, width)
        leaks = _leaks(low, high, counts.shape)
        if not leaks:
            return Release(counts.shape, low, high, rounds)
        for axes, place in leaks:
            _widen_lines(width, axes, place)
        rounds += 1


def _banded(
    true: Mapping[Axes, Ints], width: Mapping[Axes, Ints]
) -> tuple[dict[Axes, Ints], dict[Axes, Ints]]:
    """The least and the most that each cell's band allows; a cell wider than the widest is left out."""
    low, high = {}, {}
    for axes, table in true.items():
        wide, small = width[axes], table < SMALL
        start = SMALL + (table - SMALL) // wide * wide
        hidden = wide > WIDEST
        low[axes] = np.where(hidden | small, 0, start).astype(np.int64)
        high[axes] = np.where(hidden, ENDLESS, np.where(small, SMALL - 1, start + wide - 1)).astype(np.int64)
    return low, high


def _leaks(
    low: Mapping[Axes, Ints], high: Mapping[Axes, Ints], shape: tuple[int, ...]
) -> list[tuple[Axes, tuple[int, ...]]]:
    """The cells under five of which all tables together tell more than that."""
    told_low, told_high = worked_out(low, high, len(shape))
    found = []
    for axes, most in high.items():
        narrowed = (most == SMALL - 1) & ((told_low[axes] > 0) | (told_high[axes] < SMALL - 1))
        found += [(axes, tuple(int(at) for at in place)) for place in np.argwhere(narrowed)]
    return found


def worked_out(
    low: Mapping[Axes, Ints], high: Mapping[Axes, Ints], dimensions: int
) -> tuple[dict[Axes, Ints], dict[Axes, Ints]]:
    """What a patient reader can work out: each line sums to its margin, over and over until nothing more follows."""
    least, most = (
        {axes: table.copy() for axes, table in low.items()},
        {axes: table.copy() for axes, table in high.items()},
    )
    lines = [
        (tuple(sorted({*parent, axis})), axis, parent)
        for parent in axes_of(dimensions)
        if len(parent) < 2
        for axis in range(dimensions)
        if axis not in parent
    ]
    changed = True
    while changed:
        changed = False
        for child, axis, parent in lines:
            changed |= _follow(least, most, child, child.index(axis), parent)
    return least, most


def _follow(least: dict[Axes, Ints], most: dict[Axes, Ints], child: Axes, along: int, parent: Axes) -> bool:
    """What follows for the cells of a table and for its margin from their sum; whether anything did."""
    low, high = least[child], most[child]
    margin_low = np.maximum(least[parent], low.sum(axis=along))
    margin_high = np.minimum(most[parent], high.sum(axis=along))
    wide_low, wide_high = np.expand_dims(margin_low, along), np.expand_dims(margin_high, along)
    cell_low = np.maximum(low, wide_low - (high.sum(axis=along, keepdims=True) - high))
    cell_high = np.minimum(high, wide_high - (low.sum(axis=along, keepdims=True) - low))
    before = (least[parent], most[parent], low, high)
    after = (margin_low, margin_high, cell_low, cell_high)
    least[parent], most[parent], least[child], most[child] = after
    return not all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def _widen_lines(width: dict[Axes, Ints], axes: Axes, place: tuple[int, ...]) -> None:
    """Double the bands of every margin of the cell, and of all that the margin is the sum of."""
    for kept in range(len(axes)):
        for spots in combinations(range(len(axes)), kept):
            held = {axes[spot]: place[spot] for spot in spots}
            for table, wide in width.items():
                if set(held) <= set(table) and len(table) <= len(held) + 1:
                    index = tuple(held.get(axis, slice(None)) for axis in table)
                    wide[index] = np.minimum(wide[index] * 2, 2 * WIDEST)
