"""Nothing that was typed is lost, and nothing is kept twice: no network, a lost answer, two taps, a lost session, Back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from tests.cast import Cast

from .conftest import DESK, Opens, SignsIn
from .town import owed

pytestmark = pytest.mark.browser
WORDS = "Two stairwells without heat since Monday."


def write(page: Page) -> None:
    """Open the log form and write what was said."""
    page.get_by_role("link", name="Log Rosa Lindqvist").click()
    page.get_by_role("radio", name="Spoke").check()
    page.get_by_label("Practical note").fill(WORDS)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and next").click()


def notes(person: Person) -> list[str]:
    return list(Touch.objects.filter(person=person).values_list("practical", flat=True))


def kept(page: Page) -> None:
    """Wait until what is typed is kept on the device: it is, two seconds after the last letter at the latest."""
    page.wait_for_function(
        """async () => {
          const open = indexedDB.open("strandline-drafts", 1);
          await new Promise((done) => { open.onsuccess = done; });
          const ask = open.result.transaction("drafts").objectStore("drafts").count();
          await new Promise((done) => { ask.onsuccess = done; });
          return ask.result > 0;
        }"""
    )


def test_a_note_written_without_network_is_there_after_a_reload_and_kept_once(
    town: Cast, opens: Opens
) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina")
    write(page)
    kept(page)
    page.context.set_offline(True)

    save(page)
    expect(page.locator("[data-draft-said]")).to_have_text(
        "No network: kept on this phone. Save again when there is one."
    )
    assert notes(rosa) == []
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("link", name="Log Rosa Lindqvist").click()
    expect(page.get_by_label("Practical note")).to_have_value(WORDS)
    expect(page.locator("[data-draft-said]")).to_have_text("Brought back what you had typed.")
    save(page)

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    assert notes(rosa) == [WORDS]


def test_a_note_whose_answer_was_lost_on_the_way_is_kept_once(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina")
    write(page)
    kept(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/log/*/", lambda route: lose(route) if route.request.method == "POST" else route.fallback())
    save(page)
    expect(page.locator("[data-draft-said]")).to_contain_text("kept on this phone")
    assert notes(rosa) == [WORDS]
    page.unroute("**/log/*/")
    page.goto(f"/log/{rosa.code}/?place=today")
    expect(page.get_by_label("Practical note")).to_have_value(WORDS)
    save(page)

    page.wait_for_url(lambda url: url.endswith("/"))
    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    assert notes(rosa) == [WORDS]


@pytest.mark.parametrize("press", ["dblclick", "Control+Enter"])
def test_save_pressed_twice_is_one_talk(town: Cast, opens: Opens, press: str) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina", size=DESK)
    write(page)

    if press == "dblclick":
        page.get_by_role("button", name="Save and next").dblclick()
    else:
        page.keyboard.press(press)
        page.keyboard.press(press)

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    page.wait_for_load_state("networkidle")
    assert notes(rosa) == [WORDS]


def test_a_note_outlives_the_session_for_the_same_person(town: Cast, opens: Opens, sign_in: SignsIn) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina")
    write(page)
    kept(page)
    Session.objects.all().delete()

    save(page)
    expect(page.locator("#toasts")).to_contain_text("You were signed out.")
    expect(page.get_by_label("Practical note")).to_have_value(WORDS)
    assert notes(rosa) == []
    sign_in(page.context, "amina")
    page.reload()
    page.get_by_role("link", name="Log Rosa Lindqvist").click()
    expect(page.get_by_label("Practical note")).to_have_value(WORDS)
    save(page)

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    assert notes(rosa) == [WORDS]


def test_back_after_a_save_saves_nothing_again(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina")
    write(page)
    save(page)
    expect(page.locator("#toasts")).to_contain_text("Saved")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.wait_for_url("**/people/")

    page.go_back()
    page.wait_for_load_state("networkidle")

    expect(page.locator("#today-lead")).to_have_text("Nobody is due today.")
    assert notes(rosa) == [WORDS]


def test_after_a_save_the_draft_is_gone(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina")
    write(page)
    kept(page)
    save(page)
    expect(page.locator("#toasts")).to_contain_text("Saved")

    page.goto(f"/log/{rosa.code}/?place=today")
    page.wait_for_timeout(500)

    expect(page.get_by_label("Practical note")).to_have_value("")


def undo_by_button(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()


def undo_by_key(page: Page) -> None:
    page.keyboard.press("u")


@pytest.mark.parametrize("undo", [undo_by_button, undo_by_key])
def test_undo_brings_the_row_back(town: Cast, opens: Opens, undo: Callable[[Page], None]) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    owed(town, "Tomasz Wren")
    page = opens("amina", size=DESK)
    write(page)
    save(page)
    expect(page.locator("#today-lead")).to_have_text("One person to reach.")

    undo(page)

    expect(page.locator("#today-lead")).to_have_text("Two people to reach.")
    expect(page.locator("#toasts")).to_contain_text("Taken back.")
    assert notes(rosa) == []


def test_the_page_works_without_script(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina", java_script_enabled=False)

    page.get_by_role("link", name="Log Rosa Lindqvist").click()
    page.get_by_role("radio", name="Spoke").check()
    page.get_by_label("Practical note").fill(WORDS)
    save(page)

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    assert notes(rosa) == [WORDS]
    page.get_by_role("button", name="Undo").click()
    assert notes(rosa) == []


def test_keys_walk_the_list_log_and_go_on(town: Cast, opens: Opens) -> None:
    owed(town, "Rosa Lindqvist", days=-2)
    owed(town, "Tomasz Wren", days=-1)
    hannah = owed(town, "Hannah Moyo")
    page = opens("amina", size=DESK)

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Rosa Lindqvist", exact=True)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Tomasz Wren", exact=True)).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator("dialog.log")).to_be_visible()
    expect(page.get_by_role("radio", name="Spoke")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Tomasz Wren.")
    expect(page.get_by_role("link", name="Log Hannah Moyo")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("Done: Ask about the room for Hannah Moyo.")
    assert FollowUp.objects.filter(person=hannah, closed_at=None).count() == 0
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_key_m_moves_the_day_and_escape_closes(town: Cast, opens: Opens) -> None:
    owed(town, "Rosa Lindqvist")
    page = opens("amina", size=DESK)

    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Tomorrow")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.log")).to_have_count(0)
    page.keyboard.press("m")
    page.get_by_role("button", name="Tomorrow").click()

    expect(page.locator("#toasts")).to_contain_text("Moved to tomorrow")
    expect(page.locator("#today-lead")).to_have_text("Nobody is due today.")


def test_keys_tick_and_hand_over_for_the_team(town: Cast, opens: Opens) -> None:
    owed(town, "Rosa Lindqvist", days=-2)
    page = opens("lea", "/team/", size=DESK)

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Tick Rosa Lindqvist")).to_be_checked()
    page.keyboard.press("h")

    page.wait_for_url("**/handover/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand over one person")


def test_key_l_on_a_person_logs_that_person(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page = opens("amina", f"/people/{rosa.code}/", size=DESK)

    page.keyboard.press("l")
    page.get_by_role("radio", name="Spoke").check()
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    expect(page.locator(".event").first).to_contain_text("Call")
    assert page.url.endswith(f"/people/{rosa.code}/")
