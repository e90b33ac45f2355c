"""P18 on what the pages of the ledger release: whatever the centre may ever see of the weeks proves nobody's presence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.test import Client

from strandline.ledger.waves import actions, queries
from strandline.ledger.waves.models import SurgeWeek, WaveLine, WeeklyTotal
from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import ENDLESS, Band, axes_of, band, part_of
from strandline.surge.moments.models import Surge
from tests.acceptance.cells import Auditor, Ints, Known, Tally, audit, margins, week_after
from tests.cast import Cast

NOW = datetime.now(UTC)
WEEKS = 26


def released_weeks(cast: Cast, rng: np.random.Generator) -> tuple[list[Branch], list[Ints]]:
    """Half a year of released weeks of nine branches, most of them small."""
    for n in range(6):
        Branch.objects.create(name=f"Branch {n}", parent=cast.centre)
    branches = list(Branch.objects.order_by("name", "pk"))
    counts = rng.poisson(rng.lognormal(0.8, 1.0, (len(branches), 1)) * np.array([3.0, 1.0, 0.7, 0.4]))
    counts = counts.astype(np.int64)
    found = []
    first = NOW.date() - timedelta(days=7 * WEEKS)
    for n in range(WEEKS):
        found.append(counts.copy())
        WeeklyTotal.objects.bulk_create(
            WeeklyTotal(
                branch=branch,
                on=first + timedelta(days=7 * n),
                organised=int(counts.sum()) if branch.parent_id is None else int(counts[place].sum()),
                active=3 if branch.parent_id is None else 1,
                came=0,
                kinds=[int(one) for one in counts[place]],
                released_at=NOW,
            )
            for place, branch in enumerate(branches)
        )
        counts = week_after(counts, rng)
    return branches, found


def seen(week: queries.BandedWeek, shape: tuple[int, ...]) -> list[Known]:
    """What the page's own question gives the centre of one week, as the auditor takes it."""
    found = []
    for axes, place, cells in margins(shape, iter(axes_of(len(shape)))):
        shown: Band = week.tables.cell(axes, place)
        found.append(Known(cells, shown.low, np.inf if shown.high >= ENDLESS else shown.high))
    return found


def test_nobody_is_found_in_what_the_centre_is_told_of_half_a_year(cast: Cast) -> None:
    rng = np.random.default_rng(11)
    _branches, counts = released_weeks(cast, rng)

    told = queries.banded_ledger(viewer=cast.viewer("dede", NOW))
    tally = Tally()
    for week, true in zip(told.weeks, counts, strict=True):
        audit(true, seen(week, true.shape), rng, tally, sizes=(1, 2))

    assert len(told.weeks) == WEEKS
    assert tally.audited > 50
    assert (tally.exact, tally.present) == (0, 0)
    assert tally.full == tally.audited


def test_what_a_wave_shows_the_centre_is_made_of_what_was_released(cast: Cast) -> None:
    released_weeks(cast, np.random.default_rng(4))
    begins = NOW.date() - timedelta(days=130)
    made = Surge.objects.create(
        name="Damp",
        branch=cast.harbour,
        declared_at=NOW,
        starts_on=begins,
        ends_on=begins + timedelta(days=10),
    )
    for n, came in enumerate((3, 17, 8)):
        SurgeWeek.objects.create(
            surge=made, on=sunday_of(begins) + timedelta(days=7 * n), came=came, called=0, spoke=0, asked=0,
            acted=0, released_at=NOW,
        )  # fmt: skip
    actions.draw_up_lines(at=NOW)
    line = WaveLine.objects.get(surge=made)
    line.figures["came"] = 4711
    line.save(update_fields=["figures"])

    told = queries.banded_ledger(viewer=cast.viewer("dede", NOW))

    wave = told.waves[0]
    place = [row.pk for row in told.branches].index(cast.harbour.pk)
    eve = next(week for week in reversed(told.weeks) if week.on < begins)
    then = next(week for week in reversed(told.weeks) if week.on <= begins + timedelta(days=100))
    assert wave.came == 20 + 10
    assert (wave.before, wave.after) == (eve.branch(place).about, then.branch(place).about)


