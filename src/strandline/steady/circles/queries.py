from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q

from strandline.lib import dates
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Membership, Team
from strandline.steady.people.models import Person
from strandline.steady.ties import queries as ties
from strandline.store import asking
from strandline.store.records import Absent, FieldClass

from . import rules
from .models import Attendance, Circle, CircleInvitation, CircleMembership, CircleSession, Convenorship

MAY_CONVENE = (Role.ORGANISER, Role.TEAM_LEAD, Role.CONVENOR)
WORKING = (Role.ORGANISER, Role.TEAM_LEAD)


def _seen(viewer: Viewer) -> Any:
    """The circles of the viewer's teams and branches, and those the viewer convenes; `is_mine` tells these."""
    mine = Convenorship.objects.filter(circle=OuterRef("pk"), account_id=viewer.account_id, until_at=None)
    holds = Q(team__in=viewer.teams(*MAY_CONVENE)) | Q(branch__in=viewer.branches(Role.BRANCH_LEAD))
    team = Q(team__in=viewer.teams(*WORKING)) | Q(branch__in=viewer.branches(Role.BRANCH_LEAD))
    rows = Circle.objects.filter(holds).annotate(is_mine=Exists(mine))
    return rows.filter(team | Q(is_mine=True))


def circle(*, viewer: Viewer, code: str) -> Any:
    """Return one circle, with `is_mine` and its present `convenor`. Raises Absent."""
    row = _seen(viewer).filter(code=code).select_related("team", "branch").first()
    if row is None:
        raise Absent
    row.convenor = convenors_of(circles=[row.pk]).get(row.pk)
    return row


def convenors_of(*, circles: Collection[int]) -> dict[int, Account]:
    """Return who leads each of these circles today. A step of other questions, which asked for their viewer."""
    rows = Convenorship.objects.filter(circle__in=circles, until_at=None).select_related("account")
    return {row.circle_id: row.account for row in rows}


def may_be_convenors(*, viewer: Viewer, team: int, at: datetime) -> list[Account]:
    """Return the accounts that can lead a circle of one of the viewer's teams, by name."""
    if team not in viewer.teams(*MAY_CONVENE) and not _leads_branch(viewer, team):
        return []
    held = Membership.objects.held(at).filter(team=team, role__in=[r.value for r in MAY_CONVENE])
    rows = Account.objects.filter(pk__in=held.values("account"), is_active=True)
    return list(rows.order_by("name", "pk"))


def _leads_branch(viewer: Viewer, team: int) -> bool:
    branches = viewer.branches(Role.BRANCH_LEAD)
    return bool(branches) and Membership.objects.filter(team=team, team__branch__in=branches).exists()


def _people(viewer: Viewer, rows: Any, circle: str = "circle") -> Any:
    """Keep the rows of people whose names the viewer may see: the convenor those of the circle, others as ever."""
    seen = Person.objects.visible_to(viewer, FieldClass.IDENTIFYING).filter(pk=OuterRef("person"))
    opened = Q(person__batch=None) | Q(person__batch__opened_at__isnull=False)
    mine = Convenorship.objects.filter(circle=OuterRef(circle), account_id=viewer.account_id, until_at=None)
    rows = rows.annotate(is_seen=Exists(seen), is_mine=Exists(mine))
    return rows.filter(Q(is_seen=True) | (Q(is_mine=True) & opened)).select_related("person")


def _attended(viewer: Viewer, **which: Any) -> Any:
    return _people(viewer, Attendance.objects.filter(**which), circle="session__circle")


def known_in(*, circle: Circle, codes: Collection[str]) -> list[Person]:
    """Return those of these people who belong to a circle, are invited to it or came to it.

    A step of what its convenor does, who sees their names.
    """
    people = Person.objects.filter(code__in=codes)
    members = CircleMembership.objects.filter(circle=circle).values("person")
    asked = CircleInvitation.objects.filter(circle=circle, closed_at=None).values("person")
    came = Attendance.objects.filter(session__circle=circle).values("person")
    return list(people.filter(Q(pk__in=members) | Q(pk__in=asked) | Q(pk__in=came)))


