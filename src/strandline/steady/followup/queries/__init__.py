"""What is asked of next steps, offers and who carries what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership, Team
from strandline.steady.people.models import Channel, Person
from strandline.steady.people.sight import Sighted, columns_of, rows_of
from strandline.steady.ties.models import Tie
from strandline.steady.ties.queries import end_of, windows, zone
from strandline.steady.ties.rules import LIVE_STATUSES, ORGANISED_KINDS, Status, TieKind
from strandline.store import asking
from strandline.store.cursors import beyond
from strandline.store.records import Absent, FieldClass

from ..models import FollowUp, Handoff
from ..rules import HandoffState, StepKind
from .carrying import Load as Load
from .carrying import Week as Week
from .carrying import load as load
from .carrying import my_week as my_week

OPERATIONAL = FieldClass.OPERATIONAL


def _open(viewer: Viewer) -> Any:
    return FollowUp.objects.visible_to(viewer, OPERATIONAL).open().select_related("person", "owner", "tie")


def followup(*, viewer: Viewer, code: str) -> FollowUp:
    """Return one next step. Raises Absent when there is none that the viewer may see."""
    row: FollowUp | None = (
        FollowUp.objects.visible_to(viewer, OPERATIONAL)
        .filter(code=code)
        .select_related("person", "owner", "tie")
        .first()
    )
    if row is None:
        raise Absent
    return row


def page_of_steps(
    *,
    viewer: Viewer,
    person: str = "",
    owner: str = "",
    is_open: bool | None = None,
    after: tuple[date, str] | None = None,
    newest_first: bool = False,
    most: int = 50,
) -> list[FollowUp]:
    """Return next steps by the day on which they are due, from the given place on, up to a number."""
    rows = FollowUp.objects.visible_to(viewer, OPERATIONAL).select_related("person", "owner", "tie")
    if person:
        rows = rows.filter(person__code=person)
    if owner:
        rows = rows.filter(owner__code=owner)
    if is_open is not None:
        rows = rows.filter(closed_at__isnull=is_open)
    if after is not None:
        rows = rows.filter(beyond(("due_on", "code"), after, descending=newest_first))
    sign = "-" if newest_first else ""
    return list(rows.order_by(f"{sign}due_on", f"{sign}code")[:most])


def page_of_handoffs(
    *,
    viewer: Viewer,
    person: str = "",
    state: HandoffState | None = None,
    after: tuple[datetime, str] | None = None,
    newest_first: bool = True,
    most: int = 50,
) -> list[Handoff]:
    """Return handoffs of visible people and what is offered to the viewer, by the moment of the offer."""
    seen = Person.objects.visible_to(viewer, OPERATIONAL)
    rows = Handoff.objects.filter(Q(person__in=seen.values("pk")) | _offered_to(viewer))
    if person:
        rows = rows.filter(person__code=person)
    if state is not None:
        rows = rows.filter(state=state.value)
    if after is not None:
        rows = rows.filter(beyond(("offered_at", "code"), after, descending=newest_first))
    rows = rows.select_related("person", "tie", "offered_by", "offered_to")
    sign = "-" if newest_first else ""
    return list(rows.order_by(f"{sign}offered_at", f"{sign}code")[:most])


@dataclass(frozen=True)
class Owed:
    """What one organiser owes on a day: late first, then due; and how many more there are."""

    late: list[FollowUp]
    due: list[FollowUp]
    late_count: int
    due_count: int

    @property
    def count(self) -> int:
        return self.late_count + self.due_count


def owed(*, viewer: Viewer, on: date, most: int = 50) -> Owed:
    """Return the viewer's next steps that are late or due on this day, most pressing first, and how many there are."""

    def mine() -> Any:
        return _open(viewer).filter(owner_id=viewer.account_id, due_on__lte=on)

    rows = asking.found(
        ("owed", viewer, on, most), lambda: mine().order_by("due_on", "due_at", "pk")[: most + 1]
    )
    late, due = [r for r in rows if r.due_on < on], [r for r in rows if r.due_on == on]
    if len(rows) <= most:
        return Owed(late, due, len(late), len(due))
    late_count = mine().filter(due_on__lt=on).count()
    return Owed(
        late[:most],
        due[: most - len(late)] if len(late) < most else [],
        late_count,
        mine().count() - late_count,
    )


class NextStep(NamedTuple):
    """A next step as a list shows it: no more of it is read than stands there."""

    person: int
    code: str
    kind: str
    due_on: date
    due_at: datetime | None
    reason: str
    version: int

    @property
    def words(self) -> str:
        """Return what is owed, in the words of who set it, else by its kind."""
        return self.reason or StepKind(self.kind).words


