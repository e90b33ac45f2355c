from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.pace import Standing, at_this_pace


def standing(
    left: list[float], *, expected: tuple[float, ...] = (0, 0, 0), a_day: float, callers: int = 2
) -> Standing:
    return Standing(left, expected, promise_hours=48, calls_a_day=a_day, callers=callers)


def test_nobody_is_missed_when_the_pace_holds() -> None:
    told = at_this_pace(standing([24.0] * 10, a_day=10))

    assert (told.missed, told.more_callers, told.is_kept) == (0, 0, True)


def test_those_whose_time_runs_out_first_are_missed_and_more_callers_keep_it() -> None:
    told = at_this_pace(standing([24.0] * 20, a_day=10))

    assert (told.late, told.missed, told.days, told.more_callers, told.needed_a_day) == (0, 10, 1, 2, 20)


def test_those_past_their_time_are_told_apart_and_are_called_first() -> None:
    told = at_this_pace(standing([-3.0, -1.0, 24.0], a_day=2))

    assert (told.late, told.missed) == (2, 1)
    assert not told.is_kept


def test_those_to_come_are_judged_only_where_their_time_ends_within_the_days_looked_at() -> None:
    told = at_this_pace(standing([], expected=(10, 10, 10), a_day=0.5, callers=1))

    assert told.missed == 9
    assert told.days == 3


def test_no_further_caller_is_asked_for_whose_time_runs_out_within_the_night() -> None:
    told = at_this_pace(standing([3.0] * 4 + [40.0] * 4, a_day=8))

    assert (told.missed, told.too_soon, told.more_callers) == (3, 3, 0)


def test_without_a_call_so_far_the_calls_a_day_are_told_and_no_number_of_callers() -> None:
    told = at_this_pace(standing([12.0] * 6, a_day=0, callers=0))

    assert (told.missed, told.more_callers, told.needed_a_day) == (6, None, 12)


def test_an_empty_queue_misses_nobody() -> None:
    told = at_this_pace(standing([], a_day=0, callers=0))

    assert (told.is_kept, told.needed_a_day) == (True, 0)


def test_a_pace_that_cannot_be_is_refused() -> None:
    with pytest.raises(PlanError):
        at_this_pace(Standing([], (), 48, -1, 0))


@given(
    st.lists(st.floats(0, 48), max_size=40),
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.integers(1, 20),
    st.integers(1, 5),
)
def test_the_remedy_is_enough_and_one_less_is_not(
    left: list[float], expected: list[int], a_day: int, callers: int
) -> None:
    told = at_this_pace(standing(left, expected=tuple(expected), a_day=a_day, callers=callers))

    if told.more_callers and not told.too_soon:
        each = a_day / callers
        enough, less = (
            at_this_pace(standing(left, expected=tuple(expected), a_day=a_day + more * each))
            for more in (told.more_callers, told.more_callers - 1)
        )
        assert (enough.missed, less.missed > less.too_soon) == (0, True)
    if told.needed_a_day:
        assert at_this_pace(standing(left, expected=tuple(expected), a_day=told.needed_a_day)).missed == 0
