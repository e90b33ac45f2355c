from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.audit import actions as audit
from strandline.steady.followup.actions import (
    CannotFollowUp,
    NextStep,
    accept_handoff,
    decline_handoff,
    offer_handoffs,
    set_next_step,
    withdraw_handoff,
)
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import begin_tie
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import TieKind
from tests.cast import NOW, Cast

TODAY = NOW.date()


@pytest.fixture
def rosa(cast: Cast) -> Person:
    """Rosa, with two running ties that Amina holds."""
    person = cast.person("Rosa Lindqvist")
    begin_tie(person=person.code, kind=TieKind.SUPPORTER, by=cast.amina, at=NOW)
    return person


def offer(cast: Cast, person: Person) -> list[Handoff]:
    return offer_handoffs(
        people=[person.code], to=cast.accounts["bruno"].code, note="", by=cast.amina, at=NOW
    )


def test_accept_takes_over_every_tie_that_was_offered_of_the_person(cast: Cast, rosa: Person) -> None:
    first, _second = offer(cast, rosa)

    accept_handoff(handoff=first.code, by=cast.bruno, at=NOW)

    assert set(Tie.objects.values_list("owner__name", flat=True)) == {"Bruno"}
    assert set(Handoff.objects.values_list("state", flat=True)) == {"accepted"}


def test_accept_leaves_one_step_the_earliest(cast: Cast, rosa: Person) -> None:
    set_next_step(
        person=rosa.code,
        step=NextStep(StepKind.VISIT, TODAY + timedelta(days=9)),
        by=cast.bruno,
        at=NOW,
    )
    first, _second = offer(cast, rosa)

    accept_handoff(handoff=first.code, by=cast.bruno, at=NOW)

    step = FollowUp.objects.get(person=rosa, closed_at=None)
    assert (step.owner_id, step.kind) == (cast.bruno.account_id, "first_call")


def test_accept_taken_back_restores_what_was(cast: Cast, rosa: Person) -> None:
    first, _second = offer(cast, rosa)
    before = [list(model.objects.order_by("pk").values()) for model in (Tie, FollowUp, Handoff)]
    accept_handoff(handoff=first.code, by=cast.bruno, at=NOW)

    audit.take_back(deed=audit.latest_deed(), by=cast.bruno, at=NOW)

    assert [list(model.objects.order_by("pk").values()) for model in (Tie, FollowUp, Handoff)] == before


def test_decline_and_withdraw_answer_the_offers_of_a_person_together(cast: Cast, rosa: Person) -> None:
    first, _second = offer(cast, rosa)
    decline_handoff(handoff=first.code, answer="No room", by=cast.bruno, at=NOW)
    assert set(Handoff.objects.values_list("state", flat=True)) == {"declined"}

    again, _second = offer(cast, rosa)
    withdraw_handoff(handoff=again.code, by=cast.amina, at=NOW)

    assert Handoff.objects.filter(state="offered").count() == 0


def test_accept_is_refused_for_an_offer_that_was_withdrawn(cast: Cast, rosa: Person) -> None:
    first, _second = offer(cast, rosa)
    withdraw_handoff(handoff=first.code, by=cast.amina, at=NOW)

    with pytest.raises(CannotFollowUp, match="already withdrawn"):
        accept_handoff(handoff=first.code, by=cast.bruno, at=NOW)

    assert set(Tie.objects.values_list("owner__name", flat=True)) == {"Amina"}
