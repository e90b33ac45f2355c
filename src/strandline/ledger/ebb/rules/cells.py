"""Which counts may stand alone: a cell under five goes up to the parent, with its people."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
ROOT = -1


@dataclass(frozen=True)
class Cell:
    """What is shown for one constituency: itself and those of its children that were too small alone."""

    constituency: int
    members: tuple[int, ...]
    count: int

    @property
    def stands(self) -> bool:
        """Whether the count may be shown; else the cell reads "under 5"."""
        return self.count >= LEAST


def _depths(parent: Sequence[int]) -> list[int]:
    """How far below the root each constituency is; raises ValueError when the tree bites its tail."""
    depths = []
    for node in range(len(parent)):
        depth, above = 0, parent[node]
        while above != ROOT:
            depth, above = depth + 1, parent[above]
            if depth > len(parent):
                raise ValueError(f"Constituency {node} is its own ancestor.")
        depths.append(depth)
    return depths


def roll_up(counts: Sequence[int], parent: Sequence[int]) -> tuple[Cell, ...]:
    """The cells that may be shown, from counts of people directly in each constituency.

    Deepest first, a cell under five (an empty one too, so that absence and presence look alike) is added to its
    parent's own cell. A cell under five at the top has nowhere to go and is returned with `stands` false.
    Constituencies overlap, so a parent's cell may name a person twice; it never names fewer than stand in it.
    """
    depths = _depths(parent)
    held = list(counts)
    inside: list[list[int]] = [[node] for node in range(len(parent))]
    shown = [True] * len(parent)
    for node in sorted(range(len(parent)), key=lambda one: -depths[one]):
        if held[node] < LEAST and parent[node] != ROOT:
            held[parent[node]] += held[node]
            inside[parent[node]] += inside[node]
            shown[node] = False
    return tuple(
        Cell(node, tuple(sorted(inside[node])), held[node]) for node in range(len(parent)) if shown[node]
    )
