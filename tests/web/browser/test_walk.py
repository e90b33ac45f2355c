"""What a walk through the pages found: undone toasts, keys, letters in pictures on the narrowest phones."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast

from .conftest import DESK, Opens
from .test_access import is_wider_than_the_screen
from .test_surge import flooded
from .town import owed

pytestmark = pytest.mark.browser

# The size of the smallest letter in any picture that is shown, as it is seen on the screen.
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main svg text")]
  .filter((text) => text.getBoundingClientRect().width)
  .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a))"""


@pytest.mark.parametrize("width", [320, 360, 390])
def test_letters_in_pictures_keep_their_size_on_the_narrowest_phones(
    town: Cast, opens: Opens, width: int
) -> None:
    surge = flooded(town)
    page = opens("lea", f"/surges/{surge.code}/", size={"width": width, "height": 700})

    assert page.evaluate(SMALLEST) >= 12.4
    assert not is_wider_than_the_screen(page)


def undone(page: Page) -> None:
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    expect(page.locator("[data-undo]")).to_have_count(0)


def test_what_was_taken_back_is_not_offered_again(town: Cast, opens: Opens) -> None:
    owed(town, "Rosa Lindqvist")
    page = opens("amina", size=DESK)
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("Done")

    page.keyboard.press("u")

    undone(page)


def test_focus_on_a_toast_that_goes_stays_on_the_page(town: Cast, opens: Opens) -> None:
    owed(town, "Rosa Lindqvist")
    page = opens("amina", size=DESK)
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.locator("[data-undo]").focus()

    page.keyboard.press("Enter")

    undone(page)
    expect(page.locator("#main")).to_be_focused()


def test_n_adds_a_person_from_today(town: Cast, opens: Opens) -> None:
    page = opens("amina", size=DESK)
    expect(page.get_by_role("link", name="Add a person").first).to_be_visible()

    page.keyboard.press("n")

    page.wait_for_url("**/people/add/")
