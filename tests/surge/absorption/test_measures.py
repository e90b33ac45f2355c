"""The figures M0 to M5: their value, and when they are held back."""

import numpy as np
import pytest

from strandline.surge.absorption.rules.measures import (
    FirstAct,
    Standing,
    days_stayed,
    first_act,
    lift,
    promise_kept,
    reached_in_time,
    still_here,
)
from strandline.surge.absorption.rules.survival import kaplan_meier


def test_reached_in_time_counts_who_waits_for_as_long_as_they_waited() -> None:
    hours = [10] * 6 + [60] * 2 + [72] * 2 + [5] * 10  # the last ten came five hours ago
    reached = [1] * 6 + [1] * 2 + [0] * 2 + [0] * 10

    figure = reached_in_time(hours, reached)

    assert figure.value == pytest.approx(0.6)
    assert figure.lower is not None
    assert figure.upper is not None
    assert 0.3 < figure.lower < 0.6 < figure.upper < 0.9
    assert figure.reason == "60 of 100 were reached within 48 hours."


def test_promise_kept_tells_of_calls_and_not_of_who_was_reached() -> None:
    assert (
        promise_kept([10] * 6 + [60] * 4, [1] * 6 + [0] * 4).reason
        == "60 of 100 were called within 48 hours."
    )
    assert (
        promise_kept([10] * 9, [1] * 9).reason
        == "Too early: 9 of 9 have been called or have waited 48 hours."
    )


def test_reached_in_time_is_held_back_until_ten_are_known() -> None:
    figure = reached_in_time([10] * 9 + [3] * 30, [1] * 9 + [0] * 30)

    assert (figure.standing, figure.value) == (Standing.TOO_EARLY, None)
    assert figure.reason == "Too early: 9 of 39 have been reached or have waited 48 hours."


def test_first_act_keeps_those_who_declined_in_the_hundred() -> None:
    days = [5] * 4 + [3] * 4 + [30] * 2
    outcome = [FirstAct.ACTED] * 4 + [FirstAct.DECLINED] * 4 + [FirstAct.NOTHING_YET] * 2

    figure = first_act(days, outcome, 14)

    assert figure.value == pytest.approx(0.4)  # one minus Kaplan-Meier would have said two thirds
    assert figure.reason == "40 of 100 came to a circle or a task within 14 days."


def test_first_act_is_held_back_until_ten_are_known() -> None:
    figure = first_act([3] * 20, [FirstAct.NOTHING_YET] * 20, 14)

    assert figure.reason == "Too early: only 0 of 20 have had their 14 days."
    assert not figure.is_shown


def test_still_here_is_shown_with_ten_at_risk_and_not_with_nine() -> None:
    ten = kaplan_meier([20] * 10 + [100] * 10, [1] * 10 + [0] * 10)
    nine = kaplan_meier([20] * 11 + [100] * 9, [1] * 11 + [0] * 9)

    assert still_here(ten, 90).value == pytest.approx(0.5)
    assert still_here(ten, 90).reason == "Of 100 who came, 50 are still with us after 90 days."
    assert still_here(nine, 90).value is None
    assert still_here(nine, 90).reason == "Too few: 9 of 20 were still here by day 90, 10 are needed."


def test_still_here_is_too_early_for_a_young_wave() -> None:
    figure = still_here(kaplan_meier([20] * 40, [0] * 40), 30)

    assert figure.standing is Standing.TOO_EARLY
    assert figure.reason == "Too early: 0 of 40 have been followed for 30 days, 10 are needed."


def test_lift_adds_the_two_variances() -> None:
    wave = kaplan_meier([40] * 59 + [200] * 41, [1] * 59 + [0] * 41)
    before = kaplan_meier([40] * 48 + [200] * 52, [1] * 48 + [0] * 52)

    figure = lift(wave, before, 90)

    spread = 1.959964 * np.sqrt(0.41 * 0.59 / 100 + 0.52 * 0.48 / 100)
    assert figure.value == pytest.approx(-0.11)
    assert (figure.lower, figure.upper) == pytest.approx((-0.11 - spread, -0.11 + spread))
    assert figure.reason == (
        "Of 100 who came in the wave, 41 are still with us after 90 days; before the wave it was 52."
    )


def test_lift_is_too_early_when_either_side_is() -> None:
    young, old = kaplan_meier([20] * 40, [0] * 40), kaplan_meier([200] * 40, [0] * 40)

    assert lift(young, old, 90).reason.startswith("Too early")
    assert lift(old, young, 90).reason.startswith("The cohort before the wave: Too early")
    assert lift(old, young, 90).value is None


def test_days_stayed_is_said_in_days() -> None:
    figure = days_stayed(kaplan_meier([74] * 30, [1] * 30))

    assert figure.value == pytest.approx(74)
    assert figure.reason == "They stayed 74 of the first 180 days."


def test_days_stayed_is_held_back_while_people_have_not_been_followed() -> None:
    assert not days_stayed(kaplan_meier([74] * 30, [0] * 30)).is_shown
    assert not days_stayed(kaplan_meier([74] * 9, [1] * 9)).is_shown
    assert days_stayed(kaplan_meier([74] * 25 + [200] * 5, [1] * 25 + [0] * 5)).is_shown


def test_reason_has_thousands_marks() -> None:
    figure = promise_kept([1.0] * 1040, [False] * 1040)

    assert figure.reason == "Too early: 0 of 1,040 have been called or have waited 48 hours."
