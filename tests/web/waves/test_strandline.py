"""The strandline picture alone: what it names along its foot."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from strandline.web.waves.strandline import WeekPoint, picture


def drawn(first: date, weeks: int) -> str:
    return picture([WeekPoint(first + timedelta(weeks=n), 50, 40) for n in range(weeks)], []).broad


@pytest.mark.parametrize(
    ("first", "weeks", "years"),
    [
        # The picture begins in November: its own year would leave no room for the next one.
        (date(2024, 11, 24), 104, ["2025", "2026"]),
        (date(2024, 3, 3), 140, ["2024", "2025", "2026"]),
    ],
)
def test_every_year_that_begins_in_the_picture_is_named(first: date, weeks: int, years: list[str]) -> None:
    assert re.findall(r">(20\d\d)<", drawn(first, weeks)) == years
