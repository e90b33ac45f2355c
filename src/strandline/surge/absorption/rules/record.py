"""From the record's columns to what the measures take: who came, when they were first tried, spoke, came to something.

Moments are minutes since 1970, days are `date.toordinal`; a row is a person, in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from strandline.lib.arrays import distinct
from strandline.surge.absorption.rules.cohorts import NEVER, first_contact
from strandline.surge.absorption.rules.funnel import Arrivals
from strandline.surge.absorption.rules.measures import FirstAct

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY = 24 * 60
LATER = 1 << 40  # a minute that never comes
TRIES = 6  # after so many without a word somebody is out of reach; METHODS 2
# What a touch was, as bits of one number.
TWO_WAY, TRIED, ACTED, DECLINED = 1, 2, 4, 8
EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Span:
    """Days in a row, both included."""

    first: int
    last: int


def stretches(spans: Sequence[Span]) -> list[tuple[Span, bool]]:
    """All days from the first span on, one stretch after another: whether it lies within a span. The last has no end."""
    day, found = min(span.first for span in spans), []
    for span in sorted(spans, key=lambda one: one.first):
        if span.first > day:
            found.append((Span(day, span.first - 1), False))
            day = span.first
        if span.last >= day:
            found.append((Span(day, span.last), True))
            day = span.last + 1
    return [*found, (Span(day, date.max.toordinal()), False)]


@dataclass(frozen=True)
class People:
    """Who first came: `day` is that of the earliest source, `minute` the moment they were put on record.

    A source that is not dated is a list without days: `day` is then the one on which it was brought in.
    """

    ids: Ints
    day: Ints
    minute: Ints
    dated: Bools

    def __len__(self) -> int:
        return len(self.ids)

    def chosen(self, mine: Bools) -> People:
        """Keep some of the people."""
        return People(self.ids[mine], self.day[mine], self.minute[mine], self.dated[mine])


@dataclass(frozen=True)
class Left:
    """Who moved away or died, by their numbers in order, and since which day. Nobody's failure: from then on nobody counts days."""

    ids: Ints
    day: Ints

    def of(self, people: People) -> Ints:
        """The day on which each of these people left, NEVER where they have not."""
        found = np.full(len(people), NEVER, dtype=np.int64)
        if len(self.ids):
            at = np.minimum(np.searchsorted(self.ids, people.ids), len(self.ids) - 1)
            there = self.ids[at] == people.ids
            found[there] = self.day[at[there]]
        return found


@dataclass(frozen=True)
class Touches:
    """What was tried and said, in order of person and time: `place` is the person's row, `flags` are the bits above."""

    place: Ints
    minute: Ints
    flags: Ints

    def __len__(self) -> int:
        return len(self.place)

    def having(self, flag: int) -> Touches:
        """Keep the touches with a flag."""
        return self._kept((self.flags & flag) > 0)

    def of(self, mine: Bools) -> Touches:
        """Keep the touches with some of the people, whose rows are numbered anew."""
        number = np.cumsum(mine) - 1
        kept = self._kept(mine[self.place])
        return Touches(number[kept.place], kept.minute, kept.flags)

    def _kept(self, mine: Bools) -> Touches:
        return Touches(self.place[mine], self.minute[mine], self.flags[mine])

    def first(self, people: int) -> Ints:
        """The minute of each person's first touch, LATER where there is none."""
        found = np.full(people, LATER, dtype=np.int64)
        np.minimum.at(found, self.place, self.minute)
        return found

    def nth(self, people: int, number: int) -> Ints:
        """The minute of each person's touch of this number, counted from 1; LATER where there are fewer."""
        start = np.searchsorted(self.place, np.arange(people))
        at = start + number - 1
        there = at < len(self.place)
        there[there] &= self.place[at[there]] == np.flatnonzero(there)
        found = np.full(people, LATER, dtype=np.int64)
        found[there] = self.minute[at[there]]
        return found


@dataclass(frozen=True)
class Tries:
    """Who tried to reach people, and when: for each try the account and the minute."""

    by: Ints
    minute: Ints


