from __future__ import annotations

from datetime import date, timedelta

import pytest

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit import queries as audit_queries
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Tie, Touch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store.records import Absent
from tests.cast import NOW, Cast

SPOKE = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW, said="Two stairwells without heat.")
STEP = NextStep(StepKind.CALL, date(2026, 1, 20), "Ask about the room")


def test_log_conversation_keeps_touch_and_next_step(cast: Cast) -> None:
    rosa = cast.person()

    touch = log_conversation(person=rosa.code, touch=SPOKE, step=STEP, by=cast.amina, at=NOW)

    step = FollowUp.objects.get(person=rosa, closed_at=None)
    assert (touch.is_two_way, touch.practical, touch.said) == (True, "Two stairwells without heat.", "")
    assert (step.due_on, step.reason, step.owner_id) == (
        date(2026, 1, 20),
        "Ask about the room",
        cast.amina.account_id,
    )
    assert Tie.objects.get(person=rosa).last_two_way_at == NOW


def test_log_conversation_keeps_views_only_after_regular_contact(cast: Cast) -> None:
    rosa = cast.person()
    for day in (3, 2):
        at = NOW - timedelta(days=day)
        log_conversation(
            person=rosa.code,
            touch=NewTouch(TouchKind.CALL, Outcome.SPOKE, at),
            step=None,
            by=cast.amina,
            at=NOW,
        )

    touch = log_conversation(person=rosa.code, touch=SPOKE, step=None, by=cast.amina, at=NOW)

    assert (touch.practical, touch.said) == ("", "Two stairwells without heat.")


def test_log_conversation_without_answer_moves_the_step_to_the_next_working_day(cast: Cast) -> None:
    rosa = cast.person()
    no_answer = NewTouch(TouchKind.CALL, Outcome.NO_ANSWER, NOW)

    log_conversation(person=rosa.code, touch=no_answer, step=None, by=cast.amina, at=NOW)

    assert FollowUp.objects.get(person=rosa, closed_at=None).due_on == date(2026, 1, 17)


def test_log_conversation_is_refused_for_another_branch(cast: Cast) -> None:
    rosa = cast.person()

    with pytest.raises(Absent):
        log_conversation(person=rosa.code, touch=SPOKE, step=STEP, by=cast.chen, at=NOW)

    assert Touch.objects.count() == 0


def test_log_conversation_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa = cast.person()

    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        log_conversation(person=rosa.code, touch=SPOKE, step=STEP, by=cast.amina, at=NOW)

    assert Touch.objects.count() == 0


def test_log_conversation_taken_back_restores_what_was(cast: Cast) -> None:
    rosa = cast.person()
    before = list(FollowUp.objects.values()), list(Tie.objects.values())
    log_conversation(person=rosa.code, touch=SPOKE, step=STEP, by=cast.amina, at=NOW)

    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert (list(FollowUp.objects.values()), list(Tie.objects.values())) == before
    assert Touch.objects.count() == 0
    assert audit_queries.break_in_chain() is None
