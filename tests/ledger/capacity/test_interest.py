"""What waiting costs, and learning it from one's own first calls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.capacity.rules.bound import PlanError, least_capacity
from strandline.ledger.capacity.rules.interest import ASSUMED, fit_fading, run_down

WAVE = [600, 300, 150, 75, 40, 20, 10] + [5] * 23


@pytest.mark.parametrize(("capacity", "reached"), [(60, 983), (120, 1145), (240, 1253)])
def test_loss_of_interest_of_the_worked_example(capacity: int, reached: int) -> None:
    found = run_down(WAVE, capacity, 0.05)

    assert sum(WAVE) == found.came == 1310
    assert round(found.reached) == reached


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.integers(1, 200), st.floats(0, 0.5))
def test_everybody_is_reached_or_lost(arrivals: list[int], capacity: int, theta: float) -> None:
    found = run_down(arrivals, capacity, theta)

    assert found.reached + found.lost == pytest.approx(sum(arrivals), abs=1e-5)
    if theta == 0:
        assert found.lost == 0


@given(st.lists(st.integers(0, 300), min_size=1, max_size=12), st.integers(0, 5))
def test_without_loss_the_longest_wait_is_the_exact_bounds(arrivals: list[int], within: int) -> None:
    bound = least_capacity(arrivals, within)
    if not bound.a_day:
        return

    found = run_down(arrivals, float(bound.a_day), 0.0)

    assert max(found.waiting) <= float(bound.a_day) * within + 1e-6


def test_course_is_said_and_ends() -> None:
    found = run_down(WAVE, 60, 0.05)

    assert found.sentence == "983 of 1,310 are reached; 327 lose interest while they wait."
    assert found.longest_wait == 15
    assert run_down([0, 0], 0, 0.0).longest_wait == 0


def test_queue_that_never_ends_is_refused() -> None:
    with pytest.raises(PlanError, match="never ends"):
        run_down([5], 0, 0.0)
    with pytest.raises(PlanError, match="must be 0 or more"):
        run_down([5], -1, 0.0)


def first_tries(theta: float, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    delay = rng.exponential(4, count)
    return delay, rng.random(count) < 0.6 * np.exp(-theta * delay)


def test_fading_is_found_again_and_its_interval_covers() -> None:
    found = [fit_fading(*first_tries(0.08, 600, seed)) for seed in range(30)]

    thetas = [one.theta for one in found if one.theta is not None]
    covered = [
        one.lower <= 0.08 <= one.upper for one in found if one.lower is not None and one.upper is not None
    ]
    assert len(covered) == 30
    assert abs(float(np.mean(thetas)) - 0.08) < 0.01
    assert 26 <= sum(covered) <= 30


def test_fading_may_be_none_at_all() -> None:
    found = fit_fading(*first_tries(0.0, 400, 3))

    assert found.lower == 0.0
    assert found.theta is not None
    assert found.upper is not None
    assert found.theta < found.upper < 0.1
    assert found.to_show == (found.theta,)
    assert found.reason.startswith("From 400 first tries: of 100 who would have answered at once, ")


def test_late_tries_that_succeed_more_often_mean_no_fading() -> None:
    delay = np.repeat([0.5, 5.0], 100)

    found = fit_fading(delay, np.concatenate([np.arange(100) < 40, np.arange(100) < 60]))

    assert (found.theta, found.lower) == (0.0, 0.0)
    assert found.at_once == pytest.approx(0.5)


def test_fading_is_the_best_of_a_grid() -> None:
    delay, success = first_tries(0.12, 500, 5)

    found = fit_fading(delay, success)

    def likelihood(at_once: float, theta: float) -> float:
        chance = at_once * np.exp(-theta * delay)
        return float(np.log(np.where(success, chance, 1 - chance)).sum())

    grid = [(likelihood(p, t), t) for p in np.linspace(0.3, 0.95, 66) for t in np.linspace(0, 0.4, 81)]
    assert found.theta == pytest.approx(max(grid)[1], abs=0.006)


@pytest.mark.parametrize(
    ("delay", "reached", "words"),
    [
        ([2.0] * 99, [1] * 50 + [0] * 49, "99 first tries with 50 successes"),
        ([2.0] * 200, [1] * 19 + [0] * 181, "200 first tries with 19 successes"),
        ([0.5] * 200, [1] * 100 + [0] * 100, "0 first tries were made after more than a day, 20 are needed"),
    ],
)
def test_fading_is_not_told_from_too_little(delay: list[float], reached: list[int], words: str) -> None:
    found = fit_fading(delay, reached)

    assert found.theta is None
    assert words in found.reason
    assert found.reason.endswith("Until then 0.02, 0.05, 0.1 stand side by side.")
    assert found.to_show == ASSUMED
