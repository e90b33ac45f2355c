"""What an administrator does so that the organisation grows: accounts and their roles, branches and teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts import actions as accounts
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.store.records import Absent

from ..models import Branch, Membership, Organisation, Team
from ..rules import Reach, may_hold_over

# One file never holds more people than this.
MOST_ALONE = 50_000


class CannotGrow(ValueError):
    """An account, role, branch or team cannot become what was asked; `field` names what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Post:
    """A role and the code of the team or branch over which it holds, if any."""

    role: Role
    team: str = ""
    branch: str = ""


@dataclass(frozen=True)
class NewMember:
    """Someone who is to sign in, and their first role."""

    name: str
    email: str
    post: Post


def _administrator(by: Viewer) -> None:
    """Let only administrators pass, one after another, so that two cannot remove each other at one moment."""
    if not by.is_(Role.ADMINISTRATOR):
        raise Absent
    Organisation.objects.select_for_update().order_by("pk").first()


def _log(verb: str, account: Account, *, by: Viewer, at: datetime, role: str = "") -> None:
    values = {"role": role} if role else None
    audit.record_lines([audit.Line(verb, by.audit_id, at, (account.audit_id,), values)])


def _begin(account: Account, post: Post, at: datetime) -> Membership:
    reach = Reach.TEAM if post.team else Reach.BRANCH if post.branch else Reach.WHOLE
    verdict = may_hold_over(post.role, reach)
    if not verdict.ok:
        raise CannotGrow("place", verdict.reason)
    team = Team.objects.select_related("branch").filter(code=post.team).first()
    branch = team.branch if team else Branch.objects.filter(code=post.branch).first()
    if reach is not Reach.WHOLE and branch is None:
        raise CannotGrow("place", "This team or branch is not there.")
    held = Membership.objects.held(at).filter(account=account, role=post.role.value)
    if held.filter(team=team, branch=branch).exists():
        raise CannotGrow("role", f"{account.name} has this role there already.")
    return Membership.objects.create(
        account=account, role=post.role.value, branch=branch, team=team, since_at=at
    )


def _account(code: str) -> Account:
    row = Account.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Absent
    return row


def _keep_an_administrator(account: Account, at: datetime) -> None:
    others = Membership.objects.held(at).filter(role=Role.ADMINISTRATOR.value, account__is_active=True)
    if not others.exclude(account=account).exists():
        raise CannotGrow("role", "Someone else has to be an administrator first.")


@audit.deed("account.opened")
def add_member(*, new: NewMember, by: Viewer, at: datetime) -> Account:
    """Open an account with its first role; nobody can sign in to it before its holder has set a password.

    Raises Absent, BadText, CannotOpenAccount, CannotGrow.
    """
    _administrator(by)
    account = accounts.open_account(email=new.email, name=new.name, password=None)
    _begin(account, new.post, at)
    _log("account.opened", account, by=by, at=at, role=new.post.role.value)
    return account


@audit.deed("account.invited")
def invite(*, account: str, by: Viewer, at: datetime) -> Account:
    """Note that a link is made with which the holder sets the first password; the way in makes the link.

    An account that has a password gets none: an administrator sees no people, so must not sign in as someone who does.
    Raises Absent, CannotGrow.
    """
    _administrator(by)
    row = _account(account)
    if not row.is_active:
        raise CannotGrow("", "This account is closed. Open it again first.")
    if row.has_usable_password():
        raise CannotGrow("", "This account has a password. Its holder asks for a new one when signing in.")
    _log("account.invited", row, by=by, at=at)
    return row


@audit.deed("membership.begun")
def give_role(*, account: str, post: Post, by: Viewer, at: datetime) -> Membership:
    """Give an account a further role from this moment on. Raises Absent, CannotGrow."""
    _administrator(by)
    row = _account(account)
    if not row.is_active:
        raise CannotGrow("role", "This account is closed. Open it again first.")
    made = _begin(row, post, at)
    _log("membership.begun", row, by=by, at=at, role=post.role.value)
    return made


