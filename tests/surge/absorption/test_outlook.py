from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.absorption.rules.outlook import Level, expected_next, usual_levels


def test_usual_level_is_that_of_the_same_weekday() -> None:
    eight_weeks = [10, 10, 10, 10, 10, 2, 0] * 8

    levels = usual_levels(eight_weeks, 0)

    assert levels is not None
    assert [level.high for level in levels] == [10, 10, 10, 10, 10, 2, 0]
    assert usual_levels(eight_weeks, 3)[3] == Level(10.0, 10.0)  # type: ignore[index]  # there are levels


def test_usual_level_is_the_tenth_to_the_ninetieth_percentile_of_the_last_eight_weeks() -> None:
    before = [900] * 7 + [day // 7 for day in range(56)]

    levels = usual_levels(before, 0)

    assert levels is not None
    assert levels[0] == Level(*np.quantile(range(8), (0.1, 0.9)))
    assert usual_levels(before[:27], 0) is None


def test_a_falling_wave_is_expected_to_fall_on_and_not_under_what_is_usual() -> None:
    told = expected_next([254, 230, 187, 142, 121, 88, 64], 6.0)

    counts = [day.count for day in told]
    assert counts == sorted(counts, reverse=True)
    assert 30 < counts[0] < 64
    assert counts[-1] >= 6.0
    assert all(day.low <= day.count <= day.high for day in told)
    widths = [(day.high - day.low) / day.count for day in told]
    assert widths == sorted(widths)


def test_a_rising_wave_is_expected_to_rise_and_never_faster_than_doubling() -> None:
    told = expected_next([2, 9, 70, 600], 2.0)

    assert told[0].count > 600
    assert all(later.count <= 2.05 * sooner.count for sooner, later in pairwise(told))


def test_nothing_is_expected_from_three_days_or_from_nobody() -> None:
    assert expected_next([30, 60, 90], 5.0) == ()
    assert expected_next([0, 0, 0, 0, 0], 5.0) == ()


@given(st.lists(st.integers(0, 5000), min_size=4, max_size=40), st.floats(0, 100))
def test_what_is_expected_is_always_a_range_of_counts(daily: list[int], usual: float) -> None:
    for day in expected_next(daily, usual):
        assert 0 <= day.low <= day.high
        assert np.isfinite(day.count)
        assert day.count >= usual * 0.999
