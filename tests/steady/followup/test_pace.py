from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.followup.rules import LEAST_WEEKS, end_of_week, room, usual_pace

weeks = st.lists(st.integers(0, 200), max_size=8)


@pytest.mark.parametrize(
    ("touches", "pace"),
    [
        ([], None),
        ([0] * 8, None),
        ([0, 0, 0, 0, 0, 0, 0, 9], None),
        ([0, 0, 0, 0, 0, 0, 4, 9], 6),
        ([12, 12, 12, 0, 12, 12, 90, 12], 12),
        ([5, 0, 0, 0, 0, 0, 0, 0], 0),
    ],
)
def test_usual_pace_is_the_middle_of_the_weeks_since_the_first_with_work(
    touches: list[int], pace: int | None
) -> None:
    assert usual_pace(touches) == pace


@given(weeks)
def test_usual_pace_lies_between_the_slowest_and_the_busiest_week(touches: list[int]) -> None:
    pace = usual_pace(touches)

    if pace is not None:
        assert min(touches) <= pace <= max(touches)


@given(weeks)
def test_usual_pace_needs_two_weeks_of_work_to_tell(touches: list[int]) -> None:
    began = next((place for place, n in enumerate(touches) if n), len(touches))

    assert (usual_pace(touches) is None) == (len(touches) - began < LEAST_WEEKS)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_room_is_what_the_pace_leaves(pace: int, done: int, owed: int) -> None:
    assert room(pace, done=done, owed=owed) + done + owed == pace


@given(st.dates())
def test_end_of_week_is_the_sunday_of_the_same_week(on: date) -> None:
    if on > date(9999, 12, 24):
        return
    sunday = end_of_week(on)

    assert (sunday.weekday(), 0 <= (sunday - on).days <= 6) == (6, True)
