"""Where it happens: the section of the constituency tree that stands out, by Kulldorff's scan."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.surge.signals.rules.usual import BadCounts, Floats, as_counts, xlogy

DRAWS = 999
"""METHODS 1; the least p is then one in a thousand."""
SURE = 0.05


class BadTree(ValueError):
    """Constituencies that are not a tree; the message is a sentence for the reader."""


@dataclass(frozen=True)
class Section:
    """A branch of the tree with all beneath it: counted, expected of the whole's count, evidence, and p.

    p is how often the strongest of all branches is as strong when only luck spreads the count.
    """

    name: str
    count: int
    expected: float
    evidence: float
    p: float


@dataclass(frozen=True)
class Whereabouts:
    """The section that stands out, if one does, and all branches from the strongest down."""

    section: Section | None
    branches: tuple[Section, ...]

    @property
    def why(self) -> str:
        """Say in one sentence who it is."""
        if self.section is None:
            return "It is everyone: no section stands out."
        named = self.section
        return (
            f"It is {named.name}, not everyone: {named.count:,} where {named.expected:,.0f} "
            "would be their usual share."
        )


def where(
    parents: Mapping[str, str | None],
    counts: Mapping[str, int],
    expected: Mapping[str, float],
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> Whereabouts:
    """Find the branch whose count departs most from its share, with p over the whole tree by random draws.

    `parents` gives for each constituency the one above it. Counts and expected counts are each constituency's own,
    without those beneath; only the shares of the expected matter. LLR(z) = c ln(c/e) + (C-c) ln((C-c)/(C-e)).
    Raises BadTree, or BadCounts when a name is unknown, a count is not one, or something came where nothing was expected.
    """
    names, above = _upwards(parents)
    seen, due = _own(names, counts, expected)
    total = seen.sum()
    if draws < 1:
        raise ValueError("At least 1 draw is needed.")
    if total == 0:
        return Whereabouts(None, ())
    if due.sum() <= 0:
        raise BadCounts("The expected counts add up to nothing.")
    share = due / due.sum()
    if (seen[share == 0] > 0).any():
        name = names[int(np.argmax((share == 0) & (seen > 0)))]
        raise BadCounts(f"{name} has a count but nothing was expected of it.")
    branch_share = _sum_up(share[:, None], above)[:, 0]
    drawn = rng.multinomial(int(total), share, size=draws).T.astype(np.float64)
    observed = _sum_up(seen[:, None], above)[:, 0]
    strongest = _evidence(_sum_up(drawn, above), branch_share[:, None], total).max(axis=0)
    found = _evidence(observed[:, None], branch_share[:, None], total)[:, 0]
    branches = [
        Section(
            name,
            int(observed[i]),
            float(branch_share[i] * total),
            float(found[i]),
            # A draw that ties is as strong; rounding must not make it weaker.
            float((1 + (strongest >= found[i] - 1e-9).sum()) / (draws + 1)),
        )
        for i, name in enumerate(names)
    ]
    branches.sort(key=lambda one: (-one.evidence, one.count, one.name))
    return Whereabouts(branches[0] if branches[0].p <= SURE else None, tuple(branches))


def _upwards(parents: Mapping[str, str | None]) -> tuple[list[str], NDArray[np.int64]]:
    """Order the names so that each comes before the one above it; the root's place above is -1."""
    depth: dict[str, int] = {}
    for name in parents:
        path: list[str] = []
        at: str | None = name
        while at is not None and at not in depth:
            if at in path:
                raise BadTree(f"{at} lies beneath itself.")
            if at not in parents:
                raise BadTree(f"{path[-1]} lies beneath {at}, which is not in the tree.")
            path.append(at)
            at = parents[at]
        start = depth[at] if at is not None else -1
        for more, one in enumerate(reversed(path), start=1):
            depth[one] = start + more
    names = sorted(parents, key=lambda one: -depth[one])
    place = {name: i for i, name in enumerate(names)}
    above = [place[up] if (up := parents[name]) is not None else -1 for name in names]
    return names, np.array(above, dtype=np.int64)


def _own(names: list[str], counts: Mapping[str, int], expected: Mapping[str, float]) -> tuple[Floats, Floats]:
    known = set(names)
    for name in [*counts, *expected]:
        if name not in known:
            raise BadCounts(f"{name} is not in the tree.")
    seen = as_counts([counts.get(name, 0) for name in names])
    due = np.array([expected.get(name, 0.0) for name in names], dtype=np.float64)
    if not np.isfinite(due).all() or (due < 0).any():
        raise BadCounts("Expected counts must be numbers of 0 or more.")
    return seen, due


def _sum_up(own: Floats, above: NDArray[np.int64]) -> Floats:
    whole = own.copy()
    for child, parent in enumerate(above):
        if parent >= 0:
            whole[parent] += whole[child]
    return whole


def _evidence(counted: Floats, share: Floats, total: float) -> Floats:
    """The log likelihood ratio of each branch that has more than its share; 0 for the others and for the whole."""
    inside = share * total
    # A branch that is the whole expectation cannot stand out; 1e-12 keeps rounding from saying otherwise.
    free = (counted > inside) & (share < 1 - 1e-12) & (share > 0)
    safe_in, safe_out = np.where(free, inside, 1.0), np.where(free, total - inside, 1.0)
    ratio = xlogy(counted, counted / safe_in) + xlogy(
        total - counted, np.maximum(total - counted, 0) / safe_out
    )
    return np.where(free, ratio, 0.0)
