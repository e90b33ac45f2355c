from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.people import queries as people
from strandline.steady.people.models import Person
from strandline.steady.ties.queries import zone
from strandline.store.records import FieldClass

from . import queries, rules
from .models import Constituency, ConstituencyMembership
from .rules import Dimension


class CannotAddConstituency(Exception):
    """The section cannot be made; the reason is written for the screen."""


@audit.deed("constituency.added", can_be_taken_back=True)
def add_constituency(
    *, name: str, dimension: Dimension, by: Viewer, at: datetime, parent: str = ""
) -> Constituency:
    """Make a section of people, at the top of its dimension or under another. Raises Absent, BadText."""
    if not by.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD):
        raise CannotAddConstituency("Your role makes no constituencies.")
    above = queries.constituency(viewer=by, code=parent) if parent else None
    if above is not None:
        verdict = rules.may_stand_under(
            dimension, parent=Dimension(above.dimension), depth=queries.depth(above)
        )
        if not verdict.ok:
            raise CannotAddConstituency(verdict.reason)
    row = Constituency.objects.create(
        name=clean(name, field="name", most=200), dimension=dimension.value, parent=above
    )
    audit.record(verb="constituency.added", by=by, at=at)
    return row


@audit.deed("constituency.joined", can_be_taken_back=True)
def place_in(*, person: str, constituency: str, by: Viewer, at: datetime) -> ConstituencyMembership:
    """Note that someone belongs to a section of people from today on; already noted stays as it is. Raises Absent."""
    who = people.person(viewer=by, code=person, seeing=FieldClass.OPERATIONAL)
    section = queries.constituency(viewer=by, code=constituency)
    today = at.astimezone(zone()).date()
    held: ConstituencyMembership | None = ConstituencyMembership.objects.filter(
        person=who, constituency=section, until_on=None
    ).first()
    if held is not None:
        return held
    row = ConstituencyMembership.objects.create(
        person=who, constituency=section, since_on=today, by_id=by.account_id
    )
    audit.record(verb="constituency.joined", about=who, by=by, at=at)
    return row


@audit.deed("constituency.left", can_be_taken_back=True)
def take_out(*, person: str, constituency: str, by: Viewer, at: datetime) -> Person:
    """Note that someone belongs to a section of people no more; that they did stays on record. Raises Absent."""
    who = people.person(viewer=by, code=person, seeing=FieldClass.OPERATIONAL)
    section = queries.constituency(viewer=by, code=constituency)
    held = ConstituencyMembership.objects.filter(person=who, constituency=section, until_on=None)
    for row in held:
        row.until_on = max(at.astimezone(zone()).date(), row.since_on)
        row.save(update_fields=["until_on"])
        audit.record(verb="constituency.left", about=who, by=by, at=at)
    return who
