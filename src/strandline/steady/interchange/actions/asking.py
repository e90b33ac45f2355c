"""Asking the worker, and what the worker does: the import itself is the queue, so that a kill loses no errand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.steady.interchange import queries
from strandline.steady.interchange.models import Import
from strandline.steady.interchange.rules.standing import Errand, ImportState, may_move
from strandline.store.records import Absent

from .applying import apply
from .checking import CannotImport, check
from .undoing import undo

_TO = {
    Errand.CHECK: ImportState.READING,
    Errand.APPLY: ImportState.APPLYING,
    Errand.UNDO: ImportState.UNDOING,
}


@audit.deed("import.asked")
def ask(*, code: str, errand: Errand, by: Viewer, at: datetime, worker: str = "") -> Import:
    """Ask the worker to check the list, to bring it in, or to take it back. Raises Absent, CannotImport.

    `worker` is whoever asks and does it at once, so that no other begins.
    """
    row = queries.an_import(viewer=by, code=code)
    if row.asked == errand or (errand is Errand.CHECK and row.state == ImportState.READING and row.asked):
        return row
    if row.state != _TO[errand]:  # else it was begun, and whoever was at it is gone
        verdict = may_move(ImportState(row.state), _TO[errand])
        if not verdict.ok:
            raise CannotImport(verdict.reason)
    row.asked, row.asked_by_id, row.taken_by, row.is_stop_asked = errand.value, by.account_id, worker, False
    row.save(update_fields=["asked", "asked_by", "taken_by", "is_stop_asked"])
    audit.record(verb="import.asked", by=by, at=at)
    return row


@audit.deed("import.stop_asked")
def ask_to_stop(*, code: str, by: Viewer, at: datetime) -> Import:
    """Ask that an import at work leave things as they were before. Raises Absent, CannotImport."""
    row = queries.an_import(viewer=by, code=code)
    if row.state == ImportState.UNDOING:
        raise CannotImport("Nobody sees these people any more. The rest is done in a moment.")
    if row.state != ImportState.APPLYING and not row.asked:
        raise CannotImport("There is nothing at work to stop.")
    row.is_stop_asked = True
    row.save(update_fields=["is_stop_asked"])
    audit.record(verb="import.stop_asked", by=by, at=at)
    return row


def carry_on(*, worker: str, is_up: Callable[[str], bool], at: datetime) -> bool:
    """Do the next errand that waits, or that a killed worker left; tell whether there was one. Asked by the worker."""
    row = _take(worker, is_up)
    if row is None or row.asked_by is None:
        return False
    by = branches.viewer_for(row.asked_by, at=at)
    try:
        _do(row, by, at)
    except (Absent, CannotImport) as refused:
        reason = str(refused) or "You can no longer bring this list in: your role ended."
        _leave(row, {"line": 0, "reason": reason, "how_to_fix": ""})
        return True
    _leave(row, None)
    return True


def carry_out(
    *, code: str, errand: Errand, by: Viewer, at: datetime, worker: str, is_up: Callable[[str], bool]
) -> Import:
    """Do an errand here and now, under the sign of this process: if it is killed, a worker goes on, or the same command.

    Raises Absent, CannotImport.
    """
    ask(code=code, errand=errand, by=by, at=at, worker=worker)
    row = _take(worker, is_up, code)
    if row is None:
        raise CannotImport("Another process is at this list already.")
    try:
        done = _do(row, by, at)
    except (Absent, CannotImport):
        _leave(row, None)
        raise
    _leave(row, None)
    return done


def _do(row: Import, by: Viewer, at: datetime) -> Import:
    errand = Errand(row.asked)
    if errand is Errand.CHECK:
        return check(code=row.code, by=by, at=at)
    if errand is Errand.APPLY:
        return apply(code=row.code, by=by, at=at)
    return undo(code=row.code, by=by, at=at)


def _take(worker: str, is_up: Callable[[str], bool], code: str = "") -> Import | None:
    with transaction.atomic(durable=True):
        waiting = Import.objects.exclude(asked="").select_related("asked_by").order_by("began_at", "pk")
        for row in waiting.filter(code=code) if code else waiting:
            if row.taken_by and row.taken_by != worker and is_up(row.taken_by):
                continue
            row.taken_by = worker
            row.save(update_fields=["taken_by"])
            return row
    return None


def _leave(row: Import, refusal: dict[str, object] | None) -> None:
    with transaction.atomic(durable=True):
        changes: dict[str, object] = {"asked": "", "taken_by": ""}
        if refusal is not None:
            changes["refusal"] = refusal
        Import.objects.filter(pk=row.pk).update(**changes)
