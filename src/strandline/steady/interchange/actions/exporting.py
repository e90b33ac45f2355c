from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership, Team
from strandline.organisation.notices import actions as notices
from strandline.steady.interchange.models import Export, ExportRequest
from strandline.steady.interchange.rules import approval
from strandline.store.records import Absent


class CannotExport(Exception):
    """People cannot go out as asked; the reason is written for the screen."""


@dataclass(frozen=True)
class Wish:
    """Whom someone wants to take out, and in which form."""

    kind: str
    query: str
    sentence: str
    count: int


@audit.deed("people.exported")
def note_export(*, count: int, kind: str, sentence: str, by: Viewer, at: datetime) -> Export:
    """Keep that so many people went out, in which form and chosen how; its number stands in the file's name.

    Raises CannotExport when they are more than one person alone may take.
    """
    made = branches.organisation()
    verdict = approval.may_export_alone(count, most=made.export_alone if made else 0)
    if not verdict.ok:
        raise CannotExport(verdict.reason)
    return _keep(count=count, kind=kind, sentence=sentence, by=by, at=at)


@transaction.atomic(savepoint=False)
def _keep(*, count: int, kind: str, sentence: str, by: Viewer, at: datetime) -> Export:
    row = Export.objects.create(by_id=by.account_id, count=count, kind=kind, sentence=sentence[:500], at=at)
    audit.record(verb="people.exported", by=by, at=at)
    return row


@audit.deed("export.asked")
def ask_to_export(*, wish: Wish, reason: str, by: Viewer, at: datetime) -> ExportRequest:
    """Ask a second person to agree that these people go out; whoever may answer is told. Raises BadText."""
    teams = by.teams(Role.ORGANISER, Role.TEAM_LEAD)
    wide = by.branches(Role.BRANCH_LEAD, Role.STEWARD)
    places = wide | set(Team.objects.filter(pk__in=teams).values_list("branch_id", flat=True))
    row = ExportRequest.objects.create(
        by_id=by.account_id,
        kind=wish.kind,
        query=wish.query,
        sentence=wish.sentence[:500],
        reason=clean(reason, field="reason", most=500),
        count=wish.count,
        teams=[] if wide else sorted(teams),
        branches=sorted(places),
        asked_at=at,
    )
    audit.record(verb="export.asked", by=by, at=at)
    held = Membership.objects.held(at)
    leads = held.filter(role=Role.TEAM_LEAD.value, team__in=teams) | held.filter(
        role__in=(Role.BRANCH_LEAD.value, Role.STEWARD.value), branch__in=places
    )
    others = leads | held.filter(role=Role.ADMINISTRATOR.value)
    told = others.exclude(account=by.account_id).values_list("account", flat=True)
    notices.tell(accounts=told, kind="export.asked", at=at)
    return row


@audit.deed("export.answered")
def answer_export(*, request: str, is_approved: bool, answer: str, by: Viewer, at: datetime) -> ExportRequest:
    """Agree that people go out, or decline; the asker is told. Raises Absent, CannotExport, BadText."""
    row = _locked(request)
    if row.by_id != by.account_id and not approval.has_rights_over(row.standing, by):
        raise Absent
    verdict = approval.may_answer(row.standing, by=by, at=at)
    if not verdict.ok:
        raise CannotExport(verdict.reason)
    row.answered_by_id, row.answered_at, row.is_approved = by.account_id, at, is_approved
    row.answer = clean(answer, field="answer", most=500, required=False)
    row.save(update_fields=["answered_by", "answered_at", "is_approved", "answer"])
    audit.record(verb="export.answered", by=by, at=at)
    notices.tell(accounts=[row.by_id], kind="export.answered", at=at)
    return row


@audit.deed("people.exported")
def take_export(*, request: str, count: int, by: Viewer, at: datetime) -> Export:
    """Keep that what a second person agreed to goes out now, once. Raises Absent, CannotExport."""
    row = _locked(request)
    if row.by_id != by.account_id:
        raise Absent
    verdict = approval.may_take(row.standing, count=count, by=by, at=at)
    if not verdict.ok:
        raise CannotExport(verdict.reason)
    made = _keep(count=count, kind=row.kind, sentence=row.sentence, by=by, at=at)
    row.export, row.taken_at = made, at
    row.save(update_fields=["export", "taken_at"])
    return made


def _locked(code: str) -> ExportRequest:
    row = ExportRequest.objects.select_for_update(of=("self",)).filter(code=code).first()
    if row is None:
        raise Absent
    return row
