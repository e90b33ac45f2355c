"""Who said no is left in peace: nothing more is owed, offered or handed to callers (SYSTEM 21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.steady.followup import actions, queries
from strandline.steady.followup.actions import CannotFollowUp, NextStep
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.followup.rules import StepKind
from strandline.steady.intake import queries as intake
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import begin_tie
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Status, TieKind
from tests.cast import NOW, Cast

CALL = NextStep(StepKind.CALL, NOW.date())


def owing(cast: Cast) -> tuple[Person, Tie]:
    person = cast.person(reaches=(("phone", "020 7946 0018"),))
    actions.set_next_step(person=person.code, step=CALL, by=cast.amina, at=NOW)
    return person, Tie.objects.get(person=person)


def open_steps(person: Person) -> int:
    return FollowUp.objects.filter(person=person, closed_at=None).count()


@pytest.mark.parametrize("status", [Status.STEPPED_BACK, Status.ENDED])
def test_what_is_owed_lapses_with_the_last_tie(cast: Cast, status: Status) -> None:
    person, tie = owing(cast)
    FollowUp.objects.create(
        person=person,
        kind=StepKind.FIRST_CALL.value,
        due_on=NOW.date(),
        due_at=NOW,
        set_at=NOW - timedelta(1),
    )
    actions.offer_handoffs(
        people=[person.code], to=cast.accounts["bruno"].code, note="", by=cast.amina, at=NOW
    )
    assert intake.next_call(viewer=cast.amina, at=NOW) is not None

    actions.set_status(tie=tie.code, status=status, reason="Wants no more calls", by=cast.amina, at=NOW)

    assert open_steps(person) == 0
    assert queries.owed(viewer=cast.amina, on=NOW.date()).count == 0
    assert intake.next_call(viewer=cast.amina, at=NOW) is None
    assert Handoff.objects.get(person=person).state == "withdrawn"


def test_who_still_has_a_tie_is_still_followed_up(cast: Cast) -> None:
    person, tie = owing(cast)
    begin_tie(person=person.code, kind=TieKind.ALLY, by=cast.amina, at=NOW)

    actions.set_status(tie=tie.code, status=Status.STEPPED_BACK, reason="Not as this", by=cast.amina, at=NOW)

    assert open_steps(person) == 1


def test_a_rest_leaves_what_is_owed(cast: Cast) -> None:
    person, tie = owing(cast)

    until = NOW.date() + timedelta(days=20)
    actions.set_status(tie=tie.code, status=Status.RESTING, reason="", until=until, by=cast.amina, at=NOW)

    assert open_steps(person) == 1


def test_nothing_new_is_owed_to_who_said_no_until_a_tie_begins_again(cast: Cast) -> None:
    person, tie = owing(cast)
    actions.set_status(tie=tie.code, status=Status.STEPPED_BACK, reason="Moved on", by=cast.amina, at=NOW)

    with pytest.raises(CannotFollowUp, match="They said no"):
        actions.set_next_step(person=person.code, step=CALL, by=cast.amina, at=NOW)
    begin_tie(person=person.code, kind=TieKind.SUPPORTER, by=cast.amina, at=NOW)
    actions.set_next_step(person=person.code, step=CALL, by=cast.amina, at=NOW)

    assert open_steps(person) == 1