@dataclass(frozen=True)
class CircleRow:
    """One circle in the list: who leads it, when it meets next, how many belong to it and came last."""

    circle: Circle
    convenor: str
    next_on: date | None
    people: int
    came: int | None
    last_on: date | None
    is_mine: bool


def circles(*, viewer: Viewer, on: date) -> list[CircleRow]:
    """Return the circles that the viewer may see and that have not ended, those that meet first before the others."""
    rows: list[Any] = list(_seen(viewer).filter(ended_at=None).select_related("team").order_by("name", "pk"))
    ids = [row.pk for row in rows]
    leads = convenors_of(circles=ids)
    members = _people(viewer, CircleMembership.objects.filter(circle__in=ids, until_at=None)).order_by()
    sizes = dict(members.values_list("circle").annotate(n=Count("pk")))
    off: dict[int, list[date]] = {}
    for circle_id, day in CircleSession.objects.filter(
        circle__in=ids, called_off_at__isnull=False, meets_on__gte=on
    ).values_list("circle", "meets_on"):
        off.setdefault(circle_id, []).append(day)
    extra = _next_sessions(ids, on)
    latest = _latest_attendance(viewer, ids)
    made = []
    for row in rows:
        days = [rules.next_meeting(row.course, after=on, called_off=off.get(row.pk, ())), extra.get(row.pk)]
        came = latest.get(row.pk)
        lead = leads.get(row.pk)
        made.append(
            CircleRow(
                row,
                lead.name if lead else "",
                min((day for day in days if day), default=None),
                sizes.get(row.pk, 0),
                came[1] if came else None,
                came[0] if came else None,
                row.is_mine,
            )
        )
    return sorted(made, key=lambda one: (one.next_on or date.max, one.circle.name, one.circle.pk))


def _next_sessions(circles: Collection[int], on: date) -> dict[int, date]:
    rows = CircleSession.objects.filter(circle__in=circles, called_off_at=None, meets_on__gte=on)
    return dict(rows.order_by("-meets_on").values_list("circle", "meets_on"))


def _latest_attendance(viewer: Viewer, circles: Collection[int]) -> dict[int, tuple[date, int]]:
    """When each circle last met with somebody there, and how many came, of those whom the viewer may see."""
    rows = (
        _attended(viewer, session__circle__in=circles)
        .order_by("session__meets_on")
        .values_list("session__circle", "session__meets_on")
        .annotate(n=Count("pk"))
    )
    return {circle_id: (day, count) for circle_id, day, count in rows}


@dataclass(frozen=True)
class Meeting:
    """One meeting of a circle: by its rule, or as it was written down."""

    on: date
    starts_at: datetime
    place: str
    reading: str = ""
    session: CircleSession | None = None
    is_off: bool = False


def _meeting(row: Circle, on: date, session: CircleSession | None) -> Meeting:
    if session is None:
        starts_at = dates.at_local(on, row.starts_time, ties.zone())
        return Meeting(on, starts_at, row.place)
    is_off = session.called_off_at is not None
    return Meeting(on, session.starts_at, session.place or row.place, session.reading, session, is_off)


def meeting(*, viewer: Viewer, circle: Circle, on: date) -> Meeting:
    """Return the meeting of a circle on a day, for a viewer who was given the circle. Raises Absent when there is none."""
    session = CircleSession.objects.filter(circle=circle, meets_on=on).first()
    if session is None and not rules.meetings(circle.course, since=on, until=on):
        raise Absent
    return _meeting(circle, on, session)


def coming_meetings(*, viewer: Viewer, circle: Circle, on: date, most: int = 4) -> list[Meeting]:
    """Return the next meetings of a circle, from this day on, those called off among them."""
    until = on + timedelta(days=rules.LOOK_AHEAD_DAYS)
    noted = {s.meets_on: s for s in CircleSession.objects.filter(circle=circle, meets_on__range=(on, until))}
    days = sorted({*rules.meetings(circle.course, since=on, until=until), *noted})
    return [_meeting(circle, day, noted.get(day)) for day in days[:most]]


