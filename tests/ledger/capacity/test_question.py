"""A what-if as it is asked, and the whole answer to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.capacity.rules import answer
from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.history import PastWave
from strandline.ledger.capacity.rules.question import Question, Shape, arrivals_of, checked, spread_over

ASKED = Question(size=400, days=10, organisers=6, hours_a_day=2)
PAST = tuple(
    PastWave(
        name=name, arrivals=arrivals, organisers=6, minutes_a_day=120, in_time=80, tries=150, reached=70, stayed=30, followed=60
    )
    for name, arrivals in (("Damp", (60, 30, 10)), ("Rent", (50, 25, 15, 10)))
)  # fmt: skip


@given(st.integers(0, 5000), st.integers(1, 90), st.sampled_from(Shape))
def test_the_days_of_a_wave_add_up_to_its_size(size: int, days: int, shape: Shape) -> None:
    found = spread_over(size, days, shape, PAST)

    assert sum(found) == size
    assert len(found) == days
    assert min(found) >= 0


def test_a_wave_comes_as_ones_own_did() -> None:
    wave = PastWave("One", (90, 10), 1, 1, 0, 0, 0, 0, 0)

    assert spread_over(100, 2, Shape.OWN, [wave]) == (90, 10)
    assert spread_over(100, 4, Shape.OWN, [wave]) == (45, 45, 5, 5)
    assert spread_over(100, 1, Shape.OWN, [wave]) == (100,)
    assert spread_over(100, 2, Shape.OWN) == spread_over(100, 2, Shape.HALVING)
    assert spread_over(90, 3, Shape.EVEN) == (30, 30, 30)


def test_who_came_so_far_stands_before_who_is_still_to_come() -> None:
    asked = replace(ASKED, size=30, days=3, shape=Shape.EVEN, so_far=(7, 9))

    assert arrivals_of(asked) == (7, 9, 10, 10, 10)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 0}, "The people: 0 is given"),
        ({"days": 0}, "The days: 0 is given"),
        ({"days": 91}, "between 1 and 90"),
        ({"organisers": 0}, "The callers"),
        ({"hours_a_day": 25}, "The hours a day"),
        ({"promise_days": 31}, "The days of the promise"),
        ({"minutes_a_try": 0}, "The minutes a try"),
        ({"reach": 1.5}, "The chance to reach somebody"),
        ({"theta": -1}, "The loss of interest"),
        ({"so_far": (1,) * 85, "days": 6}, "more than 90"),
    ],
)
def test_a_figure_that_cannot_be_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        checked(replace(ASKED, **change))  # type: ignore[arg-type]  # as given


def test_nobody_more_may_come_to_a_wave_that_runs() -> None:
    assert checked(replace(ASKED, size=0, so_far=(5,))).size == 0


def test_exact_part_is_the_worked_example_of_the_methods() -> None:
    wave = (600, 300, 150, 75, 40, 20, 10, *(5,) * 23)
    asked = Question(size=0, days=1, organisers=10, hours_a_day=2, so_far=wave, theta=0.05, reach=1.0)

    found = answer.exact(asked)

    assert found["bound"]["whole"] == 225
    assert found["by_promise"] == [[0, 600], [1, 300], [2, 225], [4, 150], [7, 105]]
    assert found["calls_a_day"] == 200
    assert (
        found["organisers"] == 12
    )  # 225 calls of six minutes in two hours each: 11.25, and nobody is a quarter
    assert [one["theta"] for one in found["interest"]] == [0.05]


def test_loss_of_interest_stands_side_by_side_until_history_speaks() -> None:
    assert [one["theta"] for one in answer.exact(ASKED)["interest"]] == [0.02, 0.05, 0.1]


def test_too_little_history_is_refused_with_its_reason() -> None:
    found = answer.courses(ASKED)

    assert not found["learnt"]["enough"]
    assert "Two past waves are needed" in found["learnt"]["reason"]
    assert (found["forecasts"], found["remedy"], found["backtest"]) == ([], "", None)


def test_what_somebody_states_takes_the_place_of_history() -> None:
    found = answer.courses(replace(ASKED, reach=0.4, theta=0.1))

    assert found["learnt"]["enough"]
    assert [one["theta"] for one in found["forecasts"]] == [0.1]
    assert found["forecasts"][0]["ties"] is None


def test_own_waves_give_what_stays_a_backtest_and_the_smallest_change() -> None:
    found = answer.courses(ASKED, PAST)

    assert [one["theta"] for one in found["forecasts"]] == [0.02, 0.05, 0.1]
    middle = found["forecasts"][1]["ties"]
    assert middle["low"] <= middle["median"] <= middle["high"]
    assert [one["name"] for one in found["backtest"]["waves"]] == ["Rent"]
    assert "100" in found["remedy"]
    assert answer.courses(ASKED, PAST) == found
