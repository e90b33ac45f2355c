from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from strandline.lib.text import BadText, clean, fold
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.privacy.rules.basis import may_record_opinion
from strandline.steady.people import queries as people
from strandline.steady.people.models import Person
from strandline.steady.ties.queries import basis, zone
from strandline.store.records import Absent, FieldClass

from . import queries, rules
from .models import Constituency, ConstituencyMembership, SectionWeek, SizeEstimate
from .rules import Dimension


class CannotAddConstituency(Exception):
    """The section cannot be made or changed; the reason is written for the screen."""


class CannotPlace(Exception):
    """Someone cannot be put into a section; the reason is written for the screen."""


def _may_name(by: Viewer) -> None:
    if not queries.may_name(by):
        raise CannotAddConstituency("Leads and data stewards name sections and say how large they are.")


@audit.deed("constituency.added", can_be_taken_back=True)
def add_constituency(
    *,
    name: str,
    dimension: Dimension,
    by: Viewer,
    at: datetime,
    parent: str = "",
    size: int | None = None,
    source: str = "",
) -> Constituency:
    """Make a section of people, at the top of its dimension or under another, with its size if somebody knows it.

    Raises Absent, BadText, CannotAddConstituency.
    """
    _may_name(by)
    above = queries.constituency(viewer=by, code=parent) if parent else None
    if above is not None:
        verdict = rules.may_stand_under(
            dimension, parent=Dimension(above.dimension), depth=queries.depth(above)
        )
        if not verdict.ok:
            raise CannotAddConstituency(verdict.reason)
    row = Constituency.objects.create(
        name=_name(name, dimension, above), dimension=dimension.value, parent=above
    )
    if size is not None:
        _estimate(row, size, source, by, at)
    audit.record(verb="constituency.added", by=by, at=at)
    return row


def _name(text: str, dimension: Dimension, above: Constituency | None, own: int = 0) -> str:
    name = clean(text, field="name", most=200)
    beside = Constituency.objects.filter(dimension=dimension.value, parent=above, ended_at=None).exclude(
        pk=own
    )
    if any(fold(other) == fold(name) for other in beside.values_list("name", flat=True)):
        raise BadText("name", "There is a section of this name here already.")
    return name


def _estimate(row: Constituency, size: int, source: str, by: Viewer, at: datetime) -> SizeEstimate:
    if not 1 <= size <= rules.MOST_SIZE:
        raise BadText("size", "Give a number of people from 1 to 8,000,000,000.")
    words = clean(source, field="source", most=300, required=False)
    if not words:
        raise BadText("source", "Say where the number is from: a census, a union's count, your own guess.")
    return SizeEstimate.objects.create(constituency=row, size=size, source=words, at=at, by_id=by.account_id)


@audit.deed("constituency.renamed", can_be_taken_back=True)
def rename_constituency(*, constituency: str, name: str, by: Viewer, at: datetime) -> Constituency:
    """Give a section another name. Raises Absent, BadText, CannotAddConstituency."""
    row: Constituency = queries.constituency(viewer=by, code=constituency)
    _may_name(by)
    row.name = _name(name, Dimension(row.dimension), row.parent, row.pk)
    row.save(update_fields=["name"])
    audit.record(verb="constituency.renamed", by=by, at=at)
    return row


@audit.deed("constituency.estimated", can_be_taken_back=True)
def estimate_size(*, constituency: str, size: int, source: str, by: Viewer, at: datetime) -> Constituency:
    """Say how many people a section has, and where the number is from; what was said before stays on record.

    Raises Absent, BadText, CannotAddConstituency.
    """
    row: Constituency = queries.constituency(viewer=by, code=constituency)
    _may_name(by)
    _estimate(row, size, source, by, at)
    audit.record(verb="constituency.estimated", by=by, at=at)
    return row


@audit.deed("constituency.ended", can_be_taken_back=True)
def end_constituency(*, constituency: str, by: Viewer, at: datetime) -> Constituency:
    """Use a section no more; who belonged to it, and when, stays on record. Raises Absent, CannotAddConstituency."""
    row: Constituency = queries.constituency(viewer=by, code=constituency)
    _may_name(by)
    if row.ended_at is not None:
        return row
    if Constituency.objects.filter(parent=row, ended_at=None).exists():
        raise CannotAddConstituency("Sections stand under this one. End them first.")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    audit.record(verb="constituency.ended", by=by, at=at)
    return row


@audit.deed("constituency.joined", can_be_taken_back=True)
def place_in(
    *, people: Sequence[str], constituency: str, by: Viewer, at: datetime, since: date | None = None
) -> Constituency:
    """Note that people belong to a section from a day on, today if none is said; who does already stays as they are.

    Where belonging may give away origin or belief it is kept like a view, only of who agreed or gave other ground.
    Raises Absent, CannotPlace.
    """
    rows = _people(people, by)
    section: Constituency = queries.constituency(viewer=by, code=constituency)
    today = at.astimezone(zone()).date()
    if section.ended_at is not None:
        raise CannotPlace("This section is used no more.")
    if since is not None and since > today:
        raise CannotPlace("The day is still to come. Choose today or earlier.")
    held = set(
        ConstituencyMembership.objects.filter(
            constituency=section, until_on=None, person__in=rows
        ).values_list("person", flat=True)
    )
    coming = [person for person in rows if person.pk not in held]
    if Dimension(section.dimension).is_view:
        _need_ground(coming, today)
    for person in coming:
        ConstituencyMembership.objects.create(
            person=person, constituency=section, since_on=since or today, by_id=by.account_id
        )
    if coming:
        audit.record(verb="constituency.joined", about=coming, by=by, at=at)
    return section


def _people(codes: Sequence[str], by: Viewer) -> list[Person]:
    wanted = list(dict.fromkeys(codes))
    found = people.people_by_code(viewer=by, codes=wanted, seeing=FieldClass.OPERATIONAL)
    if len(found) != len(wanted):
        raise Absent
    return list(found)


def _need_ground(rows: Sequence[Person], today: date) -> None:
    for person in rows:
        if not may_record_opinion(basis(person=person, on=today), on=today).ok:
            raise CannotPlace(
                "A community may tell of origin or belief. It can be noted once the person has agreed to it."
            )


@audit.deed("constituency.left", can_be_taken_back=True)
def take_out(*, person: str, constituency: str, by: Viewer, at: datetime) -> Person:
    """Note that someone belongs to a section of people no more; that they did stays on record. Raises Absent."""
    (who,) = _people([person], by)
    section = queries.constituency(viewer=by, code=constituency)
    known = ConstituencyMembership.objects.known_to(by)
    for row in known.filter(person=who, constituency=section, until_on=None):
        row.until_on = max(at.astimezone(zone()).date(), row.since_on)
        row.save(update_fields=["until_on"])
        audit.record(verb="constituency.left", about=who, by=by, at=at)
    return who


def release_sections(*, at: datetime) -> int:
    """Release how many organised people each section had on the last Sunday, once; return how many rows that made.

    What was released stays, whatever is erased, merged or entered late afterwards. The clock does it.
    """
    on = queries.week_to_release(today=at.astimezone(zone()).date())
    if on is None:
        return 0
    counts = queries.organised_in_all(on=on)
    made = [SectionWeek(constituency_id=section, on=on, organised=n) for section, n in counts.items()]
    return audit.release(made, of="constituency", verb="constituency.week_released", at=at)