def sunday_of(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


LEVELS = 5  # came and no more; called; spoke; asked; came to something


def course(rng: np.random.Generator, weeks: int) -> list[Ints]:
    """A surge week by week: at each Sunday how many came in each week until then and have got to each level so far."""
    sizes = rng.poisson(rng.lognormal(1.3, 1.2, weeks))
    level = [np.zeros(size, dtype=np.int64) for size in sizes]
    found = []
    for now in range(weeks):
        for row in level[: now + 1]:
            row += (rng.random(len(row)) < 0.35) & (row < LEVELS - 1)
        told = np.zeros((weeks, LEVELS), dtype=np.int64)
        for n, row in enumerate(level[: now + 1]):
            told[n] = np.bincount(row, minlength=LEVELS)
        found.append(told)
    return found


def release_course(surge: Surge, told: list[Ints]) -> None:
    first = sunday_of(surge.starts_on)
    for n, counts in enumerate(told):
        called, spoke, asked, acted = (int(counts[:, step:].sum()) for step in range(1, LEVELS))
        SurgeWeek.objects.create(
            surge=surge, on=first + timedelta(days=7 * n), came=int(counts[n].sum()), called=called, spoke=spoke,
            asked=asked, acted=acted, released_at=NOW,
        )  # fmt: skip


def seen_of_surge(told: queries.BandedSurge, weeks: int) -> list[Known]:
    """What one release gives, of cells by week and level as they will stand at the end: who has got to a step stays there."""
    place = np.arange(weeks * LEVELS).reshape(weeks, LEVELS)
    found = [
        Known(place[n].reshape(-1), shown.low, np.inf if shown.high >= ENDLESS else shown.high)
        for n, (_monday, shown) in enumerate(told.weeks)
    ]
    so_far = (told.until - told.weeks[0][0]).days // 7 + 1
    for step, (_name, shown) in enumerate(told.steps, start=1):
        ends = so_far == weeks and shown.high < ENDLESS
        found.append(Known(place[:so_far, step:].reshape(-1), shown.low, shown.high if ends else np.inf))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_found_in_all_the_weeks_of_a_surge_together(cast: Cast, seed: int) -> None:
    """Every release there was, taken together: no week and no step of one to four people is proven, or narrowed."""
    rng, tally = np.random.default_rng(seed), Tally()
    viewer = cast.viewer("dede", NOW)

    for n in range(8):
        weeks = int(rng.integers(2, 8))
        made = Surge.objects.create(
            name=f"Surge {n}", branch=cast.harbour, declared_at=NOW, starts_on=date(2025, 9, 3)
        )
        true = course(rng, weeks)
        known: list[Known] = []
        for one in range(weeks):
            SurgeWeek.objects.filter(surge=made).delete()
            release_course(made, true[: one + 1])
            told = queries.banded_surge(viewer=viewer, surge=made)
            assert told is not None
            known += seen_of_surge(told, weeks)
        auditor, last = Auditor(weeks * LEVELS, known), true[-1]
        place = np.arange(weeks * LEVELS).reshape(weeks, LEVELS)
        groups = [place[row] for row in range(weeks)] + [
            place[:, step:].reshape(-1) for step in range(1, LEVELS)
        ]
        for cells in groups:
            size = int(last.reshape(-1)[cells].sum())
            if 1 <= size <= 4:
                tally.add(auditor.range_of(cells), size)

    assert tally.audited > 8
    assert (tally.exact, tally.present, tally.full) == (0, 0, tally.audited)


def test_steps_in_plain_bands_would_prove_that_somebody_came() -> None:
    """The known-bad setting: two weeks of three and four, of whom seven were called, told each in its own band."""
    known = [Known(np.array([0, 1]), 0, 4), Known(np.array([2, 3]), 0, 4), Known(np.array([1, 3]), 5, 14)]

    assert Auditor(4, known).range_of(np.array([0, 1])).least == 1
    assert part_of(7, [band(3), band(4)]) == Band(0, ENDLESS)
    assert part_of(7, [band(3), band(14)]) == Band(5, 14)


def test_page_of_the_centre_holds_no_number_but_those_of_the_bands(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    released_weeks(cast, np.random.default_rng(9))
    told = queries.banded_ledger(viewer=cast.viewer("dede", NOW))
    last = told.weeks[-1]
    allowed = {"under 5", "not shown", "–"}
    shown = [last.tables.cell(axes, place) for axes in axes_of(2) for place in np.ndindex(*(last.tables.shape[a] for a in axes))]  # fmt: skip
    allowed |= {one.reads for one in shown}

    body = signed_in("dede").get("/surges/").content.decode()

    table = body[body.index('id="by-branch"') :]
    cells = re.findall(r'<td role="cell" class="number"[^>]*>([^<]*)</td>', table)
    assert len(cells) == (len(told.branches) + 1) * 5
    assert set(cells) <= allowed
    assert "Rosa" not in body
