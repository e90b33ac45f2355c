"""The night watch: what the clock does for signals, and that it may do it twice."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from strandline.jobs import tasks
from strandline.surge.signals.models import Alert, Evaluation, WatchedSeries
from tests.cast import Cast
from tests.surge.signals.test_watching import old_form
from tests.surge.signals.watched import QUIET, TODAY, at_end_of, signups

YESTERDAY = TODAY - timedelta(days=1)


def test_night_watches_the_record_and_judges_the_day_that_is_over_once(cast: Cast) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, 40], until=YESTERDAY)

    with time_machine.travel(at_end_of(YESTERDAY), tick=False):
        judged = [tasks.watch_signals.call(), tasks.watch_signals.call()]

    assert judged == [3, 0]
    assert (WatchedSeries.objects.count(), Evaluation.objects.count(), Alert.objects.count()) == (3, 3, 3)
