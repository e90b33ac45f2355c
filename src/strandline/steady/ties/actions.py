from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from strandline.lib.text import clean
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.organisation.privacy.rules.basis import may_record_opinion
from strandline.steady.people import actions as people
from strandline.steady.people import queries as people_queries
from strandline.steady.people.models import Person
from strandline.store.records import Stale

from . import queries, rules
from .models import Ownership, Stage, StageMove, Tie, TieStatus, Touch
from .rules import CLOSED_STATUSES, DEFAULT_STAGES, Outcome, Status, TieKind, TouchKind


class CannotTie(Exception):
    """A tie cannot become what was asked; the reason is written for the screen."""


@dataclass(frozen=True)
class NewTouch:
    """What is known of one interaction."""

    kind: TouchKind
    outcome: Outcome
    at: datetime
    said: str = ""
    minutes: int | None = None


@transaction.atomic(durable=True)
def lay_out_pathways() -> None:
    """Make the pathways that the organisation starts with; one that is there is left as it is."""
    for kind, names in DEFAULT_STAGES.items():
        if not Stage.objects.filter(kind=kind.value).exists():
            Stage.objects.bulk_create(
                Stage(kind=kind.value, place=place, name=name) for place, name in enumerate(names)
            )


@transaction.atomic(savepoint=False)
def tie_to(
    *,
    person: Person,
    kind: TieKind,
    owner: Account | None,
    branch: Branch,
    team: Team | None,
    by: Viewer,
    at: datetime,
) -> Tie:
    """Begin a tie with its first status, stage and owner: a step of the action that brings it about."""
    tie = Tie(person=person, kind=kind.value, branch=branch, team=team, owner=owner, began_at=at)
    tie.stage = Stage.objects.filter(kind=kind.value, ended_at=None).order_by("place").first()
    newest = Touch.objects.filter(person=person).order_by("-at").values_list("at", flat=True).first()
    two_way = (
        Touch.objects.filter(person=person, is_two_way=True).order_by("-at").values_list("at", flat=True)
    )
    tie.last_touch_at, tie.last_two_way_at = newest, two_way.first()
    tie.save()
    TieStatus.objects.create(tie=tie, status=Status.ACTIVE, since_at=at, by_id=by.account_id)
    if tie.stage is not None:
        StageMove.objects.create(tie=tie, stage=tie.stage, at=at, by_id=by.account_id)
    if owner is not None:
        Ownership.objects.create(tie=tie, owner=owner, since_at=at)
    keep_place(person)
    return tie


@transaction.atomic(savepoint=False)
def keep_place(person: Person) -> None:
    """Let the person belong where the unended ties are, else where the source was."""
    rows = Tie.objects.filter(person=person, ended_at=None)
    people.place(person=person, where=rows.values_list("branch_id", "team_id", "owner_id"))


@audit.deed("tie.begun", can_be_taken_back=True)
def begin_tie(*, person: str, kind: TieKind, by: Viewer, at: datetime, team: Team | None = None) -> Tie:
    """Begin a tie of a kind with a person, held by who begins it. Raises Absent, CannotTie."""
    row = people_queries.person(viewer=by, code=person)
    if not by.works_with_people:
        raise CannotTie("Your role holds no ties.")
    if Tie.objects.filter(person=row, kind=kind.value, ended_at=None).exists():
        raise CannotTie(f"There is a {kind.value} tie already.")
    home = team or branches.home_team(viewer=by)
    if home is None:
        raise CannotTie("You belong to no team in which the tie could be held.")
    owner = Account.objects.get(pk=by.account_id)
    tie = tie_to(person=row, kind=kind, owner=owner, branch=home.branch, team=home, by=by, at=at)
    audit.record(verb="tie.begun", about=tie, by=by, at=at, values={"kind": kind.value})
    return tie


def _locked(code: str, by: Viewer, version: int | None) -> Tie:
    tie = queries.tie(viewer=by, code=code)
    if not by.works_with_people:
        raise CannotTie("Your role can read this tie, not change it.")
    row: Tie = (
        Tie.objects.select_for_update(of=("self",))
        .select_related("person", "stage", "branch", "team")
        .get(pk=tie.pk)
    )
    if version is not None and row.version != version:
        raise Stale
    return row


@audit.deed("tie.stage_moved", can_be_taken_back=True)
def move_stage(
    *, tie: str, stage: str, why: str, by: Viewer, at: datetime, version: int | None = None
) -> Tie:
    """Move a tie along its pathway, forth or back, with the reason. Raises Absent, Stale, CannotTie."""
    row = _locked(tie, by, version)
    to = Stage.objects.filter(code=stage, kind=row.kind, ended_at=None).first()
    if to is None:
        raise CannotTie("This step is not on the pathway of this kind of tie.")
    if to.pk == row.stage_id:
        return row
    StageMove.objects.create(
        tie=row,
        stage=to,
        at=at,
        by_id=by.account_id,
        why=clean(why, field="why", most=500, required=False),
    )
    row.stage = to
    row.version += 1
    row.save(update_fields=["stage", "version"])
    audit.record(verb="tie.stage_moved", about=row, by=by, at=at, values={"stage": to.name})
    return row


@transaction.atomic(savepoint=False)
def turn_tie(
    *,
    tie: str,
    status: Status,
    reason: str,
    by: Viewer,
    at: datetime,
    until: date | None = None,
    version: int | None = None,
) -> Tie:
    """Set how a tie of the viewer's sight stands: a step of the action that says it. Raises Absent, Stale, CannotTie."""
    row = _locked(tie, by, version)
    turn(tie=row, status=status, reason=reason, by=by, at=at, until=until)
    return row


