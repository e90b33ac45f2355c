"""What people do about an alert: say that they have seen it, or that there is nothing to it and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.receipts import queries as receipts
from strandline.organisation.receipts.rules import Once
from strandline.surge.moments import actions as moments
from strandline.surge.moments import queries as surges
from strandline.surge.moments.models import Surge

from .. import queries
from ..models import Alert, AlertAnswer
from ..rules.watched import Answer, may_answer


class CannotAnswer(Exception):
    """The alert cannot be answered so; the reason is written for the screen."""


def _held(alert: str, by: Viewer) -> Alert:
    """Return an alert under lock: two who answer it at once come one after the other."""
    seen = queries.alert(viewer=by, code=alert)
    held: Alert = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("series__branch", "series__team")
        .get(pk=seen.pk)
    )
    return held


def _answered(alert: str, answer: Answer, *, reason: str, by: Viewer, at: datetime) -> Alert:
    row = _held(alert, by)
    is_lead = queries.is_lead_of(viewer=by, series=row.series)
    verdict = may_answer(by, row.standing, answer, is_lead=is_lead)
    if not verdict.ok:
        raise CannotAnswer(verdict.reason)
    row.answer = answer.value
    row.save(update_fields=["answer"])
    AlertAnswer.objects.create(alert=row, answer=answer.value, reason=reason, at=at, by_id=by.account_id)
    audit.record(verb=f"alert.{answer.value}", by=by, at=at)
    return row


@audit.deed("alert.acknowledged", can_be_taken_back=True)
def acknowledge(*, alert: str, by: Viewer, at: datetime) -> Alert:
    """Say that one has seen an alert and looks into it. Raises Absent, CannotAnswer."""
    return _answered(alert, Answer.ACKNOWLEDGED, reason="", by=by, at=at)


@audit.deed("alert.dismissed", can_be_taken_back=True)
def dismiss(*, alert: str, reason: str, by: Viewer, at: datetime) -> Alert:
    """Say that there is nothing to an alert, and why: it counts as a false alarm. Raises Absent, BadText, CannotAnswer."""
    said = clean(reason, field="reason", most=500)
    return _answered(alert, Answer.DISMISSED, reason=said, by=by, at=at)


@dataclass(frozen=True)
class NewSurge:
    """The surge that an alert becomes: its name, who leads it and stands in, what it promises. All are codes but the name."""

    name: str
    lead: str
    deputy: str = ""
    promise_hours: int = 48
    forms: tuple[str, ...] = ()


def open_surge(*, alert: str, new: NewSurge, by: Viewer, at: datetime, once: Once | None = None) -> Surge:
    """Declare a surge from an alert: it starts on the alert's first day, in the branch of its series.

    Two deeds, each whole: the surge is declared, then the alert is noted as answered; a repeat with the same token
    declares none anew. Raises Absent, BadText, CannotSurge, CannotAnswer.
    """
    row = queries.alert(viewer=by, code=alert)
    is_lead = queries.is_lead_of(viewer=by, series=row.series)
    if once is None or receipts.earlier(actor=by.audit_id, once=once) is None:
        verdict = may_answer(by, row.standing, Answer.SURGE, is_lead=is_lead)
        if not verdict.ok:
            raise CannotAnswer(verdict.reason)
    forms = new.forms or ((row.series.form.code,) if row.series.form else ())
    made: Surge = moments.open_surge(
        name=new.name,
        branch=row.series.branch.code,
        lead=new.lead,
        deputy=new.deputy,
        promise_hours=new.promise_hours,
        starts_on=row.began_on,
        forms=forms,
        by=by,
        at=at,
        once=once,
    )
    _note_surge(alert=alert, surge=made.code, by=by, at=at)
    return made


@audit.deed("alert.attached", can_be_taken_back=True)
def attach(*, alert: str, surge: str, by: Viewer, at: datetime) -> Alert:
    """Say that an alert is of a surge that was declared already. Raises Absent, CannotAnswer."""
    row = _answered(alert, Answer.SURGE, reason="", by=by, at=at)
    found = surges.surge(viewer=by, code=surge)
    if found.closed_at is not None:
        raise CannotAnswer("That surge is closed.")
    if not queries.reaches(surge=found, series=row.series):
        raise CannotAnswer("That surge is of another branch.")
    row.surge = found
    row.save(update_fields=["surge"])
    return row


@audit.deed("alert.surge")
def _note_surge(*, alert: str, surge: str, by: Viewer, at: datetime) -> Alert:
    row = _held(alert, by)
    if row.surge_id is not None:
        return row
    row.surge = surges.surge(viewer=by, code=surge)
    row.save(update_fields=["surge"])
    return _answered(alert, Answer.SURGE, reason="", by=by, at=at)
