"""The functions lent to SQLite give what Django's give, whatever the moment and the zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.sqlite3 import _functions as stock
from hypothesis import given
from hypothesis import strategies as st

from strandline.store.sqlcipher.functions import day_of

ZONES = ["UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "America/Havana", "Pacific/Apia",
         "Pacific/Kiritimati", "Australia/Lord_Howe", "America/Port-au-Prince", "Africa/Monrovia"]  # fmt: skip
FIRST = datetime(1940, 1, 1, tzinfo=UTC)
SECONDS = 105 * 365 * 86_400


@given(seconds=st.integers(0, SECONDS), zone=st.sampled_from(ZONES), is_whole=st.booleans())
def test_day_of_is_what_django_says(seconds: int, zone: str, is_whole: bool) -> None:
    moment = FIRST + timedelta(seconds=seconds, microseconds=0 if is_whole else 1)
    text = moment.replace(tzinfo=None).isoformat(" ")

    assert day_of(text, zone, "UTC") == stock._sqlite_datetime_cast_date(text, zone, "UTC")


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-03-29 00:59:59", "Europe/London"),
        ("2026-06-30 22:59:59.999999", "Europe/London"),
        ("2026-06-30 23:00:00", "Europe/London"),
        ("2026-10-24 23:00:00", "Europe/London"),
        ("2026-11-01 04:30:00", "America/Havana"),
        ("2026-11-01 05:30:00", "America/Havana"),
        ("2011-12-30 10:00:00", "Pacific/Apia"),
        ("9999-12-31 23:59:59", "UTC"),
        ("2026-06-01 23:30:00", "UTC+03:00"),
        ("2026-06-01 23:30:00", None),
        ("not a moment", "Europe/London"),
        (None, "Europe/London"),
    ],
)
def test_day_of_at_the_edges_is_what_django_says(text: str | None, zone: str | None) -> None:
    assert day_of(text, zone, "UTC") == stock._sqlite_datetime_cast_date(text, zone, "UTC")
