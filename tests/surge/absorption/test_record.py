from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.absorption.rules.cohorts import NEVER
from strandline.surge.absorption.rules.measures import FirstAct
from strandline.surge.absorption.rules.record import (
    ACTED,
    DAY,
    DECLINED,
    LATER,
    TRIED,
    TWO_WAY,
    Left,
    People,
    Span,
    Touches,
    Tries,
    arrivals_of,
    by_day,
    by_hour,
    came_on,
    first_acts,
    hours_until,
    local_days,
    minutes_of,
    pace,
    stretches,
    watched_until,
)

LONDON = ZoneInfo("Europe/London")
NOON = minutes_of(datetime(2026, 1, 16, 12, 0, tzinfo=UTC))
FRIDAY = date(2026, 1, 16).toordinal()


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def people(*entries: int) -> People:
    dated = np.ones(len(entries), dtype=bool)
    return People(np.arange(len(entries)) + 7, whole(*[FRIDAY] * len(entries)), whole(*entries), dated)


def stayed(number: int) -> np.ndarray:
    return np.full(number, NEVER, dtype=np.int64)


def touches(*rows: tuple[int, int, int]) -> Touches:
    """Rows of person, minutes after noon and flags."""
    table = whole(*[n for row in sorted(rows) for n in row]).reshape(-1, 3)
    return Touches(table[:, 0], NOON + table[:, 1], table[:, 2])


def tries(*rows: tuple[int, int]) -> Tries:
    """Rows of account and minutes after noon."""
    table = whole(*[n for row in rows for n in row]).reshape(-1, 2)
    return Tries(table[:, 0], NOON + table[:, 1])


@given(
    st.lists(st.integers(0, 40_000_000), max_size=50),
    st.sampled_from(["Europe/London", "Asia/Kolkata", "UTC"]),
)
def test_local_days_are_those_of_the_calendar(minutes: list[int], place: str) -> None:
    here = ZoneInfo(place)

    found = local_days(whole(*minutes), here)

    expected = [datetime.fromtimestamp(60 * m, UTC).astimezone(here).date().toordinal() for m in minutes]
    assert found.tolist() == expected


def test_local_days_hold_where_the_day_turns_at_half_past() -> None:
    here = ZoneInfo("Asia/Kolkata")
    turns = minutes_of(datetime(2026, 1, 15, 18, 30, tzinfo=UTC))

    assert local_days(whole(turns - 1, turns), here).tolist() == [FRIDAY - 1, FRIDAY]


def test_touches_give_the_first_and_the_sixth_of_each_person() -> None:
    rows = touches(*[(1, n, TRIED) for n in range(6)], (0, 5, TRIED), (2, 1, TWO_WAY))

    assert rows.first(4).tolist() == [NOON + 5, NOON, NOON + 1, LATER]
    assert rows.nth(4, 6).tolist() == [LATER, NOON + 5, LATER, LATER]
    assert rows.having(TWO_WAY).place.tolist() == [2]
    assert rows.of(np.array([False, False, True, False])).place.tolist() == [0]
    assert len(rows) == 8


def test_first_contact_is_the_conversation_that_was_entered_late() -> None:
    three = people(NOON, NOON, NOON)
    rows = touches((0, -3 * DAY, TWO_WAY), (1, -3 * DAY, TRIED), (2, 60, TWO_WAY))

    assert came_on(three, rows, LONDON).tolist() == [FRIDAY - 3, FRIDAY, FRIDAY]


def test_who_only_a_list_names_came_when_they_were_spoken_with_before_it() -> None:
    three = replace(people(NOON, NOON, NOON), dated=np.array([False, False, False]))
    rows = touches((0, -3 * DAY, TWO_WAY), (1, 60, TWO_WAY))

    assert came_on(three, rows, LONDON).tolist() == [FRIDAY - 3, NEVER, NEVER]


def test_who_left_is_found_by_number() -> None:
    gone = Left(whole(3, 8, 99), whole(FRIDAY, FRIDAY - 2, FRIDAY))

    assert gone.of(people(NOON, NOON, NOON)).tolist() == [NEVER, FRIDAY - 2, NEVER]
    assert Left(whole(), whole()).of(people(NOON)).tolist() == [NEVER]


