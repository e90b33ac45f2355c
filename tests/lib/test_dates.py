"""Days are read and never guessed; local time is right where the clock jumps."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.dates import (
    Ambiguous,
    BadDate,
    Order,
    at_local,
    is_in_gap,
    local_day,
    on_working_day,
    read_day,
    read_moment,
    spelt,
    zone,
)

MARCH_4 = dt.date(2026, 3, 4)
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("2026-03-04", None), ("2026-3-4", None), ("20260304", None), ("2026/03/04", None), ("2026.03.04", None),
        ("2026-03-04T00:00:00Z", None), ("2026-03-04 00:00:00", None), ("2026年3月4日", None),
        ("04/03/2026", Order.DAY_FIRST), ("4.3.2026", Order.DAY_FIRST), ("4. 3. 2026", Order.DAY_FIRST),
        ("03/04/2026", Order.MONTH_FIRST), ("3-4-2026", Order.MONTH_FIRST), ("2026-03-04", Order.MONTH_FIRST),
        ("4 March 2026", None), ("4th of March 2026", None), ("March 4, 2026", None), ("Mar 4th, 2026", None),
        ("4-Mar-2026", None), ("4 de marzo de 2026", None), ("4. März 2026", None), ("4 mars 2026", None),
        ("4 Ma\u0308rz 2026", None), ("٤/٣/٢٠٢٦", Order.DAY_FIRST), (" 2026-03-04 ", None),
    ],
)  # fmt: skip
def test_read_day_reads(typed: str, order: Order | None) -> None:
    assert read_day(typed, order) == MARCH_4


@pytest.mark.parametrize("typed", ["13/04/2026", "04/13/2026", "4/4/2026"])
def test_read_day_needs_no_order_where_one_reading_is_possible(typed: str) -> None:
    assert read_day(typed).month == 4


def test_read_day_asks_where_two_readings_stand() -> None:
    with pytest.raises(Ambiguous) as asked:
        read_day("03/04/2026")

    assert (asked.value.day_first, asked.value.month_first) == (dt.date(2026, 4, 3), MARCH_4)
    assert "3 April 2026" in asked.value.reason
    assert "4 March 2026" in asked.value.reason


@pytest.mark.parametrize(
    ("typed", "order", "reason"),
    [
        ("", None, "Nothing was filled in."),
        ("29 Feb 2027", None, "There is no such day as 29 Feb 2027."),
        ("2027-02-29", None, "There is no such day as 2027-02-29."),
        ("13/25/2026", Order.DAY_FIRST, "There is no such day as 13/25/2026."),
        ("04/13/2026", Order.DAY_FIRST, "There is no such day as 04/13/2026."),
        (
            "0001-01-01",
            None,
            "The year 1 is out of range: dates run from 1 January 1850 to 31 December 2150.",
        ),
        (
            "9999-01-01",
            None,
            "The year 9999 is out of range: dates run from 1 January 1850 to 31 December 2150.",
        ),
        ("0000-01-01", None, "The year 0 is out of range."),
        ("1/1/10000", None, "The year 10000 is out of range."),
        ("03/04/26", Order.DAY_FIRST, "Write the year of 03/04/26 with four figures."),
        ("4 Smarch 2026", None, "4 Smarch 2026 is not a date; write it as 2026-03-04."),
        ("soon", None, "soon is not a date; write it as 2026-03-04."),
        ("45678", None, "45678 is not a date; write it as 2026-03-04."),
        ("9" * 5_000, None, "This is too long for a date."),
    ],
)
def test_read_day_refuses_with_the_reason(typed: str, order: Order | None, reason: str) -> None:
    with pytest.raises(BadDate) as refused:
        read_day(typed, order)

    assert refused.value.reason == reason


@given(st.dates(dt.date(1850, 1, 1), dt.date(2150, 12, 31)))
def test_read_day_reads_back_what_was_written(day: dt.date) -> None:
    assert read_day(day.isoformat()) == read_day(spelt(day)) == day
    assert read_day(day.strftime("%d/%m/%Y"), Order.DAY_FIRST) == day
    assert read_day(day.strftime("%m/%d/%Y"), Order.MONTH_FIRST) == day


@given(st.text(max_size=45), st.sampled_from([None, *Order]))
def test_reading_never_breaks(typed: str, order: Order | None) -> None:
    reasons = []
    try:
        read_day(typed, order)
    except BadDate as refused:
        reasons.append(refused.reason)
    try:
        read_moment(typed, zone=BERLIN, order=order)
    except BadDate as refused:
        reasons.append(refused.reason)

    assert all(reason for reason in reasons)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-04T10:30:00Z", "2026-03-04T10:30:00+00:00"),
        ("2026-03-04 10:30:00 UTC", "2026-03-04T10:30:00+00:00"),
        ("2026-03-04T10:30:00.123456789+05:30", "2026-03-04T05:00:00.123456+00:00"),
        ("2026-03-04T10:30-0500", "2026-03-04T15:30:00+00:00"),
        ("2026-03-04 10:30", "2026-03-04T09:30:00+00:00"),
        ("2026-07-04 10:30", "2026-07-04T08:30:00+00:00"),
        ("March 4, 2026, 10:30 PM", "2026-03-04T21:30:00+00:00"),
        ("4 March 2026 12:05 am", "2026-03-03T23:05:00+00:00"),
        ("2026-03-04", "2026-03-03T23:00:00+00:00"),
        ("1772620200", "2026-03-04T10:30:00+00:00"),
        ("1772620200123", "2026-03-04T10:30:00.123000+00:00"),
    ],
)
def test_read_moment_gives_utc(typed: str, utc: str) -> None:
    assert read_moment(typed, zone=BERLIN) == dt.datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    "typed",
    ["2026-03-04 25:00", "2026-03-04 10:60", "2026-03-04 13:00 PM", "2026-03-04 10:00+15:00", "03/04/2026 10:00",
     "2026-03-04 10:00+05:75", "x" * 61, "2026-13-04 10:00"],
)  # fmt: skip
def test_read_moment_refuses_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadDate) as refused:
        read_moment(typed, zone=BERLIN)

    assert refused.value.reason


def test_a_time_in_the_gap_comes_after_it() -> None:
    gap = dt.date(2026, 3, 29)

    moment = at_local(gap, dt.time(2, 30), BERLIN)

    assert moment.astimezone(BERLIN).strftime("%d %H:%M") == "29 03:30"
    assert is_in_gap(gap, dt.time(2, 30), BERLIN)
    assert not is_in_gap(gap, dt.time(3, 30), BERLIN)


def test_a_repeated_hour_is_the_first_one() -> None:
    moment = at_local(dt.date(2026, 10, 25), dt.time(2, 30, fold=1), BERLIN)

    assert moment == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert not is_in_gap(dt.date(2026, 10, 25), dt.time(2, 30), BERLIN)


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
    st.times(),
    st.sampled_from(
        ["Europe/Kiev", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"]
    ),
)
def test_local_time_is_kept_outside_gaps_and_later_within(day: dt.date, time: dt.time, name: str) -> None:
    place = zone(name)

    shown = at_local(day, time, place).astimezone(place)

    assert shown.replace(tzinfo=None) >= dt.datetime.combine(day, time)
    assert is_in_gap(day, time, place) or shown.replace(tzinfo=None, fold=0) == dt.datetime.combine(day, time)


def test_local_day_is_that_of_the_zone() -> None:
    late = dt.datetime(2026, 3, 4, 23, 30, tzinfo=dt.UTC)

    assert local_day(late, BERLIN) == dt.date(2026, 3, 5)
    assert local_day(late, zone("-05:00")) == MARCH_4
    with pytest.raises(ValueError, match="needs its offset"):
        local_day(dt.datetime(2026, 3, 4), BERLIN)  # noqa: DTZ001 -- the mistake under test


def test_zone_knows_older_names_and_offsets() -> None:
    assert zone("Europe/Kiev").utcoffset(dt.datetime(2026, 1, 1)) == dt.timedelta(hours=2)  # noqa: DTZ001 -- local
    assert zone("+14:00").utcoffset(None) == dt.timedelta(hours=14)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "+14:01", "+05:75", "/etc/localtime", "a\0b", "Europe"]
)
def test_zone_refuses_others(name: str) -> None:
    with pytest.raises(BadDate):
        zone(name)


def test_a_working_day_is_never_a_sunday() -> None:
    saturday = dt.date(2026, 3, 7)

    sunday = dt.date(2026, 3, 8)

    assert on_working_day(sunday) == dt.date(2026, 3, 9)
    assert on_working_day(sunday, rest=()) == sunday
    assert on_working_day(sunday, closed={dt.date(2026, 3, 9)}) == dt.date(2026, 3, 10)
    assert on_working_day(saturday) == saturday
    assert on_working_day(saturday, rest={5, 6}) == dt.date(2026, 3, 9)
    with pytest.raises(ValueError, match="without a working day"):
        on_working_day(saturday, rest=range(7))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.sets(st.integers(0, 6), max_size=6))
def test_a_working_day_is_the_first_from_a_day_on(day: dt.date, rest: set[int]) -> None:
    found = on_working_day(day, rest=rest)

    between = [day + dt.timedelta(days=n) for n in range((found - day).days)]
    assert found >= day
    assert found.weekday() not in rest
    assert all(skipped.weekday() in rest for skipped in between)
