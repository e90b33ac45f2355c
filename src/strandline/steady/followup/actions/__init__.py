from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from strandline.lib.codes import neighbours
from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.notices import actions as notices
from strandline.steady.people import queries as people_queries
from strandline.steady.people.models import Person
from strandline.steady.ties import actions as ties
from strandline.steady.ties import queries as tie_queries
from strandline.steady.ties.models import Tie, Touch
from strandline.store import bulk, driver
from strandline.store.records import Stale

from .. import queries, rules
from ..models import FollowUp, Handoff, Snooze
from ..rules import HandoffState, StepKind
from .along import ask_along, settle_kind, unsettle
from .refusing import let_be, set_status

__all__ = [
    "CannotAccept",
    "CannotFollowUp",
    "NextStep",
    "accept_handoff",
    "ask_along",
    "close",
    "close_step",
    "complete_handoffs",
    "decline_handoff",
    "drop",
    "give",
    "let_be",
    "move",
    "move_step",
    "offer_handoffs",
    "owe",
    "owe_first_calls",
    "set_next_step",
    "set_status",
    "settle",
    "settle_kind",
    "unsettle",
    "wake_rested",
    "withdraw_handoff",
]


class CannotFollowUp(Exception):
    """A next step or a handoff cannot become what was asked; the reason is written for the screen."""


CannotAccept = CannotFollowUp


@dataclass(frozen=True)
class NextStep:
    """What is to be done next, and by when."""

    kind: StepKind
    due_on: date
    reason: str = ""


@transaction.atomic(savepoint=False)
def owe(
    *,
    person: Person,
    step: NextStep,
    owner: int,
    tie: Tie | None,
    by: Viewer,
    at: datetime,
    due_at: datetime | None = None,
) -> FollowUp:
    """Set the one next step that this owner owes this person; an open one is replaced. A step of a larger action."""
    today = at.astimezone(tie_queries.zone()).date()
    verdict = rules.may_owe(step.due_on, on=today, said_no=tie_queries.said_no(person=person))
    if not verdict.ok:
        raise CannotFollowUp(verdict.reason)
    settle(person=person, owner=owner, touch=None, at=at)
    return FollowUp.objects.create(
        person=person,
        tie=tie,
        owner_id=owner,
        kind=step.kind.value,
        due_on=step.due_on,
        due_at=due_at,
        reason=clean(step.reason, field="next step", most=500, required=False),
        set_by_id=by.account_id,
        set_at=at,
    )


@transaction.atomic(savepoint=False)
def owe_first_calls(*, calls: Sequence[tuple[int, datetime, str]], at: datetime, by: int | None) -> None:
    """Owe a first call to each of these people by a moment (person, moment, reason), with no owner yet.

    A step of the action that lets them in; written below the ORM, for thousands come in minutes.
    """
    here, zone = driver.here(), tie_queries.zone()
    moment = bulk.moments(here)
    rows = [
        (
            code,
            person,
            StepKind.FIRST_CALL.value,
            due_at.astimezone(zone).date(),
            moment(due_at),
            reason,
            by,
            moment(at),
            1,
        )
        for code, (person, due_at, reason) in zip(neighbours(len(calls)), calls, strict=True)
    ]
    columns = ("code", "person_id", "kind", "due_on", "due_at", "reason", "set_by_id", "set_at", "version")
    bulk.insert(here, FollowUp, columns, rows)


@transaction.atomic(savepoint=False)
def drop(*, people: Sequence[int]) -> None:
    """Remove what is owed to people who are taken back whole: a step of the action that takes them back."""
    FollowUp.objects.filter(person__in=people).delete()


@transaction.atomic(savepoint=False)
def give(*, step: FollowUp, owner: int, tie: Tie | None) -> None:
    """Let another account owe this step: a step of the action that gives it over. An own one to the person gives way."""
    for other in FollowUp.objects.filter(person=step.person, owner_id=owner, closed_at=None).exclude(
        pk=step.pk
    ):
        close(step=other, touch=None, at=step.set_at)
    step.owner_id, step.tie = owner, tie
    step.version += 1
    step.save(update_fields=["owner", "tie", "version"])


