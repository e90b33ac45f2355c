"""The pages of signals, in every size and look: nothing that axe-core finds, and nothing wider than the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from strandline.surge.signals import actions
from strandline.surge.signals.models import Alert
from tests.cast import Cast
from tests.surge.signals.watched import QUIET
from tests.web.axe import faults

from .conftest import Opens
from .test_access import SIZES, is_wider_than_the_screen

pytestmark = pytest.mark.browser


def in_alarm(town: Cast) -> Alert:
    """A series whose last two days are far over the usual, by the server's own clock."""
    now = datetime.now(UTC)
    lea, last = town.viewer("lea", now), now.date() - timedelta(days=2)
    row = actions.add_series(new=actions.NewSeries("Calls to the helpline"), by=lea, at=now)
    counts = [(last - timedelta(days=back), n) for back, n in enumerate(reversed([*QUIET, 15, 40]))]
    for given in (counts[2:], counts[1:2], counts[:1]):
        actions.take_counts(series=row.code, counts=given, by=lea, at=now)
    return Alert.objects.get(series=row)


@pytest.mark.parametrize(("width", "height", "scheme"), [SIZES[0], SIZES[2], SIZES[5]])
def test_pages_of_signals_are_for_everyone(
    town: Cast, opens: Opens, width: int, height: int, scheme: str
) -> None:
    alert = in_alarm(town)
    here = "/surges/signals/"
    page = opens("lea", here, size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}

    for path in (here, f"{here}add/", f"{here}{alert.series.code}/", f"/surges/alerts/{alert.code}/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
        if wrong := faults(page):
            found[path] = wrong
        if is_wider_than_the_screen(page):
            found[f"{path} is wider than the screen"] = True

    assert found == {}