@dataclass(frozen=True)
class Seat:
    """Someone at a meeting, or expected there: a member, invited, or a guest; and whether they came."""

    person: Person
    came: bool = False
    is_member: bool = False
    is_guest: bool = False
    is_faded: bool = False
    # Whether the viewer may open the person's own page: a convenor sees names and no more.
    is_seen: bool = False


def seats(*, viewer: Viewer, circle: Circle, on: date) -> list[Seat]:
    """Return who is expected at a meeting and who came, by name: members of that day, the invited, then guests."""
    end = ties.end_of(on)
    members = _people(
        viewer,
        CircleMembership.objects.filter(circle=circle, since_at__lt=end).filter(
            Q(until_at=None) | Q(until_at__gte=end)
        ),
    )
    asked = _people(
        viewer,
        CircleInvitation.objects.filter(circle=circle, closed_at=None, invited_at__lt=end),
    )
    came_rows = _attended(viewer, session__circle=circle, session__meets_on=on).order_by("person__order_key")
    came = {row.person_id: row for row in came_rows}
    found: dict[int, Seat] = {}
    for row in members.order_by("person__order_key"):
        found[row.person_id] = Seat(row.person, row.person_id in came, is_member=True, is_seen=row.is_seen)
    for row in asked.order_by("person__order_key"):
        found.setdefault(row.person_id, Seat(row.person, row.person_id in came, is_seen=row.is_seen))
    for row in came_rows:
        found.setdefault(row.person_id, Seat(row.person, True, is_guest=True, is_seen=row.is_seen))
    return list(found.values())


@dataclass(frozen=True)
class Column:
    """One meeting of the last weeks: how many came, of how many who belonged to the circle then."""

    on: date
    came: int
    members: int
    guests: int


@dataclass(frozen=True)
class Standing:
    """How a circle has gone over the last weeks: meeting by meeting, and who of its people has faded."""

    meetings: list[Column] = field(default_factory=list)
    people: list[Seat] = field(default_factory=list)
    invited: list[Seat] = field(default_factory=list)
    guests: list[Seat] = field(default_factory=list)


def standing(*, viewer: Viewer, circle: Circle, on: date) -> Standing:
    """Return a circle's usual people, its attendance over twelve weeks, and who has faded from it."""
    since = on - timedelta(weeks=rules.SHOWN_WEEKS)
    rows = list(_people(viewer, CircleMembership.objects.filter(circle=circle)).order_by("person__order_key"))
    came: dict[date, set[int]] = {}
    guests: dict[int, Seat] = {}
    present = {row.person_id for row in rows if row.until_at is None}
    attended = _attended(viewer, session__circle=circle, session__meets_on__range=(since, on))
    for row in attended.select_related("session").order_by("session__meets_on", "person__order_key"):
        came.setdefault(row.session.meets_on, set()).add(row.person_id)
        if row.person_id not in present:
            guests[row.person_id] = Seat(row.person, True, is_guest=True, is_seen=row.is_seen)
    columns, here = [], ties.zone()
    for day, who in sorted(came.items()):
        end = ties.end_of(day, here)
        then = {r.person_id for r in rows if r.since_at < end and (r.until_at is None or r.until_at >= end)}
        columns.append(Column(day, len(who & then), len(then), len(who - then)))
    people = []
    for row in rows:
        if row.until_at is not None:
            continue
        begun = row.since_at.astimezone(here).date()
        history = [row.person_id in came[day] for day in sorted(came) if day >= begun]
        people.append(
            Seat(
                row.person,
                bool(history and history[-1]),
                is_member=True,
                is_faded=rules.has_faded(history),
                is_seen=row.is_seen,
            )
        )
    asked = _people(viewer, CircleInvitation.objects.filter(circle=circle, closed_at=None))
    invited = [
        Seat(r.person, is_seen=r.is_seen)
        for r in asked.order_by("person__order_key")
        if r.person_id not in guests
    ]
    return Standing(columns, people, invited, list(guests.values()))


@dataclass(frozen=True)
class Tonight:
    """A meeting of today in a circle that the viewer convenes."""

    circle: Circle
    meeting: Meeting