@transaction.atomic(savepoint=False)
def close(*, step: FollowUp, touch: Touch | None, at: datetime) -> None:
    """Close one step with the touch that settled it: a step of a larger action."""
    step.closed_at, step.closed_by = at, touch
    step.version += 1
    step.save(update_fields=["closed_at", "closed_by", "version"])


@transaction.atomic(savepoint=False)
def move(*, step: FollowUp, to: date) -> None:
    """Move one step to another day: a step of a larger action."""
    step.due_on, step.due_at = to, None
    step.version += 1
    step.save(update_fields=["due_on", "due_at", "version"])


@transaction.atomic(savepoint=False)
def settle(*, person: Person, owner: int, touch: Touch | None, at: datetime) -> None:
    """Close what this owner still owes this person, with the touch that settled it."""
    for row in FollowUp.objects.filter(person=person, owner_id=owner, closed_at=None):
        close(step=row, touch=touch, at=at)


@audit.deed("step.set", can_be_taken_back=True)
def set_next_step(*, person: str, step: NextStep, by: Viewer, at: datetime) -> FollowUp:
    """Say what the viewer owes a person next. Raises Absent, CannotFollowUp."""
    row = people_queries.person(viewer=by, code=person)
    if not by.works_with_people:
        raise CannotFollowUp("Your role owes no next steps.")
    tie = Tie.objects.filter(person=row, ended_at=None).order_by("-owner_id", "pk").first()
    made = owe(person=row, step=step, owner=by.account_id, tie=tie, by=by, at=at)
    audit.record(verb="step.set", about=row, by=by, at=at)
    return made


@audit.deed("step.moved", can_be_taken_back=True)
def move_step(*, followup: str, to: date, by: Viewer, at: datetime, version: int | None = None) -> FollowUp:
    """Move a next step to another day. Raises Absent, Stale, CannotFollowUp."""
    row = _mine(followup, by, version)
    verdict = rules.may_set_due(to, on=at.astimezone(tie_queries.zone()).date())
    if not verdict.ok:
        raise CannotFollowUp(verdict.reason)
    if to == row.due_on:
        return row
    Snooze.objects.create(followup=row, from_on=row.due_on, to_on=to, by_id=by.account_id, at=at)
    row.due_on, row.due_at = to, None
    row.version += 1
    row.save(update_fields=["due_on", "due_at", "version"])
    audit.record(verb="step.moved", about=row.person, by=by, at=at)
    return row


@audit.deed("step.done", can_be_taken_back=True)
def close_step(*, followup: str, by: Viewer, at: datetime, version: int | None = None) -> FollowUp:
    """Mark a next step as done without a touch of its own. Raises Absent, Stale, CannotFollowUp."""
    row = _mine(followup, by, version)
    row.closed_at = at
    row.version += 1
    row.save(update_fields=["closed_at", "version"])
    audit.record(verb="step.done", about=row.person, by=by, at=at)
    return row


def _mine(code: str, by: Viewer, version: int | None) -> FollowUp:
    seen = queries.followup(viewer=by, code=code)
    row: FollowUp = FollowUp.objects.select_for_update(of=("self",)).select_related("person").get(pk=seen.pk)
    if not by.works_with_people:
        raise CannotFollowUp("Your role can read this, not change it.")
    if row.closed_at is not None:
        raise CannotFollowUp("This step was closed already.")
    if version is not None and row.version != version:
        raise Stale
    return row


