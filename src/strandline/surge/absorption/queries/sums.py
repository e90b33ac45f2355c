"""What a surge tells to those who see nobody of it: bands by the day for callers, sums by the week to be released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from strandline.organisation.branches import queries as branches
from strandline.organisation.privacy.rules.bands import Band, band, part_of
from strandline.steady.ties.queries import end_of, zone
from strandline.surge.absorption.rules.cohorts import Wave
from strandline.surge.absorption.rules.funnel import Funnel, funnel
from strandline.surge.absorption.rules.record import Left, Span, arrivals_of, by_day, minutes_of
from strandline.surge.moments.models import Surge

from .columns import all_newcomers, asked_of
from .figures import BEFORE_DAYS

WEEK = 7


@dataclass(frozen=True)
class BandedQueue:
    """For callers: who waits for a first call, and who came on each day, in bands."""

    first_on: date
    waiting: Band
    daily: tuple[Band, ...]


@dataclass(frozen=True)
class WeekSum:
    """How a surge stood at the end of a Sunday: who came in the week to it, and how far those who came until then had got."""

    on: date
    came: int
    told: Funnel


def _window(surge: Surge, on: date) -> Span:
    ends = None if surge.ends_on is None else surge.ends_on.toordinal()
    wave = Wave(surge.starts_on.toordinal(), ends)
    return Span(wave.start, wave.last(on.toordinal()))


def banded_queue(*, surge: Surge, at: datetime, left: Left) -> BandedQueue:
    """Return who waits and who came by the day, in bands. Sums only."""
    span = _window(surge, at.astimezone(zone()).date())
    found = all_newcomers(branches=branches.below(branch=surge.branch_id), spans=[span])
    came, now = found.people, minutes_of(at)
    arrived = arrivals_of(came, found.touches, asked_of(people=came), left.of(came), now)
    daily = tuple(band(count) for count in by_day(found.first, span.first, span.last))
    return BandedQueue(surge.starts_on, part_of(int(arrived.waits.sum()), daily), daily)


def week_sums(*, surge: Surge, sundays: Sequence[date], left: Left) -> list[WeekSum]:
    """Return how a surge stood at the end of each of these weeks, over everybody. For the clock, which releases them."""
    if not sundays:
        return []
    span = _window(surge, sundays[-1])
    found = all_newcomers(branches=branches.below(branch=surge.branch_id), spans=[span])
    asked = asked_of(people=found.people)
    told = []
    for on in sundays:
        until = found.first <= on.toordinal()
        some = found.chosen(until)
        arrived = arrivals_of(
            some.people, some.touches, asked[until], left.of(some.people), minutes_of(end_of(on))
        )
        new = int((some.first > on.toordinal() - WEEK).sum())
        told.append(WeekSum(on, new, funnel(arrived, promise=float(surge.promise_hours))))
    return told


def whole_intake(*, surge: Surge, until: date) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return who came on each of the eight weeks' days before a surge, and on each since, up to a day. For the clock."""
    start, last = surge.starts_on.toordinal(), until.toordinal()
    span = Span(start - BEFORE_DAYS, last)
    first = all_newcomers(branches=branches.below(branch=surge.branch_id), spans=[span]).first
    return by_day(first, span.first, start - 1), by_day(first, start, last)
