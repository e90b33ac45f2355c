"""Who is counted with the wave, and how long a stay is, against counting day by day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.absorption.rules.cohorts import (
    NEVER,
    WINDOW,
    Wave,
    baseline_cohort,
    first_contact,
    is_active,
    stays,
    usual_upper_limit,
    wave_cohort,
    wave_end,
)
from strandline.surge.absorption.rules.survival import kaplan_meier


def test_first_contact_is_dated_or_there_is_none() -> None:
    met = np.array([10, 10, 10, NEVER, NEVER, 30, NEVER])
    listed = np.array([NEVER, 10, 9, 9, 9, 20, NEVER])
    spoke = np.array([4, NEVER, 12, 9, 8, 15, NEVER])

    assert first_contact(met, listed, spoke).tolist() == [4, 10, NEVER, NEVER, 8, 15, NEVER]


def test_wave_cohort_takes_both_ends_and_first_contact_only() -> None:
    first = np.array([99, 100, 110, 111])

    assert wave_cohort(first, Wave(100, 110), today=400).tolist() == [False, True, True, False]


def test_running_wave_takes_all_until_today() -> None:
    assert wave_cohort(np.array([100, 120, 121]), Wave(100), today=120).tolist() == [True, True, False]


def test_baseline_cohort_leaves_out_other_waves() -> None:
    first = np.array([819, 820, 900, 910, 999, 1000])

    chosen = baseline_cohort(first, Wave(1000, 1020), others=[Wave(905, 915)])

    assert chosen.tolist() == [False, True, True, False, True, False]


def test_wave_ends_on_the_first_of_fourteen_quiet_days() -> None:
    daily = [2] * 30 + [40, 80, 60, 30, 10] + [2] * 40

    end = wave_end(daily, start=30, limit=20)

    assert end == 41  # the last day whose week still holds 10 sign-ups is day 40


def test_wave_runs_on_until_fourteen_days_are_over() -> None:
    daily = [2] * 30 + [40, 80, 60, 30, 10] + [2] * 19

    assert len(daily) - 41 == 13
    assert wave_end(daily, start=30, limit=20) is None
    assert wave_end([*daily, 2], start=30, limit=20) == 41


def test_wave_with_a_lull_of_thirteen_days_goes_on() -> None:
    daily = [50] * 3 + [0] * 19 + [50] + [0] * 40
    quiet = [day for day in range(len(daily)) if sum(daily[max(0, day - 6) : day + 1]) < 50]

    assert quiet[:13] == list(range(9, 22))
    assert wave_end(daily, start=0, limit=50) == 29


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(0, 59), st.integers(0, 90))
def test_wave_end_is_the_definition_read_day_by_day(daily: list[int], start: int, limit: int) -> None:
    under = [sum(daily[max(0, day - 6) : day + 1]) < limit for day in range(len(daily))]
    expected = next(
        (
            day
            for day in range(start, len(daily))
            if len(under[day : day + 14]) == 14 and all(under[day : day + 14])
        ),
        None,
    )

    assert wave_end(daily, start, limit) == expected


def test_usual_limit_is_exceeded_one_week_in_forty() -> None:
    rng = np.random.default_rng(1)
    limits = [usual_upper_limit(rng.poisson(5, 56).tolist()) for _ in range(200)]

    over = np.mean([rng.poisson(35, 500) > limit for limit in limits])

    assert 0.005 < over < 0.06


def test_usual_limit_is_wider_when_days_are_uneven() -> None:
    even, uneven = [5] * 56, [0, 10] * 28

    assert usual_upper_limit(uneven) > usual_upper_limit(even) > 35
    assert usual_upper_limit([0] * 56) == 0.0


def test_usual_limit_needs_four_weeks() -> None:
    with pytest.raises(ValueError, match="27 days of ordinary intake are too few: 28 are needed"):
        usual_upper_limit([5] * 27)


def test_a_stay_ends_one_window_after_the_last_touch() -> None:
    found = stays(np.array([100]), np.array([0, 0]), np.array([130, 160]), today=300)

    assert (found.days.tolist(), found.ended.tolist()) == ([105], [True])


def test_a_stay_that_may_still_go_on_is_not_ended() -> None:
    found = stays(np.array([100]), np.array([0]), np.array([130]), today=174)

    assert (found.days.tolist(), found.ended.tolist()) == ([74], [False])


def test_a_touch_on_the_day_after_the_window_leaves_no_day_without_a_tie() -> None:
    found = stays(np.array([100]), np.array([0, 0]), np.array([130, 130 + WINDOW + 1]), today=400)

    assert (found.days.tolist(), found.ended.tolist()) == ([30 + 2 * WINDOW + 1], [True])


def test_a_gap_longer_than_the_window_ends_the_stay_though_they_return() -> None:
    found = stays(np.array([100]), np.array([0]), np.array([147]), today=300)

    assert (found.days.tolist(), found.ended.tolist()) == ([45], [True])


def test_leaving_is_not_failing() -> None:
    found = stays(
        np.array([100, 100]), np.array([0]), np.array([120]), today=300, left_on=np.array([150, 900])
    )

    assert (found.days.tolist(), found.ended.tolist()) == ([50, 45], [False, True])


@given(
    st.integers(0, 60),
    st.lists(st.integers(0, 150), max_size=12),
    st.integers(60, 150),
    st.integers(1, 50),
    st.one_of(st.none(), st.integers(0, 200)),
)
def test_stays_are_the_definition_read_day_by_day(
    entry: int, touches: list[int], today: int, window: int, left: int | None
) -> None:
    acts = [entry, *(day for day in touches if entry <= day <= today)]
    last_day = today if left is None else min(today, left)
    expected = (max(last_day - entry, 0), False)
    for day in range(entry, last_day + 1):
        if not any(day - window <= act <= day for act in acts):
            expected = (day - 1 - entry, True)
            break

    found = stays(
        np.array([entry]),
        np.zeros(len(touches), dtype=np.int64),
        np.array(touches, dtype=np.int64),
        today,
        window=window,
        left_on=None if left is None else np.array([left]),
    )

    assert (int(found.days[0]), bool(found.ended[0])) == expected


def lives(rng: np.random.Generator, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Touches of people who come again within four weeks, seven times in ten, and then no more: of whom, days after entry."""
    again = rng.random((people, 40)) < 0.7
    number = np.where(again.all(axis=1), 40, np.argmin(again, axis=1))
    day = np.cumsum(rng.integers(1, 29, (people, 40)), axis=1)
    kept = np.arange(40) < number[:, None]
    return np.repeat(np.arange(people), number), day[kept]


