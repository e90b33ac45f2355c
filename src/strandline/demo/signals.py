"""The watch of the demo: what the shipped code said each night since before the surge that runs began."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from strandline.organisation.branches import queries as branches
from strandline.surge.moments.models import Surge
from strandline.surge.moments.rules import SurgePostKind
from strandline.surge.signals import actions, queries
from strandline.surge.signals.models import Alert

from .log import Log

# Before a surge there are some quiet nights, so that its first rise is seen as one.
BEFORE = timedelta(days=3)
NIGHT = time(4, 30)
# The lead declares the surge, or reads in the morning of an alert, and then says which alert it is.
SOON = timedelta(minutes=10)


def _live() -> Surge | None:
    return Surge.objects.filter(closed_at=None).order_by("-starts_on").first()


def first_night(zone: ZoneInfo) -> datetime | None:
    """Return the first night that is judged, up to which the log is written first."""
    live = _live()
    return None if live is None else datetime.combine(live.starts_on - BEFORE, NIGHT, zone)


def watch(book: Log, *, on: date, zone: ZoneInfo) -> queries.Counted | None:
    """Judge every night from before the running surge up to the one before `on`, each from what was known then; return
    what the record gave, None while no surge runs.
    """
    live = _live()
    if live is None:
        return None
    day, is_attached = live.starts_on - BEFORE, False
    # All that is counted was told before the first night, and each night looks at the days before it only.
    counted = queries.count_record(queries.first_day(day - timedelta(days=1)), on)
    while day < on:
        night = datetime.combine(day, NIGHT, zone)
        _night(book, night, counted)
        if not is_attached and live.declared_at.astimezone(zone).date() <= day:
            is_attached = _attach(book, live, at=max(live.declared_at, night) + SOON)
        day += timedelta(days=1)
    return counted


def watch_last_night(*, at: datetime, counted: queries.Counted | None) -> None:
    """Judge the day that is just over: its evening brings steps and offers, which no signal counts."""
    if counted is not None:
        _judge(at, counted)


def _night(book: Log, at: datetime, counted: queries.Counted) -> None:
    book.write(at)
    _judge(at, counted)


def _judge(at: datetime, counted: queries.Counted) -> None:
    with branches.one_request():
        actions.keep_series(at=at)
        actions.evaluate(at=at, counted=counted)


def _attach(book: Log, live: Surge, *, at: datetime) -> bool:
    """The lead says which alert the surge is, on the first morning on which there is one; whether there was."""
    alert = Alert.objects.filter(series__branch=live.branch_id, withdrawn_at=None).order_by("pk").first()
    lead = live.posts.get(post=SurgePostKind.LEAD.value, until_at=None).account
    if alert is None:
        return False
    book.write(at)
    by = branches.viewer_for(lead, at=at)
    actions.attach(alert=alert.code, surge=live.code, by=by, at=at)
    return True
