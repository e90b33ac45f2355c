"""The whole history from the record, in a few questions, as the columns that the rules take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from strandline.ledger.ebb.models import Departure as Left
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.ledger.waves.rules.breadth import Sections
from strandline.ledger.waves.rules.history import Dated, Departure, History, Kind, Status, Window
from strandline.ledger.waves.rules.spells import NEVER, Spells
from strandline.steady.circles.models import CircleMembership
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.people.models import Person, Source
from strandline.steady.ties.models import KindWindow, Ownership, Tie, TieStatus, Touch
from strandline.steady.ties.queries import zone
from strandline.store.fields import Epoch
from strandline.surge.absorption.queries import DayNumber, columns, having
from strandline.surge.absorption.rules.record import local_days as local_days_of_minutes

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Branches = frozenset[int] | None

DAY = 86_400
NONE = -1
_GONE = {Leaving.MOVED.value: Departure.MOVED, Leaving.DIED.value: Departure.DIED}


@dataclass(frozen=True)
class Tries:
    """What organisers tried and said with people, each person's in order: seconds since 1970, minutes or -1, by whom."""

    person: Ints
    second: Ints
    minutes: Ints
    by: Ints
    is_two_way: Bools

    def chosen(self, keep: Bools) -> Tries:
        """Only those rows."""
        return Tries(*(column[keep] for column in vars(self).values()))


@dataclass(frozen=True)
class Sources:
    """Who was met where on which day: place of the person, day, 1 for a list without days, branch."""

    person: Ints
    day: Ints
    is_listed: Ints
    branch: Ints

    def of(self, part: Part) -> Sources:
        """Only those of the people of a part."""
        keep = part.has[self.person]
        return Sources(part.place[self.person[keep]], self.day[keep], self.is_listed[keep], self.branch[keep])

    def firsts(self, people: int, branches: Branches) -> Ints:
        """For each person the earliest day on which they were met here, a list brought them in here, and others had them."""
        what = self.is_listed
        if branches is not None:
            what = np.where(np.isin(self.branch, _numbers(branches)), what, 2)
        found = np.full((3, people), NEVER, dtype=np.int64)
        np.minimum.at(found, (what, self.person), self.day)
        return found


@dataclass(frozen=True)
class Part:
    """Some of many things: which, and under which number each of them goes there."""

    has: Bools

    @cached_property
    def place(self) -> Ints:
        return np.cumsum(self.has) - 1

    def spells(self, layer: Spells) -> tuple[Spells, Bools]:
        """Their spells, and which of all those are theirs."""
        keep = self.has[layer.of]
        return Spells(self.place[layer.of[keep]], layer.start[keep], layer.end[keep]), keep

    def dated(self, layer: Dated) -> Dated:
        """The same of spells that carry values."""
        spells, keep = self.spells(layer.spells)
        return Dated(spells, layer.value[keep])


@dataclass(frozen=True)
class Roll:
    """The history of a part of the organisation; `people` and `ties` are the rows that its numbers stand for.

    `owner` has the account of each spell in `history.owned`.
    """

    history: History
    people: Ints
    ties: Ints
    tie_branch: Ints
    owner: Ints
    tries: Tries
    sources: Sources

    def people_of(self, branches: frozenset[int]) -> Part:
        """Who of these people belongs to some branches by a tie or by how they were met."""
        here, has = _numbers(branches), np.zeros(len(self.people), dtype=bool)
        has[self.history.tie_person[np.isin(self.tie_branch, here)]] = True
        has[self.sources.person[np.isin(self.sources.branch, here)]] = True
        return Part(has)

    def of(self, branches: frozenset[int], some: Part) -> Roll:
        """The history of some of the branches that were read, with `some` people: as if it were read for them alone."""
        whole, sources = self.history, self.sources.of(some)
        mine = Part(np.isin(self.tie_branch, _numbers(branches)))
        met, listed, elsewhere = sources.firsts(int(some.has.sum()), branches)
        owned, is_owned = mine.spells(whole.owned)
        touched, tried, left = (
            some.has[one] for one in (whole.touch_person, self.tries.person, whole.left_person)
        )
        tries = self.tries.chosen(tried)
        history = replace(
            whole,
            met=met,
            listed=listed,
            elsewhere=elsewhere,
            tie_person=some.place[whole.tie_person[mine.has]],
            kinds=mine.dated(whole.kinds),
            statuses=mine.dated(whole.statuses),
            owned=owned,
            touch_person=some.place[whole.touch_person[touched]],
            touch_day=whole.touch_day[touched],
            left_person=some.place[whole.left_person[left]],
            left_day=whole.left_day[left],
            left_how=whole.left_how[left],
            circle=None if whole.circle is None else whole.circle[some.has],
        )
        return Roll(
            history,
            self.people[some.has],
            self.ties[mine.has],
            self.tie_branch[mine.has],
            self.owner[is_owned],
            replace(tries, person=some.place[tries.person]),
            sources,
        )


