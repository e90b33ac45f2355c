"""The page of a surge in a browser: for everyone, in every size and look; polled; printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from strandline.surge.moments.models import Surge
from tests.cast import Cast
from tests.steady.intake.doors import open_form
from tests.surge.moments.waves import declared
from tests.surge.tide import Tide
from tests.web.axe import faults

from .conftest import Opens
from .test_access import SIZES, is_wider_than_the_screen
from .town import now, today

pytestmark = pytest.mark.browser


def flooded(cast: Cast) -> Surge:
    form = open_form(cast)
    callers = [cast.accounts[name].pk for name in ("amina", "bruno", "lea")]
    tide = Tide(cast.harbour, cast.tenants, form, callers, now())
    first = today() - timedelta(days=9)
    tide.bring([1] * 100, first - timedelta(days=100))
    tide.bring([8, 25, 60, 52, 40, 31, 24, 18, 12, 6], first)
    return declared(cast, starts_on=first, at=now(), forms=[form.code])


@pytest.mark.parametrize(("width", "height", "scheme"), SIZES)
def test_surge_pages_are_for_everyone(town: Cast, opens: Opens, width: int, height: int, scheme: str) -> None:
    surge = flooded(town)
    page = opens("lea", f"/surges/{surge.code}/", size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}
    for path in (f"/surges/{surge.code}/", f"/surges/{surge.code}/edit/", "/surges/declare/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })")
        if wrong := faults(page):
            found[path] = wrong
        if is_wider_than_the_screen(page):
            found[f"{path} is wider than the screen"] = page.url

    assert found == {}


@pytest.mark.parametrize(("width", "shown"), [(1280, "broad"), (390, "slim"), (320, "slim")])
def test_words_in_pictures_are_never_smaller_than_they_are_drawn(
    town: Cast, opens: Opens, width: int, shown: str
) -> None:
    surge = flooded(town)
    page = opens("lea", f"/surges/{surge.code}/", size={"width": width, "height": 900})

    curve = page.locator("#curve .chart:visible")
    expect(curve).to_have_count(1)
    assert f"chart-{shown}" in (curve.get_attribute("class") or "")
    if width >= 390:
        scale = curve.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        assert scale >= 0.99


def test_figures_are_fetched_again_without_the_page(town: Cast, opens: Opens) -> None:
    surge = flooded(town)
    page = opens("lea", f"/surges/{surge.code}/")
    page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")

    with page.expect_response(lambda answer: "part=now" in answer.url) as told:
        page.evaluate(
            "htmx.ajax('GET', location.pathname + '?part=now', {target: '#surge-now', swap: 'outerHTML'})"
        )

    assert told.value.status == 200
    expect(page.locator("#surge-now .figure")).to_have_count(4)
    expect(page.locator("h1[data-kept]")).to_have_count(1)


def test_surge_on_paper_shows_the_broad_pictures_with_hatches(town: Cast, opens: Opens) -> None:
    surge = flooded(town)
    page = opens("lea", f"/surges/{surge.code}/", size={"width": 390, "height": 844})

    page.emulate_media(media="print")

    expect(page.locator("#curve .chart-broad")).to_be_visible()
    expect(page.locator("#curve .chart-slim")).to_be_hidden()
    assert (
        page.locator("#curve .chart-broad .hatch").first.evaluate("e => getComputedStyle(e).display")
        != "none"
    )
    expect(page.get_by_role("link", name="Take next call")).to_be_hidden()
