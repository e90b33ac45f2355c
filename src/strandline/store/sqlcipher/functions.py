"""What Django lends SQLite as functions in Python, where a statement calls one for every row, made quick."""

import datetime
import functools
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.sqlite3 import _functions as stock  # type: ignore[attr-defined]  # the stubs leave it out

_DAY = datetime.timedelta(days=1)


def register(connection: Any) -> None:
    """Lend this connection Django's functions, and ours in place of those that a count asks once a row."""
    stock.register(connection)
    connection.create_function("django_datetime_cast_date", 3, day_of, deterministic=True)


def day_of(moment: str | None, zone: str | None, kept_in: str | None) -> str | None:
    """Return the day of a moment in a zone, as Django's own function does, without reading the moment.

    On a day without a change of the clock one time of day parts all moments in UTC into two days of the zone.
    """
    if moment is None:
        return None
    parted = _parted(moment[:10], zone, kept_in)
    if parted is None:
        answer: str | None = stock._sqlite_datetime_cast_date(moment, zone, kept_in)
        return answer
    until, day, next_day = parted
    return day if moment[11:19] < until else next_day


@functools.lru_cache(maxsize=20_000)
def _parted(day: str, zone: str | None, kept_in: str | None) -> tuple[str, str, str] | None:
    """Return until when of this day in UTC it is which day in the zone, and which day then; None to ask Django."""
    if kept_in != "UTC" or zone is None or "+" in zone or "-" in zone:
        return None
    try:
        begins = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
        offsets = {(begins + part * _DAY).astimezone(ZoneInfo(zone)).utcoffset() for part in (0, 0.5, 1)}
        before, after = (str((begins + n * _DAY).date()) for n in (-1, 1))
    except (ValueError, OverflowError):
        return None
    offset = offsets.pop()
    if offsets or offset is None:
        return None
    if offset < datetime.timedelta(0):
        return _time(-offset), before, day
    return _time(_DAY - offset), day, after


def _time(since_midnight: datetime.timedelta) -> str:
    """Return a time of day as text; that of the next midnight is behind all others."""
    minutes, seconds = divmod(int(since_midnight.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