def _numbers(branches: frozenset[int]) -> Ints:
    return np.array(sorted(branches), dtype=np.int64)


def moment(name: str) -> Coalesce:
    """Return a moment as whole seconds since 1970, -1 where there is none. A step of these questions."""
    return Coalesce(Epoch(F(name)), Value(NONE), output_field=BigIntegerField())


def _number(name: str, values: dict[str, int]) -> Case:
    return Case(
        *(When(**{name: key}, then=Value(n)) for key, n in values.items()), output_field=IntegerField()
    )


def local_days(seconds: Ints, here: ZoneInfo) -> Ints:
    """The day of the organisation on which each moment lay."""
    return local_days_of_minutes(seconds // 60, here)


def days(seconds: Ints, here: ZoneInfo) -> Ints:
    """The same, with NEVER where there is no moment."""
    known = seconds != NONE
    found = np.full(len(seconds), NEVER, dtype=np.int64)
    found[known] = local_days(seconds[known], here)
    return found


def in_sight(branches: Branches) -> Any:
    """The people who belong to a part of the organisation by a tie or by how they were met. A step of these questions."""
    people = Person.objects.filter(Q(batch=None) | Q(batch__opened_at__isnull=False))
    if branches is None:
        return people
    tied = Tie.objects.filter(person=OuterRef("pk"), branch__in=branches)
    met = Source.objects.filter(person=OuterRef("pk"), branch__in=branches)
    return people.filter(Exists(tied) | Exists(met))


def _windows() -> tuple[Window, ...]:
    rows = KindWindow.objects.order_by("since_on", "pk").values_list("kind", "since_on", "days")
    last = {(kind, since): days for kind, since, days in rows}  # set twice for one day: the later word holds
    return tuple(Window(Kind[kind.upper()], days, since.toordinal()) for (kind, since), days in last.items())


def _dated(rows: Any, ties: Ints, here: ZoneInfo) -> tuple[Spells, Ints]:
    """Dated rows of ties as spells, with the value of each."""
    found = columns(rows, 4)
    place = np.searchsorted(ties, found[:, 0])
    return Spells(place, days(found[:, 1], here), days(found[:, 2], here)), found[:, 3]


def _circles(people: Q, known: Ints) -> Ints:
    """The circle that each person joined last, -1 for none."""
    joined = CircleMembership.objects.filter(people).order_by("since_at", "pk")
    rows = columns(joined.values_list("person", "circle"), 2)
    circle = np.full(len(known), -1, dtype=np.int64)
    circle[np.searchsorted(known, rows[:, 0])] = rows[:, 1]
    return circle


def _sources(people: Q, known: Ints) -> Sources:
    rows = Source.objects.filter(people).annotate(
        day=DayNumber("met_on"), listed=Case(When(is_dated=True, then=Value(0)), default=Value(1))
    )
    table = columns(rows.values_list("person", "day", "listed", "branch"), 4)
    return Sources(np.searchsorted(known, table[:, 0]), table[:, 1], table[:, 2], table[:, 3])


def _talks(people: Q, known: Ints) -> tuple[Ints, Ints, Tries]:
    """What was said with whom when, and what organisers tried and said: each person's in order."""
    rows = Touch.objects.filter(Q(is_two_way=True) | Q(by__isnull=False), people).annotate(
        moment=moment("at"),
        spent=Coalesce(F("minutes"), Value(NONE), output_field=BigIntegerField()),
        account=Coalesce(F("by"), Value(NONE), output_field=BigIntegerField()),
        talk=Case(When(is_two_way=True, then=Value(1)), default=Value(0), output_field=IntegerField()),
    )
    table = columns(rows.order_by().values_list("person", "moment", "spent", "account", "talk", "pk"), 6)
    table = table[np.lexsort((table[:, 5], table[:, 1], table[:, 0]))]
    person, said = np.searchsorted(known, table[:, 0]), table[:, 4] > 0
    tries = Tries(person, table[:, 1], table[:, 2], table[:, 3], said).chosen(table[:, 3] != NONE)
    return person[said], table[said, 1], tries


def roll(*, branches: Branches = None) -> Roll:
    """Read the history of these branches, or of the whole organisation. Sums only are made of it."""
    here = zone()
    known = columns(in_sight(branches).order_by("pk").values_list("pk"), 1)[:, 0]
    some = having("person", known)
    sources = _sources(some, known)
    met, listed, elsewhere = sources.firsts(len(known), branches)
    mine = Tie.objects.filter(some)
    if branches is not None:
        mine = mine.filter(branch__in=branches)
    kinds = {kind.name.lower(): int(kind) for kind in Kind}
    begun = mine.annotate(n=_number("kind", kinds), since=moment("began_at"), until=moment("ended_at"))
    tied = columns(begun.order_by("pk").values_list("pk", "since", "until", "n", "person", "branch"), 6)
    ties = tied[:, 0]
    whole = Spells(np.arange(len(ties)), days(tied[:, 1], here), days(tied[:, 2], here))
    span = {"since": moment("since_at"), "until": moment("until_at")}
    states = {status.name.lower(): int(status) for status in Status}
    standing = TieStatus.objects.filter(having("tie", ties)).annotate(n=_number("status", states), **span)
    held = Ownership.objects.filter(having("tie", ties)).annotate(**span)
    owned, owner = _dated(held.values_list("tie", "since", "until", "owner"), ties, here)
    toucher, touched, tries = _talks(some, known)
    left = list(
        Left.objects.filter(some, until_on=None, how__in=_GONE).values_list("person", "since_on", "how")
    )
    history = History(
        met=met,
        listed=listed,
        elsewhere=elsewhere,
        tie_person=np.searchsorted(known, tied[:, 4]),
        kinds=Dated(whole, tied[:, 3]),
        statuses=Dated(*_dated(standing.values_list("tie", "since", "until", "n"), ties, here)),
        owned=owned,
        touch_person=toucher,
        touch_day=days(touched, here),
        windows=_windows(),
        left_person=np.searchsorted(known, np.array([one for one, _, _ in left], dtype=np.int64)),
        left_day=np.array([day.toordinal() for _, day, _ in left], dtype=np.int64),
        left_how=np.array([_GONE[how] for _, _, how in left], dtype=np.int64),
        circle=_circles(some, known),
    )
    return Roll(history, known, ties, tied[:, 5], owner, tries, sources)


def sections(*, people: Ints) -> tuple[Sections, tuple[Constituency, ...]]:
    """Read the tree of constituencies and which of these people belong where. Sums only are made of it."""
    rows = tuple(Constituency.objects.order_by("pk"))
    place = {row.pk: n for n, row in enumerate(rows)}
    parent = tuple(place.get(row.parent_id, -1) if row.parent_id else -1 for row in rows)
    until = Coalesce(DayNumber("until_on"), Value(NEVER), output_field=BigIntegerField())
    held = ConstituencyMembership.objects.filter(having("person", people)).annotate(
        since=DayNumber("since_on"), until=until
    )
    table = columns(held.order_by().values_list("person", "constituency", "since", "until"), 4)
    numbers = np.array([row.pk for row in rows], dtype=np.int64)
    spells = Spells(np.searchsorted(people, table[:, 0]), table[:, 2], table[:, 3])
    return Sections(parent, spells, np.searchsorted(numbers, table[:, 1])), rows
