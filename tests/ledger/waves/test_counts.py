"""What a line tells of calls, hours and kept steps is what a plain count over the rows tells."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from strandline.ledger.waves import queries
from strandline.steady.followup.models import FollowUp, Snooze
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from strandline.steady.ties.queries import end_of, zone
from strandline.steady.ties.rules import Outcome, TouchKind, is_two_way
from strandline.surge.absorption.rules.cohorts import Wave
from tests.cast import NOW, Cast

from .lives import DAYS, Lives, peopled

TODAY = NOW.date()
PROMISE = 48


def worked(cast: Cast, seed: int) -> list[Person]:
    """An organisation of random lives, with what organisers tried and owed."""
    people = peopled(cast, seed, people=30)
    random = Random(f"work {seed}")
    lives = Lives(cast, random)
    accounts = list(cast.accounts.values())
    for person in people:
        for _ in range(random.randint(0, 6)):
            outcome = random.choice([Outcome.SPOKE, Outcome.NO_ANSWER, Outcome.NO_ANSWER])
            Touch.objects.create(
                person=person, kind=TouchKind.CALL, outcome=outcome.value, is_two_way=is_two_way(outcome),
                at=lives.moment(), logged_at=NOW, by=random.choice(accounts),
                minutes=random.choice([None, None, 0, 5, 45]),
            )  # fmt: skip
        for kind in random.choices([StepKind.FIRST_CALL, StepKind.OTHER], k=random.randint(1, 5)):
            begun = lives.moment()
            step = FollowUp.objects.create(
                person=person, kind=kind.value, set_at=begun, due_on=begun.date() + timedelta(days=random.randint(0, 9)),
                closed_at=random.choice([None, lives.moment(begun)]),
            )  # fmt: skip
            if random.random() < 0.2:
                Snooze.objects.create(
                    followup=step, from_on=step.due_on, to_on=step.due_on, by=accounts[0], at=begun
                )
    return people


def known(of: Person) -> date:
    """The day from which somebody was known at all."""
    days = [one.met_on for one in of.sources.all()]
    days += [one.at.astimezone(zone()).date() for one in Touch.objects.filter(person=of, is_two_way=True)]
    return min(days)


def plain_calls(wave: Wave) -> dict[str, Any]:
    since, until = (
        end_of(date.fromordinal(wave.start - 1)),
        end_of(date.fromordinal(wave.last(TODAY.toordinal()))),
    )
    told: dict[str, Any] = {"owed": 0, "tries": 0, "reached": 0, "in_time": 0}
    owed: dict[int, Any] = {}
    for step in FollowUp.objects.filter(
        kind=StepKind.FIRST_CALL.value, set_at__gte=since, set_at__lt=until
    ).order_by("-set_at"):
        owed[step.person_id] = step.set_at
    for person, begun in owed.items():
        told["owed"] += 1
        tries = Touch.objects.filter(person=person, by__isnull=False, at__gte=begun).order_by("at", "pk")
        for number, touch in enumerate(tries):
            told["tries"] += 1
            if number == 0:
                told["in_time"] += touch.at - begun <= timedelta(hours=PROMISE)
            if touch.is_two_way:
                told["reached"] += 1
                break
    return told


def plain_steps(wave: Wave) -> dict[str, dict[str, int]]:
    told = {"during": {"kept": 0, "due": 0}, "before": {"kept": 0, "due": 0}}
    for step in FollowUp.objects.exclude(kind=StepKind.FIRST_CALL.value).filter(snoozes=None):
        due = step.due_on.toordinal()
        if not wave.start - 90 <= due <= wave.last(TODAY.toordinal()):
            continue
        if known(step.person).toordinal() >= wave.start or (step.closed_at is None and step.due_on >= TODAY):
            continue
        row = told["during" if due >= wave.start else "before"]
        row["due"] += 1
        row["kept"] += step.closed_at is not None and step.closed_at.astimezone(zone()).date() <= step.due_on
    return told


@pytest.mark.parametrize("seed", range(4))
def test_columns_count_what_the_rows_say(cast: Cast, seed: int) -> None:
    worked(cast, seed)
    ground = queries.ground(branches=None, today=TODAY)
    some = {"calls": 0, "steps": 0, "hours": 0}

    for start in range(TODAY.toordinal() - DAYS + 20, TODAY.toordinal() - 20, 60):
        wave = Wave(start, start + 40)
        line = queries.line(ground, wave, (), promise_hours=PROMISE, at=NOW)
        calls = plain_calls(wave)
        assert {name: line["calls"][name] for name in calls} == calls
        assert sum(many for _, many, _ in line["calls"]["first_tries"]) <= calls["owed"]
        steps = plain_steps(wave)
        assert {name: line["cost"][name] for name in steps} == steps
        some["calls"] += calls["tries"]
        some["steps"] += steps["during"]["due"]
        some["hours"] += line["hours"]["touches"]
    assert min(some.values()) > 0  # else nothing was compared


@pytest.mark.parametrize("seed", range(3))
def test_hours_are_noted_minutes_or_the_usual_ones(cast: Cast, seed: int) -> None:
    worked(cast, seed)
    ground = queries.ground(branches=None, today=TODAY)
    wave = Wave(TODAY.toordinal() - DAYS, TODAY.toordinal() - 200)
    came = {
        person
        for person, day in zip(ground.roll.people.tolist(), ground.book.history.came.tolist(), strict=True)
        if wave.start <= day <= TODAY.toordinal() - 200
    }
    minutes = touches = noted = 0
    since, until = end_of(date.fromordinal(wave.start - 1)), end_of(TODAY - timedelta(days=110))
    for touch in Touch.objects.filter(by__isnull=False, at__gte=since, at__lt=until, person__in=came):
        touches, noted = touches + 1, noted + (touch.minutes is not None)
        minutes += touch.minutes if touch.minutes is not None else 20 if touch.is_two_way else 6

    told = queries.line(ground, wave, (), promise_hours=PROMISE, at=NOW)["hours"]

    assert touches > 0
    assert told == {"hours": round(minutes / 60), "touches": touches, "noted": noted}
