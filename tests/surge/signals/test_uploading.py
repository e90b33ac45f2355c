"""Files of counts: read whole as people write them, or refused with the line and the reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.dates import Order
from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.uploading import BadCountsFile, checked, read_counts

MON = date(2026, 1, 12)
TODAY = date(2026, 1, 16)
TWO = [(date(2026, 1, 10), 3), (date(2026, 1, 11), 14)]


@pytest.mark.parametrize(
    "raw",
    [
        b"2026-01-10,3\n2026-01-11,14\n",
        b"\xef\xbb\xbfday,count\r\n2026-01-10,3\r\n2026-01-11,14",
        b"sep=;\nDay;Count\n2026-01-10;3\n2026-01-11;14\n",
        b"2026-01-11\t14\n\n2026-01-10\t3\n",
        '"Tag";"Zahl"\n"10 January 2026";"3"\n"11 January 2026";"14"\n'.encode("utf-16"),
        b"T\xe4g,count\n2026-01-10,3\n2026-01-11,14\n",
        b"day,count\n2026-01-10 00:00,3\n2026-01-11 00:00,14.0\n",
        b"day,count\n,\n2026-01-10,3\n2026-01-11,14\n,\n",
    ],
)
def test_counts_are_read_as_people_write_them(raw: bytes) -> None:
    assert read_counts(raw, step=Step.DAY) == TWO


@pytest.mark.parametrize(
    ("order", "day"), [(Order.DAY_FIRST, date(2026, 3, 4)), (Order.MONTH_FIRST, date(2026, 4, 3))]
)
def test_dates_in_figures_are_read_in_the_order_that_was_said(order: Order, day: date) -> None:
    assert read_counts(b"04/03/2026,1", step=Step.DAY, order=order) == [(day, 1)]


def test_hours_are_added_up_to_days_of_which_all_are_there() -> None:
    hours = [f"2026-01-{day} {hour:02}:00,{hour}" for day in (10, 11) for hour in range(24)]

    whole = read_counts("\n".join(hours).encode(), step=Step.DAY)
    with pytest.raises(BadCountsFile) as broken:
        read_counts("\n".join(hours[:-1]).encode(), step=Step.DAY)

    assert whole == [(date(2026, 1, 10), 276), (date(2026, 1, 11), 276)]
    assert str(broken.value) == (
        "Line 25: 2026-01-11 has 23 of its 24 hours; a day is judged when all are there."
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "There are no counts in the file."),
        (b"day,count\n", "There are no counts in the file."),
        (b"2026-01-10,3\n2026-01-11,-4\n", "Line 2: the count -4 is negative."),
        (b"2026-01-10,three\n", "Line 1: the count \xe2\x80\x9cthree\xe2\x80\x9d: This is not a number."),
        (
            b"2026-01-10,3.5\n",
            "Line 1: the count \xe2\x80\x9c3.5\xe2\x80\x9d: This must be a whole number, and 3.5 is not.",
        ),
        (b"2026-01-10,\n", "Line 1: there is no count."),
        (b",3\n", "Line 1: there is no day."),
        (b"2026-01-10,3\n2026-01-10,3\n", "Line 2: 2026-01-10 is there twice; the first time in line 1."),
        (b"2026-13-10,3\n", "Line 1: "),
        (b"04/03/2026,3\n", "Line 1: 04/03/2026 is 4 March 2026 with the day first"),
        (b"1981-01-10,3\n", "Line 1: The year 1981 is out of range"),
        (b"2026-01-10 10:30,3\n", "Line 1: \xe2\x80\x9c2026-01-10 10:30\xe2\x80\x9d is no whole hour."),
        (b"2026-01-10 25:00,3\n", "Line 1: "),
        (b"2026-01-10,3,4\n", "Line 1: there are 3 columns, and there must be two: day and count."),
        (b"2026-01-10\n", "Line 1: there are 1 column, and there must be two: day and count."),
        (b"\x00\x01\x02", "This is not a text file. Save it as CSV."),
        (b"x" * 2_000_001, "The file is larger than 2 MB; a series of counts is not."),
        (b"\n" * 20_001, "The file has more than 20,000 lines."),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(raw: bytes, says: str) -> None:
    says = says.encode("latin-1").decode() if "\xe2" in says else says

    with pytest.raises(BadCountsFile) as bad:
        read_counts(raw, step=Step.DAY)

    assert bad.value.faults[0].words.startswith(says)


def test_all_faults_are_named_at_once_and_no_more_than_twenty() -> None:
    with pytest.raises(BadCountsFile) as bad:
        read_counts("\n".join(["2026-01-10,x"] * 30).encode(), step=Step.DAY)

    assert [fault.line for fault in bad.value.faults] == list(range(1, 21))


def test_weeks_begin_on_mondays() -> None:
    with pytest.raises(BadCountsFile, match=r"Line 2: 2026-01-13 is no Monday"):
        read_counts(b"2026-01-12,3\n2026-01-13,4\n", step=Step.WEEK)


@given(st.dictionaries(st.dates(date(2000, 1, 1), date(2025, 1, 1)), st.integers(0, 10**12), min_size=1))
def test_what_is_written_is_read_again(counts: dict[date, int]) -> None:
    raw = "\n".join(f"{on};{count}" for on, count in counts.items()).encode()

    assert read_counts(raw, step=Step.DAY) == sorted(counts.items())


def day(number: int) -> date:
    return TODAY - timedelta(days=number)


def test_counts_continue_what_is_kept() -> None:
    assert checked(
        [(day(1), 4)], step=Step.DAY, today=TODAY, kept=(day(9), day(2)), missing_is_zero=False
    ) == [(day(1), 4)]


@pytest.mark.parametrize("kept", [None, (day(9), day(4))])
def test_step_without_a_count_is_refused_or_counted_as_nobody(kept: tuple[date, date] | None) -> None:
    given = [(day(1), 4)] if kept else [(day(4), 1), (day(1), 4)]

    with pytest.raises(BadCountsFile, match="There is no count of 2026-01-13 and 1 more. Add it"):
        checked(given, step=Step.DAY, today=TODAY, kept=kept, missing_is_zero=False)
    filled = checked(given, step=Step.DAY, today=TODAY, kept=kept, missing_is_zero=True)

    assert [row for row in filled if row[0] > day(4)] == [(day(3), 0), (day(2), 0), (day(1), 4)]


@pytest.mark.parametrize(
    ("on", "step", "says"),
    [
        (day(0), Step.DAY, "2026-01-16 is not over. Send its count from 2026-01-17 on"),
        (day(-1), Step.DAY, "2026-01-17 is still to come."),
        (MON, Step.WEEK, "2026-01-12 is not over. Send its count from 2026-01-19 on"),
        (day(1), Step.WEEK, "2026-01-15 is no Monday"),
        (date(1985, 1, 1), Step.DAY, "1985-01-01 is before 1990-01-01."),
    ],
)
def test_step_that_is_not_over_is_refused(on: date, step: Step, says: str) -> None:
    with pytest.raises(BadCountsFile, match=says):
        checked([(on, 1)], step=step, today=TODAY, kept=None, missing_is_zero=False)


def test_no_counts_and_too_many_are_refused() -> None:
    with pytest.raises(BadCountsFile, match="There are no counts."):
        checked([], step=Step.DAY, today=TODAY, kept=None, missing_is_zero=False)
    with pytest.raises(BadCountsFile, match="is there twice"):
        checked([(day(1), 1), (day(1), 2)], step=Step.DAY, today=TODAY, kept=None, missing_is_zero=False)
    late = date(2090, 1, 1)
    wide, after = [(date(1990, 1, 1), 1), (late, 1)], late + timedelta(days=1)
    with pytest.raises(BadCountsFile, match="more than 20,000 steps"):
        checked(wide, step=Step.DAY, today=after, kept=None, missing_is_zero=True)