def test_who_left_is_watched_up_to_the_end_of_that_day_and_waits_no_more() -> None:
    gone, now = whole(FRIDAY, FRIDAY, NEVER), NOON + 3 * DAY
    until = watched_until(gone, now)
    rows = touches((1, 60, TRIED))

    told = arrivals_of(people(NOON, NOON, NOON), rows, whole(LATER, LATER, LATER), gone, now)
    days, what = first_acts(people(NOON, NOON, NOON), rows, gone, now)

    assert until.tolist() == [NOON + DAY // 2, NOON + DAY // 2, now]
    assert told.hours.tolist() == [12.0, 1.0, 72.0]
    assert (told.waits.tolist(), told.left.tolist()) == ([False, False, True], [True, True, False])
    assert what.tolist() == [FirstAct.LEFT, FirstAct.LEFT, FirstAct.NOTHING_YET]
    assert days.tolist() == [0.5, 0.5, 3.0]


def test_hours_until_count_for_as_long_as_someone_has_waited() -> None:
    hours, happened = hours_until(
        whole(NOON, NOON, NOON), whole(NOON + 90, LATER, NOON - 30), whole(*[NOON + 120] * 3)
    )

    assert (hours.tolist(), happened.tolist()) == ([1.5, 2.0, 0.0], [True, False, True])


def test_arrivals_tell_what_followed() -> None:
    rows = touches((0, 60, TRIED), (1, 30, TRIED | TWO_WAY | ACTED), (3, 5000, TRIED | TWO_WAY))

    told = arrivals_of(
        people(NOON, NOON, NOON, NOON), rows, whole(LATER, LATER, NOON + 5, LATER), stayed(4), NOON + 240
    )

    assert told.hours.tolist() == [1.0, 0.5, 4.0, 4.0]
    assert told.called.tolist() == [True, True, False, False]
    assert told.spoke.tolist() == [False, True, False, False]
    assert told.acted.tolist() == [False, True, False, False]
    assert told.asked.tolist() == [False, False, True, False]


def test_first_act_is_what_happened_first() -> None:
    rows = touches(
        (0, DAY, TWO_WAY | DECLINED),
        (0, 2 * DAY, TWO_WAY | ACTED),
        *[(1, n * 60, TRIED) for n in range(6)],
        (2, 60, TWO_WAY | TRIED),
        *[(2, n * 100, TRIED) for n in range(2, 9)],
        (3, 3 * DAY, TWO_WAY | ACTED),
        (4, 9 * DAY, TWO_WAY | ACTED),
    )

    days, what = first_acts(people(*[NOON] * 5), rows, stayed(5), NOON + 5 * DAY)

    assert what.tolist() == [
        FirstAct.DECLINED,
        FirstAct.UNREACHABLE,
        FirstAct.NOTHING_YET,
        FirstAct.ACTED,
        FirstAct.NOTHING_YET,
    ]
    assert days.tolist() == [1.0, 300 / DAY, 5.0, 3.0, 5.0]


def test_nobody_has_no_first_act_and_no_pace() -> None:
    none = people()
    rows = Touches(*(np.empty(0, dtype=np.int64),) * 3)

    days, what = first_acts(none, rows, stayed(0), NOON)
    told = pace(none, rows, tries(), NOON, 3)

    assert (len(days), len(what), told.first_calls, told.tries, told.callers) == (0, 0, 0.0, 0.0, 0)


def test_pace_tells_first_calls_apart_from_all_tries() -> None:
    rows = touches((0, -60, TRIED), (0, -30, TRIED), (1, -5 * DAY, TRIED), (1, -10, TRIED), (2, 5, TRIED))
    lately = tries((4, -60), (5, -30), (4, -10), (8, 5))

    told = pace(people(NOON, NOON, NOON), rows, lately, NOON, 3)

    assert (told.first_calls, told.tries, told.callers) == (1 / 3, 1.0, 2)


def test_counts_by_day_and_by_hour_hold_the_empty_ones() -> None:
    assert by_day(whole(5, 7, 7, 9, 4), 5, 8) == (1, 0, 2, 0)
    assert by_day(whole(5), 6, 5) == ()
    assert by_hour(whole(NOON + 1, NOON + 61, NOON + 62, NOON - 1, NOON + 999), NOON, 3) == (1, 2, 0)


@given(st.lists(st.tuples(st.integers(FRIDAY, FRIDAY + 40), st.integers(0, 20)), min_size=1, max_size=5))
def test_every_day_from_the_first_span_on_lies_in_one_stretch(drawn: list[tuple[int, int]]) -> None:
    spans = [Span(first, first + days) for first, days in drawn]

    found = stretches(spans)

    assert found[-1] == (Span(max(span.last for span in spans) + 1, date.max.toordinal()), False)
    told = {day: inside for span, inside in found[:-1] for day in range(span.first, span.last + 1)}
    assert sum(span.last - span.first + 1 for span, _ in found[:-1]) == len(told)
    assert told == {
        day: any(span.first <= day <= span.last for span in spans)
        for day in range(min(span.first for span in spans), found[-1][0].first)
    }
