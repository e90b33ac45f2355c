"""The centre's view: what was released of the weeks, in bands that give no small group away, and without a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from strandline.ledger.waves.models import WeeklyTotal
from strandline.ledger.waves.rules.history import ORGANISED
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branch_queries
from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import Band, Release, band, release
from strandline.store.records import Absent

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
    came: Band | None
    before: int | None
    after: int | None
    after_on: date | None
    # The same two of the whole organisation, as the picture draws it.
    all_before: int | None
    all_after: int | None


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
    found = []
    for entry in entries(viewer=viewer, branch=None):
        below = branch_queries.below(branch=entry.surge.branch_id)
        places = [place for place, row in enumerate(branches) if row.pk in below]
        found.append(_wave(entry, weeks, places))
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


def _wave(entry: Entry, weeks: Sequence[BandedWeek], places: Iterable[int]) -> BandedWave:
    surge, line = entry.surge, entry.line
    inside = list(places)
    after_on = surge.ends_on + timedelta(days=AFTER_DAYS) if surge.ends_on else None
    known = after_on is not None and bool(weeks) and after_on <= weeks[-1].on
    return BandedWave(
        entry,
        band(line.figures["came"]) if line is not None else None,
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
    told = [found for place in places if (found := week.branch(place).about) is not None]
    return sum(told) if told else None
