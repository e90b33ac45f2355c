"""Letting a colleague in to one person, and the branch lead's way in with a written reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices import actions as notices
from strandline.steady.people import queries
from strandline.steady.people.models import Belonging, Grant, Person
from strandline.steady.people.rules import GrantKind
from strandline.store.records import Absent


class CannotShare(Exception):
    """The record cannot be shared or opened; the reason is written for the screen."""


@audit.deed("person.shared", can_be_taken_back=True)
def share_person(*, person: str, with_account: str, reason: str, by: Viewer, at: datetime) -> Grant:
    """Let one colleague see one person. Raises Absent, CannotShare."""
    row = queries.person(viewer=by, code=person)
    account = Account.objects.filter(code=with_account, is_active=True).first()
    if account is None:
        raise CannotShare("There is no such colleague.")
    if not by.works_with_people:
        raise CannotShare("Only who works with this person can share the record.")
    grant = Grant.objects.filter(person=row, account=account, until_at=None).first()
    if grant is None:
        grant = Grant.objects.create(
            person=row,
            account=account,
            kind=GrantKind.SHARED,
            reason=clean(reason, field="reason", most=500, required=False),
            by_id=by.account_id,
            since_at=at,
        )
        audit.record(verb="person.shared", about=row, by=by, at=at)
        notices.tell(accounts=[account.pk], kind="person.shared", at=at, subject=row.code)
    return grant


@audit.deed("person.unshared", can_be_taken_back=True)
def end_grant(*, grant: str, by: Viewer, at: datetime) -> Grant:
    """End one account's right to one person; it is gone with the next request."""
    row: Grant | None = (
        Grant.objects.visible_to(by).filter(code=grant, until_at=None).select_related("person").first()
    )
    if row is None:
        raise Absent
    row.until_at = at
    row.save(update_fields=["until_at"])
    audit.record(verb="person.unshared", about=row.person, by=by, at=at)
    return row


@audit.deed("person.opened_with_reason")
def open_with_reason(*, person: str, reason: str, by: Viewer, at: datetime) -> Grant:
    """Break glass: a branch lead opens one record of the branch with a written reason; owner and administrators are told.

    Raises Absent for a record of another branch, CannotShare without a reason.
    """
    if len(reason.strip()) < 10:
        raise CannotShare("Write the reason in a sentence: the owner and the administrator will read it.")
    places = Belonging.objects.filter(branch_id__in=by.branches(Role.BRANCH_LEAD))
    row = Person.objects.filter(code=person, pk__in=places.values("person")).first()
    if row is None:
        raise Absent
    grant = Grant.objects.create(
        person=row,
        account_id=by.account_id,
        kind=GrantKind.BREAK_GLASS,
        reason=clean(reason, field="reason", most=500),
        by_id=by.account_id,
        since_at=at,
    )
    audit.record(verb="person.opened_with_reason", about=row, by=by, at=at, values={"reason": grant.reason})
    owners = row.belongings.exclude(owner=None).values_list("owner", flat=True)
    admins = Membership.objects.held(at).filter(role=Role.ADMINISTRATOR).values_list("account", flat=True)
    notices.tell(accounts=[*owners, *admins], kind="person.opened_with_reason", at=at, subject=row.code)
    return grant


@transaction.atomic(savepoint=False)
def let_in_to(*, person: Person, account: int, reason: str, by: Viewer, at: datetime) -> None:
    """Let an account see one person for as long as a task lasts: a step of the action that hands the task out."""
    if not Grant.objects.filter(person=person, account_id=account, until_at=None).exists():
        Grant.objects.create(
            person=person,
            account_id=account,
            kind=GrantKind.SHARED,
            reason=reason,
            by_id=by.account_id,
            since_at=at,
        )


@transaction.atomic(savepoint=False)
def let_out_of(*, person: Person, account: int, reason: str, at: datetime) -> None:
    """End what was let in for a task: a step of the action that ends it."""
    for row in Grant.objects.filter(person=person, account_id=account, reason=reason, until_at=None):
        row.until_at = at
        row.save(update_fields=["until_at"])
