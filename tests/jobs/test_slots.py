from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.jobs.slots import Daily, Every

LONDON = ZoneInfo("Europe/London")
ZONES = [
    LONDON,
    *map(ZoneInfo, ("America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo")),
]
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds have none


def test_every_names_the_slot_that_began_last() -> None:
    assert Every(60).latest(datetime(2026, 1, 16, 10, 59, 59, tzinfo=UTC), LONDON) == "2026-01-16T10:00Z"


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-01-16T02:59:59+00:00", "2026-01-15"), ("2026-01-16T03:00:00+00:00", "2026-01-16")],
)
def test_daily_slot_begins_at_its_time(now: str, day: str) -> None:
    assert Daily(time(3)).latest(datetime.fromisoformat(now), LONDON) == day


def test_daily_slot_in_the_hour_that_is_left_out_begins_after_the_gap() -> None:
    daily = Daily(time(1, 30))  # on 29 March 2026 London goes from 01:00 to 02:00

    before = daily.latest(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), LONDON)
    after = daily.latest(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), LONDON)

    assert (before, after) == ("2026-03-28", "2026-03-29")


def test_daily_slot_in_the_hour_that_comes_twice_begins_once() -> None:
    daily = Daily(time(1, 30))  # on 25 October 2026 London has 01:30 twice, at 00:30 and 01:30 UTC

    slots = [daily.latest(datetime(2026, 10, 25, 0, minute, tzinfo=UTC), LONDON) for minute in (29, 30)]
    slots.append(daily.latest(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), LONDON))

    assert slots == ["2026-10-24", "2026-10-25", "2026-10-25"]


@given(now=MOMENTS, hour=st.integers(0, 23), minute=st.integers(0, 59), zone=st.sampled_from(ZONES))
def test_every_day_has_one_slot_in_every_zone(now: datetime, hour: int, minute: int, zone: ZoneInfo) -> None:
    daily = Daily(time(hour, minute))

    slots = [
        date.fromisoformat(daily.latest(now + timedelta(minutes=15 * n), zone)) for n in range(4 * 24 * 4)
    ]

    steps = [later - earlier for earlier, later in pairwise(slots)]
    assert {step.days for step in steps} == {0, 1}
    assert slots[-1] - slots[0] in (timedelta(days=3), timedelta(days=4))
