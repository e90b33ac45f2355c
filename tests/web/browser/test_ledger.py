"""The pages of what stayed, for everyone: axe-core finds nothing, and nothing is wider than the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from strandline.ledger.capacity import actions as capacity
from strandline.ledger.capacity.rules.question import Question
from strandline.ledger.waves import actions as waves
from strandline.store import writer
from strandline.surge.moments.models import Surge
from tests.cast import Cast
from tests.ledger.waves.lives import peopled
from tests.web.axe import faults

from .conftest import Opens
from .test_access import is_wider_than_the_screen

pytestmark = pytest.mark.browser
NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1280, 900, "light"), (320, 700, "dark"), (320, 700, "light"), (1280, 900, "dark")],
)
def test_ledger_pages_are_for_everyone(
    town: Cast, opens: Opens, width: int, height: int, scheme: str
) -> None:
    peopled(town, 5, people=20)
    person = town.person(at=NOW - timedelta(days=3))
    for name, ago, days in (("Damp", 500, 14), ("Heating", 9, None)):
        begins = NOW.date() - timedelta(days=ago)
        ends = begins + timedelta(days=days) if days else None
        Surge.objects.create(name=name, branch=town.harbour, declared_at=NOW, starts_on=begins, ends_on=ends)
    waves.release_weeks(at=NOW)
    waves.draw_up_lines(at=NOW)
    asked = capacity.ask_what_if(
        branch=town.harbour.code,
        question=Question(300, 5, 4, 2, reach=0.5, theta=0.05),
        by=town.viewer("bela", NOW),
        at=NOW,
    )
    capacity.work_off(at=NOW)
    pages = {
        "bela": (
            "/surges/",
            "/surges/count/",
            "/what-if/",
            "/what-if/?example=1",
            f"/what-if/{asked.code}/",
            "/help/counted/M6/",
            "/help/counted/",
            f"/people/{person.code}/departure/",
        ),
        "dede": ("/surges/",),
    }
    found: dict[str, object] = {}

    for name, paths in pages.items():
        page = opens(name, paths[0], size={"width": width, "height": height}, scheme=scheme)
        for path in paths:
            page.goto(path)
            page.evaluate(
                "document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })"
            )
            if wrong := faults(page):
                found[f"{name} {path}"] = wrong
            if is_wider_than_the_screen(page):
                found[f"{name} {path} is wider than the screen"] = page.url
    writer.stop_all()

    assert found == {}
