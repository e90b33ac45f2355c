"""The first calls of a wave: who was owed one, who was tried when, who was reached, and who of them stayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from strandline.ledger.waves.rules.account import Book
from strandline.lib.arrays import distinct
from strandline.steady.ties.queries import end_of
from strandline.surge.absorption.rules.cohorts import Wave, stays, wave_cohort
from strandline.surge.absorption.rules.measures import promise_kept

from .record import DAY, NONE, Bools, Ints, Roll, Tries
from .steps import Steps

FOLLOWED_DAYS = 90
MINUTES_A_TRY, MINUTES_A_TALK = 6, 20  # where nobody noted how long it took; METHODS 3


@dataclass(frozen=True)
class _Called:
    """Of each who was owed a first call: when (seconds), the first try since, -1 for none, and whether it reached them."""

    owed_at: Ints
    first_at: Ints
    first_reached: Bools
    reached: Bools
    tries: int

    @property
    def was_tried(self) -> Bools:
        tried: Bools = self.first_at != NONE
        return tried


def calls(
    *, roll: Roll, steps: Steps, book: Book, wave: Wave, promise_hours: int, at: datetime
) -> dict[str, Any]:
    """Return M0 and what a forecast learns from a wave, as plain values. Sums only."""
    last = wave.last(book.today)
    since, until = (int(end_of(date.fromordinal(day)).timestamp()) for day in (wave.start - 1, last))
    now = int(at.timestamp())
    called = _called(roll, steps, since, until, now)
    waited = np.where(called.was_tried, called.first_at, now) - called.owed_at
    told = promise_kept(waited / 3600, called.was_tried, float(promise_hours))
    stayed, followed = _stayed(book, wave)
    return {
        "promise_hours": promise_hours,
        "on_time": {
            "value": told.value, "lower": told.lower, "upper": told.upper, "at_risk": told.at_risk,
            "reason": told.reason,
        },
        "arrivals": _arrivals(roll, book, wave),
        "in_time": int((called.was_tried & (waited <= promise_hours * 3600)).sum()),
        "owed": len(waited),
        "tries": called.tries,
        "reached": int(called.reached.sum()),
        "stayed": stayed,
        "followed": followed,
        "first_tries": _delays(called),
        **_hands(roll.tries, since, until),
    }  # fmt: skip


def _called(roll: Roll, steps: Steps, since: int, until: int, now: int) -> _Called:
    """Find who was owed a first call in this time, and what was tried with each from then on until they were reached."""
    count = len(roll.people)
    owed = steps.chosen(steps.is_first_call & (steps.set_at >= since) & (steps.set_at < until))
    owed_at = np.full(count, now + 1, dtype=np.int64)  # nothing is tried that late
    np.minimum.at(owed_at, owed.person, owed.set_at)
    tries = roll.tries
    tries = tries.chosen((tries.second >= owed_at[tries.person]) & (tries.second <= now))
    # Each person's tries stand in order: one counts while nobody was reached before it.
    earlier: Ints = np.cumsum(tries.is_two_way) - tries.is_two_way
    people, begins = np.unique(tries.person, return_index=True)
    talks_before: Ints = earlier - np.repeat(earlier[begins], np.diff(np.append(begins, len(earlier))))
    counted = tries.chosen(talks_before == 0)
    first_at, first_reached = np.full(count, NONE, dtype=np.int64), np.zeros(count, dtype=bool)
    first_at[people], first_reached[people] = tries.second[begins], tries.is_two_way[begins]
    reached = np.zeros(count, dtype=bool)
    reached[counted.person[counted.is_two_way]] = True
    who = distinct(owed.person)
    return _Called(owed_at[who], first_at[who], first_reached[who], reached[who], len(counted.person))


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


def _delays(called: _Called) -> list[list[float]]:
    """First tries by delay in tenths of a day: the delay, how many, how many of them reached somebody."""
    tried = called.was_tried
    tenths = np.rint((called.first_at - called.owed_at)[tried] / 8640).astype(np.int64)
    delay, place, many = np.unique(tenths, return_inverse=True, return_counts=True)
    reached = np.bincount(place, weights=called.first_reached[tried], minlength=len(delay))
    return [[int(t) / 10, int(n), int(k)] for t, n, k in zip(delay, many, reached, strict=True)]


def _hands(tries: Tries, since: int, until: int) -> dict[str, Any]:
    """Who was at work while the wave ran, and for how many minutes each on a day on which they worked."""
    mine = tries.chosen((tries.second >= since) & (tries.second < until))
    usual = np.where(mine.is_two_way, MINUTES_A_TALK, MINUTES_A_TRY)
    minutes = np.where(mine.minutes > 0, mine.minutes, usual)
    days, place = np.unique(np.stack((mine.by, mine.second // DAY)), axis=1, return_inverse=True)
    spent = np.bincount(place.reshape(-1), weights=minutes)
    return {
        "organisers": len(distinct(days[0])),
        "minutes_a_day": round(float(np.mean(spent)), 1) if len(spent) else 0.0,
    }
