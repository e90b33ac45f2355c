"""When a scheduled task is due: slots, each of which is one moment that has a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from midnight of 1 January 1970 UTC: alike in all processes."""

    minutes: int

    def latest(self, now: datetime, zone: ZoneInfo) -> str:
        """Name the last slot that began by now."""
        step = self.minutes * 60
        return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC).strftime("%Y-%m-%dT%H:%MZ")


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at this time on the wall of the organisation.

    The slot is the day, so an hour that is repeated or left out in spring and autumn neither doubles nor loses it: a
    time that the clocks leave out counts as the moment after the gap, a repeated one as its first.
    """

    at: time

    def latest(self, now: datetime, zone: ZoneInfo) -> str:
        """Name the last day whose time has come by now."""
        day = now.astimezone(zone).date()
        # fold=0 is the first of two equal times, and lies after the gap when converted from within one.
        begins = datetime.combine(day, self.at, zone).astimezone(UTC)
        return (day if begins <= now else day - timedelta(days=1)).isoformat()


When = Every | Daily
