"""Who holds an organised tie on which day: the definitions of *live* and *organised*, computed from the record.

A history is columns, one row for each dated fact, as the tables of the record hold them; days are whole numbers
(`date.toordinal`). Nothing here reads a stored flag, so that any past day can be asked and answered again.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.waves.rules.spells import (
    NEVER,
    Spells,
    count_by_day,
    handed_down,
    overlap,
    runs,
    together,
    union,
)
from strandline.surge.absorption.rules.cohorts import first_contact

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Kind(IntEnum):
    """The kinds of tie, as numbers for a column."""

    CONTACT = 0
    SUPPORTER = 1
    INTERLOCUTOR = 2
    ALLY = 3
    ORGANISER = 4


class Status(IntEnum):
    """The statuses of a tie, as numbers for a column."""

    ACTIVE = 0
    WAITING = 1
    RESTING = 2
    STEPPED_BACK = 3
    OPPOSED = 4
    ENDED = 5


class Departure(IntEnum):
    """Ways of leaving that are nobody's failure."""

    ERASED = 0
    MOVED = 1
    DIED = 2


ORGANISED = (Kind.SUPPORTER, Kind.INTERLOCUTOR, Kind.ALLY, Kind.ORGANISER)
STANDING = (Status.ACTIVE, Status.WAITING, Status.RESTING)
DEFAULT_WINDOW = 45
_CHAIN = 32


@dataclass(frozen=True)
class Dated:
    """Spells that each carry a value: the kind or the status of a tie from a day until a day."""

    spells: Spells
    value: Ints

    def being(self, *values: int) -> Spells:
        """The spells in which the value was one of these."""
        return self.spells.chosen(np.isin(self.value, np.array(values)))


@dataclass(frozen=True)
class Window:
    """How many days a two-way touch keeps ties of a kind alive, as set from a day on."""

    kind: Kind
    days: int
    since: int = 0


def _empty() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class History:
    """All that the ledger reads. People and ties are numbered from 0.

    `met` is the earliest day on which a source says that somebody was met here, `listed` that on which a list without
    days brought them in, `elsewhere` that of the earliest source in other branches; NEVER where there is none.
    `same_as` names, for each person, the one they were merged into (or themselves). `circle` is the circle they
    belong to, -1 for none: it only groups the draws of intervals.
    """

    met: Ints
    tie_person: Ints
    kinds: Dated
    statuses: Dated
    owned: Spells  # the stretches in which the tie's owner had accepted it
    touch_person: Ints  # two-way touches only; one holds every tie of the person
    touch_day: Ints
    windows: tuple[Window, ...] = ()
    left_person: Ints = field(default_factory=_empty)
    left_day: Ints = field(default_factory=_empty)
    left_how: Ints = field(default_factory=_empty)
    listed: Ints | None = None
    elsewhere: Ints | None = None
    same_as: Ints | None = None
    circle: Ints | None = None

    @property
    def people(self) -> int:
        return len(self.met)

    @cached_property
    def identity(self) -> Ints:
        """For each record the person it belongs to, after all merges, also merges of merges."""
        if self.same_as is None:
            return np.arange(self.people)
        root = self.same_as
        for _ in range(_CHAIN):  # each round doubles how far a chain of merges is followed
            root = root[root]
        if not np.array_equal(self.same_as[root], root):
            raise ValueError("Two people were each merged into the other.")
        return root

    @cached_property
    def person_of_tie(self) -> Ints:
        """The person of each tie, after all merges."""
        return self.identity[self.tie_person]

    @cached_property
    def toucher(self) -> Ints:
        """The person of each touch, after all merges."""
        return self.identity[self.touch_person]

    @cached_property
    def erased(self) -> Bools:
        """Whose record was erased; of them nothing is counted any more."""
        gone = np.zeros(self.people, dtype=bool)
        gone[self.identity[self.left_person[self.left_how == Departure.ERASED]]] = True
        return gone

    @cached_property
    def left_on(self) -> Ints:
        """The day on which each person moved away or died, else NEVER."""
        day = np.full(self.people, NEVER, dtype=np.int64)
        gone = self.left_how != Departure.ERASED
        np.minimum.at(day, self.identity[self.left_person[gone]], self.left_day[gone])
        return day

    def _earliest(self, day: Ints | None, of: Ints) -> Ints:
        found = np.full(self.people, NEVER, dtype=np.int64)
        if day is not None:
            np.minimum.at(found, of, day)
        return found

    @cached_property
    def _firsts(self) -> tuple[Ints, Ints, Ints]:
        """For each person, after all merges, the day they were met, listed and first spoken with."""
        return (
            self._earliest(self.met, self.identity),
            self._earliest(self.listed, self.identity),
            self._earliest(self.touch_day, self.toucher),
        )

    @cached_property
    def known(self) -> Ints:
        """The first day on which anything at all is on record of each person: a list without days, too, or other branches."""
        days: Ints = np.minimum.reduce([*self._firsts, self._earliest(self.elsewhere, self.identity)])
        return days

    @cached_property
    def came(self) -> Ints:
        """The day of each person's first contact, by the one rule for it; merged people have the earliest.

        Whom other branches had first came to them: NEVER here.
        """
        met, listed, spoke = self._firsts
        theirs = self._earliest(self.elsewhere, self.identity) < np.minimum(met, listed)
        day: Ints = np.where(theirs, NEVER, first_contact(met, listed, spoke))
        return day


