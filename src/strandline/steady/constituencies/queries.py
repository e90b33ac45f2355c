from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role, Viewer
from strandline.organisation.privacy.rules.bands import Band
from strandline.organisation.privacy.rules.nested import nested_bands
from strandline.steady.people.models import Person
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import ORGANISED_KINDS
from strandline.store import asking
from strandline.store.records import Absent

from . import rules
from .models import Constituency, ConstituencyMembership, SectionWeek, SizeEstimate
from .rules import Dimension, Held

MAY_NAME = (Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD)


def tree(*, viewer: Viewer) -> list[Constituency]:
    """Return the sections in use, each after the one it stands under, by name; they are the same for everybody.

    Each has `depth`, and `size` with its `source` where somebody has estimated it.
    """
    if not viewer.scopes:
        return []
    rows: list[Any] = list(
        _sized(Constituency.objects.filter(ended_at=None)).order_by("dimension", "name", "pk")
    )
    found = rules.in_order(
        rows, own={row: row.pk for row in rows}, parents={row: row.parent_id for row in rows}
    )
    for row, deep in found:
        row.depth = deep
    return [row for row, _ in found]


def _sized(rows: Any) -> Any:
    latest = SizeEstimate.objects.filter(constituency=OuterRef("pk")).order_by("-at", "-pk")
    return rows.annotate(
        size=Subquery(latest.values("size")[:1]), source=Subquery(latest.values("source")[:1])
    )


def constituency(*, viewer: Viewer, code: str) -> Any:
    """Return one section, with its `size` and `source`. Raises Absent."""
    rows = _sized(Constituency.objects.filter(code=code)).select_related("parent")
    row = rows.first() if viewer.scopes else None
    if row is None:
        raise Absent
    return row


def depth(row: Constituency | None) -> int:
    """Return how many sections stand above this one, itself included."""
    deep = 0
    while row is not None:
        deep, row = deep + 1, row.parent
    return deep


def may_name(viewer: Viewer) -> bool:
    """Tell whether the viewer names sections and says how large they are."""
    return viewer.is_(*MAY_NAME)


def may_count(viewer: Viewer) -> bool:
    """Tell whether the viewer sees people, and so how many of them belong to a section."""
    return viewer.is_(*PEOPLE_ROLES)


def is_told_in_bands(viewer: Viewer) -> bool:
    """Tell whether the viewer is at the centre and sees no people: then only released weeks, in bands (METHODS 7)."""
    return viewer.is_(Role.CENTRE) and not may_count(viewer)


def sections_of(*, viewer: Viewer, person: Person, on: date) -> list[Constituency]:
    """Return the sections to which a person belonged on a day, by name, as far as the viewer may know."""

    def question() -> Any:
        held = ConstituencyMembership.objects.known_to(viewer).filter(person=asking.SOME_ROW).on(on)
        rows = Constituency.objects.filter(pk__in=held.values("constituency"))
        return rows.select_related("parent").order_by("name", "pk")

    return asking.found(("sections_of", viewer, on), question, row=person.pk)


def held(*, viewer: Viewer, on: date) -> dict[int, Held]:
    """Return how many people the viewer may see belong to each section today, and have an organised tie that is live."""
    # Those in sight are gathered first: else everybody's sections would be gone through for the few of a team.
    mine = Person.objects.gathered_for(viewer).values("pk")
    rows = ConstituencyMembership.objects.known_to(viewer).on(on).filter(person__in=mine)
    kinds: dict[int, set[str]] = {}
    for person, kind in ties.organised_now(viewer=viewer, on=on):
        kinds.setdefault(person, set()).add(kind)
    belongs = rows.values_list("person", "constituency")
    return rules.rolled_up(belongs, {who: frozenset(found) for who, found in kinds.items()}, _parents())


