from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit

from . import queries, rules
from .models import Constituency
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
