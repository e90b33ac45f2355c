"""What axe-core finds, and whether anything is wider than the screen: nothing, on every page here, in every size and look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.web.axe import faults

from .conftest import Opens
from .town import full

pytestmark = pytest.mark.browser
SIZES = [
    (1280, 900, "light"),
    (390, 844, "light"),
    (320, 700, "light"),
    (1280, 900, "dark"),
    (390, 844, "dark"),
    (320, 700, "dark"),
]


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height", "scheme"), SIZES)
def test_pages_are_for_everyone(town: Cast, opens: Opens, width: int, height: int, scheme: str) -> None:
    rosa = full(town)
    page = opens("amina", "/", size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}

    def look(name: str) -> None:
        if wrong := faults(page):
            found[name] = wrong
        if is_wider_than_the_screen(page):
            found[f"{name} is wider than the screen"] = page.url

    look("today")
    page.get_by_role("link", name="Log Rosa Lindqvist").click()
    expect(page.locator("dialog.log")).to_be_visible()
    page.get_by_role("radio", name="Spoke").check()
    look("log form")
    for path in (
        f"/people/{rosa.code}/",
        f"/people/{rosa.code}/edit/",
        f"/log/{rosa.code}/",
        "/log/?q=wolf",
        "/people/add/",
        f"/people/add/{rosa.code}/",
        f"/handover/?person={rosa.code}",
        "/history/",
        "/call-sheet/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })")
        look(path)

    assert found == {}


@pytest.mark.parametrize(("width", "height", "scheme"), [SIZES[0], SIZES[2], SIZES[4]])
def test_pages_of_leads_and_refusals_are_for_everyone(
    town: Cast, opens: Opens, width: int, height: int, scheme: str
) -> None:
    full(town)
    size = {"width": width, "height": height}
    found: dict[str, object] = {}

    for name, path in (("lea", "/team/"), ("bela", "/people/open/"), ("chen", "/"), ("adam", "/")):
        page = opens(name, path, size=size, scheme=scheme)
        if wrong := faults(page):
            found[f"{name} {path}"] = wrong
        if is_wider_than_the_screen(page):
            found[f"{name} {path} is wider than the screen"] = page.url

    assert found == {}
