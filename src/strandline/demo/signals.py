"""The watch of the demo: what was said each night since before the surge that runs began."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from strandline.organisation.audit import queries as audit
from strandline.organisation.branches import queries as branches
from strandline.surge.moments.models import Surge
from strandline.surge.signals import actions
from strandline.surge.signals.actions.watching import judged
from strandline.surge.signals.models import Evaluation, WatchedSeries
from strandline.surge.signals.rules import SETTINGS

# Before a surge there are some quiet nights, so that its first rise is seen as one.
BEFORE = timedelta(days=3)


def watch(*, on: date, zone: ZoneInfo) -> None:
    """Watch what the record gives, and judge every night from before the running surge until the morning of `on`.

    The log is written already, so the alert of the surge is raised this morning and not in the past.
    """
    live = Surge.objects.filter(closed_at=None).order_by("-starts_on").first()
    if live is None:
        return
    morning = datetime.combine(on, time(4, 30), zone)
    latest = audit.latest_moment()
    at = max(morning, latest) if latest else morning
    with branches.one_request():
        actions.keep_series(at=at)
        rows = list(WatchedSeries.objects.all())
        settings = SETTINGS.for_streams(max(len(rows), 1))
        first = list(judged(rows, today=live.starts_on - BEFORE, settings=settings))
        Evaluation.objects.bulk_create(
            Evaluation(
                series=one.series,
                on=one.on,
                tier=one.said.tier.value,
                count=one.said.count,
                expected=one.said.expected,
                why=one.said.why,
                said_at=datetime.combine(one.on + timedelta(days=1), time(4, 30), zone),
            )
            for one in first
        )
        actions.evaluate(at=at)
