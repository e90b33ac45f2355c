"""P18 on the pages of sections and of signals: what the centre may ever see of either proves nobody's presence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from django.test import Client

from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import ENDLESS, Band, band
from strandline.steady.constituencies import queries
from strandline.steady.constituencies.models import Constituency, SectionWeek
from strandline.surge.signals import queries as signals
from strandline.surge.signals.models import Evaluation, WatchedSeries
from strandline.surge.signals.rules.watched import monday
from tests.acceptance.cells import Auditor, Known, Tally, margins, week_after
from tests.cast import Cast

NOW = datetime(2026, 1, 16, 12, tzinfo=UTC)
WEEKS = 26


def planted(cast: Cast, rng: np.random.Generator) -> list[Constituency]:
    """A tree of sections, three deep and most of them small, in which everybody belongs to a section at the foot."""
    found = []
    for top in range(3):
        root = Constituency.objects.create(name=f"Town {top}", dimension="place")
        found.append(root)
        for middle in range(int(rng.integers(2, 4))):
            quarter = Constituency.objects.create(
                name=f"Quarter {top}.{middle}", dimension="place", parent=root
            )
            found.append(quarter)
            for street in range(int(rng.integers(0, 4))):
                name = f"Street {top}.{middle}.{street}"
                found.append(Constituency.objects.create(name=name, dimension="place", parent=quarter))
    return found


def leaves_of(rows: list[Constituency]) -> dict[int, list[int]]:
    """For each section the places of the sections at its foot: the cells of which its count is the sum."""
    above = {row.pk: row.parent_id for row in rows}
    foot = [row.pk for row in rows if row.pk not in above.values()]
    found: dict[int, list[int]] = {row.pk: [] for row in rows}
    for place, leaf in enumerate(foot):
        key: int | None = leaf
        while key is not None:
            found[key].append(place)
            key = above[key]
    return found


def known(cells: list[int], shown: Band) -> Known:
    return Known(np.array(cells), shown.low, np.inf if shown.high >= ENDLESS else shown.high)


def audited(auditor: Auditor, counts: np.ndarray, groups: list[list[int]], tally: Tally) -> None:
    for cells in groups:
        size = int(counts[cells].sum())
        if 1 <= size <= 4:
            tally.add(auditor.range_of(np.array(cells)), size)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_found_in_half_a_year_of_sections(cast: Cast, seed: int) -> None:
    """The reader at their strongest: sure that everybody is in a section at the foot, and in one alone."""
    rng = np.random.default_rng(seed)
    rows = planted(cast, rng)
    under = leaves_of(rows)
    counts = rng.poisson(
        rng.lognormal(1.0, 0.9, 1 + max(place for cells in under.values() for place in cells))
    )
    tally, naive = Tally(), Tally()

    for week in range(WEEKS):
        on = date(2025, 7, 6) + timedelta(weeks=week)
        SectionWeek.objects.bulk_create(
            SectionWeek(constituency=row, on=on, organised=int(counts[under[row.pk]].sum())) for row in rows
        )
        released_on, told = queries.banded(viewer=cast.viewer("dede", NOW))
        assert released_on == on
        seen = [known(under[one.section.pk], one.organised) for one in told if one.section.pk in under]
        plain = [known(cells, band(int(counts[cells].sum()))) for cells in under.values()]
        groups = list(under.values())
        audited(Auditor(len(counts), seen), counts, groups, tally)
        audited(Auditor(len(counts), plain), counts, groups, naive)
        counts = week_after(counts, rng)

    assert tally.audited > 100
    assert (tally.exact, tally.present, tally.full) == (0, 0, tally.audited)
    # The bite: each count in its own band proves that somebody is there.
    assert naive.present > 0


def test_pages_of_sections_hold_no_number_but_those_of_the_bands(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    rows = planted(cast, np.random.default_rng(7))
    on = date(2026, 1, 11)
    SectionWeek.objects.bulk_create(SectionWeek(constituency=row, on=on, organised=4711) for row in rows[:4])
    client = signed_in("dede")
    told = {
        one.section.code: one.organised.reads for one in queries.banded(viewer=cast.viewer("dede", NOW))[1]
    }

    body = client.get("/breadth/").content.decode()
    cells = re.findall(r"<b>([^<]*)</b></td>", body)

    assert len(cells) == len(told)
    assert set(cells) <= set(told.values())
    for row in rows[:6]:
        page = client.get(f"/breadth/{row.code}/").content.decode()
        assert f"<b>{told[row.code]}</b>" in page
        assert "4711" not in page
        assert "4,711" not in page


def judged(cast: Cast, branches: list[Branch], counts: np.ndarray, begins: date) -> None:
    """What the night after a week of sign-ups leaves behind: one answer for each branch, of itself with those below it."""
    for branch in branches:
        below = [n for n, one in enumerate(branches) if branch.pk in (one.pk, one.parent_id)]
        series, _ = WatchedSeries.objects.get_or_create(
            branch=branch,
            source="branch",
            defaults={"name": branch.name, "step": "day", "begins_on": begins, "made_at": NOW},
        )
        Evaluation.objects.create(
            series=series, on=begins, tier="usual", count=int(counts[below].sum()), expected=1.0, why="",
            said_at=datetime.combine(begins + timedelta(days=1), time(4), UTC), revision=0,
        )  # fmt: skip


def test_nobody_is_found_in_half_a_year_of_sign_ups_by_branch(cast: Cast) -> None:
    rng, tally, naive = np.random.default_rng(5), Tally(), Tally()
    for n in range(6):
        Branch.objects.create(name=f"Branch {n}", parent=cast.centre)
    branches = list(Branch.objects.order_by("name", "pk"))
    groups = [cells.tolist() for _axes, _place, cells in margins((len(branches),), iter([(0,), ()]))]

    for week in range(WEEKS):
        begins = monday(date(2025, 7, 7)) + timedelta(weeks=week)
        counts = rng.poisson(rng.lognormal(2.0, 1.0, len(branches))).astype(np.int64)
        judged(cast, branches, counts, begins)
        told = signals.banded(viewer=cast.viewer("dede", NOW), today=begins + timedelta(days=8))
        assert told.begins_on == begins
        assert [row.branch for row in told.rows] == [one.name for one in branches]
        seen = [known([n], row.came) for n, row in enumerate(told.rows)]
        seen.append(known(list(range(len(branches))), told.total))
        hidden = [Known(np.array([n]), *((0, 4) if c < 5 else (c, c))) for n, c in enumerate(counts.tolist())]
        hidden.append(Known(np.arange(len(counts)), int(counts.sum()), int(counts.sum())))
        audited(Auditor(len(counts), seen), counts, groups, tally)
        audited(Auditor(len(counts), hidden), counts, groups, naive)

    assert tally.audited > 30
    assert (tally.exact, tally.present) == (0, 0)
    assert tally.full >= 0.95 * tally.audited
    assert naive.present > 0
