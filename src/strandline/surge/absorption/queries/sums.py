"""What a surge may tell to those who see nobody of it: bands, for callers by the day, for the centre by the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from strandline.organisation.branches import queries as branches
from strandline.organisation.privacy.rules.bands import Band, band, release
from strandline.steady.ties.queries import end_of, zone
from strandline.surge.absorption.rules.cohorts import Wave
from strandline.surge.absorption.rules.funnel import Funnel, Step, funnel
from strandline.surge.absorption.rules.record import Span, arrivals_of, by_day, minutes_of
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
class BandedWeeks:
    """For the centre: who came in each week until a Sunday, and the five steps, in bands."""

    until: date
    total: Band
    weeks: tuple[tuple[date, Band], ...]
    steps: tuple[tuple[Step, Band], ...]


def _counted(surge: Surge, on: date, at: datetime) -> tuple[Wave, tuple[int, ...], Funnel]:
    """Who came on each day up to one, and the funnel as it stood at a moment, over everybody."""
    ends = None if surge.ends_on is None else surge.ends_on.toordinal()
    wave = Wave(surge.starts_on.toordinal(), ends)
    span = Span(wave.start, wave.last(on.toordinal()))
    found = all_newcomers(branches=branches.below(branch=surge.branch_id), spans=[span])
    came = found.people
    told = funnel(
        arrivals_of(came, found.touches, asked_of(people=came), minutes_of(at)),
        promise=float(surge.promise_hours),
    )
    return wave, by_day(found.first, span.first, span.last), told


def banded_queue(*, surge: Surge, at: datetime) -> BandedQueue:
    """Return who waits and who came by the day, in bands. Sums only."""
    on = at.astimezone(zone()).date()
    _, daily, told = _counted(surge, on, at)
    return BandedQueue(surge.starts_on, band(told.still_waiting), tuple(band(count) for count in daily))


def banded_weeks(*, surge: Surge, on: date) -> BandedWeeks | None:
    """Return who came by the week until last Sunday, in bands; None before the first. Sums only.

    Between two Sundays nothing changes that one could follow day by day.
    """
    until = on - timedelta(days=on.weekday() + 1)
    if until < surge.starts_on:
        return None
    wave, daily, told = _counted(surge, until, end_of(until))
    monday = surge.starts_on - timedelta(days=surge.starts_on.weekday())
    ahead = (surge.starts_on - monday).days
    whole = np.zeros(-(-(ahead + len(daily)) // WEEK) * WEEK, dtype=np.int64)
    whole[ahead : ahead + len(daily)] = daily
    weeks = whole.reshape(-1, WEEK).sum(axis=1)
    shown = release(weeks)
    return BandedWeeks(
        until=min(until, date.fromordinal(wave.last(until.toordinal()))),
        total=shown.cell((), ()),
        weeks=tuple(
            (monday + timedelta(days=WEEK * place), shown.cell((0,), (place,))) for place in range(len(weeks))
        ),
        steps=tuple((bar.step, band(bar.people)) for bar in told.bars),
    )


def whole_intake(*, surge: Surge, until: date) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return who came on each of the eight weeks' days before a surge, and on each since, up to a day. For the clock."""
    start, last = surge.starts_on.toordinal(), until.toordinal()
    span = Span(start - BEFORE_DAYS, last)
    first = all_newcomers(branches=branches.below(branch=surge.branch_id), spans=[span]).first
    return by_day(first, span.first, start - 1), by_day(first, start, last)
