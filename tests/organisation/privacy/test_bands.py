"""Bands: what is shown of a count, and what all tables together may not tell."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.organisation.privacy.rules.bands import (
    ENDLESS,
    HOW_COUNTED,
    Band,
    axes_of,
    band,
    change,
    may_total_across,
    per_thousand,
    release,
    share,
    worked_out,
)


@pytest.mark.parametrize(
    ("count", "reads"),
    [
        (0, "under 5"),
        (4, "under 5"),
        (5, "about 10"),
        (14, "about 10"),
        (15, "about 20"),
        (24, "about 20"),
        (25, "about 30"),
        (104, "about 100"),
        (105, "about 110"),
    ],
)
def test_band_reads_under_five_then_tens(count: int, reads: str) -> None:
    assert band(count).reads == reads


@given(st.integers(0, 10**6))
def test_band_holds_its_count_and_says_no_more_than_ten(count: int) -> None:
    found = band(count)

    assert found.low <= count <= found.high
    assert {band(other).reads for other in range(found.low, found.high + 1)} == {found.reads}
    assert found.high - found.low + 1 == (5 if count < 5 else 10)


def test_band_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 people cannot be counted"):
        band(-1)
    with pytest.raises(ValueError, match="cannot be counted below 0"):
        release(np.array([[-1]]))


def test_change_share_and_rate_are_made_from_bands() -> None:
    assert change(band(11), band(38)) == 30
    assert change(band(3), band(38)) is None
    assert change(band(38), band(3)) is None
    assert share(band(12), band(38)) == 0.25
    assert share(band(38), band(12)) == 1.0
    assert share(band(3), band(38)) is None
    assert share(band(38), band(3)) is None
    assert per_thousand(band(12), 2000) == 5.0
    assert per_thousand(band(2), 2000) is None
    assert per_thousand(band(12), 0) is None


def test_widened_and_hidden_bands_say_so() -> None:
    assert Band(5, 24).reads == "5 to 24"
    assert Band(0, ENDLESS).reads == "not shown"
    assert Band(0, ENDLESS).about is None


def test_how_totals_are_counted_says_what_a_band_reads() -> None:
    assert f"5 to 14 reads '{band(5).reads}'" in HOW_COUNTED
    assert f"reads '{band(4).reads}'" in HOW_COUNTED


def test_totals_over_branches_need_six() -> None:
    assert may_total_across(6).ok
    assert may_total_across(5).reason == (
        "Totals over several branches are shown from 6 contributing branches on; here there are 5."
    )


def test_release_holds_no_table_of_three_dimensions() -> None:
    tables = release(np.full((7, 4, 4), 9))

    assert axes_of(3) == ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
    assert set(tables.low) == set(axes_of(3))
    assert tables.cell((), ()).reads == "about 1010"
    assert tables.cell((0, 1), (2, 3)).reads == "about 40"
    assert tables.widened == 0


def test_margin_that_would_prove_a_small_group_is_widened() -> None:
    # Three and four make seven: "under 5" and "under 5" under "about 10" prove that somebody is in each.
    counts = np.array([[3, 4]])

    tables = release(counts)

    assert tables.widened > 0
    assert tables.cell((0, 1), (0, 0)).reads == "not shown"
    assert tables.cell((0,), (0,)).reads == "not shown"


def test_harmless_tables_are_left_alone() -> None:
    tables = release(np.array([[3, 30, 12], [22, 1, 18], [40, 9, 0]]))

    assert tables.widened == 0
    assert tables.cell((0, 1), (0, 0)).reads == "under 5"
    assert tables.cell((1,), (2,)).reads == "about 30"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=3))
def test_released_tables_hold_the_truth_and_narrow_no_small_cell(rows: list[list[int]]) -> None:
    counts = np.array(rows)

    tables = release(counts)

    least, most = worked_out(tables.low, tables.high, 2)
    for axes in axes_of(2):
        true = counts.sum(axis=tuple({0, 1} - set(axes)))
        assert np.all((tables.low[axes] <= true) & (true <= tables.high[axes]))
        assert np.all((least[axes] <= true) & (true <= most[axes]))
        small = tables.high[axes] == 4
        assert np.all(least[axes][small] == 0)
        assert np.all(most[axes][small] == 4)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_worked_out_bounds_are_those_of_all_worlds_that_fit(cells: list[int]) -> None:
    counts = np.array(cells).reshape(2, 2)
    shown = {axes: counts.sum(axis=tuple({0, 1} - set(axes))) for axes in axes_of(2)}
    low = {axes: np.vectorize(lambda n: band(int(n)).low)(table) for axes, table in shown.items()}
    high = {axes: np.vectorize(lambda n: band(int(n)).high)(table) for axes, table in shown.items()}

    least, most = worked_out(low, high, 2)

    worlds = [
        np.array(world).reshape(2, 2)
        for world in product(*(range(low[0, 1][place], high[0, 1][place] + 1) for place in np.ndindex(2, 2)))
    ]
    fitting = [
        world
        for world in worlds
        if all(
            np.all(
                (low[axes] <= (total := world.sum(axis=tuple({0, 1} - set(axes))))) & (total <= high[axes])
            )
            for axes in axes_of(2)
        )
    ]
    cells_seen = np.array(fitting)
    # Following sums line by line is sound: it never tells more than all worlds together do.
    assert np.all(least[0, 1] <= cells_seen.min(axis=0))
    assert np.all(most[0, 1] >= cells_seen.max(axis=0))