@audit.deed("handoff.offered", can_be_taken_back=True)
def offer_handoffs(*, people: Sequence[str], to: str, note: str, by: Viewer, at: datetime) -> list[Handoff]:
    """Offer the running ties of these people to a colleague, who holds them only after accepting.

    Raises Absent when one of them is out of sight, CannotFollowUp.
    """
    if not by.works_with_people:
        raise CannotFollowUp("Your role hands over no ties.")
    account = next((a for a in branches.colleagues(viewer=by, at=at) if a.code == to), None)
    if account is None:
        raise CannotFollowUp("Choose a colleague from your teams.")
    rows = [people_queries.person(viewer=by, code=code) for code in dict.fromkeys(people)]
    if not rows:
        raise CannotFollowUp("Choose at least one person to hand over.")
    made = []
    for tie in Tie.objects.filter(person__in=rows, ended_at=None).select_related("person").order_by("pk"):
        if tie.owner_id == account.pk:
            continue
        for standing in Handoff.objects.filter(tie=tie, state=HandoffState.OFFERED):
            _answer(standing, HandoffState.WITHDRAWN, at=at)
        made.append(
            Handoff.objects.create(
                person=tie.person,
                tie=tie,
                offered_by_id=by.account_id,
                offered_to=account,
                note=clean(note, field="note", most=500, required=False),
                offered_at=at,
            )
        )
    if not made:
        raise CannotFollowUp(f"{account.name} holds these ties already, or they have ended.")
    audit.record(verb="handoff.offered", about=[h.person for h in made], by=by, at=at)
    if account.pk != by.account_id:
        notices.tell(accounts=[account.pk], kind="handoff.offered", at=at)
    return made


def _answer(row: Handoff, to: HandoffState, *, at: datetime, answer: str = "") -> None:
    row.state, row.answered_at = to.value, at
    row.answer = clean(answer, field="answer", most=500, required=False)
    row.save(update_fields=["state", "answered_at", "answer"])


def _offer(code: str, to: HandoffState, by: Viewer) -> Handoff:
    row = queries.handoff(viewer=by, code=code)
    found: Handoff = (
        Handoff.objects.select_for_update(of=("self",))
        .select_related("person", "tie", "offered_to")
        .get(pk=row.pk)
    )
    verdict = rules.may_move_handoff(found.standing, to, by=by.account_id)
    if not verdict.ok:
        raise CannotFollowUp(verdict.reason)
    return found


def _with(row: Handoff) -> list[Handoff]:
    """Return the offer with those made beside it: a person is handed over whole, not tie by tie."""
    beside = Handoff.objects.select_for_update(of=("self",)).filter(
        person=row.person,
        offered_by_id=row.offered_by_id,
        offered_to_id=row.offered_to_id,
        state=HandoffState.OFFERED,
    )
    others = beside.exclude(pk=row.pk).select_related("person", "tie", "offered_to").order_by("pk")
    return [row, *others]


def _told_no_more(row: Handoff, *, at: datetime) -> None:
    """Take the notice of offers off the list of whom they were made to, once none of them waits for an answer."""
    if not Handoff.objects.filter(offered_to_id=row.offered_to_id, state=HandoffState.OFFERED).exists():
        notices.settle(account=row.offered_to_id, kind="handoff.offered", at=at)


def _carry(person: Person, *, owners: set[int | None], tie: Tie, by: Viewer, at: datetime) -> None:
    """Let `by` owe what those who held the ties owed. One owner owes a person one step: the earliest is kept."""
    theirs = Q(owner_id__in=(owners | {by.account_id}) - {None})
    if None in owners:
        theirs |= Q(owner=None)  # who held it left: what was owed waits with the tie
    owing = FollowUp.objects.filter(theirs, person=person, closed_at=None)
    steps = list(owing.order_by("due_on", "pk"))
    for step in steps[1:]:
        step.closed_at = at
        step.version += 1
        step.save(update_fields=["closed_at", "version"])
    for step in steps[:1]:
        step.owner_id = by.account_id
        step.version += 1
        step.save(update_fields=["owner", "version"])
    if not steps:
        today = at.astimezone(tie_queries.zone()).date()
        due = rules.not_a_sunday(today + timedelta(days=7))
        owe(person=person, step=NextStep(StepKind.CALL, due), owner=by.account_id, tie=tie, by=by, at=at)


