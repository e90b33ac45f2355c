from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models, transaction

from strandline.lib import dates
from strandline.lib.text import clean
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.steady.followup import actions as followup
from strandline.steady.followup.rules import StepKind, not_a_sunday
from strandline.steady.people import actions as people
from strandline.steady.people import queries as people_queries
from strandline.steady.people.actions import NewPerson
from strandline.steady.people.models import Person
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties import actions as ties
from strandline.steady.ties import queries as tie_queries
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from strandline.store.records import Absent

from . import queries, rules
from .models import Attendance, Circle, CircleInvitation, CircleMembership, CircleSession, Convenorship


class CannotConvene(Exception):
    """A circle cannot become what was asked; the reason is written for the screen."""


@dataclass(frozen=True)
class NewCircle:
    """What is known of a circle that is formed."""

    name: str
    recurrence: str
    starts_on: date
    starts_time: time
    place: str = ""
    language: str = "en"
    capacity: int = rules.MOST_CAPACITY


@transaction.atomic(savepoint=False)
def form(*, new: NewCircle, team: Team, convenor: Account, at: datetime) -> Circle:
    """Make a circle with its convenor: a step of the action that forms one or several."""
    verdict = rules.may_have_capacity(new.capacity)
    if not verdict.ok:
        raise CannotConvene(verdict.reason)
    row = Circle.objects.create(
        name=clean(new.name, field="name", most=200),
        branch_id=team.branch_id,
        team=team,
        place=clean(new.place, field="place", most=200, required=False),
        language=clean(new.language, field="language", most=12),
        recurrence=rules.read_recurrence(new.recurrence),
        starts_on=new.starts_on,
        starts_time=new.starts_time,
        capacity=new.capacity,
        formed_at=at,
    )
    if rules.next_meeting(row.course, after=new.starts_on) is None:
        raise CannotConvene("This circle would never meet. Check the day and how often.")
    Convenorship.objects.create(circle=row, account=convenor, since_at=at)
    return row


@transaction.atomic(savepoint=False)
def invite(*, circle: Circle, people: Sequence[Person], by: Viewer, at: datetime) -> None:
    """Note who is to be asked to a circle: a step of a larger action. Who belongs to it already is left as it is."""
    known = set(
        CircleMembership.objects.filter(circle=circle, until_at=None).values_list("person", flat=True)
    ) | set(CircleInvitation.objects.filter(circle=circle, closed_at=None).values_list("person", flat=True))
    for person in people:
        if person.pk not in known:
            CircleInvitation.objects.create(circle=circle, person=person, invited_at=at, by_id=by.account_id)


@audit.deed("circle.formed", can_be_taken_back=True)
def form_circle(*, new: NewCircle, by: Viewer, at: datetime, team: str = "", convenor: str = "") -> Circle:
    """Form a circle in one of the viewer's teams; whoever forms it leads it unless someone else is named.

    Raises CannotConvene, BadText.
    """
    if not by.works_with_people:
        raise CannotConvene("Your role forms no circles.")
    home = _team(team, by)
    lead = _convenor(convenor or by.code, home, by, at)
    row = form(new=new, team=home, convenor=lead, at=at)
    audit.record(verb="circle.formed", by=by, at=at)
    return row


def _team(code: str, by: Viewer) -> Team:
    home = branches.home_team(viewer=by)
    if code:
        teams = Team.objects.filter(code=code)
        found = teams.filter(pk__in=by.teams(*queries.WORKING)) | teams.filter(
            branch__in=by.branches(Role.BRANCH_LEAD)
        )
        home = found.first()
    if home is None:
        raise CannotConvene("Choose one of your teams.")
    return home


def _convenor(code: str, team: Team, by: Viewer, at: datetime) -> Account:
    offered = queries.may_be_convenors(viewer=by, team=team.pk, at=at)
    found = next((account for account in offered if account.code == code), None)
    if found is None:
        raise CannotConvene("Choose a convenor from the organisers and convenors of this team.")
    return found


