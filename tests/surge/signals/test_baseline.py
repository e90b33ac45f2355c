"""What is usual, against loops, scipy and plain cases."""

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from strandline.surge.signals.rules import BadCounts, baseline, p_values, watch
from tests.surge.signals.plain import weekly_baseline


@pytest.mark.parametrize("mean", [0.3, 4.0, 900.0])
def test_weekly_baseline_is_what_loops_find(mean: float) -> None:
    rng = np.random.default_rng(11)
    level = np.concatenate([np.full(60, mean), np.full(40, mean * 6), np.full(60, mean)])
    counts = rng.negative_binomial(5, 5 / (5 + level)).tolist()

    found = baseline(counts, "week")

    for t, wanted in enumerate(weekly_baseline(counts)):
        if wanted is None:
            assert not found.known[t]
        else:
            assert (found.mean[t], found.dispersion[t], found.behind[t]) == pytest.approx(wanted)


def test_level_follows_a_fall_within_two_months() -> None:
    counts = [200] * 40 + [20] * 12

    found = baseline(counts, "week")

    assert found.mean[41] == 200
    assert found.mean[51] == 20


def test_weekdays_are_expected_by_weekday() -> None:
    week = [10, 10, 10, 10, 10, 80, 2]

    found = baseline(week * 12, "day")

    assert found.mean[77 + 5] > 4 * found.mean[77 + 4]
    assert found.mean[77 + 6] < found.mean[77 + 4]


def test_a_working_week_is_no_signal() -> None:
    counts = [12, 9, 11, 10, 13, 60, 3] * 20

    assert not watch(counts, "day")[28:].any()


def test_p_is_scipys_negative_binomial() -> None:
    rng = np.random.default_rng(3)
    counts = rng.negative_binomial(4, 4 / (4 + 9.0), 90)
    usual = baseline(counts, "week")

    found = p_values(counts, usual)

    t = 70
    variance = usual.mean[t] * usual.dispersion[t] * (1 + 1 / usual.behind[t])
    size = usual.mean[t] ** 2 / (variance - usual.mean[t])
    wanted = 1 - nbinom.cdf(counts[t] - 1, size, size / (size + usual.mean[t]))
    assert found[t] == pytest.approx(wanted)
    assert (found[:7] == 1).all()


def test_p_of_a_steady_series_is_near_poisson() -> None:
    counts = [4, 4, 4, 4] * 10 + [9]
    usual = baseline(counts, "week")

    p = p_values(counts, usual)[-1]

    # One in 26 wider than Poisson, for the mean is itself estimated, and a tenth of unrest at least.
    assert poisson.sf(8, 4) < p < 1.5 * poisson.sf(8, 4)


@pytest.mark.parametrize("step", ["week", "day"])
def test_nothing_is_expected_of_nothing(step: str) -> None:
    assert baseline([], step).mean.tolist() == []
    assert p_values([], baseline([], step)).tolist() == []


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([1, 2, -3], "Count 3 is negative."),
        ([1, float("nan")], "Count 2 is not a finite number."),
        ([1, float("inf")], "Count 2 is not a finite number."),
        ([1.5], "Count 1 is not a whole number."),
        ([10**13], "Count 1 is too large."),
        ([[1, 2], [3, 4]], "Counts must be one row of numbers, in order of time."),
        (["many"], "Counts must be whole numbers."),
    ],
)
def test_bad_counts_are_refused_with_their_place(counts: list[object], reason: str) -> None:
    with pytest.raises(BadCounts) as refused:
        watch(counts, "day")  # type: ignore[arg-type] -- wrong on purpose

    assert str(refused.value) == reason


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        watch([1, 2, 3], "month")
