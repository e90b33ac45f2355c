from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit import queries as audit_queries
from strandline.organisation.audit.rules import TAKE_BACK_FOR
from strandline.steady.interchange import queries
from strandline.steady.interchange.models import Import, ImportRow
from strandline.steady.interchange.rules.standing import ImportState, Verdict, may_move
from strandline.steady.people import actions as people
from strandline.steady.people.models import Person

from .applying import empty
from .checking import CannotImport


def undo(*, code: str, by: Viewer, at: datetime) -> Import:
    """Take a whole import back within 30 days: who came with it goes, overwritten values return.

    Whoever was touched since is left as they are, and listed. Killed and called again, it goes on. Raises Absent,
    CannotImport.
    """
    row = queries.an_import(viewer=by, code=code)
    if row.state == ImportState.UNDONE:
        return row
    if row.state != ImportState.UNDOING:
        if row.is_stop_asked:
            return _left_in(row)
        verdict = may_move(ImportState(row.state), ImportState.UNDOING)
        if not verdict.ok:
            raise CannotImport(verdict.reason)
        if row.applied_at is None or at - row.applied_at > TAKE_BACK_FOR:
            raise CannotImport("This list came in more than 30 days ago and can no longer be taken back.")
        row = _close(of=row, by=by, at=at)
    _begin(row, at)
    empty(row, tell=partial(_tell, row))
    with transaction.atomic(durable=True):
        row.state, row.undone_at = ImportState.UNDONE.value, at
        row.save(update_fields=["state", "undone_at"])
    return row


@transaction.atomic(durable=True)
def _left_in(row: Import) -> Import:
    row.is_stop_asked = False
    row.save(update_fields=["is_stop_asked"])
    return row


@transaction.atomic(durable=True)
def _begin(row: Import, at: datetime) -> None:
    row.work_began_at, row.work_began_rows, row.done_rows = at, 0, 0
    row.save(update_fields=["work_began_at", "work_began_rows", "done_rows"])


def _tell(row: Import, gone: int) -> None:
    row.done_rows = gone
    row.save(update_fields=["done_rows"])


@audit.deed("import.undone")
def _close(*, of: Import, by: Viewer, at: datetime) -> Import:
    """The one moment in which the import is gone from sight; who was touched since leaves it and stays."""
    came = Person.objects.filter(batch=of.batch)
    touched = audit_queries.touched(came.values("audit_id"))
    kept = list(came.filter(audit_id__in=touched))
    changed_since = audit.take_back_what_stands(deed=of.deed, at=at)
    altered = list(Person.objects.filter(audit_id__in=changed_since))
    of.found[Verdict.KEPT] = len(kept) + len(altered)
    _list_kept(of, kept, "Someone has worked with this person since.")
    _list_kept(of, altered, "What the list changed was changed again since.")
    people.close_batch(batch=of.load, keep=[p.pk for p in kept])
    of.state = ImportState.UNDOING.value
    of.save(update_fields=["state", "found"])
    audit.record(verb="import.undone", by=by, at=at)
    return of


def _list_kept(of: Import, people_kept: Sequence[Person], reason: str) -> None:
    lines = queries.lines_of(of=of, people=[person.pk for person in people_kept])
    ImportRow.objects.bulk_create(
        ImportRow(
            of=of,
            line=lines.get(person.pk, 0),
            verdict=Verdict.KEPT.value,
            name=person.full_name[:300],
            person=person,
            reason=reason,
        )
        for person in people_kept
    )
