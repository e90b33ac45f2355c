from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.privacy.rules.basis import REGULAR_WITHIN_DAYS, BasisStanding
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.people.sight import Sighted, of_visible
from strandline.store import asking
from strandline.store.cursors import beyond
from strandline.store.records import Absent, FieldClass

from .models import Ownership, Stage, StageMove, Tie, TieStatus, Touch
from .rules import DEFAULT_WINDOW_DAYS, LIVE_STATUSES, ORGANISED_KINDS, Status, TieKind, TouchKind

# A picture of a year has no room for more.
MOST_DRAWN = 1000


def zone() -> ZoneInfo:
    """Return the time zone in which the organisation's days begin and end."""
    made = branches.organisation()
    return ZoneInfo(made.time_zone if made else "UTC")


def end_of(day: date, here: ZoneInfo | None = None) -> datetime:
    """Return the moment at which a day of the organisation ends; whoever asks for many gives the zone."""
    return datetime.combine(day + timedelta(days=1), time(), here or zone())


def tie(*, viewer: Viewer, code: str) -> Tie:
    """Return one tie. Raises Absent when there is none that the viewer may see."""
    found = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(code=code)
    row: Tie | None = found.select_related("person", "owner", "second", "stage", "team", "branch").first()
    if row is None:
        raise Absent
    return row


def ties_of(*, viewer: Viewer, person: Person) -> list[Tie]:
    """Return a person's ties, running ones first."""

    def question() -> Any:
        rows = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=asking.SOME_ROW)
        rows = rows.select_related("owner", "second", "stage", "team", "branch")
        return rows.order_by("ended_at", "began_at")

    return asking.found(("ties_of", viewer), question, row=person.pk)


def page_of_ties(
    *,
    viewer: Viewer,
    person: str = "",
    kind: TieKind | None = None,
    status: Status | None = None,
    after: tuple[datetime, str] | None = None,
    newest_first: bool = False,
    most: int = 50,
) -> list[Tie]:
    """Return ties in the order in which they began, from the given place on, up to a number."""
    rows = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL)
    if person:
        rows = rows.filter(person__code=person)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if status is not None:
        rows = rows.filter(status=status.value)
    rows = rows.select_related("person", "owner", "second", "stage", "team", "branch")
    return _page(rows, "began_at", after=after, newest_first=newest_first, most=most)


def page_of_touches(
    *,
    viewer: Viewer,
    person: str = "",
    kind: TouchKind | None = None,
    after: tuple[datetime, str] | None = None,
    newest_first: bool = True,
    most: int = 50,
) -> list[Touch]:
    """Return touches by their moment, from the given place on, up to a number; notes only where they may be seen."""
    rows = Touch.objects.visible_to(viewer, FieldClass.OPERATIONAL)
    if person:
        rows = rows.filter(person__code=person)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    found = _page(_with_notes(rows, viewer), "at", after=after, newest_first=newest_first, most=most)
    return [_without_hidden_notes(row) for row in found]


def touch(*, viewer: Viewer, code: str) -> Touch:
    """Return one touch, with its note only where the viewer may see it. Raises Absent."""
    rows = Touch.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(code=code)
    row = _with_notes(rows, viewer).first()
    if row is None:
        raise Absent
    shown: Touch = _without_hidden_notes(row)
    return shown


def _with_notes(rows: Any, viewer: Viewer) -> Any:
    seen = Person.objects.visible_to(viewer, FieldClass.OPINION).filter(pk=OuterRef("person"))
    return rows.select_related("person", "by").annotate(sees_opinion=Exists(seen))


def _without_hidden_notes(row: Any) -> Any:
    if not row.sees_opinion:
        row.said = row.practical = ""
    return row


def _page(
    rows: Any, name: str, *, after: tuple[datetime, str] | None, newest_first: bool, most: int
) -> list[Any]:
    if after is not None:
        rows = rows.filter(beyond((name, "code"), after, descending=newest_first))
    sign = "-" if newest_first else ""
    return list(rows.order_by(f"{sign}{name}", f"{sign}code")[:most])