def rolled_up(belongs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return how many of some things belong to each section or to one under it, each once. A step of other questions."""
    return {section: one.people for section, one in rules.rolled_up(belongs, {}, _parents()).items()}


def _parents() -> dict[int, int | None]:
    return dict(Constituency.objects.values_list("pk", "parent"))


def under(*, section: Constituency) -> set[int]:
    """Return a section and all that stand under it, by key. A step of questions that asked for their viewer."""
    parents = _parents()
    found = {section.pk}
    while more := {own for own, above in parents.items() if above in found} - found:
        found |= more
    return found


def people_in(
    *, viewer: Viewer, section: Constituency, on: date, after: tuple[str, str] | None = None, most: int = 50
) -> list[Person]:
    """Return people who belong to a section or to one under it and whom the viewer may see, by name."""
    inside = (
        ConstituencyMembership.objects.known_to(viewer).on(on).filter(constituency__in=under(section=section))
    )
    rows = Person.objects.filter(pk__in=inside.values("person"))
    if after is not None:
        rows = rows.filter(order_key__gt=after[0])
    return list(rows.order_by("order_key")[:most])


def estimates(*, viewer: Viewer, section: Constituency) -> list[SizeEstimate]:
    """Return how large a section was said to be, the latest first, for a viewer who was given the section."""
    return list(SizeEstimate.objects.filter(constituency=section).select_related("by").order_by("-at", "-pk"))


@dataclass(frozen=True)
class BandedSection:
    """One section as the centre is told of it: people with an organised tie in the last released week."""

    section: Constituency
    depth: int
    organised: Band
    per_thousand: float | None


def banded(*, viewer: Viewer) -> tuple[date | None, list[BandedSection]]:
    """Return the last released week of the sections in bands, and its day. Raises Absent for who is not at the centre."""
    if not is_told_in_bands(viewer):
        raise Absent
    on = SectionWeek.objects.order_by("-on").values_list("on", flat=True).first()
    released = SectionWeek.objects.filter(on=on) if on else SectionWeek.objects.none()
    counts = dict(released.values_list("constituency", "organised"))
    rows = tree(viewer=viewer)
    bands = nested_bands(
        {row.pk: counts.get(row.pk, 0) for row in rows}, {row.pk: row.parent_id for row in rows}
    )
    found = []
    for row in rows:
        told = bands[row.pk]
        share = None if told.about is None else rules.per_thousand(told.about, row.size)  # type: ignore[attr-defined]
        found.append(BandedSection(row, row.depth, told, share))  # type: ignore[attr-defined]
    return on, found


def week_to_release(*, today: date) -> date | None:
    """Return the Sunday that is over and was not released yet; None when it was. A step of the clock's action."""
    sunday = today - timedelta(days=today.isoweekday())
    return None if SectionWeek.objects.filter(on=sunday).exists() else sunday


def organised_in_all(*, on: date) -> dict[int, int]:
    """Return how many people with an organised tie each section had as a day ended. Sums only."""
    rows = ConstituencyMembership.objects.on(on).values_list("person", "constituency")
    kinds: dict[int, frozenset[str]] = {}
    lives = ties.live_ties(on=on).filter(kind__in=[kind.value for kind in ORGANISED_KINDS])
    opened = Q(person__batch=None) | Q(person__batch__opened_at__isnull=False)
    for person, kind in lives.filter(opened).values_list("person", "kind"):
        kinds[person] = kinds.get(person, frozenset()) | {kind}
    return {section: one.organised for section, one in rules.rolled_up(rows, kinds, _parents()).items()}


def dimensions_in_use(sections: Iterable[Constituency]) -> list[Dimension]:
    """Return the dimensions that these sections have, in the order of the glossary."""
    used = {row.dimension for row in sections}
    return [one for one in Dimension if one.value in used]


def by_code(*, viewer: Viewer, codes: Sequence[str]) -> list[Constituency]:
    """Return sections in use by their codes. Raises Absent when one of them is none."""
    wanted = list(dict.fromkeys(codes))
    found = {row.code: row for row in tree(viewer=viewer) if row.code in wanted}
    if len(found) != len(wanted):
        raise Absent
    return [found[code] for code in wanted]
