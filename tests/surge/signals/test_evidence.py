"""The likelihood ratio and the echo, against brute force and planted seasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.signals.rules import SETTINGS, baseline, watch
from strandline.surge.signals.rules.evidence import glr, likelihood_ratio, raised
from strandline.surge.signals.rules.settings import WEEKS
from tests.surge.signals.plain import best_ratio


@given(st.integers(1, 500), st.floats(0.1, 200), st.floats(0.5, 60))
def test_ratio_is_the_maximum_of_the_likelihoods(seen: int, expected: float, behind: float) -> None:
    found = float(likelihood_ratio(np.array([float(seen)]), np.array([expected]), np.array([behind]))[0])

    wanted = best_ratio(seen, expected, behind) if seen > expected else 0.0
    assert found == pytest.approx(wanted, abs=1e-6, rel=1e-6)


def test_ratio_with_endless_history_is_the_one_of_methods() -> None:
    found = likelihood_ratio(np.array([30.0]), np.array([12.0]), np.array([1e9]))[0]

    assert found == pytest.approx(30 * np.log(30 / 12) - (30 - 12), rel=1e-6)


def test_glr_over_every_sum_is_what_loops_find() -> None:
    rng = np.random.default_rng(5)
    counts = np.concatenate([rng.poisson(6, 50), rng.poisson(15, 12)]).astype(float)
    usual = baseline(counts, "week")

    found = glr(counts, usual, WEEKS).table

    for t in range(len(counts)):
        for k in range(1, 9):
            wanted = 0.0
            if t - k + 1 >= 7:
                seen, expected = counts[t - k + 1 : t + 1].sum(), usual.mean[t - k + 1 : t + 1].sum()
                if seen >= 1.5 * expected and seen >= 5:
                    wanted = best_ratio(int(seen), float(expected), float(usual.behind[t] / k))
                    wanted /= usual.dispersion[t]
            assert found[k - 1, t] == pytest.approx(wanted, abs=1e-5)


def test_raised_counts_the_last_three_steps() -> None:
    counts = np.array([4.0] * 12 + [9, 4, 9, 9, 4, 4, 4])
    usual = baseline(counts, "week")

    assert raised(counts, usual, 2.0)[12:].tolist() == [1, 1, 2, 2, 2, 1, 0]


def _with_busy_week(years: int, *, heights: list[int]) -> list[int]:
    rng = np.random.default_rng(8)
    counts = rng.poisson(10, 52 * years + 20)
    for year, height in enumerate(heights):
        counts[52 * year + 30 : 52 * year + 33] = height
    return counts.tolist()


def test_a_season_is_watched_twice_and_then_known() -> None:
    said = watch(_with_busy_week(4, heights=[40, 40, 40, 40]), "week")

    assert [bool(said[52 * year + 30 : 52 * year + 33].any()) for year in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_season_does_not_hide_what_is_twice_as_high() -> None:
    said = watch(_with_busy_week(4, heights=[40, 40, 40, 120]), "week")

    assert said[52 * 3 + 30 : 52 * 3 + 33].any()


def test_one_earlier_outbreak_is_no_season() -> None:
    said = watch(_with_busy_week(3, heights=[10, 40, 40]), "week")

    assert said[52 * 2 + 30 : 52 * 2 + 33].any()


def test_more_streams_raise_every_bar_and_fewer_lower_none() -> None:
    many, few = SETTINGS.for_streams(150), SETTINGS.for_streams(1)

    assert few.bar == SETTINGS.bar
    raised_by = np.log(150 / 15) / SETTINGS.slope
    assert [many.bar, many.bar_alone, many.alarm_bar, many.alarm_bar_alone] == pytest.approx(
        [
            bar + raised_by
            for bar in (SETTINGS.bar, SETTINGS.bar_alone, SETTINGS.alarm_bar, SETTINGS.alarm_bar_alone)
        ]
    )


def test_no_streams_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        SETTINGS.for_streams(0)