def mine_today(*, viewer: Viewer, on: date) -> list[Tonight]:
    """Return the meetings of today in the circles that the viewer convenes, the first one first."""
    rows = asking.found(
        ("mine_today", viewer),
        lambda: _seen(viewer).filter(is_mine=True, ended_at=None).order_by("starts_time", "pk"),
    )
    noted = {s.circle_id: s for s in CircleSession.objects.filter(circle__in=rows, meets_on=on)}
    found = [
        Tonight(row, _meeting(row, on, noted.get(row.pk)))
        for row in rows
        if row.pk in noted or rules.meetings(row.course, since=on, until=on)
    ]
    return [one for one in found if not one.meeting.is_off]


def in_a_circle(*, people: Iterable[int]) -> set[int]:
    """Return which of these people belong to a circle or are invited to one. A step of a question with a viewer."""
    ids = list(people)
    members = CircleMembership.objects.filter(person__in=ids, until_at=None, circle__ended_at=None)
    asked = CircleInvitation.objects.filter(person__in=ids, closed_at=None, circle__ended_at=None)
    return {*members.values_list("person", flat=True), *asked.values_list("person", flat=True)}


def convened_by(*, accounts: Iterable[int]) -> dict[int, list[Circle]]:
    """Return the running circles that each of these accounts leads. A step of a question with a viewer."""
    rows = Convenorship.objects.filter(
        account__in=list(accounts), until_at=None, circle__ended_at=None
    ).select_related("circle")
    found: dict[int, list[Circle]] = {}
    for row in rows:
        found.setdefault(row.account_id, []).append(row.circle)
    return found


@dataclass(frozen=True)
class BelongsTo:
    """That a person belongs to a circle, or is asked to it: since when, and when they last came."""

    circle: Circle
    since_at: datetime
    last_on: date | None
    is_asked: bool = False


def circles_of(*, viewer: Viewer, person: Person) -> list[BelongsTo]:
    """Return the circles to which a person belongs or is asked today, by name, of those that the viewer may see."""
    seen = _seen(viewer).filter(ended_at=None).values("pk")

    def question(model: Any, **running: None) -> Any:
        rows = model.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        return rows.filter(person=asking.SOME_ROW, circle__in=seen, **running).select_related("circle")

    held = asking.found(
        ("circles_of", viewer), lambda: question(CircleMembership, until_at=None), row=person.pk
    )
    asked = asking.found(
        ("circles_asked", viewer), lambda: question(CircleInvitation, closed_at=None), row=person.pk
    )
    came = Attendance.objects.filter(person=person, session__circle__in=seen).order_by()
    last = dict(came.values_list("session__circle").annotate(last=Max("session__meets_on")))
    found = [BelongsTo(row.circle, row.since_at, last.get(row.circle_id)) for row in held]
    inside = {one.circle.pk for one in found}
    found += [
        BelongsTo(row.circle, row.invited_at, last.get(row.circle_id), is_asked=True)
        for row in asked
        if row.circle_id not in inside
    ]
    return sorted(found, key=lambda one: (one.circle.name, one.circle.pk))


def teams_to_form_in(*, viewer: Viewer) -> list[Team]:
    """Return the teams in which the viewer may form a circle, by name."""
    rows = Team.objects.filter(
        Q(pk__in=viewer.teams(*WORKING)) | Q(branch__in=viewer.branches(Role.BRANCH_LEAD))
    )
    return list(rows.order_by("name", "pk"))


def latest_day(*, viewer: Viewer, circle: Circle, on: date) -> date | None:
    """Return the latest day, up to this one, on which a circle that the viewer was given met."""
    since = on - timedelta(days=rules.LATE_DAYS)
    noted = CircleSession.objects.filter(circle=circle, meets_on__range=(since, on))
    days = dict(noted.values_list("meets_on", "called_off_at"))
    found = {*rules.meetings(circle.course, since=since, until=on), *days}
    return max((day for day in found if days.get(day) is None), default=None)


def visible_codes(*, viewer: Viewer, circles: Collection[int]) -> set[str]:
    """Return the codes of those of these circles that the viewer may see."""
    return set(_seen(viewer).filter(pk__in=circles).values_list("code", flat=True))
