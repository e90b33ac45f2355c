"""Settings, accounts and help in a browser: everyone can read them, on a laptop and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.web.axe import faults

from .conftest import DESK, Opens

pytestmark = pytest.mark.browser
PAGES = (
    "/settings/",
    "/settings/team/",
    "/settings/team/add/",
    "/settings/team/places/",
    "/help/",
    "/help/keys/",
    "/help/sees/",
    "/help/counted/",
)


@pytest.mark.parametrize("is_phone", [False, True])
def test_settings_accounts_and_help_can_be_read_by_everyone(opens: Opens, town: Cast, is_phone: bool) -> None:
    page = opens("adam", "/settings/") if is_phone else opens("adam", "/settings/", size=DESK)
    width = page.evaluate("window.innerWidth")

    for path in (*PAGES, f"/settings/team/{town.accounts['uma'].code}/"):
        page.goto(path)

        assert (path, faults(page)) == (path, [])
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)


def test_the_look_in_the_menu_is_kept(opens: Opens) -> None:
    page = opens("dede", "/help/", size=DESK)

    page.locator(".top .menu summary").click()
    with page.expect_response("**/settings/look/"):
        page.get_by_role("button", name="Dark").click()
    page.goto("/settings/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