def local_days(minutes: Ints, here: tzinfo) -> Ints:
    """Return the organisation's day of each moment; the clocks are asked once for each day there is."""
    if not len(minutes):
        return np.empty(0, dtype=np.int64)
    edges, shifts = _shifts(int(minutes.min()) // DAY, int(minutes.max()) // DAY, here)
    days: Ints = (minutes + shifts[np.searchsorted(edges, minutes, side="right")]) // DAY + EPOCH_DAY
    return days


@lru_cache(maxsize=64)
def _shifts(first: int, last: int, here: tzinfo) -> tuple[Ints, Ints]:
    """Return the minutes at which the clocks change between two days of UTC, and by how much they are off before each
    and after the last. No zone has changed its clocks and back again within a day.
    """
    edges: list[int] = []
    shifts = [_shift(first * DAY, here)]
    for day in range(first, last + 1):
        low, high = day * DAY, (day + 1) * DAY
        if _shift(high, here) == shifts[-1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _shift(middle, here) == shifts[-1] else (low, middle)
        edges.append(high)
        shifts.append(_shift(high, here))
    return np.array(edges, dtype=np.int64), np.array(shifts, dtype=np.int64)


def _shift(minute: int, here: tzinfo) -> int:
    offset = datetime.fromtimestamp(minute * 60, UTC).astimezone(here).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


def minutes_of(moment: datetime) -> int:
    """Return a moment as the columns have it."""
    return int(moment.timestamp() // 60)


def came_on(people: People, touches: Touches, here: tzinfo) -> Ints:
    """The day of each person's first contact, by the one rule for it (`first_contact`)."""
    first = touches.having(TWO_WAY).first(len(people))
    spoke = np.full(len(people), NEVER, dtype=np.int64)
    known = first < LATER
    spoke[known] = local_days(first[known], here)
    met = np.where(people.dated, people.day, NEVER)
    listed = np.where(people.dated, NEVER, people.day)
    return first_contact(met, listed, spoke)


def watched_until(gone: Ints, now: int) -> Ints:
    """The minute up to which each person is watched: now, or the end of the day on which they moved away or died."""
    return np.minimum((gone + 1 - EPOCH_DAY) * DAY, now)


def hours_until(entry: Ints, first: Ints, until: Ints) -> tuple[Floats, Bools]:
    """For each person the hours from entry to something, or waited until then, and whether it has happened."""
    happened = first <= until
    ends = np.where(happened, first, until)
    return np.maximum(ends - entry, 0) / 60, happened


def arrivals_of(people: People, touches: Touches, asked: Ints, gone: Ints, now: int) -> Arrivals:
    """What followed on each arrival, as the funnel counts it.

    `asked` is the minute at which each was asked, `gone` the day on which each left: LATER and NEVER for most.
    """
    size, until = len(people), watched_until(gone, now)
    hours, called = hours_until(people.minute, touches.having(TRIED).first(size), until)
    return Arrivals(
        hours=hours,
        called=called,
        spoke=touches.having(TWO_WAY).first(size) <= now,
        asked=asked <= now,
        acted=touches.having(ACTED).first(size) <= now,
        left=until < now,
    )


def first_acts(people: People, touches: Touches, gone: Ints, now: int) -> tuple[Floats, Ints]:
    """For each person the days until what happened first: came to something, said no, out of reach after six tries, left."""
    size = len(people)
    spoke = touches.having(TWO_WAY).first(size)
    sixth = touches.having(TRIED).nth(size, TRIES)
    moments = np.stack(
        [
            touches.having(ACTED).first(size),
            touches.having(DECLINED).first(size),
            np.where(spoke <= sixth, LATER, sixth),
            np.where(gone < NEVER, watched_until(gone, LATER), LATER),
        ]
    )
    moments[moments > now] = LATER
    which = np.argmin(moments, axis=0) if size else np.empty(0, dtype=np.int64)
    first = moments.min(axis=0) if size else np.empty(0, dtype=np.int64)
    what = (FirstAct.ACTED, FirstAct.DECLINED, FirstAct.UNREACHABLE, FirstAct.LEFT)
    outcome = np.array(what, dtype=np.int64)[which]
    outcome[first == LATER] = FirstAct.NOTHING_YET
    until = np.where(first == LATER, now, first)
    return np.maximum(until - people.minute, 0) / DAY, outcome


def by_day(days: Ints, first: int, last: int) -> tuple[int, ...]:
    """How many fell on each day from the first to the last."""
    inside = days[(days >= first) & (days <= last)] - first
    return tuple(np.bincount(inside, minlength=max(0, last - first + 1)).tolist())


def by_hour(minutes: Ints, since: int, hours: int) -> tuple[int, ...]:
    """How many fell into each hour from a moment on."""
    place = (minutes - since) // 60
    return tuple(np.bincount(place[(place >= 0) & (place < hours)], minlength=hours).tolist())


@dataclass(frozen=True)
class Pace:
    """What is done in a day: first calls, all tries, and how many callers make them, over so many whole days."""

    first_calls: float
    tries: float
    callers: int
    days: int


def pace(people: People, touches: Touches, tries: Tries, now: int, days: int) -> Pace:
    """How many are tried a day, over the last days up to now: what a forecast of the queue goes by.

    `tries` are those since the first of these days.
    """
    since = now - days * DAY
    tried = touches.having(TRIED)
    first = tried.first(len(people))
    lately = (tried.minute > since) & (tried.minute <= now)
    return Pace(
        first_calls=float(((first > since) & (first <= now)).sum() / days),
        tries=float(lately.sum() / days),
        callers=len(distinct(tries.by[tries.minute <= now])),
        days=days,
    )