@transaction.atomic(savepoint=False)
def end_role(*, membership: str, by: Viewer, at: datetime) -> Membership:
    """End a role from the next request on; one that has ended stays as it is: a step of `followup`'s end_role.

    The last administrator stays one. Raises Absent, CannotGrow.
    """
    _administrator(by)
    row = Membership.objects.select_for_update(of=("self",)).filter(code=membership).first()
    if row is None:
        raise Absent
    if row.until_at is not None and row.until_at <= at:
        return row
    if row.role == Role.ADMINISTRATOR:
        _keep_an_administrator(row.account, at)
    row.until_at = max(at, row.since_at)
    row.save(update_fields=["until_at"])
    _log("membership.ended", row.account, by=by, at=at, role=row.role)
    return row


@transaction.atomic(savepoint=False)
def close_account(*, account: str, by: Viewer, at: datetime) -> Account:
    """Close an account and end its roles: its sessions and tokens hold no longer. A step of `followup`'s close_account.

    Raises Absent, CannotGrow.
    """
    _administrator(by)
    row = _account(account)
    if not row.is_active:
        return row
    if row.pk == by.account_id:
        raise CannotGrow("", "Nobody closes their own account. Ask another administrator.")
    for member in Membership.objects.held(at).filter(account=row):
        member.until_at = at
        member.save(update_fields=["until_at"])
    accounts.set_active(account=row, is_active=False)
    _log("account.closed", row, by=by, at=at)
    return row


@audit.deed("account.reopened")
def reopen_account(*, account: str, by: Viewer, at: datetime) -> Account:
    """Let a closed account sign in again; its roles have to be given anew. Raises Absent."""
    _administrator(by)
    row = _account(account)
    if not row.is_active:
        accounts.set_active(account=row, is_active=True)
        _log("account.reopened", row, by=by, at=at)
    return row


@audit.deed("branch.added")
def add_branch(*, name: str, below: str, by: Viewer, at: datetime) -> Branch:
    """Add a branch below another. Raises Absent, BadText, CannotGrow."""
    _administrator(by)
    parent = Branch.objects.filter(code=below).first()
    if parent is None:
        raise CannotGrow("below", "This branch is not there.")
    name = clean(name, field="name", most=200)
    if Branch.objects.filter(parent=parent, name__iexact=name).exists():
        raise CannotGrow("name", "There is a branch of this name already.")
    made = Branch.objects.create(name=name, parent=parent)
    audit.record(verb="branch.added", by=by, at=at)
    return made


@audit.deed("team.added")
def add_team(*, name: str, branch: str, by: Viewer, at: datetime) -> Team:
    """Add a team to a branch. Raises Absent, BadText, CannotGrow."""
    _administrator(by)
    place = Branch.objects.filter(code=branch).first()
    if place is None:
        raise CannotGrow("branch", "This branch is not there.")
    name = clean(name, field="name", most=200)
    if Team.objects.filter(branch=place, name__iexact=name).exists():
        raise CannotGrow("name", "There is a team of this name in this branch already.")
    made = Team.objects.create(branch=place, name=name)
    audit.record(verb="team.added", by=by, at=at)
    return made


@audit.deed("organisation.export_limit_set")
def set_export_limit(*, people: int, by: Viewer, at: datetime) -> Organisation:
    """Say how many people one person alone may take out in a file. Raises Absent, CannotGrow."""
    _administrator(by)
    if not 0 <= people <= MOST_ALONE:
        raise CannotGrow("people", f"Choose a number from 0 to {MOST_ALONE:,}.")
    row = Organisation.objects.order_by("pk").first()
    if row is None:
        raise Absent
    if row.export_alone != people:
        row.export_alone = people
        row.save(update_fields=["export_alone"])
        audit.record(verb="organisation.export_limit_set", by=by, at=at)
    return row
