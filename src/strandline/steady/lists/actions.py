from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches

from . import queries
from .models import SavedList
from .rules import Filters, may_share

MOST_LISTS = 100
MOST_QUERY = 1000


class CannotSave(Exception):
    """The list cannot be kept; the reason is written for the screen."""


@audit.deed("list.saved", can_be_taken_back=True)
def save_list(*, name: str, filters: Filters, by: Viewer, at: datetime, share: str = "") -> SavedList:
    """Keep a choice of people under a name of the viewer's own; the same name again means the new choice.

    `share` says with whom: with nobody, `team:CODE` or `branch:CODE`. Raises CannotSave, BadText.
    """
    if filters.is_empty:
        raise CannotSave("Choose at least one filter first: everyone is the list you see without.")
    called = clean(name, field="name of the list", most=100)
    query = filters.query()
    if len(query) > MOST_QUERY:
        raise CannotSave("These filters are too long to be kept together. Shorten the name or the tag.")
    team, branch = _shared_with(share, query, by)
    row = SavedList.objects.filter(owner_id=by.account_id, name=called).first()
    if row is not None:
        row.query, row.team_id, row.branch_id = query, team, branch
        row.save(update_fields=["query", "team", "branch"])
    elif SavedList.objects.filter(owner_id=by.account_id).count() >= MOST_LISTS:
        raise CannotSave(f"You have {MOST_LISTS} lists. Remove one you no longer use.")
    else:
        row = SavedList.objects.create(
            owner_id=by.account_id, name=called, query=query, team_id=team, branch_id=branch, created_at=at
        )
    audit.record(verb="list.saved", by=by, at=at)
    return row


@audit.deed("list.changed", can_be_taken_back=True)
def change_list(*, code: str, name: str, share: str, by: Viewer, at: datetime) -> SavedList:
    """Call a list otherwise, or share it with others or with nobody: for its maker, and whoever leads the branch.

    Raises Absent, CannotSave, BadText.
    """
    row = queries.list_to_change(viewer=by, code=code)
    called = clean(name, field="name of the list", most=100)
    if SavedList.objects.filter(owner_id=row.owner_id, name=called).exclude(pk=row.pk).exists():
        raise CannotSave("There is another list of this name. Choose another name.")
    row.name = called
    row.team_id, row.branch_id = _shared_with(share, row.query, by)
    row.save(update_fields=["name", "team", "branch"])
    audit.record(verb="list.changed", by=by, at=at)
    return row


def _shared_with(share: str, query: str, by: Viewer) -> tuple[int | None, int | None]:
    """Return the team or the branch with which a list is shared. Raises CannotSave."""
    if not share:
        return None, None
    verdict = may_share(query)
    if not verdict.ok:
        raise CannotSave(verdict.reason)
    found = branches.place_to_share_with(viewer=by, place=share)
    if found is None:
        raise CannotSave("Choose a team or a branch of yours to share with.")
    return found


@audit.deed("list.removed", can_be_taken_back=True)
def remove_list(*, code: str, by: Viewer, at: datetime) -> None:
    """Remove a list, for its maker and whoever leads the branch; nobody on it is touched. Raises Absent."""
    row = queries.list_to_change(viewer=by, code=code)
    row.delete()
    audit.record(verb="list.removed", by=by, at=at)
