"""The exact bound, against trying capacities one by one on a first-come-first-served queue."""

from collections import deque
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.capacity.rules.bound import (
    PlanError,
    attempts,
    least_capacity,
    organisers_needed,
    whole_people,
)

WAVE = [600, 300, 150, 75, 40, 20, 10] + [5] * 23


def keeps(arrivals: list[int], capacity: Fraction, within: int) -> bool:
    """Whether a queue served in order reaches everybody in time; part of a person may be served."""
    queue: deque[list[Fraction]] = deque()
    for day in range(len(arrivals) + within + 1):
        if day < len(arrivals):
            queue.append([Fraction(day), Fraction(arrivals[day])])
        left = capacity
        while queue and left > 0:
            served = min(left, queue[0][1])
            left, queue[0][1] = left - served, queue[0][1] - served
            if not queue[0][1]:
                queue.popleft()
        if any(waiting > 0 and came + within <= day for came, waiting in queue):
            return False
    return True


@pytest.mark.parametrize(("within", "calls"), [(0, 600), (1, 300), (2, 225), (4, 150), (7, 105)])
def test_least_capacity_of_the_worked_example(within: int, calls: int) -> None:
    assert least_capacity(WAVE, within).a_day == calls


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(0, 6))
def test_least_capacity_is_enough_and_nothing_less_is(arrivals: list[int], within: int) -> None:
    bound = least_capacity(arrivals, within)

    assert keeps(arrivals, bound.a_day, within)
    if bound.a_day:
        assert not keeps(arrivals, bound.a_day * Fraction(9999, 10000), within)
    brute = next(
        capacity for capacity in range(sum(arrivals) + 1) if keeps(arrivals, Fraction(capacity), within)
    )
    assert bound.whole == brute


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(0, 6))
def test_days_named_are_those_that_decide(arrivals: list[int], within: int) -> None:
    bound = least_capacity(arrivals, within)

    assert bound.people == (sum(arrivals[bound.first : bound.last + 1]) if bound.a_day else 0)
    assert bound.a_day == Fraction(bound.people, bound.last - bound.first + 1 + within)


@pytest.mark.parametrize(
    ("arrivals", "within", "sentence"),
    [
        (WAVE, 2, "To reach everybody within 2 days we need 225 calls a day; the first 2 days decide that."),
        (
            WAVE,
            0,
            "To reach everybody on the day they come we need 600 calls a day; the first day decides that.",
        ),
        (
            [1, 1, 900, 900],
            1,
            "To reach everybody within 1 day we need 600 calls a day; days 3 to 4 decide that.",
        ),
        ([1, 1, 900, 9], 2, "To reach everybody within 2 days we need 300 calls a day; day 3 decides that."),
    ],
)
def test_bound_is_said_in_one_sentence(arrivals: list[int], within: int, sentence: str) -> None:
    assert least_capacity(arrivals, within).sentence == sentence


@pytest.mark.parametrize(
    ("arrivals", "within", "sentence"),
    [
        ([], 2, "There are no days to plan for."),
        ([5, -1], 2, "Day 2 has -1 arrivals: a whole number of 0 or more is needed."),
        ([1.5], 2, "Day 1 has 1.5 arrivals: a whole number of 0 or more is needed."),
        ([5], -1, "The promise is -1 days: 0 or more are needed."),
    ],
)
def test_bound_refuses_what_cannot_be(arrivals: list[int], within: int, sentence: str) -> None:
    with pytest.raises(PlanError) as refusal:
        least_capacity(arrivals, within)

    assert str(refusal.value) == sentence


@given(st.floats(0.01, 1.0))
def test_attempts_are_the_mean_of_trying_up_to_six_times(reach: float) -> None:
    by_hand = sum(tries * (1 - reach) ** (tries - 1) * reach for tries in range(1, 6)) + 6 * (1 - reach) ** 5

    assert attempts(reach) == pytest.approx(by_hand)


def test_attempts_at_the_ends() -> None:
    assert attempts(0.0) == 6.0
    assert attempts(1.0) == 1.0
    with pytest.raises(PlanError, match="must lie between 0 and 1"):
        attempts(1.1)


def test_organisers_are_calls_times_tries_times_minutes_over_minutes() -> None:
    assert organisers_needed(225, attempts(0.5), 6, 120) == pytest.approx(225 * 1.96875 * 6 / 120)
    with pytest.raises(PlanError, match="The minutes a day are 0: more than 0 are needed."):
        organisers_needed(225, 2, 6, 0)


@pytest.mark.parametrize(
    ("needed", "people"), [(24.0, 24), (24.04, 25), (24.2, 25), (0.0, 0), (3 * 1.1 / 1.1, 3), (0.1, 1)]
)
def test_people_are_whole_and_a_part_is_one_more(needed: float, people: int) -> None:
    assert whole_people(needed) == people
