"""A small town for the browser: people in the states that the pages tell apart, with names that strain them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from strandline.steady.conversations.actions import log_conversation
from strandline.steady.followup import actions as followup
from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch, begin_tie
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from tests.cast import Cast

LONG = "Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh Maximiliana Konstantinopolitanischegesellschaft"
RTL = "أم كلثوم إبراهيم السيد البلتاجي"


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def owed(
    cast: Cast, name: str, *, days: int = 0, reason: str = "Ask about the room", by: str = "amina"
) -> Person:
    """Someone to whom a call is owed, this many days from today."""
    person = cast.person(name, by=by, at=now() - timedelta(days=100), reaches=[("phone", "+44 7700 900123")])
    step = NextStep(StepKind.CALL, today() + timedelta(days=max(0, days)), reason)
    followup.set_next_step(person=person.code, step=step, by=cast.viewer(by, now()), at=now())
    FollowUp.objects.filter(person=person, closed_at=None).update(due_on=today() + timedelta(days=days))
    return person


def full(cast: Cast) -> Person:
    """Everything that Today, a person and the team can show; return the person with a history."""
    amina, bruno = cast.viewer("amina", now()), cast.viewer("bruno", now())
    rosa = owed(
        cast, "Rosa Lindqvist", reason="Ask what the parents at Mill Lane think of the heating demands."
    )
    begin_tie(person=rosa.code, kind=TieKind.SUPPORTER, by=amina, at=now() - timedelta(days=95))
    for days, kind, outcome in (
        (90, TouchKind.CALL, Outcome.SPOKE),
        (30, TouchKind.EVENT, Outcome.ATTENDED),
        (20, TouchKind.LETTER, Outcome.ANSWERED),
        (12, TouchKind.CALL, Outcome.NO_ANSWER),
        (8, TouchKind.CALL, Outcome.SPOKE),
    ):
        touch = NewTouch(kind, outcome, now() - timedelta(days=days), "Two stairwells without heat.")
        step = NextStep(
            StepKind.CALL, today(), "Ask what the parents at Mill Lane think of the heating demands."
        )
        log_conversation(person=rosa.code, touch=touch, step=step, by=amina, at=now())
    owed(cast, LONG, reason="A-very-long-reason-without-spaces-that-might-push-the-page-sideways-on-a-phone")
    owed(cast, RTL, days=-2, reason="مكالمة بخصوص الاجتماع")
    cast.person("Ade Bello", at=now())
    peter = cast.person("Peter Quay", by="bruno", at=now() - timedelta(days=30))
    followup.offer_handoffs(
        people=[peter.code], to=cast.accounts["amina"].code, note="I am away until March.", by=bruno, at=now()
    )
    dana = owed(cast, "Dana Okafor")
    for step_row in FollowUp.objects.filter(person=dana, closed_at=None):
        followup.close_step(followup=step_row.code, by=amina, at=now())
    followup.offer_handoffs(people=[dana.code], to=cast.accounts["bruno"].code, note="", by=amina, at=now())
    Tie.objects.filter(person=cast.person("Joan Brightwater", by="lea", at=now())).update(owner=None)
    return rosa
