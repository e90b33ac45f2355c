from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit

from . import queries
from .models import SavedList
from .rules import Filters

MOST_LISTS = 100
MOST_QUERY = 1000


class CannotSave(Exception):
    """The list cannot be kept; the reason is written for the screen."""


@audit.deed("list.saved", can_be_taken_back=True)
def save_list(*, name: str, filters: Filters, by: Viewer, at: datetime) -> SavedList:
    """Keep a choice of people under a name of the viewer's own; the same name again means the new choice.

    Raises CannotSave, BadText.
    """
    if filters.is_empty:
        raise CannotSave("Choose at least one filter first: everyone is the list you see without.")
    called = clean(name, field="name of the list", most=100)
    query = filters.query()
    if len(query) > MOST_QUERY:
        raise CannotSave("These filters are too long to be kept together. Shorten the name or the tag.")
    row = SavedList.objects.filter(owner_id=by.account_id, name=called).first()
    if row is not None:
        row.query = query
        row.save(update_fields=["query"])
    elif SavedList.objects.filter(owner_id=by.account_id).count() >= MOST_LISTS:
        raise CannotSave(f"You have {MOST_LISTS} lists. Remove one you no longer use.")
    else:
        row = SavedList.objects.create(owner_id=by.account_id, name=called, query=query, created_at=at)
    audit.record(verb="list.saved", by=by, at=at)
    return row


@audit.deed("list.removed", can_be_taken_back=True)
def remove_list(*, code: str, by: Viewer, at: datetime) -> None:
    """Remove one of the viewer's own lists; nobody on it is touched. Raises Absent."""
    row = queries.saved_list(viewer=by, code=code)
    row.delete()
    audit.record(verb="list.removed", by=by, at=at)
