"""M10: who stepped back or turned against since a wave began, by section of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.ebb.rules.cells import ROOT, Cell, roll_up
from strandline.lib.arrays import distinct
from strandline.surge.absorption.rules.survival import Estimate, cumulative_incidence

Ints = NDArray[np.int64]


class Ending(IntEnum):
    """What became of a tie that was held when the counting began."""

    STILL_HERE = 0
    STEPPED_BACK = 1
    OPPOSED = 2
    LEFT = 3  # erased, moved away or died: no longer able to step back, and not counted as if they had


@dataclass(frozen=True)
class Ebb:
    """The share of a section's people who stepped back and who turned against, by a day, with 95 % intervals.

    `count` is how many did either; it and the shares are None where they are fewer than five.
    """

    constituency: int
    members: tuple[int, ...]
    people: int
    count: int | None
    stepped_back: Estimate | None
    opposed: Estimate | None

    @property
    def is_shown(self) -> bool:
        return self.stepped_back is not None


def _rows(cell: Cell, person: Ints, constituency: Ints) -> Ints:
    """The people of a cell, each once."""
    return distinct(person[np.isin(constituency, np.array(cell.members))])


def ebb_by_constituency(
    days: Ints, ending: Ints, person: Ints, constituency: Ints, parent: Sequence[int], within: float
) -> tuple[Ebb, ...]:
    """The ebb of each section after `within` days.

    `days` and `ending` have a row for each person who held a tie at the start; `person` and `constituency` pair them
    with sections, of which they may have several. Sections in which fewer than five stepped back or turned against
    go up to their parent; what is under five even at the top is told without figures.
    """
    fell = np.isin(ending, (Ending.STEPPED_BACK, Ending.OPPOSED)) & (days <= within)
    counts = np.bincount(constituency[fell[person]], minlength=len(parent)).tolist()
    found = []
    for cell in roll_up(counts, parent):
        rows = _rows(cell, person, constituency)
        if not len(rows):
            continue
        count = int(fell[rows].sum())
        if not cell.stands or count < 5:
            found.append(Ebb(cell.constituency, cell.members, len(rows), None, None, None))
            continue
        back = cumulative_incidence(days[rows], ending[rows], Ending.STEPPED_BACK).at(within)
        against = cumulative_incidence(days[rows], ending[rows], Ending.OPPOSED).at(within)
        found.append(Ebb(cell.constituency, cell.members, len(rows), count, back, against))
    return tuple(found)


def ebb_of_all(days: Ints, ending: Ints, within: float) -> Ebb:
    """The ebb of everybody who held a tie at the start, as one section."""
    everybody = np.arange(len(days))
    return ebb_by_constituency(days, ending, everybody, np.zeros(len(days), dtype=np.int64), [ROOT], within)[
        0
    ]


HOW_COUNTED = (
    "Of 100 people who held a tie when the wave began, how many had stepped back, and how many had turned against us, "
    "by this day. Who moved away, died or was erased stays in the hundred. Sections in which fewer than five did so are "
    "counted with the section above them."
)