def _regimes(history: History, kind: Kind) -> tuple[tuple[int, int, int], ...]:
    """The windows of a kind as (since, until, days), the default where none was set."""
    rows = sorted((window.since, window.days) for window in history.windows if window.kind is kind)
    if not rows or rows[0][0] > 0:
        rows = [(0, DEFAULT_WINDOW), *rows]
    ends = [since for since, _ in rows[1:]] + [NEVER]
    return tuple((since, until, days) for (since, days), until in zip(rows, ends, strict=True))


def _touched(history: History, mine: Bools, regimes: tuple[tuple[int, int, int], ...]) -> Spells:
    """The days on which these ties were within their window of a touch: the day of the touch, and `days` more."""
    ties = np.flatnonzero(mine)
    concerned = np.zeros(history.people, dtype=bool)
    concerned[history.person_of_tie[ties]] = True
    chosen = concerned[history.toucher]
    person, day = history.toucher[chosen], history.touch_day[chosen]
    spells = together([runs(person, day, days + 1).within(since, until) for since, until, days in regimes])
    return handed_down(spells, ties, history.person_of_tie[ties])


def live_spells(history: History, kinds: tuple[Kind, ...] = tuple(Kind)) -> Spells:
    """When each tie was live: standing, accepted by its owner, and touched within its kind's window as set then."""
    standing = history.statuses.being(*STANDING)
    by_regime: dict[tuple[tuple[int, int, int], ...], list[Kind]] = {}
    for kind in kinds:
        by_regime.setdefault(_regimes(history, kind), []).append(kind)
    found = []
    for regimes, alike in by_regime.items():
        of_kind = history.kinds.being(*alike)
        mine = np.zeros(len(history.tie_person), dtype=bool)
        mine[of_kind.of] = True
        touched = _touched(history, mine, regimes)
        layers = [
            of_kind,
            standing.chosen(mine[standing.of]),
            history.owned.chosen(mine[history.owned.of]),
            touched,
        ]
        found.append(overlap(layers))
    return union(together(found)) if len(found) > 1 else found[0]


@dataclass(frozen=True)
class Held:
    """When each person held at least one organised tie; disjoint, ordered by person and day."""

    spells: Spells
    people: int

    def on(self, day: int) -> Bools:
        """Who held one on `day`."""
        return self.spells.on(day, self.people)

    def number(self, day: int) -> int:
        """N(t): how many people held one on `day`."""
        return int(((self.spells.start <= day) & (self.spells.end > day)).sum())

    def by_day(self, first: int, last: int) -> Ints:
        """N(t) for every day from `first` to `last`."""
        return count_by_day(self.spells, first, last)


def organised(history: History) -> Held:
    """Who was organised when. The erased are left out whole; who moved or died is counted up to that day."""
    ties = live_spells(history, ORGANISED)
    person = history.person_of_tie[ties.of]
    kept = ~history.erased[person]
    spells = union(Spells(person[kept], ties.start[kept], ties.end[kept]))
    end = np.minimum(spells.end, history.left_on[spells.of])
    return Held(Spells(spells.of, spells.start, end).within(0, NEVER), history.people)