_SHOWN = ("person_id", "code", "kind", "due_on", "due_at", "reason", "version")


def next_steps_of(*, viewer: Viewer, people: Iterable[Sighted]) -> dict[int, NextStep]:
    """Return the earliest open step of each of these people: for lists."""
    having, order = "one.closed_at IS NULL", "one.due_on, one.id"
    found: dict[int, NextStep] = {}
    for row in columns_of(FollowUp, _SHOWN, having, order, viewer, OPERATIONAL, people):
        person, code, kind, due_on, due_at, *rest = row
        found.setdefault(person, NextStep(person, code, kind, due_on, asking.moment(due_at), *rest))
    return found


def open_steps_of(*, viewer: Viewer, person: Person) -> list[FollowUp]:
    """Return all open steps of one person, earliest first."""
    return asking.found(
        ("open_steps_of", viewer),
        lambda: _open(viewer).filter(person=asking.SOME_ROW).order_by("due_on", "pk"),
        row=person.pk,
    )


def phones_of(*, viewer: Viewer, people: Iterable[Sighted]) -> dict[int, Channel]:
    """Return the telephone to call for each of these people: the primary one that works and was not refused."""
    works = "one.kind = 'phone' AND NOT one.is_bad AND one.opted_out_at IS NULL"
    order = "one.is_primary DESC, one.id"
    found: dict[int, Channel] = {}
    for row in rows_of(Channel, works, order, viewer, FieldClass.CONTACT, people):
        found.setdefault(row.person_id, row)
    return found


def new_to(*, viewer: Viewer, at: datetime, days: int = 14, most: int = 20) -> list[Person]:
    """Return people whom the viewer owns, who came lately and with whom nobody has spoken, latest first."""

    def question() -> Any:
        mine = Tie.objects.filter(owner_id=viewer.account_id, ended_at=None, last_two_way_at=None)
        rows = Person.objects.visible_to(viewer).filter(pk__in=mine.values("person"))
        return rows.filter(added_at__gt=asking.SOME_MOMENT).order_by("-added_at", "pk")[:most]

    return asking.found(("new_to", viewer, most), question, at=at - timedelta(days=days))


def _offered_to(viewer: Viewer) -> Q:
    """Whoever no longer works with people has no offers either: what a role granted ends with it."""
    if not viewer.works_with_people:
        return Q(pk__in=())
    return Q(offered_to_id=viewer.account_id, state=HandoffState.OFFERED)


def offered_to(*, viewer: Viewer) -> list[Handoff]:
    """Return the ties that were offered to the viewer and are not answered yet, oldest first."""
    return asking.found(
        ("offered_to", viewer),
        lambda: (
            Handoff.objects.filter(_offered_to(viewer))
            .select_related("person", "tie", "offered_by")
            .order_by("offered_at", "pk")
        ),
    )


def offered_by(*, viewer: Viewer) -> list[Handoff]:
    """Return the viewer's own offers that are open, oldest first."""
    return asking.found(
        ("offered_by", viewer),
        lambda: (
            Handoff.objects.visible_to(viewer, OPERATIONAL)
            .filter(offered_by_id=viewer.account_id, state=HandoffState.OFFERED)
            .select_related("person", "tie", "offered_to")
            .order_by("offered_at", "pk")
        ),
    )


def handoff(*, viewer: Viewer, code: str) -> Handoff:
    """Return one handoff: of a visible person, or one that was offered to the viewer. Raises Absent."""
    rows = Handoff.objects.filter(code=code).select_related("person", "tie", "offered_by", "offered_to")
    row: Handoff | None = rows.filter(_offered_to(viewer)).first()
    if row is None:
        row = rows.filter(person__in=Person.objects.visible_to(viewer, OPERATIONAL).values("pk")).first()
    if row is None:
        raise Absent
    return row


def handoffs_by_code(*, viewer: Viewer, codes: Iterable[str]) -> list[Handoff]:
    """Return those of these handoffs whose person the viewer may see, in the order in which they were made."""
    return list(
        Handoff.objects.visible_to(viewer, OPERATIONAL)
        .filter(code__in=list(codes))
        .select_related("person", "tie", "offered_by", "offered_to")
        .order_by("pk")
    )


def handoffs_of(*, viewer: Viewer, person: Person) -> list[Handoff]:
    """Return the history of handing over a person's ties, latest first."""

    def question() -> Any:
        rows = Handoff.objects.visible_to(viewer, OPERATIONAL).filter(person=asking.SOME_ROW)
        return rows.select_related("tie", "offered_by", "offered_to").order_by("-offered_at", "-pk")

    return asking.found(("handoffs_of", viewer), question, row=person.pk)