def test_a_thousand_cohorts_read_from_their_touches_are_told_truly() -> None:
    """From touches to the share still here, with people who came at different times, and with some who moved away."""
    rng = np.random.default_rng(4)
    whole = 200_000
    person, day = lives(rng, whole)
    last = np.zeros(whole, dtype=np.int64)
    np.maximum.at(last, person, day)
    truth = float((last + WINDOW >= 90).mean())
    found, covered, as_failures = [], 0, []

    for _ in range(1000):
        person, day = lives(rng, 150)
        entry = 1000 + rng.integers(0, 160, 150)  # up to today, day 1220: watched for 60 to 220 days
        left = np.where(rng.random(150) < 0.3, entry + rng.integers(1, 120, 150), NEVER)
        there = entry[person] + day < left[person]
        person, day = person[there], (entry[person] + day)[there]
        told = stays(entry, person, day, 1220, left_on=left)
        curve = kaplan_meier(told.days, told.ended)
        low, high = curve.interval(90)
        found.append(curve.share(90))
        covered += low <= truth <= high
        wrong = stays(entry, person, day, 1220)
        as_failures.append(kaplan_meier(wrong.days, wrong.ended).share(90))

    assert abs(np.mean(found) - truth) < 0.03
    assert 930 <= covered <= 970
    assert abs(np.mean(as_failures) - truth) > 0.03  # who moved away is no failure


def test_active_people_had_a_touch_in_thirty_days() -> None:
    person, day = np.array([0, 1, 2, 2]), np.array([70, 71, 100, 101])

    assert is_active(person, day, people=4, on=100).tolist() == [False, True, True, False]
