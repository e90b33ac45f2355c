"""A thousand courses: right where the answer is known, and comparable by luck."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from strandline.ledger.capacity.rules.bound import PlanError, attempts, least_capacity
from strandline.ledger.capacity.rules.chance import Binomial, luck, mean_of_talks, negative_binomial, rounded
from strandline.ledger.capacity.rules.courses import arrivals_of, courses
from strandline.ledger.capacity.rules.explain import HOW_COUNTED
from strandline.ledger.capacity.rules.forecast import forecast, variants
from strandline.ledger.capacity.rules.interest import run_down
from strandline.ledger.capacity.rules.remedy import smallest_change
from strandline.ledger.capacity.rules.scenario import Scenario

WAVE = (600.0, 300.0, 150.0, 75.0, 40.0, 20.0, 10.0) + (5.0,) * 23
SURE = Scenario(
    WAVE,
    organisers=225,
    minutes_a_day=10,
    minutes_a_try=10,
    reach=1.0,
    theta=0.0,
    dispersion=0.0,
    handling_spread=0.0,
    no_show=0.0,
    second_share=0.0,
)
LIKELY = Scenario(WAVE, organisers=14, minutes_a_day=60, stays=(41, 100))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=10), st.integers(0, 5))
def test_without_chance_the_exact_bound_is_enough_and_one_less_is_not(
    arrivals: list[int], within: int
) -> None:
    bound = least_capacity(arrivals, within)
    if not bound.a_day:
        return
    plan = replace(SURE, arrivals=tuple(map(float, arrivals)), promise_days=within)
    drawn = luck(0, replications=1, days=40)

    enough = courses(replace(plan, organisers=bound.whole), drawn)
    short = courses(replace(plan, organisers=bound.whole - 1), drawn)

    assert enough.share_in_time.tolist() == [1.0]
    assert short.share_in_time[0] < 1.0


def test_loss_of_interest_is_that_of_the_formula() -> None:
    drawn = luck(0, replications=200)

    for organisers, theta in ((60, 0.05), (120, 0.05), (60, 0.1)):
        found = courses(replace(SURE, organisers=organisers, theta=theta), drawn)
        expected = run_down(WAVE, organisers, theta)
        assert found.reached.mean() == pytest.approx(expected.reached, rel=0.01)
        assert found.lost.mean() == pytest.approx(expected.lost, rel=0.03)


def test_nobody_is_made_or_mislaid() -> None:
    found = courses(replace(LIKELY, reach=0.3), luck(3, replications=300))

    assert np.all(found.in_time <= found.called)
    assert np.all(found.called + found.waiting <= found.came)
    assert np.all(found.reached + found.lost + found.waiting <= found.came)
    unreachable = found.came - found.reached - found.lost - found.waiting
    assert np.all(unreachable >= 0)
    assert unreachable.mean() > 0


def test_reached_of_tried_is_the_share_of_six_tries() -> None:
    plenty = replace(SURE, organisers=5000, reach=0.3)

    found = courses(plenty, luck(1, replications=200))

    assert found.reached.mean() / found.came.mean() == pytest.approx(1 - 0.7**6, abs=0.005)


def test_tries_a_person_takes_are_those_of_the_formula() -> None:
    # Just enough minutes for the tries that the formula foresees: with a tenth less, some are never tried out.
    calls = attempts(0.4) * sum(WAVE) / 120
    enough = replace(SURE, reach=0.4, organisers=math.ceil(1.3 * calls), arrivals=(sum(WAVE) / 100,) * 100)
    short = replace(enough, organisers=math.floor(0.6 * calls))
    drawn = luck(1, replications=100)

    share = (1 - 0.6**6) * sum(WAVE)
    assert courses(enough, drawn).reached.mean() == pytest.approx(share, rel=0.02)
    assert courses(short, drawn).reached.mean() < 0.8 * share


def test_second_conversations_take_their_part_of_the_day() -> None:
    busy = replace(
        SURE, organisers=120, second_share=1.0, second_after=1, second_minutes=10.0, second_most=0.5
    )
    drawn = luck(1, replications=5)

    assert (
        courses(busy, drawn).share_in_time.mean()
        < courses(replace(busy, second_share=0.0), drawn).share_in_time.mean()
    )
    never_first = replace(busy, second_most=0.0)
    assert np.array_equal(
        courses(never_first, drawn).in_time, courses(replace(busy, second_share=0.0), drawn).in_time
    )


def test_no_shows_are_like_fewer_organisers() -> None:
    drawn = luck(2, replications=300)

    with_gaps = courses(replace(SURE, organisers=150, no_show=0.2), drawn)
    fewer = courses(replace(SURE, organisers=120), drawn)

    assert with_gaps.share_in_time.mean() == pytest.approx(fewer.share_in_time.mean(), abs=0.02)


def test_same_luck_never_punishes_one_more_organiser() -> None:
    shares = [
        courses(replace(LIKELY, organisers=number), luck(5, 200)).share_in_time for number in range(8, 30, 3)
    ]

    means = [share.mean() for share in shares]
    assert means == sorted(means)
    assert np.mean([np.mean(more >= less - 0.01) for less, more in pairwise(shares)]) > 0.99


def test_common_luck_tells_variants_apart_far_better_than_separate_luck() -> None:
    base, more = replace(LIKELY, organisers=16), replace(LIKELY, organisers=17)
    one, other = luck(1, 400), luck(2, 400)

    common = courses(more, one).share_in_time - courses(base, one).share_in_time
    separate = courses(more, other).share_in_time - courses(base, one).share_in_time

    assert common.std() < 0.5 * separate.std()


def test_forecast_tells_ranges_and_a_sentence() -> None:
    found = forecast(LIKELY, seed=1)

    assert found.came.low < found.came.median < found.came.high
    assert found.share_in_time.low < found.share_in_time.median < found.share_in_time.high
    assert found.ties is not None
    assert found.ties.median == pytest.approx(0.41 * found.reached.median, rel=0.05)
    assert found.sentence.startswith("Of 1,3")
    assert "are called within 2 days" in found.sentence
    assert "stay (" in found.sentence
    assert forecast(replace(LIKELY, stays=(0, 0)), seed=1).ties is None
    assert found == forecast(LIKELY, seed=1)


def test_few_past_waves_leave_a_wider_range_of_what_stays() -> None:
    few = forecast(replace(LIKELY, stays=(4, 10))).ties
    many = forecast(replace(LIKELY, stays=(400, 1000))).ties

    assert few is not None
    assert many is not None
    assert few.high - few.low > 1.5 * (many.high - many.low)


def test_variants_share_the_wave() -> None:
    few, many = variants(LIKELY, [10, 30])

    assert few.came == many.came
    assert few.share_in_time.high < many.share_in_time.low


def test_arrivals_have_the_scatter_asked_for() -> None:
    drawn = luck(1)
    steady = Scenario((40.0,) * 100, 1, 60, dispersion=3.0)

    found = arrivals_of(steady, drawn)[:, :100]
    whole = arrivals_of(replace(steady, size_spread=0.3), drawn)[:, :100].sum(axis=1)

    assert found.mean() == pytest.approx(40, rel=0.01)
    assert found.var() / found.mean() == pytest.approx(3.0, rel=0.05)
    assert whole.mean() == pytest.approx(4000, rel=0.04)
    assert whole.std() / whole.mean() == pytest.approx(0.3, rel=0.1)
    assert np.array_equal(
        arrivals_of(replace(steady, dispersion=0.0), drawn)[:, :100], np.full((1000, 100), 40)
    )


def test_smallest_change_is_the_smallest() -> None:
    remedy = smallest_change(LIKELY, promised=0.9, replications=150)

    assert not remedy.kept_already
    assert remedy.more_organisers is not None
    drawn = luck(0, 150)
    enough = courses(replace(LIKELY, organisers=14 + remedy.more_organisers), drawn)
    short = courses(replace(LIKELY, organisers=13 + remedy.more_organisers), drawn)
    assert np.median(enough.share_in_time) >= 0.9 > np.median(short.share_in_time)
    assert remedy.sentence.startswith("38 of 100 would be called in time, 90 are promised. ")
    assert f"{remedy.more_organisers} more organisers would keep the promise." in remedy.sentence


def test_longer_promise_is_the_shortest_that_holds() -> None:
    slow = replace(SURE, organisers=150)

    remedy = smallest_change(slow, promised=1.0, replications=20)

    assert (remedy.more_organisers, remedy.longer_promise) == (75, 4)
    assert remedy.sentence.endswith(
        "75 more organisers would keep the promise. With those there are it could be kept at 4 days."
    )


def test_promise_that_holds_needs_nothing() -> None:
    remedy = smallest_change(SURE, replications=20)

    assert (remedy.kept_already, remedy.more_organisers, remedy.longer_promise) == (True, 0, 2)
    assert remedy.sentence == "The promise holds: 100 of 100 are called in time."


def test_change_that_does_not_exist_is_said() -> None:
    remedy = smallest_change(replace(SURE, no_show=1.0, arrivals=(3.0,)), replications=20)

    assert (remedy.more_organisers, remedy.longer_promise) == (None, None)
    assert "Neither more organisers nor a longer promise" in remedy.sentence
    with pytest.raises(PlanError, match="The promised share is 0"):
        smallest_change(SURE, promised=0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reach": 1.2}, "Reach is 1.2: it must lie between 0 and 1."),
        ({"minutes_a_try": 0}, "Minutes a try is 0: more than 0 is needed."),
        ({"theta": -1}, "Theta is -1: 0 or more is needed."),
        ({"organisers": math.inf}, "Organisers is inf: 0 or more is needed."),
        ({"dispersion": 0.5}, "Dispersion is 0.5: 1 or more is needed, or 0 for none."),
        ({"stays": (3, 2)}, "3 of 2 cannot have stayed."),
        ({"arrivals": (5.0, math.nan)}, "Day 2 has nan arrivals: 0 or more is needed."),
        ({"arrivals": ()}, "Nobody comes: there is nothing to forecast."),
        ({"arrivals": (1.0,) * 121}, "The wave lasts 121 days, the forecast looks 120 days ahead."),
    ],
)
def test_scenarios_that_cannot_be_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PlanError) as refusal:
        forecast(replace(LIKELY, **change))

    assert str(refusal.value) == sentence


def test_binomial_is_the_inverse_of_its_distribution() -> None:
    rng = np.random.default_rng(1)
    number, uniform = rng.integers(0, 500, 4000), rng.random(4000)

    for chance in (0.0, 0.02, 0.5, 0.97, 1.0):
        found = Binomial(chance)(number, uniform)
        true = binom.ppf(uniform, number, chance)
        few = number <= 64
        assert np.array_equal(found[few], true[few])
        assert np.abs(found - true).max() <= 1
        assert np.all(Binomial(chance)(number + 1, uniform) >= found - 1)


def test_rounding_keeps_expectation_cell_by_cell_and_the_sum() -> None:
    rng = np.random.default_rng(1)
    expected = np.array([0.2, 1.7, 0.0, 0.05, 3.0])

    found = rounded(np.tile(expected, (20_000, 1)), rng.random(20_000))

    assert found.min() >= 0
    assert found.mean(axis=0) == pytest.approx(expected, abs=0.02)
    assert set(np.unique(found.sum(axis=1))) <= {4, 5}


def test_mean_of_talks_has_mean_one_and_the_right_scatter() -> None:
    uniform = (np.arange(20_000) + 0.5) / 20_000

    found = mean_of_talks(uniform, np.full(20_000, 25.0), 0.5)

    assert found.mean() == pytest.approx(1.0, abs=0.002)
    assert found.std() == pytest.approx(0.5 / 5, rel=0.02)


def test_negative_binomial_of_nobody_is_nobody() -> None:
    assert negative_binomial(np.array([0.5, 0.5]), np.array([0.0, 3.0]), 1.0).tolist() == [0, 3]


def test_every_figure_of_a_what_if_is_explained() -> None:
    assert {"bound", "organisers", "interest", "queue", "forecast", "backtest", "remedy", "pace"} == set(
        HOW_COUNTED
    )
    for explanation in HOW_COUNTED.values():
        assert explanation.sentence.endswith(".")
        assert explanation.formula
        assert explanation.source
