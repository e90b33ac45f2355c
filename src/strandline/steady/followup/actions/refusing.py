"""Who said no is left in peace: what was owed to them lapses with their last tie (SYSTEM 21)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.people.models import Person
from strandline.steady.ties import actions as ties
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import CLOSED_STATUSES, Status

from ..models import FollowUp, Handoff
from ..rules import HandoffState


@audit.deed("tie.status_set", can_be_taken_back=True)
def set_status(
    *,
    tie: str,
    status: Status,
    reason: str,
    by: Viewer,
    at: datetime,
    until: date | None = None,
    version: int | None = None,
) -> Tie:
    """Say how a tie stands, with the reason. With the last tie that closes, nothing more is owed to the person.

    Raises Absent, Stale, CannotTie.
    """
    row = ties.turn_tie(tie=tie, status=status, reason=reason, by=by, at=at, until=until, version=version)
    if status in CLOSED_STATUSES:
        let_be(person=row.person, at=at)
    audit.record(
        verb="tie.status_set", about=row, by=by, at=at, values={"status": status.value, "reason": reason}
    )
    return row


@transaction.atomic(savepoint=False)
def let_be(*, person: Person, at: datetime) -> None:
    """Close what anybody owes someone who has no running tie any more, and withdraw what is offered of them.

    A step of the action by which the last tie ends. Whoever still has a tie is still followed up.
    """
    offered = Handoff.objects.filter(person=person, state=HandoffState.OFFERED.value)
    for offer in offered.exclude(tie__ended_at=None):
        offer.state, offer.answered_at = HandoffState.WITHDRAWN.value, at
        offer.save(update_fields=["state", "answered_at"])
    if Tie.objects.filter(person=person, ended_at=None).exists():
        return
    for step in FollowUp.objects.filter(person=person, closed_at=None):
        step.closed_at = at
        step.version += 1
        step.save(update_fields=["closed_at", "version"])
