from __future__ import annotations

from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit

from .models import Branch, Membership, Organisation, Team


@transaction.atomic(durable=True)
def found_organisation(
    *, name: str, at: datetime, region: str, time_zone: str, is_body: bool, is_demo: bool
) -> Organisation:
    """Make the organisation and its centre, the root of all branches. Raises ValueError when one is there."""
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
    return made


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
    """Give an account a role from this moment on."""
    if team is not None:
        branch = team.branch
    member = Membership.objects.create(
        account=account, role=role.value, branch=branch, team=team, since_at=at
    )
    audit.record(verb="membership.begun", by=by, at=at)
    return member


@audit.deed("membership.ended")
def end_membership(*, membership: Membership, by: Viewer, at: datetime) -> Membership:
    """End a role; what it granted is gone with the next request."""
    membership.until_at = at
    membership.save(update_fields=["until_at"])
    audit.record(verb="membership.ended", by=by, at=at)
    return membership