@audit.deed("circle.convenor_changed", can_be_taken_back=True)
def hand_on(*, circle: str, to: str, by: Viewer, at: datetime) -> Circle:
    """Let somebody else lead a circle from now on. Raises Absent, CannotConvene."""
    row: Circle = queries.circle(viewer=by, code=circle)
    if not by.works_with_people:
        raise CannotConvene("An organiser of the team chooses the convenor.")
    lead = _convenor(to, row.team, by, at)
    if any(held.pk == lead.pk for held in queries.convenors_of(circles=[row.pk]).values()):
        return row
    for held in Convenorship.objects.filter(circle=row, until_at=None):
        held.until_at = max(at, held.since_at)
        held.save(update_fields=["until_at"])
    Convenorship.objects.create(circle=row, account=lead, since_at=at)
    audit.record(verb="circle.convenor_changed", by=by, at=at)
    return row


@audit.deed("circle.ended", can_be_taken_back=True)
def end_circle(*, circle: str, by: Viewer, at: datetime) -> Circle:
    """Let a circle meet no more; who belonged to it, and when, stays on record. Raises Absent, CannotConvene."""
    row: Circle = queries.circle(viewer=by, code=circle)
    if not by.works_with_people:
        raise CannotConvene("An organiser of the team ends a circle.")
    if row.ended_at is not None:
        return row
    for member in CircleMembership.objects.filter(circle=row, until_at=None):
        _leave(member, at)
    for asked in CircleInvitation.objects.filter(circle=row, closed_at=None):
        _close(asked, at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    audit.record(verb="circle.ended", by=by, at=at)
    return row


@audit.deed("circle.joined", can_be_taken_back=True)
def join(*, circle: str, people: Sequence[str], by: Viewer, at: datetime) -> Circle:
    """Let people belong to a circle from now on; who does already is left as they are. Raises Absent, CannotConvene."""
    row: Circle = _running(circle, by)
    rows = _people(row, people, by)
    held = set(CircleMembership.objects.filter(circle=row, until_at=None).values_list("person", flat=True))
    coming = [person for person in rows if person.pk not in held]
    verdict = rules.may_join(size=len(held), coming=len(coming), capacity=row.capacity)
    if not verdict.ok:
        raise CannotConvene(verdict.reason)
    for person in coming:
        _begin(row, person, by, since=at, at=at)
    if coming:
        audit.record(verb="circle.joined", about=coming, by=by, at=at)
    return row


def _running(code: str, by: Viewer) -> Circle:
    row: Circle = queries.circle(viewer=by, code=code)
    if row.ended_at is not None:
        raise CannotConvene("This circle has ended.")
    Circle.objects.select_for_update().get(pk=row.pk)
    return row


def _people(circle: Circle, codes: Sequence[str], by: Viewer) -> list[Person]:
    """People whom the viewer may see, or, for the convenor, who are known in the circle. Raises Absent."""
    wanted = list(dict.fromkeys(codes))
    found = {person.code: person for person in people_queries.people_by_code(viewer=by, codes=wanted)}
    missing = [code for code in wanted if code not in found]
    if missing and getattr(circle, "is_mine", False):
        found |= {person.code: person for person in queries.known_in(circle=circle, codes=missing)}
    if any(code not in found for code in wanted):
        raise Absent
    return [found[code] for code in wanted]


def _begin(circle: Circle, person: Person, by: Viewer, *, since: datetime, at: datetime) -> None:
    CircleMembership.objects.create(circle=circle, person=person, since_at=since, by_id=by.account_id)
    for asked in CircleInvitation.objects.filter(circle=circle, person=person, closed_at=None):
        _close(asked, at)


def _close(asked: CircleInvitation, at: datetime) -> None:
    asked.closed_at = max(at, asked.invited_at)
    asked.save(update_fields=["closed_at"])


def _leave(member: CircleMembership, at: datetime) -> None:
    member.until_at = max(at, member.since_at)
    member.save(update_fields=["until_at"])


@audit.deed("circle.left", can_be_taken_back=True)
def leave(*, circle: str, person: str, by: Viewer, at: datetime) -> Circle:
    """Let someone belong to a circle no more, or be asked to it no more. Raises Absent."""
    row: Circle = queries.circle(viewer=by, code=circle)
    (who,) = _people(row, [person], by)
    member = CircleMembership.objects.filter(circle=row, person=who, until_at=None).first()
    asked = CircleInvitation.objects.filter(circle=row, person=who, closed_at=None).first()
    if member is not None:
        _leave(member, at)
    if asked is not None:
        _close(asked, at)
    if member is not None or asked is not None:
        audit.record(verb="circle.left", about=who, by=by, at=at)
    return row


@audit.deed("circle.session_set", can_be_taken_back=True)
def propose_session(
    *,
    circle: str,
    on: date,
    by: Viewer,
    at: datetime,
    starts: time | None = None,
    place: str = "",
    reading: str = "",
) -> CircleSession:
    """Write down a meeting: beside the rule, at another hour or place, or with what is read. Raises Absent, CannotConvene."""
    row: Circle = _running(circle, by)
    if on < at.astimezone(tie_queries.zone()).date():
        raise CannotConvene("The day is in the past. Choose today or later.")
    session = _session(row, on)
    session.starts_at = dates.at_local(on, starts or row.starts_time, tie_queries.zone())
    session.place = clean(place, field="place", most=200, required=False)
    session.reading = clean(reading, field="reading", most=300, required=False)
    session.called_off_at = None
    _keep(session, "starts_at", "place", "reading", "called_off_at")
    audit.record(verb="circle.session_set", by=by, at=at)
    return session


@audit.deed("circle.session_called_off", can_be_taken_back=True)
def call_off(*, circle: str, on: date, by: Viewer, at: datetime) -> CircleSession:
    """Let a meeting not take place. Raises Absent, CannotConvene when somebody came to it already."""
    row: Circle = _running(circle, by)
    queries.meeting(viewer=by, circle=row, on=on)
    session = _session(row, on)
    if session.pk and Attendance.objects.filter(session=session).exists():
        raise CannotConvene("Somebody came to this meeting: it did take place.")
    session.called_off_at = at
    _keep(session, "called_off_at")
    audit.record(verb="circle.session_called_off", by=by, at=at)
    return session


def _session(row: Circle, on: date) -> CircleSession:
    found = CircleSession.objects.select_for_update().filter(circle=row, meets_on=on).first()
    starts_at = dates.at_local(on, row.starts_time, tie_queries.zone())
    return found or CircleSession(circle=row, meets_on=on, starts_at=starts_at)


def _keep(session: CircleSession, *names: str) -> None:
    if session.pk:
        session.save(update_fields=list(names))
    else:
        session.save()


@audit.deed("circle.attended", can_be_taken_back=True)
def take_attendance(
    *,
    circle: str,
    on: date,
    by: Viewer,
    at: datetime,
    came: Sequence[str] = (),
    not_came: Sequence[str] = (),
) -> CircleSession:
    """Note who came to a meeting and who did not; each who came has a two-way touch from it (METHODS 0).

    What is noted already stays as it is. An invited person who comes belongs to the circle from then on.
    Raises Absent, CannotConvene.
    """
    row: Circle = queries.circle(viewer=by, code=circle)
    session = _meeting_held(row, on, by, at)
    wanted = _people(row, [*came, *not_came], by)
    there = {
        a.person_id: a
        for a in Attendance.objects.filter(session=session).select_related("touch", "session__circle")
    }
    changed = []
    for person in wanted:
        is_there, came_now = person.pk in there, person.code in came
        if came_now and not is_there:
            there[person.pk] = _attend(row, session, person, by, at)
            changed.append(person)
        elif is_there and not came_now:
            _unattend(there.pop(person.pk))
            changed.append(person)
    if changed:
        audit.record(verb="circle.attended", about=changed, by=by, at=at)
    return session


@audit.deed("circle.attended", can_be_taken_back=True)
def everyone_came(*, circle: str, on: date, by: Viewer, at: datetime) -> CircleSession:
    """Note that all who were expected came: one tap instead of twelve. Raises Absent, CannotConvene."""
    row: Circle = queries.circle(viewer=by, code=circle)
    session = _meeting_held(row, on, by, at)
    changed = []
    for seat in queries.seats(viewer=by, circle=row, on=on):
        if seat.is_member and not seat.came:
            _attend(row, session, seat.person, by, at)
            changed.append(seat.person)
    if changed:
        audit.record(verb="circle.attended", about=changed, by=by, at=at)
    return session


def _meeting_held(row: Circle, on: date, by: Viewer, at: datetime) -> CircleSession:
    found = queries.meeting(viewer=by, circle=row, on=on)
    today = at.astimezone(tie_queries.zone()).date()
    verdict = rules.may_take_attendance(on, today=today, is_meeting=not found.is_off)
    if not verdict.ok:
        raise CannotConvene(verdict.reason)
    # Two phones may note the first who comes at the same moment: one of them makes the meeting.
    Circle.objects.select_for_update().get(pk=row.pk)
    session = _session(row, on)
    if not session.pk:
        # Not part of what is taken back: that the circle met stays so when one name on it was a slip.
        models.Model.save(session)
    return session


def _attend(
    row: Circle, session: CircleSession, person: Person, by: Viewer, at: datetime, *, is_guest: bool = False
) -> Attendance:
    when = min(session.starts_at, at)
    touch = ties.touch(
        person=person, new=NewTouch(TouchKind.ATTENDANCE, Outcome.ATTENDED, when), by=by, at=at
    )
    followup.settle_kind(person=person, kind=StepKind.INVITE, touch=touch, at=at)
    if CircleInvitation.objects.filter(circle=row, person=person, closed_at=None).exists():
        size = CircleMembership.objects.filter(circle=row, until_at=None).count()
        if rules.may_join(size=size, coming=1, capacity=row.capacity).ok:
            _begin(row, person, by, since=when, at=at)
    return Attendance.objects.create(
        session=session, person=person, touch=touch, is_guest=is_guest, at=at, by_id=by.account_id
    )


def _unattend(row: Attendance) -> None:
    """Take a slip back: the touch, the membership that began with it, and what it had settled."""
    touch, circle = row.touch, row.session.circle
    begun = CircleMembership.objects.filter(
        circle=circle, person=row.person_id, since_at=touch.at, until_at=None
    )
    asked = CircleInvitation.objects.filter(circle=circle, person=row.person_id, closed_at=row.at).first()
    if asked is not None:
        for member in begun:
            member.delete()
        asked.closed_at = None
        asked.save(update_fields=["closed_at"])
    followup.unsettle(touch=touch)
    row.delete()
    ties.untouch(touch=touch)


@audit.deed("circle.guest_welcomed", can_be_taken_back=True)
def welcome_guest(*, circle: str, on: date, name: str, by: Viewer, at: datetime) -> Person:
    """Put a new face on record who came along to a meeting; the convenor holds the tie where the role can.

    Raises Absent, CannotConvene, BadText.
    """
    row: Circle = queries.circle(viewer=by, code=circle)
    session = _meeting_held(row, on, by, at)
    new = NewPerson(full_name=name, source_kind=SourceKind.EVENT, source_label=row.name, met_on=on)
    person = people.put_on_record(new=new, by=by, at=at, team=row.team, branch=row.branch)
    owner = Account.objects.get(pk=by.account_id) if by.works_with_people else None
    tie: Tie = ties.tie_to(
        person=person, kind=TieKind.CONTACT, owner=owner, branch=row.branch, team=row.team, by=by, at=at
    )
    if owner is not None:
        today = at.astimezone(tie_queries.zone()).date()
        step = followup.NextStep(StepKind.FIRST_CALL, not_a_sunday(today + timedelta(days=2)))
        followup.owe(person=person, step=step, owner=owner.pk, tie=tie, by=by, at=at)
    _attend(row, session, person, by, at, is_guest=True)
    audit.record(verb="circle.guest_welcomed", about=person, by=by, at=at)
    return person