@transaction.atomic(savepoint=False)
def turn(
    *, tie: Tie, status: Status, reason: str, by: Viewer, at: datetime, until: date | None = None
) -> None:
    """Set a tie's status as a step of a larger action; a closing status ends the tie's ownership."""
    today = at.astimezone(queries.zone()).date()
    verdict = rules.may_set_status(Status(tie.status), status, reason=reason, until=until, on=today)
    if not verdict.ok:
        raise CannotTie(verdict.reason)
    if status is Status.OPPOSED and "://" not in reason:
        gate = may_record_opinion(queries.basis(person=tie.person, on=today), on=today)
        if not gate.ok:
            raise CannotTie("Opposition is a view. Give the link to what they said in public as the reason.")
    end_dated(TieStatus.objects.filter(tie=tie, until_at=None), at)
    TieStatus.objects.create(
        tie=tie,
        status=status.value,
        reason=clean(reason, field="reason", most=500, required=False),
        until_on=until,
        since_at=at,
        by_id=by.account_id,
    )
    tie.status = status.value
    tie.version += 1
    closes = status in CLOSED_STATUSES
    if closes and tie.ended_at is None:
        tie.ended_at = at
    elif not closes and tie.ended_at is not None:
        tie.ended_at = None
    tie.save(update_fields=["status", "version", "ended_at"])
    keep_place(tie.person)


@transaction.atomic(savepoint=False)
def rouse(*, tie: Tie, at: datetime) -> None:
    """Let a tie whose resting day has come be active again. Nobody did it: the day did, so no account stands on it."""
    end_dated(TieStatus.objects.filter(tie=tie, until_at=None), at)
    TieStatus.objects.create(tie=tie, status=Status.ACTIVE.value, since_at=at)
    tie.status = Status.ACTIVE.value
    tie.version += 1
    tie.save(update_fields=["status", "version"])


def end_dated(rows: object, at: datetime) -> None:
    """End the dated rows that still hold."""
    for row in rows:  # type: ignore[attr-defined]  # a queryset of TiePart rows
        row.until_at = max(at, row.since_at)
        row.save(update_fields=["until_at"])


@transaction.atomic(savepoint=False)
def own(*, tie: Tie, owner: Account, at: datetime) -> None:
    """Let an account that accepted it hold the tie from this moment: a step of the action by which it accepts."""
    end_dated(Ownership.objects.filter(tie=tie, until_at=None), at)
    Ownership.objects.create(tie=tie, owner=owner, since_at=at)
    tie.owner = owner
    tie.version += 1
    tie.save(update_fields=["owner", "version"])
    keep_place(tie.person)


@transaction.atomic(savepoint=False)
def release(*, tie: Tie, at: datetime) -> None:
    """Let nobody hold the tie, so that it stands in the queue of the team lead: a step of ending its owner's work."""
    end_dated(Ownership.objects.filter(tie=tie, until_at=None), at)
    tie.owner = None
    tie.version += 1
    tie.save(update_fields=["owner", "version"])
    keep_place(tie.person)


@transaction.atomic(savepoint=False)
def leave_second(*, account: Account) -> None:
    """Let an account be the second of no tie any more: a step of ending its work."""
    Tie.objects.filter(second=account, ended_at=None).update(second=None, version=F("version") + 1)


@transaction.atomic(savepoint=False)
def touch(*, person: Person, new: NewTouch, by: Viewer, at: datetime) -> Touch:
    """Keep one touch and what follows for the person's ties: a step of the action that logs it.

    Without a ground to record views the note is kept as a practical one (PROMISES, consequence 1).
    """
    verdict = rules.may_log(new.at, now=at)
    if not verdict.ok:
        raise CannotTie(verdict.reason)
    note = clean(new.said, field="what was said", most=10_000, multiline=True, required=False)
    today = new.at.astimezone(queries.zone()).date()
    has_ground = bool(note) and may_record_opinion(queries.basis(person=person, on=today), on=today).ok
    two_way = rules.is_two_way(new.outcome)
    row = Touch.objects.create(
        person=person,
        kind=new.kind.value,
        outcome=new.outcome.value,
        is_two_way=two_way,
        at=new.at,
        by_id=by.account_id,
        said=note if has_ground else "",
        practical="" if has_ground else note,
        minutes=new.minutes,
        logged_at=at,
    )
    for tie in Tie.objects.filter(person=person, ended_at=None):
        tie.last_touch_at = max(tie.last_touch_at or new.at, new.at)
        if two_way:
            tie.last_two_way_at = max(tie.last_two_way_at or new.at, new.at)
        tie.save(update_fields=["last_touch_at", "last_two_way_at"])
    return row


@transaction.atomic(savepoint=False)
def untouch(*, touch: Touch) -> None:
    """Take a touch off the record that did not happen, as a step of the action that corrects it.

    The person's unended ties stand again as their other touches say.
    """
    person = touch.person
    touch.delete()
    rest = Touch.objects.filter(person=person).order_by("-at").values_list("at", flat=True)
    newest, two_way = rest.first(), rest.filter(is_two_way=True).first()
    for tie in Tie.objects.filter(person=person, ended_at=None):
        tie.last_touch_at, tie.last_two_way_at = newest, two_way
        tie.save(update_fields=["last_touch_at", "last_two_way_at"])
