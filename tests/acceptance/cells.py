"""P18: totals under five are not shown and cannot be worked out.

    python -m tests.acceptance cells [--n N] [--seed S]

An auditor that solves integer programmes over everything a viewer may ever see: all tables of 26 weekly releases, the
viewer's own branch exactly, also two viewers together. For each group of one to four people it asks for the least and the
most that the tables allow. `n` is how many random organisations are audited.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from strandline.organisation.privacy.rules.bands import (
    BRANCHES_NEEDED,
    ENDLESS,
    axes_of,
    band,
    may_total_across,
    release,
)
from strandline.organisation.privacy.rules.nested import nested_bands

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WEEKS = 26
FULL_RANGE_WANTED = 0.95
GROUPS_A_VIEW = 4


@dataclass(frozen=True)
class Known:
    """One thing that a viewer knows: the cells (flat places) that it sums, and between which numbers the sum lies."""

    cells: Ints
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """The least and the most that a group can be, given all that is known; the most is sought up to `enough`."""

    least: int
    most: int


View = tuple[tuple[int, ...], list[Known]]
Scheme = Callable[[Ints], list[Known]]


def group_cells(shape: tuple[int, ...], fixed: dict[int, int]) -> Ints:
    """The flat places of all cells at these coordinates."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    return places[tuple(fixed.get(axis, slice(None)) for axis in range(len(shape)))].reshape(-1)


def margins(
    shape: tuple[int, ...], tables: Iterator[tuple[int, ...]]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Ints]]:
    """Every cell of every table: its axes, its place, and the flat cells that it sums."""
    for axes in tables:
        for place in np.ndindex(*(shape[axis] for axis in axes)):
            yield axes, place, group_cells(shape, dict(zip(axes, place, strict=True)))


def released(counts: Ints) -> list[Known]:
    """What the centre sees: one- and two-way tables as the product releases them."""
    tables = release(counts)
    found = []
    for axes, place, cells in margins(counts.shape, iter(axes_of(counts.ndim))):
        shown = tables.cell(axes, place)
        found.append(Known(cells, shown.low, np.inf if shown.high >= ENDLESS else shown.high))
    return found


def plain_bands(counts: Ints) -> list[Known]:
    """Bands without the widening: what the product would show if it did not check itself."""
    flat = counts.reshape(-1)
    found = []
    for _, _, cells in margins(counts.shape, iter(axes_of(counts.ndim))):
        shown = band(int(flat[cells].sum()))
        found.append(Known(cells, shown.low, shown.high))
    return found


def naive(counts: Ints) -> list[Known]:
    """The known-bad setting: cells under five hidden, everything else exact, margins shown."""
    flat = counts.reshape(-1)
    found = []
    for _, _, cells in margins(counts.shape, iter(axes_of(counts.ndim))):
        total = int(flat[cells].sum())
        found.append(Known(cells, 0, 4) if total < 5 else Known(cells, total, total))
    return found


def insiders(
    counts: Ints, branches: tuple[int, ...], *, least_branches: int = BRANCHES_NEEDED
) -> list[Known]:
    """What viewers of these branches know together: their own cells, and totals over all branches where those are shown."""
    flat = counts.reshape(-1)
    own = [group_cells(counts.shape, {0: branch}) for branch in branches]
    found = [Known(np.array([cell]), flat[cell], flat[cell]) for cells in own for cell in cells]
    if least_branches == BRANCHES_NEEDED and not may_total_across(counts.shape[0]).ok:
        return found
    if counts.shape[0] < least_branches:
        return found
    tables = release(counts.sum(axis=0))
    for axes in axes_of(counts.ndim - 1):
        for place in np.ndindex(*(counts.shape[axis + 1] for axis in axes)):
            shown = tables.cell(axes, place)
            cells = group_cells(counts.shape, {axis + 1: at for axis, at in zip(axes, place, strict=True)})
            found.append(Known(cells, shown.low, np.inf if shown.high >= ENDLESS else shown.high))
    return found


