"""Looking after who has just come: owners in bulk, what was kept aside, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from strandline.lib.codes import is_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.actions import Line
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.organisation.notices import actions as notices
from strandline.steady.followup import actions as followup
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.intake import queries, rules
from strandline.steady.intake.models import CallClaim, Likeness, Submission
from strandline.steady.intake.rules import State
from strandline.steady.people import actions as people
from strandline.steady.people.actions import Newcomer
from strandline.steady.ties import actions as ties
from strandline.steady.ties.models import Tie, Touch
from strandline.steady.ties.queries import zone
from strandline.steady.ties.rules import TieKind
from strandline.store.records import Absent

from .signing_up import SOURCES

MOST_AT_ONCE = 200
# Calls that are passed on in one transaction.
_FEW = 8


class CannotAccept(Exception):
    """What came in cannot become what was asked; the reason is written for the screen."""


@audit.deed("incoming.owned", can_be_taken_back=True)
def accept_owners(*, owners: Mapping[str, str], by: Viewer, at: datetime) -> list[Tie]:
    """Give newcomers the owners that were proposed (first call -> account), with the call that is owed to them.

    Raises CannotAccept, Absent when a call is out of sight.
    """
    if not by.works_with_people:
        raise CannotAccept("Your role gives nobody an owner.")
    if not 0 < len(owners) <= MOST_AT_ONCE:
        raise CannotAccept(f"Choose between one and {MOST_AT_ONCE} people.")
    accounts = {a.code: a for a in branches.colleagues(viewer=by, at=at)}
    calls = {c.code: c for c in queries.unowned_calls(viewer=by, codes=list(owners))}
    made = []
    for code, owner in owners.items():
        if code not in calls:
            raise Absent
        if owner not in accounts:
            raise CannotAccept("Choose a colleague from your teams.")
        made.append(_own(calls[code], accounts[owner], by, at))
    audit.record(verb="incoming.owned", about=made, by=by, at=at)
    notices.tell(
        accounts=[t.owner_id for t in made if t.owner_id and t.owner_id != by.account_id],
        kind="incoming.owned",
        at=at,
    )
    return made


def _own(call: FollowUp, owner: Account, by: Viewer, at: datetime) -> Tie:
    place = call.person.belongings.order_by("pk").first()
    if place is None:
        raise Absent
    branch = Branch.objects.get(pk=place.branch_id)
    team = Team.objects.filter(pk=place.team_id).first()
    tie = Tie.objects.filter(person=call.person, kind=TieKind.CONTACT.value, ended_at=None).first()
    if tie is None:
        tie = ties.tie_to(
            person=call.person, kind=TieKind.CONTACT, owner=owner, branch=branch, team=team, by=by, at=at
        )
    else:
        ties.own(tie=tie, owner=owner, at=at)
    followup.give(step=call, owner=owner.pk, tie=tie)
    return tie


@audit.deed("signup.let_in")
def let_in(*, submission: str, by: Viewer, at: datetime) -> Submission:
    """Put someone on record who was kept aside; the promise runs from when they came. Raises Absent, CannotAccept."""
    row = _held(submission, by)
    made = branches.organisation()
    facts = row.form.facts(region=made.region if made else "GB")
    entry = rules.read(row.typed, facts, on=row.at.astimezone(zone()).date())
    if entry.faults:
        raise CannotAccept(f"{entry.faults[0].field}: {entry.faults[0].reason}")
    newcomer = Newcomer(
        audit_id=row.audit_id,
        full_name=entry.name,
        kind=entry.kind,
        value=entry.value,
        normal=entry.normal,
        source=SOURCES[rules.Way(row.way)].value,
        label=row.form.title,
        branch=facts.branch,
        team=facts.team,
        at=row.at,
        met_on=row.at.astimezone(zone()).date(),
        language=row.language,
        postcode=entry.postcode,
        agreed_to=facts.consent_text if entry.has_consent and not facts.is_double_opt_in else "",
        by=by.account_id,
    )
    (row.person_id,) = people.put_newcomers_on_record(newcomers=[newcomer])
    followup.owe_first_calls(calls=[(row.person_id, row.due_at, facts.title)], at=at, by=by.account_id)
    _settle(row, by, at, state=State.KEPT)
    audit.record(verb="signup.let_in", about=row, by=by, at=at)
    return row


@audit.deed("signup.set_aside", can_be_taken_back=True)
def set_aside(*, submission: str, by: Viewer, at: datetime) -> Submission:
    """Decide that nobody comes of something that was kept aside; it stays as it came. Raises Absent."""
    row = _held(submission, by)
    _settle(row, by, at, state=State.QUARANTINED)
    audit.record(verb="signup.set_aside", about=row, by=by, at=at)
    return row


def _held(code: str, by: Viewer) -> Submission:
    row = queries.held_submission(viewer=by, code=code)
    if not by.works_with_people:
        raise CannotAccept("Your role can read this, not change it.")
    return Submission.objects.select_for_update(of=("self",)).select_related("form").get(pk=row.pk)


def _settle(row: Submission, by: Viewer, at: datetime, *, state: State) -> None:
    row.state, row.settled_at, row.settled_by_id = state.value, at, by.account_id
    row.save(update_fields=["state", "person", "settled_at", "settled_by"])


def pass_on_overdue(*, at: datetime, most: int = 500) -> int:
    """Give first calls whose promise has run out to the second of the tie, and tell both. Returns how many.

    A few at a time, so that whoever signs up meanwhile waits for milliseconds.
    """
    late = list(_overdue(at).order_by("pk").values_list("pk", flat=True)[:most])
    return sum(_pass_on(late[begin : begin + _FEW], at) for begin in range(0, len(late), _FEW))


def _overdue(at: datetime) -> QuerySet[FollowUp]:
    """First calls that are late and that the second of the tie does not have yet."""
    late = FollowUp.objects.filter(kind=StepKind.FIRST_CALL.value, closed_at=None, due_at__lt=at)
    return late.exclude(tie=None).exclude(tie__second=None).exclude(owner=F("tie__second"))


@transaction.atomic(durable=True)
def _pass_on(late: list[int], at: datetime) -> int:
    passed = list(_overdue(at).filter(pk__in=late).select_related("tie", "person").order_by("pk"))
    for step in passed:
        tie, second = step.tie, step.tie.second_id if step.tie else None
        if tie is None or second is None:  # such calls are not among them
            continue
        told = [pk for pk in (step.owner_id, second) if pk]
        followup.give(step=step, owner=second, tie=tie)
        notices.tell(accounts=told, kind="call.passed_on", at=at, subject=step.person.code)
    if passed:
        audit.record_lines([Line("call.passed_on", "system", at, (s.person.audit_id,)) for s in passed])
    return len(passed)


@transaction.atomic(durable=True)
def take_back_sheet(*, form: str, batch: str, by: Viewer, at: datetime) -> int:
    """Take a paper sheet back that one has typed in: the people go, what was typed stays. Returns how many rows.

    Raises Absent, CannotAccept when somebody has been in touch with one of them since.
    """
    if not is_code(batch):
        raise CannotAccept("This sheet was not typed in here.")
    rows = queries.typed_in(viewer=by, form=queries.form(viewer=by, code=form), batch=batch)
    if not rows:
        return 0
    people_ids = [row.person_id for row in rows if row.person_id]
    if (
        Tie.objects.filter(person__in=people_ids).exists()
        or Touch.objects.filter(person__in=people_ids).exists()
    ):
        raise CannotAccept(
            "Someone has been in touch with one of them since. Change that row by hand instead."
        )
    if CallClaim.objects.filter(person__in=people_ids).exists():
        raise CannotAccept("Someone is calling one of them. Wait until they are done.")
    for row in rows:
        row.person, row.state, row.settled_at, row.settled_by_id = (
            None,
            State.TAKEN_BACK.value,
            at,
            by.account_id,
        )
        row.save(update_fields=["person", "state", "settled_at", "settled_by"])
    Likeness.objects.filter(person__in=people_ids).delete()
    Likeness.objects.filter(other__in=people_ids).delete()
    followup.drop(people=people_ids)
    people.unload(people=people_ids)
    audit.record_lines([Line("sheet.taken_back", by.audit_id, at, tuple(row.audit_id for row in rows))])
    return len(rows)