# A strand is said to fade this many days before its tie is no longer live: time enough for a call.
FADES_WITHIN_DAYS = 10


@dataclass(frozen=True)
class Fading:
    """A live tie that nobody has a step for before it fades, and the last day on which it is live."""

    tie: Tie
    until_on: date


def fading(*, viewer: Viewer, on: date, most: int = 10) -> list[Fading]:
    """Return the viewer's own live ties that fade within ten days with no step before, the first to fade first."""
    reach, here = windows(on=on), zone()
    key = ("fading", viewer, on, here.key, tuple(reach.items()), most)
    rows = asking.found(key, lambda: _fading(viewer, on)[:most])
    found = [
        Fading(t, t.last_two_way_at.astimezone(here).date() + timedelta(days=reach[TieKind(t.kind)]))
        for t in rows
    ]
    return sorted(found, key=lambda f: f.until_on)


def _fading(viewer: Viewer, on: date) -> Any:
    reach, here = windows(on=on), zone()
    near = Q(pk__in=())
    for kind in ORGANISED_KINDS:
        oldest, newest = reach[kind] + 1, reach[kind] - FADES_WITHIN_DAYS
        near |= Q(
            kind=kind.value,
            last_two_way_at__gte=end_of(on - timedelta(days=oldest), here),
            last_two_way_at__lt=end_of(on - timedelta(days=newest), here),
        )
    step = FollowUp.objects.filter(
        person=OuterRef("person"), closed_at=None, due_on__lte=on + timedelta(days=FADES_WITHIN_DAYS)
    )
    return (
        Tie.objects.visible_to(viewer, OPERATIONAL)
        .filter(near, owner_id=viewer.account_id, ended_at=None, status__in=[s.value for s in LIVE_STATUSES])
        .exclude(status=Status.RESTING.value)
        .filter(~Exists(step))
        .select_related("person")
        .order_by("last_two_way_at", "pk")
    )


def team_owed(*, viewer: Viewer, on: date, most: int = 50) -> list[FollowUp]:
    """Return what is late or due today with everyone in the teams that the viewer leads, most pressing first."""
    teams: list[Team] = branches.led_teams(viewer=viewer)
    # By owner, since the index begins with it: a team has few organisers and many thousands of ties.
    held = Membership.objects.filter(team__in=teams, role__in=(Role.ORGANISER, Role.TEAM_LEAD), until_at=None)
    owners = sorted(set(held.values_list("account", flat=True)))
    rows = _open(viewer).filter(owner__in=owners, due_on__lte=on).order_by("due_on", "pk")
    return list(rows[:most])


def unowned(*, viewer: Viewer, most: int = 50) -> list[Tie]:
    """Return the ties of led teams that nobody holds: the queue that a team lead sees (SYSTEM 1)."""
    teams: list[Team] = branches.led_teams(viewer=viewer)
    rows = Tie.objects.visible_to(viewer, OPERATIONAL).filter(team__in=teams, owner=None, ended_at=None)
    return list(rows.select_related("person", "team").order_by("began_at", "pk")[:most])


def without_next_step(*, viewer: Viewer, but: Iterable[int] = (), most: int = 10) -> tuple[list[Tie], int]:
    """Return the viewer's own active ties with no next step, and of how many people there are such: nobody is to fall
    between two (SYSTEM 3). People of whom the page tells already are left out.
    """
    told = tuple(sorted(but))

    def question() -> Any:
        step = FollowUp.objects.filter(person=OuterRef("person"), closed_at=None)
        return (
            Tie.objects.visible_to(viewer, OPERATIONAL)
            .filter(
                owner_id=viewer.account_id,
                ended_at=None,
                status__in=(Status.ACTIVE.value, Status.WAITING.value),
            )
            .filter(~Exists(step))
            .exclude(person__in=told)
        )

    found = asking.found(
        ("without_next_step", viewer, told, most),
        lambda: question().select_related("person").order_by("began_at", "pk")[:most],
    )
    if len(found) < most:
        return found, len({tie.person_id for tie in found})
    return found, question().values("person").distinct().count()


def rested(*, on: date) -> Any:
    """Return the ties whose resting day has come, oldest first. Asked by the clock, which shows nobody anything."""
    return (
        Tie.objects.select_for_update(of=("self",))
        .filter(
            status=Status.RESTING.value,
            ended_at=None,
            statuses__status=Status.RESTING.value,
            statuses__until_at=None,
            statuses__until_on__lte=on,
        )
        .select_related("person")
        .order_by("pk")
    )