def patient_insider(counts: Ints, branch: int, rng: np.random.Generator, weeks: int) -> list[Known]:
    """The worst that waiting can bring: the own branch changes every week, and the viewer is sure that no other does.

    Every week's totals then bound the same others, each time from another side.
    """
    found: list[Known] = []
    now = counts.copy()
    for _ in range(weeks):
        tables = release(now.sum(axis=0))
        for axes in axes_of(counts.ndim - 1):
            for place in np.ndindex(*(counts.shape[axis + 1] for axis in axes)):
                shown = tables.cell(axes, place)
                fixed = {axis + 1: at for axis, at in zip(axes, place, strict=True)}
                own = group_cells(counts.shape, {0: branch, **fixed})
                others = np.setdiff1d(group_cells(counts.shape, fixed), own)
                mine = int(now.reshape(-1)[own].sum())
                high = np.inf if shown.high >= ENDLESS else shown.high - mine
                found.append(Known(others, shown.low - mine, high))
        now[branch] = week_after(now[branch], rng)
    return found


class Auditor:
    """Asks what the known sums allow of a group, over whole numbers of people in every cell."""

    def __init__(self, size: int, known: list[Known]) -> None:
        lengths = [len(one.cells) for one in known]
        rows = np.repeat(np.arange(len(known)), lengths)
        columns = np.concatenate([one.cells for one in known])
        self._matrix = csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(known), size))
        self._low = np.array([one.low for one in known], dtype=np.float64)
        self._high = np.array([one.high for one in known], dtype=np.float64)
        self._size = size

    def range_of(self, cells: Ints, *, enough: int = 4) -> Range:
        """The least the group can be, and the most up to `enough`."""
        return Range(self._extreme(cells, +1, enough), self._extreme(cells, -1, enough))

    def _extreme(self, cells: Ints, sign: int, enough: int) -> int:
        weight = np.zeros(self._size)
        weight[cells] = sign
        most = [LinearConstraint(np.abs(weight)[None, :], 0, enough)] if sign < 0 else []
        answer = milp(
            weight,
            constraints=[LinearConstraint(self._matrix, self._low, self._high), *most],
            integrality=np.ones(self._size),
            bounds=Bounds(0, np.inf),
        )
        if not answer.success:
            raise RuntimeError(f"The auditor found no world that fits what is shown: {answer.message}")
        return round(sign * float(answer.fun))


def organisation(rng: np.random.Generator, shape: tuple[int, int, int]) -> Ints:
    """Branches by constituency by kind of tie, with many small cells and a few large ones."""
    sizes = (
        rng.lognormal(0.0, 1.0, shape[0])[:, None, None] * rng.lognormal(0.0, 0.8, shape[1])[None, :, None]
    )
    kinds = rng.lognormal(0.0, 0.7, shape[2])[None, None, :]
    return rng.poisson(2.5 * sizes * kinds).astype(np.int64)


def week_after(counts: Ints, rng: np.random.Generator) -> Ints:
    """A week later: some come, some go."""
    later: Ints = np.maximum(counts + rng.poisson(0.15, counts.shape) - rng.binomial(counts, 0.05), 0)
    return later


def small_groups(
    counts: Ints, rng: np.random.Generator, leave_out: tuple[int, ...], most: int, sizes: tuple[int, ...]
) -> list[tuple[int, Ints]]:
    """Groups of one to four people, in three-, two- and one-way cells that are not the viewers' own."""
    flat = counts.reshape(-1)
    found = []
    for size in sizes:
        for axes, place, cells in margins(counts.shape, combinations(range(counts.ndim), size)):
            if leave_out and (axes[0] != 0 or place[0] in leave_out):
                continue
            if 1 <= flat[cells].sum() <= 4:
                found.append((int(flat[cells].sum()), cells))
    chosen = rng.permutation(len(found))[:most]
    return [found[one] for one in chosen]


@dataclass
class Tally:
    """What the audit of one kind of view came to."""

    audited: int = 0
    exact: int = 0
    present: int = 0
    full: int = 0

    def add(self, found: Range, true: int) -> None:
        self.audited += 1
        self.exact += found.least == found.most == true
        self.present += found.least >= 1
        self.full += found.least == 0 and found.most >= 4


def audit(
    counts: Ints,
    known: list[Known],
    rng: np.random.Generator,
    tally: Tally,
    own: tuple[int, ...] = (),
    most: int = GROUPS_A_VIEW,
    sizes: tuple[int, ...] = (1, 2, 3),
) -> None:
    """Ask for the range of some small groups under one view, and note what it gives away."""
    auditor = Auditor(counts.size, known)
    for true, cells in small_groups(counts, rng, own, most, sizes):
        tally.add(auditor.range_of(cells), true)


