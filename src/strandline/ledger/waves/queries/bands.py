"""The centre's view: what was released of the weeks, in bands that give no small group away, and without a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from strandline.ledger.waves.models import SurgeWeek, WeeklyTotal
from strandline.ledger.waves.rules.history import ORGANISED
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branch_queries
from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import Band, Release, band, part_of, release
from strandline.store.records import Absent
from strandline.surge.absorption.rules.funnel import Step
from strandline.surge.moments.models import Surge

from .lines import Entry, entries, is_told_in_bands

MOST_WEEKS = 104
AFTER_DAYS = 90
KINDS = tuple(kind.name.lower() for kind in ORGANISED)


@lru_cache(maxsize=512)
def _tables(shape: tuple[int, int], counts: bytes) -> Release:
    """The tables of one week: the same for the same counts, and so worked out once."""
    return release(np.frombuffer(counts, dtype=np.int64).reshape(shape))


@dataclass(frozen=True)
class BandedWeek:
    """One released week of the whole organisation: live organised ties by branch and kind, and active people."""

    on: date
    tables: Release
    active: Band

    @property
    def total(self) -> Band:
        return self.tables.cell((), ())

    def branch(self, place: int) -> Band:
        return self.tables.cell((0,), (place,))

    def kind(self, place: int) -> Band:
        return self.tables.cell((1,), (place,))

    def cell(self, branch: int, kind: int) -> Band:
        return self.tables.cell((0, 1), (branch, kind))


@dataclass(frozen=True)
class BandedWave:
    """A wave as the centre sees it: how many came, and the ties of its branches before and 90 days after, all in bands."""

    entry: Entry
    came: int | None
    before: int | None
    after: int | None
    after_on: date | None
    # The same two of the whole organisation, as the picture draws it.
    all_before: int | None
    all_after: int | None


@dataclass(frozen=True)
class BandedSurge:
    """A surge as the centre sees it: who came in each released week, and how far they had got by the last, in bands."""

    until: date
    weeks: tuple[tuple[date, Band], ...]
    steps: tuple[tuple[Step, Band], ...]

    @property
    def came(self) -> int | None:
        """About how many came in all: made from the bands, never from the counts. None while each is under five."""
        return _together(one for _monday, one in self.weeks)


@dataclass(frozen=True)
class BandedLedger:
    """All that the centre is told of the waves."""

    branches: tuple[Branch, ...]
    weeks: tuple[BandedWeek, ...]
    waves: tuple[BandedWave, ...]


def banded_ledger(*, viewer: Viewer) -> BandedLedger:
    """Return the ledger of the whole organisation in bands (METHODS 7). Raises Absent for who is not at the centre."""
    if not is_told_in_bands(viewer=viewer):
        raise Absent
    branches = tuple(Branch.objects.order_by("name", "pk"))
    weeks = _weeks(branches)
    found, told = [], entries(viewer=viewer, branch=None)
    surges = _surges([entry.surge for entry in told])
    for entry in told:
        below = branch_queries.below(branch=entry.surge.branch_id)
        places = [place for place, row in enumerate(branches) if row.pk in below]
        found.append(_wave(entry, surges.get(entry.surge.pk), weeks, places))
    return BandedLedger(branches, weeks, tuple(found))


def _weeks(branches: Sequence[Branch]) -> tuple[BandedWeek, ...]:
    place = {row.pk: n for n, row in enumerate(branches)}
    root = next((row.pk for row in branches if row.parent_id is None), None)
    days = list(WeeklyTotal.objects.order_by("-on").values_list("on", flat=True).distinct()[:MOST_WEEKS])
    rows = WeeklyTotal.objects.filter(on__in=days).values_list("on", "branch", "kinds", "active")
    shape = (len(branches), len(KINDS))
    counts = {on: np.zeros(shape, dtype=np.int64) for on in days}
    active = dict.fromkeys(days, 0)
    for on, branch, kinds, people in rows:
        counts[on][place[branch]] = kinds
        if branch == root:
            active[on] = people
    return tuple(
        BandedWeek(on, _tables(shape, counts[on].tobytes()), band(active[on])) for on in sorted(days)
    )


def banded_surge(*, viewer: Viewer, surge: Surge) -> BandedSurge | None:
    """Return a surge in bands as it was released; None before its first Monday. Raises Absent for who is not at the centre."""
    if not is_told_in_bands(viewer=viewer):
        raise Absent
    return _surges([surge]).get(surge.pk)


def _surges(surges: Sequence[Surge]) -> dict[int, BandedSurge]:
    rows: dict[int, list[SurgeWeek]] = {}
    for row in SurgeWeek.objects.filter(surge__in=[one.pk for one in surges]).order_by("on"):
        rows.setdefault(row.surge_id, []).append(row)
    return {surge: _surge(weeks) for surge, weeks in rows.items()}


def _surge(rows: Sequence[SurgeWeek]) -> BandedSurge:
    """The weeks in which people came, and the steps of the last: no more of them than leaves every small week in doubt."""
    last = rows[-1]
    weeks = tuple((row.on - timedelta(days=6), band(row.came)) for row in rows)
    told = [one for _monday, one in weeks]
    counts = zip(list(Step)[1:], (last.called, last.spoke, last.asked, last.acted), strict=True)
    steps = tuple((step, part_of(count, told)) for step, count in counts)
    came = max((n for n, row in enumerate(rows) if row.came), default=0)
    return BandedSurge(last.on, weeks[: came + 1], steps)


def _together(bands: Iterable[Band]) -> int | None:
    told = [found for one in bands if (found := one.about) is not None]
    return sum(told) if told else None


def _wave(
    entry: Entry, released: BandedSurge | None, weeks: Sequence[BandedWeek], places: Iterable[int]
) -> BandedWave:
    surge = entry.surge
    inside = list(places)
    after_on = surge.ends_on + timedelta(days=AFTER_DAYS) if surge.ends_on else None
    known = after_on is not None and bool(weeks) and after_on <= weeks[-1].on
    return BandedWave(
        entry,
        released.came if released is not None else None,
        _about(weeks, surge.starts_on - timedelta(days=1), inside),
        _about(weeks, after_on, inside) if known and after_on is not None else None,
        after_on if known else None,
        _whole(weeks, surge.starts_on - timedelta(days=1)),
        _whole(weeks, after_on) if known and after_on is not None else None,
    )


def _week(weeks: Sequence[BandedWeek], day: date) -> BandedWeek | None:
    """The last week up to a day."""
    return next((one for one in reversed(weeks) if one.on <= day), None)


def _whole(weeks: Sequence[BandedWeek], day: date) -> int | None:
    week = _week(weeks, day)
    return None if week is None else week.total.about


def _about(weeks: Sequence[BandedWeek], day: date, places: Sequence[int]) -> int | None:
    """The ties of these branches in the last week up to a day, made from what is released and from nothing else."""
    week = _week(weeks, day)
    if week is None:
        return None
    return _together(week.branch(place) for place in places)
