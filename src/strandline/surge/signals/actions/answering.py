"""What people do about an alert: say that they have seen it, or that there is nothing to it and why."""

from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit

from .. import queries
from ..models import Alert, AlertAnswer
from ..rules.standing import Answer, may_answer


class CannotAnswer(Exception):
    """The alert cannot be answered so; the reason is written for the screen."""


def _answered(alert: str, answer: Answer, *, reason: str, by: Viewer, at: datetime) -> Alert:
    row = queries.alert(viewer=by, code=alert)
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
