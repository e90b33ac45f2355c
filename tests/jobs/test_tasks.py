from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from strandline.jobs import tasks
from strandline.ledger.waves.models import WeeklyTotal
from strandline.organisation.audit import queries as audit_queries
from strandline.organisation.audit.models import AuditEntry, Change, Deed
from strandline.organisation.receipts import actions as receipts
from strandline.organisation.receipts.models import Receipt
from strandline.organisation.receipts.rules import Once
from strandline.steady.followup.actions import set_status
from strandline.steady.followup.models import FollowUp
from strandline.steady.ties.models import Tie, TieStatus
from strandline.steady.ties.rules import Status
from tests.cast import NOW, Cast

UNTIL = date(2026, 2, 6)
MORNING = datetime(2026, 2, 6, 4, 0, tzinfo=UTC)


def rest(cast: Cast) -> Tie:
    person = cast.person()
    tie = Tie.objects.get(person=person)
    FollowUp.objects.filter(person=person).delete()
    set_status(tie=tie.code, status=Status.RESTING, reason="", until=UNTIL, by=cast.amina, at=NOW)
    return tie


def test_tie_rests_until_the_day_that_was_agreed(cast: Cast) -> None:
    tie = rest(cast)

    with time_machine.travel(MORNING - timedelta(days=1), tick=False):
        woken = tasks.wake_rested.call()

    assert (woken, Tie.objects.get(pk=tie.pk).status) == (0, "resting")


def test_tie_whose_day_has_come_gets_a_next_step(cast: Cast) -> None:
    tie = rest(cast)

    with time_machine.travel(MORNING, tick=False):
        woken = [tasks.wake_rested.call(), tasks.wake_rested.call()]

    step = FollowUp.objects.get(person=tie.person, closed_at=None)
    assert woken == [1, 0]
    assert (step.owner_id, step.due_on, step.tie_id) == (cast.amina.account_id, UNTIL, tie.pk)
    assert list(TieStatus.objects.filter(tie=tie).order_by("since_at").values_list("status", "until_at")) == [
        ("active", NOW),
        ("resting", MORNING),
        ("active", None),
    ]
    last = AuditEntry.objects.order_by("-seq")[0]
    assert (last.verb, last.actor, last.subjects) == ("tie.rest_ended", "clock", [tie.person.audit_id])
    assert audit_queries.break_in_chain() is None


def test_who_is_owed_a_step_already_gets_no_second(cast: Cast) -> None:
    tie = Tie.objects.get(person=cast.person())
    set_status(tie=tie.code, status=Status.RESTING, reason="", until=UNTIL, by=cast.amina, at=NOW)
    owed = list(FollowUp.objects.values_list("pk", flat=True))

    with time_machine.travel(MORNING, tick=False):
        tasks.wake_rested.call()

    assert list(FollowUp.objects.values_list("pk", flat=True)) == owed


def test_what_is_kept_for_thirty_days_goes_after_them(cast: Cast) -> None:
    person = cast.person()
    tie = Tie.objects.get(person=person)
    once = Once("token-12345", "print")
    set_status(tie=tie.code, status=Status.WAITING, reason="", by=cast.amina, at=NOW, once=once)  # type: ignore[call-arg]

    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        kept = tasks.forget_old.call(), Deed.objects.count(), Receipt.objects.count()
    with time_machine.travel(NOW + timedelta(days=30, seconds=1), tick=False):
        tasks.forget_old.call()

    assert kept == (0, 2, 1)
    assert (Deed.objects.count(), Change.objects.count(), Receipt.objects.count()) == (0, 0, 0)
    assert audit_queries.break_in_chain() is None


def test_what_became_of_tasks_is_kept_longer_when_they_failed(cast: Cast) -> None:
    for status, hours in (("SUCCESSFUL", 23), ("SUCCESSFUL", 25), ("FAILED", 29 * 24), ("FAILED", 31 * 24)):
        made = tasks.clear_sessions.enqueue()
        DBTaskResult.objects.filter(pk=made.id).update(
            status=status, finished_at=timezone.now() - timedelta(hours=hours)
        )

    tasks.forget_old.call()

    kept = DBTaskResult.objects.order_by("-finished_at").values_list("status", flat=True)
    assert list(kept) == ["SUCCESSFUL", "FAILED"]


def test_slots_of_the_past_are_forgotten_and_those_of_these_days_are_not(cast: Cast) -> None:
    for days in (2, 4):
        receipts.claim_slot(name="tide", slot=f"{days} days ago", at=NOW - timedelta(days=days))

    receipts.forget_old(at=NOW)

    assert list(Receipt.objects.values_list("token", flat=True)) == ["tide@2 days ago"]


@pytest.mark.django_db
def test_sessions_that_ran_out_are_removed() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))

    tasks.clear_sessions.call()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_ledger_is_kept_every_night_and_twice_does_no_harm(cast: Cast) -> None:
    rest(cast)

    with time_machine.travel(MORNING, tick=False):
        made = [tasks.keep_ledger.call(), tasks.keep_ledger.call()]

    assert made[0] > 0
    assert made[1] == 0
    assert WeeklyTotal.objects.filter(branch=cast.harbour).exists()
