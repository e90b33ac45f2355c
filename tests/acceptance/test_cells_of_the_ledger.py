"""P18 on what the pages of the ledger release: whatever the centre may ever see of the weeks proves nobody's presence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from django.test import Client

from strandline.ledger.waves import actions, queries
from strandline.ledger.waves.models import WaveLine, WeeklyTotal
from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import ENDLESS, Band, axes_of
from strandline.surge.moments.models import Surge
from tests.acceptance.cells import Ints, Known, Tally, audit, margins, week_after
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
    actions.draw_up_lines(at=NOW)
    line = WaveLine.objects.get(surge=made)
    line.figures["came"] = 3
    line.save(update_fields=["figures"])

    told = queries.banded_ledger(viewer=cast.viewer("dede", NOW))

    wave = told.waves[0]
    place = [row.pk for row in told.branches].index(cast.harbour.pk)
    eve = next(week for week in reversed(told.weeks) if week.on < begins)
    then = next(week for week in reversed(told.weeks) if week.on <= begins + timedelta(days=100))
    assert wave.came == Band(0, 4)
    assert (wave.before, wave.after) == (eve.branch(place).about, then.branch(place).about)


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
    cells = re.findall(r'<td class="number">([^<]*)</td>', table)
    assert len(cells) == (len(told.branches) + 1) * 5
    assert set(cells) <= allowed
    assert "Rosa" not in body
