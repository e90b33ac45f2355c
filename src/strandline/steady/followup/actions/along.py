"""Steps that come along with something else: asking someone to a circle or a meeting, and their having come."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie, Touch

from ..models import FollowUp
from ..rules import StepKind


@transaction.atomic(savepoint=False)
def ask_along(
    *, person: Person, tie: Tie | None, owner: int, reason: str, due_on: date, by: Viewer, at: datetime
) -> FollowUp:
    """Let an owner owe someone an invitation: a step of the action that brings it about.

    A first call that is still owed stays one and carries the invitation; anything else that this owner owed the
    person gives way to it.
    """
    words = clean(reason, field="next step", most=500)
    call: FollowUp | None = FollowUp.objects.filter(
        person=person, kind=StepKind.FIRST_CALL.value, closed_at=None
    ).first()
    if call is not None:
        call.reason = words
        call.version += 1
        call.save(update_fields=["reason", "version"])
        return call
    for row in FollowUp.objects.filter(person=person, owner_id=owner, closed_at=None):
        row.closed_at = at
        row.version += 1
        row.save(update_fields=["closed_at", "version"])
    return FollowUp.objects.create(
        person=person,
        tie=tie,
        owner_id=owner,
        kind=StepKind.INVITE.value,
        due_on=due_on,
        reason=words,
        set_by_id=by.account_id,
        set_at=at,
    )


@transaction.atomic(savepoint=False)
def settle_kind(*, person: Person, kind: StepKind, touch: Touch, at: datetime) -> None:
    """Close what anybody owes this person of one kind, with the touch by which it came about: nobody asks again."""
    for row in FollowUp.objects.filter(person=person, kind=kind.value, closed_at=None):
        row.closed_at, row.closed_by = at, touch
        row.version += 1
        row.save(update_fields=["closed_at", "closed_by", "version"])


@transaction.atomic(savepoint=False)
def unsettle(*, touch: Touch) -> None:
    """Owe again what a touch had settled that did not happen, unless its owner owes the person something else by now."""
    for row in FollowUp.objects.filter(closed_by=touch):
        other = FollowUp.objects.filter(person=row.person_id, owner=row.owner_id, closed_at=None).exists()
        row.closed_by = None
        if not other:
            row.closed_at = None
        row.version += 1
        row.save(update_fields=["closed_at", "closed_by", "version"])
