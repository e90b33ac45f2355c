"""The record as it is read for many branches at once: each of them is counted on its part of what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from strandline.ledger.waves.rules.account import open_book
from strandline.ledger.waves.rules.breadth import Sections
from strandline.organisation.branches.models import Branch
from strandline.steady.constituencies.models import Constituency

from .line import Ground
from .record import Branches, Part, Roll, roll, sections
from .steps import Steps, steps


def ground(*, branches: Branches, today: date) -> Ground:
    """Read what the waves of these branches are counted on. Sums only are made of it."""
    return _read(branches).ground(branches, today)


@dataclass(frozen=True)
class _Read:
    """What was read of some branches, or of all."""

    branches: Branches
    roll: Roll
    tree: tuple[Constituency, ...]
    sections: Sections
    steps: Steps

    def ground(self, branches: Branches, today: date) -> Ground:
        """What the waves of a part of these branches are counted on."""
        if branches is None or branches == self.branches:
            mine, sections, steps = self.roll, self.sections, self.steps
        else:
            some = self.roll.people_of(branches)
            mine, steps = self.roll.of(branches, some), self.steps.of(some)
            sections = _sections_of(self.sections, some)
        book = open_book(mine.history, today.toordinal())
        return Ground(branches, mine, book, sections, self.tree, steps)


def _sections_of(sections: Sections, some: Part) -> Sections:
    membership, keep = some.spells(sections.membership)
    return Sections(sections.parent, membership, sections.constituency[keep])


def _read(branches: Branches) -> _Read:
    read = roll(branches=branches)
    belong, tree = sections(people=read.people)
    return _Read(branches, read, tree, belong, steps(people=read.people))


class Record:
    """What the nightly sums of many branches are counted on: read when it is first asked for, once for all of them.

    To read it takes far longer than to count on it, and whoever belongs to a branch belongs to all those above it.
    """

    def __init__(self) -> None:
        self._read: _Read | None = None

    def hold(self, branches: frozenset[int]) -> None:
        """Read what these branches are counted on, if it was not read yet."""
        known = self._read
        if not branches or (known is not None and (known.branches is None or branches <= known.branches)):
            return
        is_all = branches >= set(Branch.objects.values_list("pk", flat=True))
        self._read = None  # the memory is free before more is read
        self._read = _read(None if is_all else branches)

    def ground(self, *, branches: frozenset[int], today: date) -> Ground:
        """Return what the waves of some branches are counted on, as if it had been read for them alone. Sums only."""
        self.hold(branches)
        assert self._read is not None
        return self._read.ground(branches, today)
