"""The first calls of a wave: who was owed one, who was tried when, who was reached, and who of them stayed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef

from strandline.ledger.waves.rules.account import Book
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.ties.models import Touch
from strandline.steady.ties.queries import end_of
from strandline.surge.absorption.rules.cohorts import Wave, stays, wave_cohort
from strandline.surge.absorption.rules.measures import reached_in_time

from .record import Branches, Roll, in_sight

FOLLOWED_DAYS = 90
MINUTES_A_TRY, MINUTES_A_TALK = 6, 20  # where nobody noted how long it took; METHODS 3


def calls(
    *, branches: Branches, roll: Roll, book: Book, wave: Wave, promise_hours: int, at: datetime
) -> dict[str, Any]:
    """Return M0 and what a forecast learns from a wave, as plain values. Sums only."""
    last = wave.last(book.today)
    since, until = end_of(date.fromordinal(wave.start - 1)), end_of(date.fromordinal(last))
    owed = FollowUp.objects.filter(kind=StepKind.FIRST_CALL.value, set_at__gte=since, set_at__lt=until)
    if branches is not None:
        owed = owed.filter(person__in=in_sight(branches).values("pk"))
    came = dict(owed.order_by("-set_at").values_list("person", "set_at"))
    tried = Touch.objects.filter(at__gte=since, by__isnull=False, at__lte=at).filter(
        Exists(owed.filter(person=OuterRef("person")))
    )
    first: dict[int, tuple[datetime, bool]] = {}
    reached: dict[int, datetime] = {}
    tries = 0
    for person, moment, is_two_way in tried.order_by("at", "pk").values_list("person", "at", "is_two_way"):
        if moment < came[person] or person in reached:
            continue
        tries += 1
        first.setdefault(person, (moment, is_two_way))
        if is_two_way:
            reached[person] = moment
    hours = [
        ((first[who][0] if who in first else at) - begun).total_seconds() / 3600
        for who, begun in came.items()
    ]
    told = reached_in_time(hours, [who in first for who in came], float(promise_hours))
    stayed, followed = _stayed(book, wave)
    in_time = sum(
        (first[who][0] - begun).total_seconds() <= promise_hours * 3600
        for who, begun in came.items()
        if who in first
    )
    return {
        "promise_hours": promise_hours,
        "on_time": {
            "value": told.value, "lower": told.lower, "upper": told.upper, "at_risk": told.at_risk,
            "reason": told.reason,
        },
        "arrivals": _arrivals(roll, book, wave),
        "in_time": in_time,
        "owed": len(came),
        "tries": tries,
        "reached": len(reached),
        "stayed": stayed,
        "followed": followed,
        "first_tries": _delays(came, first),
        **_hands(branches, since, until),
    }  # fmt: skip


def _arrivals(roll: Roll, book: Book, wave: Wave) -> list[int]:
    """How many came first on each day of the wave so far."""
    history = roll.history
    own = (history.identity == np.arange(history.people)) & ~history.erased
    day = history.came[wave_cohort(history.came, wave, book.today) & own] - wave.start
    length = wave.last(book.today) - wave.start + 1
    return [int(one) for one in np.bincount(day, minlength=max(length, 0))]


def _stayed(book: Book, wave: Wave) -> tuple[int, int]:
    """Of those reached and followed for ninety days since, how many were still here."""
    history = book.history
    chosen = np.flatnonzero(wave_cohort(history.came, wave, book.today) & ~history.erased)
    place = np.full(history.people, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    person = place[history.toucher]
    mine = person >= 0
    never = 4_000_000
    first = np.full(len(chosen), never, dtype=np.int64)
    np.minimum.at(first, person[mine], history.touch_day[mine])
    known = first + FOLLOWED_DAYS <= book.today
    entry = np.where(first == never, book.today, first)
    found = stays(entry, person[mine], history.touch_day[mine], book.today, left_on=history.left_on[chosen])
    return int((known & (found.days >= FOLLOWED_DAYS)).sum()), int(known.sum())


def _delays(came: dict[int, datetime], first: dict[int, tuple[datetime, bool]]) -> list[list[float]]:
    """First tries by delay in tenths of a day: the delay, how many, how many of them reached somebody."""
    tally: dict[int, list[int]] = {}
    for who, (moment, is_two_way) in first.items():
        tenth = round((moment - came[who]).total_seconds() / 8640)
        row = tally.setdefault(tenth, [0, 0])
        row[0] += 1
        row[1] += is_two_way
    return [[tenth / 10, *tally[tenth]] for tenth in sorted(tally)]


def _hands(branches: Branches, since: datetime, until: datetime) -> dict[str, Any]:
    """Who was at work while the wave ran, and for how many minutes each on a day on which they worked."""
    rows = Touch.objects.filter(by__isnull=False, at__gte=since, at__lt=until)
    if branches is not None:
        rows = rows.filter(person__in=in_sight(branches).values("pk"))
    spent: dict[tuple[int, date], float] = {}
    for by, moment, minutes, is_two_way in rows.order_by().values_list("by", "at", "minutes", "is_two_way"):
        key = (by, moment.date())
        spent[key] = spent.get(key, 0.0) + (minutes or (MINUTES_A_TALK if is_two_way else MINUTES_A_TRY))
    people = {by for by, _day in spent}
    return {
        "organisers": len(people),
        "minutes_a_day": round(float(np.mean(list(spent.values()))), 1) if spent else 0.0,
    }
