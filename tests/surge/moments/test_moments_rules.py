from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.moments.rules import (
    Phase,
    PhaseKind,
    Window,
    counted_phase,
    crest,
    is_live,
    is_promise,
    is_window,
    may_change,
    may_open,
    standing_phase,
)

START = date(2026, 1, 7)
DAYS = st.lists(st.integers(0, 400), max_size=60)


def day(number: int) -> date:
    return START + timedelta(days=number)


def test_crest_is_the_first_day_on_which_most_came() -> None:
    assert crest([3, 40, 90, 90, 20]) == 2
    assert crest([0, 1, 4]) is None
    assert crest([]) is None


def test_phase_is_rising_while_the_last_days_are_the_highest() -> None:
    assert counted_phase([10, 20, 40, 80], START) == Phase(PhaseKind.RISING, START)


def test_phase_is_the_peak_from_the_first_day_near_the_highest() -> None:
    assert counted_phase([30, 120, 250, 230, 180, 200], START) == Phase(PhaseKind.PEAK, day(3))


def test_phase_is_the_ebb_from_the_first_day_that_stays_under_the_peak() -> None:
    assert counted_phase([30, 120, 250, 230, 180, 120, 80, 60], START) == Phase(PhaseKind.EBB, day(6))


def test_phase_of_a_handful_is_rising() -> None:
    assert counted_phase([4, 1, 0, 0], START) == Phase(PhaseKind.RISING, START)
    assert counted_phase([], START) == Phase(PhaseKind.RISING, START)


def test_a_quiet_sunday_is_no_ebb() -> None:
    assert counted_phase([100, 110, 120, 60, 130, 125], START).kind is not PhaseKind.EBB


@given(DAYS)
def test_phase_never_begins_before_the_surge_or_after_the_last_day(daily: list[int]) -> None:
    phase = counted_phase(daily, START)

    assert START <= phase.began_on <= day(max(0, len(daily) - 1))


@given(DAYS, st.integers(2, 5))
def test_phase_does_not_depend_on_how_large_the_organisation_is(daily: list[int], times: int) -> None:
    if daily and max(daily) >= 20:
        assert counted_phase(daily, START) == counted_phase([times * n for n in daily], START)


def test_what_a_person_said_stands_before_what_is_counted() -> None:
    counted, by_hand = Phase(PhaseKind.EBB, day(5)), Phase(PhaseKind.PEAK, day(4), is_by_hand=True)

    assert standing_phase(counted, by_hand, closed_on=None, on=day(9)) == by_hand
    assert standing_phase(counted, None, closed_on=None, on=day(9)) == counted
    assert standing_phase(counted, by_hand, closed_on=day(9), on=day(9)).kind is PhaseKind.CLOSED
    assert standing_phase(counted, None, closed_on=day(9), on=day(8)) == counted


def test_a_surge_is_live_in_its_window_until_it_is_closed() -> None:
    open_, over = Window(START), Window(START, day(10))

    assert [is_live(open_, closed_on=None, on=day(n)) for n in (-1, 0, 90)] == [False, True, True]
    assert [is_live(over, closed_on=None, on=day(n)) for n in (10, 11)] == [True, False]
    assert [is_live(open_, closed_on=day(5), on=day(n)) for n in (4, 5)] == [True, False]


def test_window_is_refused_with_the_day_that_is_wrong() -> None:
    assert is_window(Window(START), on=START)[1].ok
    assert is_window(Window(day(1)), on=START)[0] == "starts_on"
    assert is_window(Window(START, day(-1)), on=day(3))[0] == "ends_on"
    assert is_window(Window(START, day(4)), on=day(3))[0] == "ends_on"
    assert Window(START, day(4)).last(day(2)) == day(2)
    assert Window(START, day(4)).last(day(8)) == day(4)


def test_promise_and_rights_are_refused_with_a_reason() -> None:
    assert [is_promise(hours).ok for hours in (0, 1, 720, 721)] == [False, True, True, False]
    assert may_open(leads_there=True).ok
    assert "lead" in may_open(leads_there=False).reason
    assert may_change(has_post=True, leads_there=False).ok
    assert may_change(has_post=False, leads_there=True).ok
    assert "deputy" in may_change(has_post=False, leads_there=False).reason
