"""The queue of callers: one person at a time, never the same to two."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.followup import actions as followup
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import not_a_sunday
from strandline.steady.intake import queries
from strandline.steady.intake.models import CallClaim
from strandline.steady.people import actions as people
from strandline.steady.ties import actions as ties
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.queries import zone
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store.records import Absent

CALLERS = (Role.CALLER, Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD)
# Long enough for a talk; then the person goes back, so that a closed laptop keeps nobody waiting.
HELD_FOR = timedelta(minutes=30)


class CannotCall(Exception):
    """No call can be handed out or logged; the reason is written for the screen."""


@audit.deed("call.taken")
def take_next_call(*, by: Viewer, at: datetime) -> CallClaim:
    """Hand the caller the next person by the promise clock, or again the one they have. Raises CannotCall."""
    if not by.is_(*CALLERS):
        raise CannotCall("Your role makes no calls from this queue.")
    _sweep(at)
    mine = CallClaim.objects.filter(by_id=by.account_id, ended_at=None).select_related("person").first()
    if mine is not None:
        return mine
    if late := queries.own_overdue(viewer=by, on=at.astimezone(zone()).date()):
        raise CannotCall(
            f"{late} of your own people are waiting for a call that is overdue. Call them first."
            if late > 1
            else "One of your own people is waiting for a call that is overdue. Call them first."
        )
    call = queries.next_call(viewer=by, at=at)
    if call is None:
        raise CannotCall("Nobody is waiting for a call.")
    claim = CallClaim.objects.create(
        followup=call, person=call.person, by_id=by.account_id, at=at, expires_at=at + HELD_FOR
    )
    people.let_in_to(person=call.person, account=by.account_id, reason="call", by=by, at=at)
    audit.record(verb="call.taken", about=call.person, by=by, at=at)
    return claim


@audit.deed("call.logged")
def log_call(*, claim: str, outcome: Outcome, said: str, by: Viewer, at: datetime) -> CallClaim:
    """Keep what came of a call and let the person go; without an answer they come again on the next working day.

    Raises Absent when the call is not the caller's own, or was let go meanwhile; CannotTie, BadText.
    """
    row = _mine(claim, by)
    if outcome not in (Outcome.SPOKE, Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE):
        raise CannotCall("Say whether you spoke, got no answer, or left a message.")
    touch = ties.touch(person=row.person, new=NewTouch(TouchKind.CALL, outcome, at, said), by=by, at=at)
    step = FollowUp.objects.select_for_update(of=("self",)).get(pk=row.followup_id)
    if outcome is Outcome.SPOKE:
        followup.close(step=step, touch=touch, at=at)
    else:
        followup.move(step=step, to=not_a_sunday(at.astimezone(zone()).date() + timedelta(days=1)))
    _end(row, at, outcome.value)
    audit.record(verb="call.logged", about=row.person, by=by, at=at)
    return row


@audit.deed("call.put_back")
def put_back_call(*, claim: str, by: Viewer, at: datetime) -> CallClaim:
    """Let a person go back to the queue without a call. Raises Absent."""
    row = _mine(claim, by)
    _end(row, at, "put_back")
    audit.record(verb="call.put_back", about=row.person, by=by, at=at)
    return row


@transaction.atomic(durable=True)
def sweep_claims(*, at: datetime) -> int:
    """Let go of those who were held longer than a call takes. Returns how many."""
    return _sweep(at)


def _sweep(at: datetime) -> int:
    run_out = list(CallClaim.objects.filter(ended_at=None, expires_at__lte=at).select_related("person"))
    for row in run_out:
        _end(row, at, "run_out")
    return len(run_out)


def _mine(code: str, by: Viewer) -> CallClaim:
    row = (
        CallClaim.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(code=code, by_id=by.account_id, ended_at=None)
        .first()
    )
    if row is None:
        raise Absent
    return row


def _end(row: CallClaim, at: datetime, outcome: str) -> None:
    row.ended_at, row.outcome = at, outcome
    row.save(update_fields=["ended_at", "outcome"])
    people.let_out_of(person=row.person, account=row.by_id, reason="call", at=at)
