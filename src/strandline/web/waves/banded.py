"""The centre's page of the waves: bands, weekly, one- and two-way, no name and no way further down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from strandline.ledger.waves import queries
from strandline.organisation.privacy.rules.bands import SMALL, Band
from strandline.web.pictures.picture import Table, number, signed
from strandline.web.requests import Request
from strandline.web.ties.picture import strand_words

from . import strandline
from .strandline import WavePoint, WeekPoint

if TYPE_CHECKING:
    from datetime import date

    from strandline.ledger.waves.queries import BandedLedger, BandedWave
    from strandline.web.pictures.picture import Picture


@dataclass(frozen=True)
class BandedLine:
    """One wave in bands."""

    name: str
    branch: str
    starts_on: date
    came: str
    before: str
    after: str
    net: str


@dataclass(frozen=True)
class Banded:
    """What the centre's page shows."""

    picture: Picture | None
    table: Table | None
    lines: list[BandedLine]
    week: date | None


def of(request: Request) -> Banded:
    """Return the page of whoever is at the centre. Raises Absent for others."""
    told = queries.banded_ledger(viewer=request.viewer)
    weeks = [WeekPoint(one.on, one.active.about, one.total.about) for one in told.weeks]
    first = weeks[0].on if weeks else None
    waves = [_point(one) for one in told.waves if first is not None and one.entry.surge.starts_on >= first]
    drawn = strandline.picture(weeks, waves, counted="/help/counted/bands/") if len(weeks) > 1 else None
    return Banded(drawn, _table(told), [_line(one) for one in told.waves], weeks[-1].on if weeks else None)


def words(told: Band) -> str:
    """A band as the page says it."""
    if told.is_small:
        return _("under %(n)s") % {"n": SMALL}
    if told.about is None:
        return _("not shown")
    if told.reads.startswith("about"):
        return _("about %(n)s") % {"n": number(told.about)}
    return _("%(low)s to %(high)s") % {"low": number(told.low), "high": number(told.high)}


def about(value: int | None) -> str:
    """What was made of bands, as the page says it."""
    return "–" if value is None else _("about %(n)s") % {"n": number(value)}


def _net(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _point(one: BandedWave) -> WavePoint:
    surge = one.entry.surge
    return WavePoint(
        name=surge.name,
        starts_on=surge.starts_on,
        ends_on=surge.ends_on,
        came=_("%(n)s came") % {"n": about(one.came)} if one.came is not None else "",
        after_on=one.after_on if one.all_after is not None else None,
        after=one.all_after,
        after_words=about(one.all_after) if one.all_after is not None else "",
        net=_net(one.all_before, one.all_after),
    )


def _line(one: BandedWave) -> BandedLine:
    surge, net = one.entry.surge, _net(one.before, one.after)
    return BandedLine(
        surge.name,
        surge.branch.name,
        surge.starts_on,
        about(one.came),
        about(one.before),
        about(one.after),
        "–" if net is None else signed(net),
    )


def _table(told: BandedLedger) -> Table | None:
    """The latest week: live organised ties by branch and kind."""
    if not told.weeks:
        return None
    week, kinds = told.weeks[-1], strand_words()
    names = {kind.value: label for kind, label in kinds.items()}
    columns = (_("Branch"), *(names[kind] for kind in queries.KINDS), _("All"))
    rows = [
        (row.name, *(words(week.cell(n, k)) for k in range(len(queries.KINDS))), words(week.branch(n)))
        for n, row in enumerate(told.branches)
    ]
    whole = (_("Together"), *(words(week.kind(k)) for k in range(len(queries.KINDS))), words(week.total))
    return Table(_("Organised ties by branch and kind"), columns, (*rows, whole))
