from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts import actions as accounts
from strandline.organisation.accounts.models import Account, ApiToken
from strandline.organisation.accounts.rules import Role, Settings, Viewer
from strandline.organisation.audit import actions as audit
from strandline.store.records import Absent

from ..models import Branch, Membership, Organisation, Team


@transaction.atomic(durable=True)
def found_organisation(
    *,
    name: str,
    at: datetime,
    region: str,
    time_zone: str,
    is_body: bool,
    is_demo: bool,
    administrator: tuple[str, str] | None = None,
) -> Organisation:
    """Make the organisation and its centre, the root of all branches. Raises ValueError when one is there.

    `administrator` is address and password of the account that opens all others; nobody acts for an organisation
    before it has one, so the entry in the log names that account itself.
    """
    if Organisation.objects.exists():
        raise ValueError("This home already holds an organisation.")
    made = Organisation.objects.create(
        name=name,
        region=region,
        time_zone=time_zone,
        is_body=is_body,
        is_demo=is_demo,
        created_at=at,
        languages=["en"],
    )
    Branch.objects.create(name=name)
    if administrator is not None:
        email, password = administrator
        account = accounts.open_account(email=email, name="Administrator", password=password)
        Membership.objects.create(account=account, role=Role.ADMINISTRATOR.value, since_at=at)
        audit.record_lines([audit.Line("organisation.founded", account.audit_id, at)])
    return made


def _only_administrators(by: Viewer) -> None:
    if not by.is_(Role.ADMINISTRATOR):
        raise Absent


@audit.deed("membership.begun")
def begin_membership(
    *,
    account: Account,
    role: Role,
    by: Viewer,
    at: datetime,
    branch: Branch | None = None,
    team: Team | None = None,
) -> Membership:
    """Give an account a role from this moment on; `give_role` asks besides whether it fits. Raises Absent."""
    _only_administrators(by)
    if team is not None:
        branch = team.branch
    member = Membership.objects.create(
        account=account, role=role.value, branch=branch, team=team, since_at=at
    )
    audit.record(verb="membership.begun", by=by, at=at)
    return member


@audit.deed("membership.ended")
def end_membership(*, membership: Membership, by: Viewer, at: datetime) -> Membership:
    """End a role; what it granted is gone with the next request. Raises Absent."""
    _only_administrators(by)
    membership.until_at = at
    membership.save(update_fields=["until_at"])
    audit.record(verb="membership.ended", by=by, at=at)
    return membership


@transaction.atomic(durable=True)
def issue_token(
    *,
    account: Account,
    name: str,
    scopes: Sequence[str],
    by: Viewer,
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Issue a key for a machine; it sees what the account sees, and may do what its scopes name.

    Returns the token and its secret, of which only a digest is kept: it is no `deed`, for nothing could say the
    secret a second time. Raises CannotIssue, BadText.
    """
    made = accounts.make_token(account=account, name=name, scopes=scopes, at=at, expires_at=expires_at)
    audit.record(verb="token.issued", by=by, at=at)
    return made


@transaction.atomic(durable=True)
def revoke_token(*, token: str, by: Viewer, at: datetime) -> ApiToken:
    """Revoke a token of the viewer's own account, from the next request on. Raises Absent."""
    row = (
        ApiToken.objects.select_for_update(of=("self",)).filter(code=token, account_id=by.account_id).first()
    )
    if row is None:
        raise Absent
    if row.revoked_at is None:
        accounts.end_token(token=row, at=at)
        audit.record(verb="token.revoked", by=by, at=at)
    return row


@audit.deed("account.settings_changed")
def change_settings(*, settings: Settings, by: Viewer, at: datetime) -> Account:
    """Change one's own settings; what is so already writes nothing. Raises BadText."""
    account = Account.objects.select_for_update().get(pk=by.account_id)
    if accounts.keep_settings(account=account, settings=settings):
        audit.record(verb="account.settings_changed", by=by, at=at)
    return account
