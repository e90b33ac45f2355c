"""One wave's line in the ledger, counted from the record: what the page shows, as plain values that can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from strandline.ledger.ebb.rules.ebb import Ebb, Ending, ebb_by_constituency, ebb_of_all
from strandline.ledger.waves.rules.account import Account, Book, account
from strandline.ledger.waves.rules.breadth import BreadthChange, Sections, members_held
from strandline.ledger.waves.rules.burden import Load, cost_to_steady_work, load, people_without_owner, wilson
from strandline.ledger.waves.rules.history import ORGANISED, STANDING, Status
from strandline.ledger.waves.rules.spells import NEVER, Spells, union
from strandline.steady.constituencies.models import Constituency
from strandline.steady.ties.queries import end_of, zone
from strandline.surge.absorption.rules.cohorts import Wave, wave_cohort
from strandline.surge.absorption.rules.measures import Figure

from .calls import MINUTES_A_TALK, MINUTES_A_TRY, calls
from .record import Bools, Branches, Ints, Roll, days
from .steps import Steps

BEFORE_DAYS = 90
EBB_DAYS = 180


@dataclass(frozen=True)
class Ground:
    """What all waves of a part of the organisation are counted on: read once, for however many waves."""

    branches: Branches
    roll: Roll
    book: Book
    sections: Sections
    tree: tuple[Constituency, ...]
    steps: Steps


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "value": one.value,
        "lower": one.lower,
        "upper": one.upper,
        "at_risk": one.at_risk,
        "reason": one.reason,
    }


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def line(
    ground: Ground, wave: Wave, others: Sequence[Wave], *, promise_hours: int, at: datetime
) -> dict[str, Any]:
    """Return every figure of one wave as plain values. Sums only; what is not known yet is absent."""
    has_tree = len(ground.tree) > 0
    told = account(ground.book, wave, others, ground.sections if has_tree else None)
    held, today = ground.book.held, ground.book.today
    last = wave.last(today)
    return {
        "starts_on": _day(wave.start),
        "ends_on": None if wave.end is None else _day(wave.end),
        "came": told.came,
        "before": told.before,
        "now": held.number(today),
        "crest": int(held.by_day(wave.start, max(last, wave.start)).max()),
        "after": {str(after): _balance(told, after) for after in told.balances},
        "here": {str(day): _figure(one) for day, one in zip((30, 90, 180), told.still_here, strict=False)},
        "lift": {str(day): _figure(one) for day, one in zip((30, 90, 180), told.lift, strict=False)},
        "stayed": None if told.stayed is None else _figure(told.stayed),
        "breadth": None if told.breadth is None else _breadth(ground, wave, told.breadth, max(told.balances)),
        "load": _load(ground, last),
        "calls": calls(
            roll=ground.roll,
            steps=ground.steps,
            book=ground.book,
            wave=wave,
            promise_hours=promise_hours,
            at=at,
        ),
        "cost": _cost(ground, wave),
        "hours": _hours(ground, wave),
        "ebb": _ebb(ground, wave),
        "finding": told.judgement.finding.value,
        "why": told.judgement.reason,
    }


def _balance(told: Account, after: int) -> dict[str, Any]:
    """Net_d with its four whole numbers, the kept share, and the comparison with no wave."""
    one = told.balances[after]
    four = {
        name: getattr(one.ratchet, name)
        for name in ("before", "after", "net", "newcomers", "others", "lost", "returned", "moved_or_died")
    }
    against = {name: getattr(one.without, name) for name in ("value", "lower", "upper", "expected", "reason")}
    return four | {
        "on": _day(one.ratchet.day),
        "sentence": one.ratchet.sentence,
        "kept": one.kept.share,
        "kept_words": one.kept.reason,
        "without": against,
    }


def _breadth(ground: Ground, wave: Wave, found: BreadthChange, after: int) -> dict[str, Any]:
    """M7 with the sections that came to five organised ties, and those that fell under."""
    history, held, width = ground.book.history, ground.book.held, ground.sections.count
    assert wave.end is not None  # there is a change only after the end
    was, now = (
        np.bincount(members_held(history, held, ground.sections, day)[1], minlength=width)
        for day in (wave.start - 1, wave.end + after)
    )
    return {
        "before": found.before.reached,
        "after": found.after.reached,
        "even_before": found.before.effective,
        "even_after": found.after.effective,
        "lower": found.lower,
        "upper": found.upper,
        "into": int(((now >= 5) & (was < 5)).sum()),
        "out": int(((now < 5) & (was >= 5)).sum()),
        "sentence": found.sentence,
        "cells": [
            {
                "code": ground.tree[cell.constituency].code,
                "name": ground.tree[cell.constituency].name,
                "count": cell.count if cell.stands else None,
                "with_smaller": len(cell.members) > 1,
            }
            for cell in found.after.cells
        ],
    }


def _load(ground: Ground, day: int) -> dict[str, Any]:
    """M8 on a day: people without an owner, and how many people each organiser carries."""
    history, owned = ground.book.history, ground.book.history.owned
    on = (owned.start <= day) & (owned.end > day)
    carried = np.unique(np.stack((ground.roll.owner[on], history.tie_person[owned.of[on]])), axis=1)
    _, people = np.unique(carried[0], return_counts=True)
    found: Load = load(people_without_owner(history, day), people)
    return {
        "without_owner": found.without_owner,
        "organisers": found.organisers,
        "median": found.median,
        "over": found.over,
        "sentence": found.sentence,
    }


def _cost(ground: Ground, wave: Wave) -> dict[str, Any]:
    """M9 over what we owe: next steps that fell due to people known before the wave, done by their day or not."""
    history, today, owed = ground.book.history, ground.book.today, ground.steps
    closed = days(owed.closed_at, zone())
    counts = (
        ~(owed.is_first_call | owed.was_moved)
        & (owed.due >= wave.start - BEFORE_DAYS)
        & (owed.due <= wave.last(today))
        & (history.known[owed.person] < wave.start)
        & ((closed < NEVER) | (owed.due < today))
    )
    kept, during = counts & (closed <= owed.due), owed.due >= wave.start
    found = cost_to_steady_work(
        wilson(int((kept & during).sum()), int((counts & during).sum())),
        wilson(int((kept & ~during).sum()), int((counts & ~during).sum())),
    )
    return {
        "during": {"kept": found.during.kept, "due": found.during.due},
        "before": {"kept": found.before.kept, "due": found.before.due},
        "change": found.change,
        "lower": found.lower,
        "upper": found.upper,
        "sentence": found.sentence,
    }


def _hours(ground: Ground, wave: Wave) -> dict[str, Any]:
    """M9 in organiser hours: the touches with those who came, from the first day to 90 days after the last."""
    history, today, tries = ground.book.history, ground.book.today, ground.roll.tries
    came = wave_cohort(history.came, wave, today) & ~history.erased
    until = min(wave.last(today) + BEFORE_DAYS, today)
    since, end = (end_of(date.fromordinal(day)).timestamp() for day in (wave.start - 1, until))
    mine = tries.chosen((tries.second >= since) & (tries.second < end) & came[tries.person])
    noted = mine.minutes >= 0
    usual = np.where(mine.is_two_way, MINUTES_A_TALK, MINUTES_A_TRY)
    minutes = int(np.where(noted, mine.minutes, usual).sum())
    return {"hours": round(minutes / 60), "touches": len(noted), "noted": int(noted.sum())}


def _ebb(ground: Ground, wave: Wave) -> dict[str, Any]:
    """M10: of those who held a tie on the eve, who stepped back and who turned against us, by section."""
    history, held, today = ground.book.history, ground.book.held, ground.book.today
    eve = wave.start - 1
    there = np.flatnonzero(held.on(eve))
    if not len(there):
        return {"people": 0, "all": None, "sections": []}
    last = min(today, wave.last(today) + EBB_DAYS)
    days, ending = _endings(ground, there, eve, last)
    place = np.full(history.people, -1, dtype=np.int64)
    place[there] = np.arange(len(there))
    person, section = members_held(history, held, ground.sections, eve)
    within = float(last - eve)
    found = ebb_by_constituency(days, ending, place[person], section, ground.sections.parent, within)
    return {
        "people": len(there),
        "days": last - eve,
        "all": _told(ebb_of_all(days, ending, within)),
        "sections": [_told(one) | {"name": ground.tree[one.constituency].name} for one in found],
    }


def _endings(ground: Ground, there: Ints, eve: int, last: int) -> tuple[Ints, Ints]:
    """For each who held a tie on the eve: how many days until they stepped back, turned against us or left, and which.

    Someone has stepped back once one of their organised ties did so and none stands any more.
    """
    history = ground.book.history
    days = np.full(len(there), last - eve, dtype=np.int64)
    ending = np.full(len(there), Ending.STILL_HERE, dtype=np.int64)
    place = np.full(history.people, -1, dtype=np.int64)
    place[there] = np.arange(len(there))
    organised = np.isin(history.kinds.value, np.array(ORGANISED))
    mine = np.zeros(len(history.tie_person), dtype=bool)
    mine[history.kinds.spells.of[organised]] = True
    spells, value = history.statuses.spells, history.statuses.value
    upright = spells.chosen(np.isin(value, np.array(STANDING)) & mine[spells.of])
    stands = union(Spells(history.person_of_tie[upright.of], upright.start, upright.end))
    for status, what in ((Status.STEPPED_BACK, Ending.STEPPED_BACK), (Status.OPPOSED, Ending.OPPOSED)):
        rows = np.flatnonzero(
            (value == status) & mine[spells.of] & (spells.start > eve) & (spells.start <= last)
        )
        who, day = history.person_of_tie[spells.of[rows]], spells.start[rows]
        turned = (place[who] >= 0) & ~_covered(stands, who, day)
        first = np.full(len(there), NEVER, dtype=np.int64)
        np.minimum.at(first, place[who[turned]], day[turned])
        sooner = first - eve < days
        days[sooner], ending[sooner] = first[sooner] - eve, what
    left = history.left_on[there]
    gone = (left < NEVER) & (left - eve < days)
    days[gone], ending[gone] = np.maximum(left[gone] - eve, 0), Ending.LEFT
    return days, ending


def _covered(spells: Spells, of: Ints, day: Ints) -> Bools:
    """Whether each of these was in a spell on its day. The spells are disjoint and ordered."""
    if not len(spells):
        return np.zeros(len(of), dtype=bool)
    reach = NEVER + 1
    last = np.searchsorted(spells.of * reach + spells.start, of * reach + day, side="right") - 1
    at = np.maximum(last, 0)
    covered: Bools = (last >= 0) & (spells.of[at] == of) & (spells.end[at] > day)
    return covered


def _told(one: Ebb) -> dict[str, Any]:
    """The ebb of a section; under five nothing but that there are people."""
    if one.stepped_back is None or one.opposed is None:
        return {"people": one.people, "stepped_back": None, "opposed": None}
    return {
        "people": one.people,
        "stepped_back": [one.stepped_back.value, one.stepped_back.lower, one.stepped_back.upper],
        "opposed": [one.opposed.value, one.opposed.lower, one.opposed.upper],
    }