def touches_of(*, viewer: Viewer, person: Person, before: int | None = None, most: int = 20) -> list[Touch]:
    """Return a person's touches, latest first, from the given one on; notes only where the viewer may see them."""

    def question(of: int) -> Any:
        rows = Touch.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=of)
        return rows.select_related("by").order_by("-at", "-pk")

    mark = Touch.objects.filter(pk=before).first() if before is not None else None
    if mark is None:
        key = ("touches_of", viewer, most)
        found = asking.found(key, lambda: question(asking.SOME_ROW)[:most], row=person.pk)
    else:
        later = Q(at__lt=mark.at) | Q(at=mark.at, pk__lt=mark.pk)
        found = list(question(person.pk).filter(later)[:most])
    if not Person.objects.visible_to(viewer, FieldClass.OPINION).filter(pk=person.pk).exists():
        for touch in found:
            touch.said = touch.practical = ""
    return found


def touches_since(*, viewer: Viewer, person: Person, since: datetime) -> list[Touch]:
    """Return a person's touches from a moment on, earliest first, without their notes: what the timeline draws."""

    def question() -> Any:
        rows = Touch.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        rows = rows.filter(person=asking.SOME_ROW, at__gte=asking.SOME_MOMENT)
        return rows.defer("said", "practical").order_by("at", "pk")[:MOST_DRAWN]

    return asking.found(("touches_since", viewer), question, row=person.pk, at=since)


def basis(*, person: Person, on: date) -> BasisStanding:
    """Return what is on record that could carry an opinion of this person. A step of the gate; it shows nothing."""
    made = branches.organisation()
    since = end_of(on - timedelta(days=REGULAR_WITHIN_DAYS + 1))
    here = zone()
    days = Touch.objects.filter(person=person, is_two_way=True, at__gt=since).values_list("at", flat=True)
    return BasisStanding(
        has_consent=person.consents.filter(purpose=ConsentPurpose.VIEWS.value, withdrawn_at=None).exists(),
        two_way_days=tuple(sorted({at.astimezone(here).date() for at in days})),
        has_public_statement=person.statements.exists(),
        organisation_is_body=bool(made and made.is_body),
    )


def windows(*, on: date) -> dict[TieKind, int]:
    """Return for how many days a two-way touch kept a tie of each kind live, as set on this day (METHODS 0)."""
    found = dict.fromkeys(TieKind, DEFAULT_WINDOW_DAYS)
    for kind, days in asking.rows(
        "SELECT kind, days FROM steady_kindwindow WHERE since_on <= %s ORDER BY since_on, id", [on]
    ):
        found[TieKind(kind)] = days
    return found


def live_ties(*, on: date) -> Any:
    """Return the ties that were live on this day, as a query from the dated rows alone (METHODS 0). Sums only."""
    here = zone()
    end = end_of(on, here)
    held = Ownership.objects.filter(tie=OuterRef("pk")).on(end)
    standing = TieStatus.objects.filter(tie=OuterRef("pk"), status__in=[s.value for s in LIVE_STATUSES]).on(
        end
    )
    recent = Q(pk__in=())
    for kind, days in windows(on=on).items():
        touched = Touch.objects.filter(
            person=OuterRef("person"),
            is_two_way=True,
            at__lt=end,
            at__gte=end_of(on - timedelta(days=days + 1), here),
        )
        recent |= Q(Exists(touched), kind=kind.value)
    return Tie.objects.filter(Q(ended_at=None) | Q(ended_at__gte=end), began_at__lt=end).filter(
        Exists(held), Exists(standing), recent
    )


def organised_ties(*, on: date) -> int:
    """Return N(t): how many people had at least one organised tie on this day (METHODS 0 and M6). Sums only."""
    kinds = [k.value for k in ORGANISED_KINDS]
    rows = live_ties(on=on).filter(kind__in=kinds, person__batch__opened_at=None, person__batch=None)
    opened = live_ties(on=on).filter(kind__in=kinds, person__batch__opened_at__isnull=False)
    return int((rows | opened).aggregate(n=Count("person", distinct=True))["n"])


@dataclass
class TieStanding:
    """What a list shows of one person's ties: the live kinds, who holds the running ones, and the last talk."""

    live: set[TieKind] = field(default_factory=set)
    held_by: list[str] = field(default_factory=list)
    last_talk: datetime | None = None


