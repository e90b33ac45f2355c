"""What the index of surges says of signals: the series that depart from their usual course, and how many are watched."""

from __future__ import annotations

from dataclasses import dataclass, field

from strandline.organisation.accounts.rules import Role
from strandline.surge.signals import queries
from strandline.surge.signals.rules import Tier
from strandline.surge.signals.rules.watched import may_look
from strandline.web.requests import Request
from strandline.web.signals.words import CHIPS, TIERS, Words, name_of

LOUD = (Tier.ALARM, Tier.WATCH)
MOST = 5


@dataclass(frozen=True)
class Sign:
    """One series that departs from its usual course, with what was said of it."""

    url: str
    name: Words
    tier: Words
    chip: str
    why: str


@dataclass(frozen=True)
class Signs:
    """The loudest series, and how many are watched in all; `is_banded` at the centre, which is told of weeks only."""

    rows: list[Sign] = field(default_factory=list)
    watched: int = 0
    is_banded: bool = False
    template: str = "waves/signals.html"


def of(request: Request) -> Signs | None:
    """Return what stands of the viewer's signals; None for roles that see none."""
    viewer = request.viewer
    if not may_look(viewer):
        return None
    if not viewer.is_(Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD):
        return Signs(is_banded=True)
    series = queries.series_of(viewer=viewer)
    said = queries.said_last(viewer=viewer, series=series)
    rows = [
        (LOUD.index(tier), Sign(f"/surges/signals/{one.code}/", name_of(one.source, one.name), TIERS[tier], CHIPS[tier], word.why))
        for one in series
        if (word := said.get(one.pk)) is not None and (tier := Tier(word.tier)) in LOUD
    ]  # fmt: skip
    rows.sort(key=lambda row: row[0])
    return Signs([sign for _, sign in rows[:MOST]], len(series))