@audit.deed("handoff.accepted", can_be_taken_back=True)
def accept_handoff(*, handoff: str, by: Viewer, at: datetime) -> Tie:
    """Take over what was offered of a person, with the next step, so that nothing falls between two people.

    Raises Absent, and CannotFollowUp when it was not offered to `by`, or was withdrawn or answered before.
    """
    row = _offer(handoff, HandoffState.ACCEPTED, by)
    tie = row.tie
    if tie.ended_at is not None:
        raise CannotFollowUp("This tie has ended since it was offered.")
    before = set()
    for offer in _with(row):
        before.add(offer.tie.owner_id)
        _answer(offer, HandoffState.ACCEPTED, at=at)
        if offer.tie.ended_at is None:
            ties.own(tie=offer.tie, owner=row.offered_to, at=at)
    _carry(row.person, owners=before, tie=tie, by=by, at=at)
    _told_no_more(row, at=at)
    audit.record(verb="handoff.accepted", about=tie, by=by, at=at)
    return tie


@audit.deed("handoff.declined", can_be_taken_back=True)
def decline_handoff(*, handoff: str, answer: str, by: Viewer, at: datetime) -> Handoff:
    """Say no to an offer; the tie stays with who holds it. Raises Absent, CannotFollowUp."""
    row = _offer(handoff, HandoffState.DECLINED, by)
    for offer in _with(row):
        _answer(offer, HandoffState.DECLINED, at=at, answer=answer)
    _told_no_more(row, at=at)
    audit.record(verb="handoff.declined", about=row.person, by=by, at=at)
    notices.tell(accounts=[row.offered_by_id], kind="handoff.declined", at=at, subject=row.person.code)
    return row


@audit.deed("handoff.withdrawn", can_be_taken_back=True)
def withdraw_handoff(*, handoff: str, by: Viewer, at: datetime) -> Handoff:
    """Take an offer back before it is answered. Raises Absent, CannotFollowUp."""
    row = _offer(handoff, HandoffState.WITHDRAWN, by)
    for offer in _with(row):
        _answer(offer, HandoffState.WITHDRAWN, at=at)
    _told_no_more(row, at=at)
    audit.record(verb="handoff.withdrawn", about=row.person, by=by, at=at)
    return row


@transaction.atomic(savepoint=False)
def complete_handoffs(*, person: Person, by: Viewer, at: datetime) -> None:
    """Complete what the viewer took over of this person: the first touch does it. A step of logging a touch."""
    for row in Handoff.objects.filter(
        person=person, offered_to_id=by.account_id, state=HandoffState.ACCEPTED
    ):
        row.state, row.completed_at = HandoffState.COMPLETED.value, at
        row.save(update_fields=["state", "completed_at"])


@transaction.atomic(durable=True)
def wake_rested(*, at: datetime, most: int = 200) -> int:
    """End the rest of ties whose day has come, each with a next step for who holds it; return how many.

    A bounded number at a time: call it until it returns 0. In the log it stands under `clock`, for nobody did it.
    """
    today = at.astimezone(tie_queries.zone()).date()
    rested = queries.rested(on=today)[:most]
    for tie in rested:
        ties.rouse(tie=tie, at=at)
        if tie.owner_id is None:
            continue  # it stands in the queue that the team lead sees
        if FollowUp.objects.filter(person=tie.person, owner_id=tie.owner_id, closed_at=None).exists():
            continue
        FollowUp.objects.create(
            person=tie.person,
            tie=tie,
            owner_id=tie.owner_id,
            kind=StepKind.CALL.value,
            due_on=rules.not_a_sunday(today),
            reason="The rest that was agreed is over",
            set_at=at,
        )
    audit.record_lines(
        [audit.Line("tie.rest_ended", audit.CLOCK, at, (tie.person.audit_id,)) for tie in rested]
    )
    return len(rested)