def standings(*, viewer: Viewer, people: Iterable[Sighted], on: date) -> dict[int, TieStanding]:
    """Return how the ties of each of these people stand on a day, in one question for all of them."""
    found = {person.pk: TieStanding() for person in people}
    if not found:
        return found
    seen, params = of_visible(viewer, FieldClass.OPERATIONAL, "t.person_id")
    rows = asking.rows(
        "SELECT t.person_id, t.kind, t.status, t.ended_at, t.last_two_way_at, t.owner_id, a.name FROM steady_tie t "
        f"LEFT JOIN organisation_account a ON a.id = t.owner_id WHERE t.person_id IN ({asking.marks(list(found))}) "
        f"AND {seen} ORDER BY a.name, t.owner_id, t.id",
        [*found, *params],
    )
    end, since = _reach(on)
    holders: set[tuple[int, int]] = set()
    for person_id, kind, status, ended_at, touched, owner_id, owner in rows:
        one, last = found[person_id], asking.moment(touched)
        if last is not None and (one.last_talk is None or last > one.last_talk):
            one.last_talk = last
        if ended_at is not None or owner_id is None:
            continue
        if (person_id, owner_id) not in holders:
            holders.add((person_id, owner_id))
            one.held_by.append(owner)
        if status in LIVE_STATUSES and last is not None and since[kind] <= last < end:
            one.live.add(TieKind(kind))
    return found


def _reach(on: date) -> tuple[datetime, dict[str, datetime]]:
    """Return when a day ends, and since when a touch keeps a tie of each kind live until then."""
    here = zone()
    begins = {kind.value: end_of(on - timedelta(days=n + 1), here) for kind, n in windows(on=on).items()}
    return end_of(on, here), begins


def live_kinds(*, viewer: Viewer, people: Iterable[Sighted], on: date) -> dict[int, set[TieKind]]:
    """Return of which kinds each of these people has a live tie today: what the strand glyph lights."""
    return {pk: one.live for pk, one in standings(viewer=viewer, people=people, on=on).items()}


def organised_now(*, viewer: Viewer, on: date) -> list[tuple[int, str]]:
    """Return each person the viewer may see with each kind of organised tie that is live today (METHODS 0)."""
    end, since = _reach(on)
    rows = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(
        # Those in sight are gathered first, and each kind's own window is looked at in what is left.
        person__in=Person.objects.gathered_for(viewer).values("pk"),
        kind__in=[kind.value for kind in ORGANISED_KINDS],
        ended_at=None,
        owner__isnull=False,
        status__in=[s.value for s in LIVE_STATUSES],
        last_two_way_at__gte=min(since[kind.value] for kind in ORGANISED_KINDS),
        last_two_way_at__lt=end,
    )
    found = rows.values_list("person", "kind", "last_two_way_at")
    return [(person, kind) for person, kind, last in found if last >= since[kind]]


def last_two_way(*, viewer: Viewer, person: Person) -> dict[TouchKind, date]:
    """Return on which day a person last did something of each kind: talked, came, lent a hand."""
    here = zone()
    rows = Touch.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=person, is_two_way=True)
    return {
        TouchKind(kind): at.astimezone(here).date()
        for kind, at in rows.order_by().values_list("kind").annotate(last=Max("at"))
    }


def said_no(*, person: Person) -> bool:
    """Tell whether someone stepped back or turned against us and holds no running tie: no outreach then (SYSTEM 21)."""
    rows = list(Tie.objects.filter(person=person).values_list("status", "ended_at"))
    refused = any(status in (Status.STEPPED_BACK, Status.OPPOSED) for status, _ in rows)
    return refused and all(ended is not None for _, ended in rows)


def pathways() -> list[Stage]:
    """Return the pathways of all kinds of tie, each in its order."""
    return asking.found("pathways", lambda: Stage.objects.filter(ended_at=None).order_by("kind", "place"))


def stages(*, kind: TieKind) -> list[Stage]:
    """Return the pathway of a kind of tie."""
    return list(Stage.objects.filter(kind=kind.value, ended_at=None).order_by("place"))


def stage_moves_of(*, viewer: Viewer, person: Person) -> list[StageMove]:
    """Return when and why the ties of this person moved along their pathways, latest first."""

    def question() -> Any:
        seen = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=asking.SOME_ROW)
        rows = StageMove.objects.filter(tie__in=seen.values("pk"))
        return rows.select_related("tie", "stage", "by").order_by("-at")

    return asking.found(("stage_moves_of", viewer), question, row=person.pk)


def statuses_of(*, viewer: Viewer, person: Person) -> list[TieStatus]:
    """Return how the ties of this person stood over time, latest first."""

    def question() -> Any:
        seen = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=asking.SOME_ROW)
        rows = TieStatus.objects.filter(tie__in=seen.values("pk"))
        return rows.select_related("tie", "by").order_by("-since_at", "-pk")

    return asking.found(("statuses_of", viewer), question, row=person.pk)


def last_touch() -> Subquery:
    """Return a column: when a person was last touched, for lists of people."""
    newest = Touch.objects.filter(person=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(newest.values("at")[:1])