def tree_of(rng: np.random.Generator) -> dict[int, int | None]:
    """A tree of sections, three deep: what each stands under, by number."""
    parents: dict[int, int | None] = {}
    for _ in range(3):
        root = len(parents)
        parents[root] = None
        for _ in range(int(rng.integers(2, 5))):
            middle = len(parents)
            parents[middle] = root
            for _ in range(int(rng.integers(0, 5))):
                parents[len(parents)] = middle
    return parents


def audit_tree(counts: Ints, parents: dict[int, int | None], tally: Tally, bite: Tally) -> None:
    """Audit the sections as the centre is told of them, and the known-bad setting: each count in a band of its own.

    The reader is taken to be sure that everybody belongs to one section at the foot of the tree.
    """
    foot = [key for key in parents if key not in parents.values()]
    cells: dict[int, list[int]] = {key: [] for key in parents}
    for place, leaf in enumerate(foot):
        key: int | None = leaf
        while key is not None:
            cells[key].append(place)
            key = parents[key]
    totals = {key: int(counts[own].sum()) for key, own in cells.items()}
    plain = {key: band(total) for key, total in totals.items()}
    for shown, told in ((nested_bands(totals, parents), tally), (plain, bite)):
        auditor = Auditor(len(foot), [Known(np.array(cells[k]), b.low, b.high) for k, b in shown.items()])
        for key, total in totals.items():
            if 1 <= total <= 4:
                told.add(auditor.range_of(np.array(cells[key])), total)


def check(n: int = 40, seed: int = 1, weeks: int = WEEKS) -> dict[str, object]:
    """Audit `n` random organisations over their weekly releases; one line tells what was found."""
    rng = np.random.default_rng(seed)
    centre, one, two, patient, bite = Tally(), Tally(), Tally(), Tally(), Tally()
    sections, plain = Tally(), Tally()
    # Two parts of three and four under one whole: the least tree of which plain bands tell too much.
    audit_tree(np.array([3, 4]), {0: None, 1: 0, 2: 0}, sections, plain)
    for _ in range(n):
        parents = tree_of(rng)
        there = rng.poisson(rng.lognormal(1.0, 0.9, len(parents))).astype(np.int64)
        shape = (int(rng.integers(BRANCHES_NEEDED, 13)), int(rng.integers(3, 7)), 4)
        counts = organisation(rng, shape)
        audit(counts, naive(counts), rng, bite, most=20, sizes=(1, 2))
        audit(counts, patient_insider(counts, 0, rng, weeks), rng, patient, (0,), most=8)
        for week in range(weeks):
            audit(counts, released(counts), rng, centre)
            if week % 5 == 0:
                first, second = (int(branch) for branch in rng.choice(shape[0], 2, replace=False))
                audit(counts, insiders(counts, (first,)), rng, one, (first,))
                audit(counts, insiders(counts, (first, second)), rng, two, (first, second))
            audit_tree(there, parents, sections, plain)
            counts, there = week_after(counts, rng), week_after(there, rng)
    views = {"centre": centre, "insider": one, "two_insiders": two, "sections": sections}
    cases = sum(tally.audited for tally in views.values())
    full = sum(tally.full for tally in views.values()) / max(cases, 1)
    leaks = sum(tally.exact + tally.present for tally in [*views.values(), patient])
    bites = bite.exact > 0 and plain.present > 0
    return {
        "cases": cases,
        "fail": leaks + (full < FULL_RANGE_WANTED) + (not bites) + (cases == 0),
        "full_range": round(full, 4),
        "views": {name: vars(tally) for name, tally in views.items()},
        "insider_sure_that_nobody_else_changed": vars(patient),
        "bite": {"setting": "cells under 5 hidden, margins shown", **vars(bite)},
        "bite_of_sections": {"setting": "each section in a band of its own", **vars(plain)},
        "seed": seed,
        "weeks": weeks,
    }


def run(n: int | None, seed: int) -> dict[str, object]:
    """Run the check, on forty organisations unless said."""
    return check(40 if n is None else n, seed)
