"""The curves, against a published cohort, another library and whole enumerations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from strandline.surge.absorption.rules.survival import (
    DurationError,
    cumulative_incidence,
    kaplan_meier,
    restricted_mean,
)

# Freireich and others 1963, the 21 patients on 6-mercaptopurine: weeks in remission.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WATCHED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
FREIREICH = (RELAPSED + WATCHED, [1] * len(RELAPSED) + [0] * len(WATCHED))

cohorts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("week", "share"),
    [(6, 0.8571), (7, 0.8067), (10, 0.7529), (13, 0.6902), (16, 0.6275), (22, 0.5378), (23, 0.4482)],
)
def test_curve_agrees_with_the_published_remissions(week: int, share: float) -> None:
    curve = kaplan_meier(*FREIREICH)

    assert curve.share(week) == pytest.approx(share, abs=5e-5)


def test_interval_and_median_agree_with_the_published_remissions() -> None:
    curve = kaplan_meier(*FREIREICH)

    assert curve.interval(10) == pytest.approx((0.503, 0.889), abs=5e-4)
    assert curve.median() == 23


def test_median_is_unknown_while_more_than_half_are_here() -> None:
    assert kaplan_meier([3, 5, 8], [1, 0, 0]).median() is None


@given(cohorts)
def test_curve_agrees_with_lifelines(rows: list[tuple[int, int]]) -> None:
    durations, ended = [day for day, _ in rows], [cause > 0 for _, cause in rows]

    curve = kaplan_meier(durations, ended)

    fitter = KaplanMeierFitter().fit(durations, ended)
    assert curve.survival == pytest.approx(
        fitter.survival_function_.loc[curve.times].to_numpy()[:, 0], abs=1e-9
    )
    bounds = fitter.confidence_interval_.loc[curve.times].to_numpy()
    inside = (curve.survival > 1e-9) & (curve.survival < 1 - 1e-9)
    assert curve.lower[inside] == pytest.approx(bounds[inside, 0], abs=1e-6)
    assert curve.upper[inside] == pytest.approx(bounds[inside, 1], abs=1e-6)


@given(cohorts)
def test_variance_is_greenwoods(rows: list[tuple[int, int]]) -> None:
    durations, ended = [day for day, _ in rows], [cause > 0 for _, cause in rows]

    curve = kaplan_meier(durations, ended)

    for day in range(0, 42, 7):
        total, share = 0.0, 1.0
        for moment in sorted(set(durations)):
            if moment > day:
                break
            at_risk = sum(other >= moment for other in durations)
            gone = sum(other == moment and end for other, end in zip(durations, ended, strict=True))
            share *= 1 - gone / at_risk
            total += gone / (at_risk * (at_risk - gone)) if at_risk > gone else 0.0
        assert curve.variance(day) == pytest.approx(share**2 * total)
        assert curve.watched_to(day) == sum(other >= day for other in durations)


def test_interval_where_nobody_left_is_the_exact_bound() -> None:
    curve = kaplan_meier([50] * 12, [0] * 12)

    low, high = curve.interval(30)

    assert high == 1.0
    assert low**12 == pytest.approx(0.025)


def test_interval_where_everybody_left_is_the_exact_bound() -> None:
    curve = kaplan_meier([5] * 12, [1] * 12)

    low, high = curve.interval(30)

    assert low == 0.0
    assert (1 - high) ** 12 == pytest.approx(0.025)


def test_a_thousand_censored_cohorts_are_told_truly() -> None:
    rng = np.random.default_rng(20260122)
    scale, truth = 150.0, float(np.exp(-((90 / 150.0) ** 0.8)))
    found, covered, on_the_list = [], 0, []
    for _ in range(1000):
        stayed = scale * rng.weibull(0.8, 150)
        watched = rng.uniform(20, 260, 150)  # people came at different times: uneven entry

        curve = kaplan_meier(np.minimum(stayed, watched), stayed <= watched)

        found.append(curve.share(90))
        low, high = curve.interval(90)
        covered += low <= truth <= high
        on_the_list.append(float((np.minimum(stayed, watched) >= 90).mean()))

    assert abs(np.mean(found) - truth) < 0.03
    assert 930 <= covered <= 970
    assert abs(np.mean(on_the_list) - truth) > 0.1  # counting who is still on the list is wrong by a tenth


@given(cohorts, st.integers(1, 60))
def test_restricted_mean_agrees_with_lifelines(rows: list[tuple[int, int]], until: int) -> None:
    durations, ended = [day for day, _ in rows], [cause > 0 for _, cause in rows]

    mean = restricted_mean(kaplan_meier(durations, ended), until)

    fitter = KaplanMeierFitter().fit(durations, ended)
    assert mean.value == pytest.approx(float(restricted_mean_survival_time(fitter, t=until)))
    assert mean.lower <= mean.value <= mean.upper


def test_restricted_mean_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(7)
    truth = 100 * (1 - np.exp(-1.8))
    covered = 0
    for _ in range(400):
        stayed, watched = rng.exponential(100, 120), rng.uniform(60, 400, 120)
        mean = restricted_mean(kaplan_meier(np.minimum(stayed, watched), stayed <= watched), 180)
        covered += mean.lower <= truth <= mean.upper

    assert 0.92 <= covered / 400 <= 0.98


@given(cohorts)
def test_incidences_and_the_rest_make_a_whole(rows: list[tuple[int, int]]) -> None:
    durations, causes = [day for day, _ in rows], [cause for _, cause in rows]
    staying = kaplan_meier(durations, [cause > 0 for cause in causes])

    for day in (0, 10, 25, 40):
        first = cumulative_incidence(durations, causes, 1).at(day).value
        second = cumulative_incidence(durations, causes, 2).at(day).value
        assert first + second + staying.share(day) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 2)), min_size=1, max_size=40))
def test_incidence_without_censoring_is_the_plain_share(rows: list[tuple[int, int]]) -> None:
    found = cumulative_incidence([day for day, _ in rows], [cause for _, cause in rows], 1)

    for day in (0, 5, 20, 40):
        plain = sum(when <= day and cause == 1 for when, cause in rows) / len(rows)
        assert found.at(day).value == pytest.approx(plain)
        assert found.at(day).variance == pytest.approx(plain * (1 - plain) / len(rows), abs=1e-9)


def test_incidence_and_variance_agree_with_lifelines() -> None:
    rng = np.random.default_rng(3)
    days = np.unique(rng.uniform(0, 100, 300))  # no two alike: the other library shakes ties apart
    causes = rng.integers(0, 3, len(days))

    found = cumulative_incidence(days, causes, 1)

    fitter = AalenJohansenFitter(calculate_variance=True).fit(days, causes, event_of_interest=1)
    theirs = fitter.cumulative_density_.iloc[1:, 0].to_numpy()
    assert found.share == pytest.approx(theirs, abs=1e-9)
    for day in (20.0, 50.0, 80.0):
        spread = float(fitter.variance_.loc[:day].iloc[-1])
        assert found.at(day).variance == pytest.approx(spread, rel=0.02)


def test_incidence_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(5)
    truth = 0.6 * (1 - np.exp(-30 / 20))
    covered = 0
    for _ in range(400):
        when, cause = rng.exponential(20, 150), np.where(rng.random(150) < 0.6, 1, 2)
        watched = rng.uniform(10, 90, 150)
        share = cumulative_incidence(np.minimum(when, watched), np.where(when <= watched, cause, 0), 1).at(30)
        covered += share.lower <= truth <= share.upper

    assert 0.925 <= covered / 400 <= 0.98


def test_incidence_before_anything_happened_is_nothing() -> None:
    found = cumulative_incidence([5, 6], [1, 2], 1)

    assert (found.at(2).value, found.at(2).upper) == (0.0, 0.0)
    assert found.at(5).value == 0.5


@pytest.mark.parametrize(
    ("durations", "ended", "sentence"),
    [
        ([1, -2], [1, 1], "Duration 2 is -2.0: a time of 0 or more is needed."),
        ([float("nan")], [1], "Duration 1 is nan: a time of 0 or more is needed."),
        ([], [], "There is nobody to count."),
        ([1, 2], [1], "There are 2 durations and 1 values of ended: one each is needed."),
    ],
)
def test_curve_refuses_times_that_cannot_be(durations: list[float], ended: list[int], sentence: str) -> None:
    with pytest.raises(DurationError) as refusal:
        kaplan_meier(durations, ended)

    assert str(refusal.value) == sentence
