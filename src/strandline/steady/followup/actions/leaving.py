"""Nobody is left with an account that works with people no longer: the ties wait for the team lead, the steps with them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.actions import growing
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices import actions as notices
from strandline.steady.ties import actions as ties
from strandline.steady.ties.models import Tie

from ..models import FollowUp, Handoff
from ..rules import HandoffState


@audit.deed("account.closed")
def close_account(*, account: str, by: Viewer, at: datetime) -> Account:
    """Close an account, end its roles, and let its ties wait where a team lead sees them. Raises Absent, CannotGrow."""
    row = growing.close_account(account=account, by=by, at=at)
    let_go(account=row, by=by, at=at)
    return row


@audit.deed("membership.ended")
def end_role(*, membership: str, by: Viewer, at: datetime) -> Membership:
    """End a role; if it was the last that works with people, the ties wait for a team lead. Raises Absent, CannotGrow."""
    row = growing.end_role(membership=membership, by=by, at=at)
    if not branches.viewer_for(row.account, at=at).works_with_people:
        let_go(account=row.account, by=by, at=at)
    return row


@transaction.atomic(savepoint=False)
def let_go(*, account: Account, by: Viewer, at: datetime) -> list[Tie]:
    """Let an account hold no tie and owe no step any more: a step of ending its work.

    A step that is owed goes to the second of its tie, else to nobody until someone takes the tie over. What was
    offered to the account is withdrawn.
    """
    held = list(Tie.objects.filter(owner=account, ended_at=None).select_related("person").order_by("pk"))
    for tie in held:
        ties.release(tie=tie, at=at)
    for step in FollowUp.objects.filter(owner=account, closed_at=None).select_related("tie__second"):
        second = step.tie.second if step.tie is not None else None
        is_there = second is not None and second.is_active and second.pk != account.pk
        step.owner = second if is_there else None
        step.version += 1
        step.save(update_fields=["owner", "version"])
    for offer in Handoff.objects.filter(offered_to=account, state=HandoffState.OFFERED):
        offer.state, offer.answered_at = HandoffState.WITHDRAWN.value, at
        offer.save(update_fields=["state", "answered_at"])
    ties.leave_second(account=account)
    if held:
        audit.record(verb="tie.let_go", about=[tie.person for tie in held], by=by, at=at)
        teams = {tie.team_id for tie in held if tie.team_id}
        leads = Membership.objects.held(at).filter(role=Role.TEAM_LEAD.value, team__in=teams)
        notices.tell(accounts=leads.values_list("account", flat=True), kind="ties.let_go", at=at)
    return held
