from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.text import BadText
from strandline.steady.circles.rules import (
    Course,
    has_faded,
    may_have_capacity,
    may_join,
    may_take_attendance,
    meetings,
    next_meeting,
    read_recurrence,
)

TUESDAYS = Course("FREQ=WEEKLY;BYDAY=TU", date(2026, 1, 6), time(19))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY"),
        (" rrule:freq=weekly;byday=tu ", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20261231", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261231"),
    ],
)
def test_read_recurrence_keeps_a_rule_of_rfc_5545(typed: str, kept: str) -> None:
    assert read_recurrence(typed) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "how often the circle meets"),
        ("every Tuesday", "no rule of RFC 5545"),
        ("FREQ=HOURLY", "FREQ has to be one of"),
        ("BYDAY=TU", "FREQ has to be one of"),
        ("FREQ=WEEKLY;BYHOUR=3", "BYHOUR is not used here"),
        ("FREQ=WEEKLY;FREQ=DAILY", "twice"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20261231", "not by both"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL has to be a whole number"),
        ("FREQ=WEEKLY;UNTIL=20261231T000000Z", "UNTIL has to be a day"),
        ("FREQ=WEEKLY;BYDAY=XX", "no rule of RFC 5545"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["TU"] * 100), "longer than"),
    ],
)
def test_read_recurrence_refuses_anything_else_with_the_reason(typed: str, words: str) -> None:
    with pytest.raises(BadText) as refused:
        read_recurrence(typed)

    assert refused.value.field == "how often"
    assert words in refused.value.reason


def test_meetings_are_the_days_of_the_rule_from_its_beginning() -> None:
    found = meetings(TUESDAYS, since=date(2025, 12, 1), until=date(2026, 1, 20))

    assert found == [date(2026, 1, 6), date(2026, 1, 13), date(2026, 1, 20)]


def test_meetings_of_a_month_by_its_second_tuesday() -> None:
    course = Course("FREQ=MONTHLY;BYDAY=2TU", date(2026, 1, 1), time(19))

    assert meetings(course, since=date(2026, 1, 1), until=date(2026, 3, 31)) == [
        date(2026, 1, 13),
        date(2026, 2, 10),
        date(2026, 3, 10),
    ]


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.sampled_from([1, 2, 3]))
def test_meetings_of_a_span_are_those_of_its_halves(since: date, days: int, interval: int) -> None:
    course = Course(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY=TU,FR", date(2026, 1, 6), time(19))
    middle, until = since + timedelta(days=days // 2), since + timedelta(days=days)

    whole = meetings(course, since=since, until=until)

    later = meetings(course, since=middle + timedelta(days=1), until=until)
    assert whole == meetings(course, since=since, until=middle) + later
    assert all(day.weekday() in (1, 4) and day >= course.starts_on for day in whole)


def test_next_meeting_passes_over_those_called_off() -> None:
    assert next_meeting(TUESDAYS, after=date(2026, 1, 7), called_off=[date(2026, 1, 13)]) == date(2026, 1, 20)


def test_next_meeting_is_none_when_the_rule_has_run_out() -> None:
    course = Course("FREQ=WEEKLY;COUNT=2", date(2026, 1, 6), time(19))

    assert next_meeting(course, after=date(2026, 1, 14)) is None


@pytest.mark.parametrize(("capacity", "ok"), [(5, False), (6, True), (12, True), (13, False)])
def test_a_circle_has_room_for_six_to_twelve(capacity: int, ok: bool) -> None:
    assert may_have_capacity(capacity).ok is ok


def test_may_join_up_to_the_capacity() -> None:
    assert may_join(size=10, coming=2, capacity=12).ok
    assert may_join(size=11, coming=2, capacity=12).reason == (
        "This circle has room for 12, and 11 are in it. Form another one."
    )


@pytest.mark.parametrize(
    ("on", "is_meeting", "words"),
    [
        (date(2026, 1, 13), True, ""),
        (date(2026, 1, 13), False, "did not meet"),
        (date(2026, 1, 17), True, "still to come"),
        (date(2025, 11, 1), True, "more than 60 days ago"),
    ],
)
def test_attendance_is_of_a_meeting_that_was_lately(on: date, is_meeting: bool, words: str) -> None:
    verdict = may_take_attendance(on, today=date(2026, 1, 16), is_meeting=is_meeting)

    assert verdict.ok is not bool(words)
    assert words in verdict.reason


def test_has_faded_after_three_meetings_missed() -> None:
    assert [
        has_faded(came) for came in ([], [False] * 2, [True, False, False, False], [False] * 2 + [True])
    ] == [
        False,
        False,
        True,
        False,
    ]


def test_a_day_is_a_day_whatever_the_clock() -> None:
    assert isinstance(meetings(TUESDAYS, since=date(2026, 1, 6), until=date(2026, 1, 6))[0], date)
    assert not isinstance(meetings(TUESDAYS, since=date(2026, 1, 6), until=date(2026, 1, 6))[0], datetime)
