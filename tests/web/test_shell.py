"""The frame of every page in a real browser: it can be read by everyone, and its script does what DESIGN promises."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.web.axe import faults
from tests.web.conftest import LAPTOP, PHONE
from tests.web.pattern_site import PATTERNS, PUBLIC, Site

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SIZES: dict[str, ViewportSize] = {"laptop": LAPTOP, "phone": PHONE, "narrow": {"width": 320, "height": 640}}


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_patterns_can_be_read_by_everyone(visit: Visit, site: Site, size: str, scheme: str) -> None:
    page = visit(f"{site.url}/today/", size=SIZES[size], color_scheme=scheme, reduced_motion="reduce")

    for name in PATTERNS:
        page.goto(f"{site.url}/{name}/")

        assert (name, faults(page)) == (name, [])
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, SIZES[size]["width"])
        assert page.locator("h1").count() == 1


def test_axe_would_find_a_fault(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")

    page.evaluate("document.querySelector('#find').previousElementSibling.remove()")
    page.evaluate("document.querySelector('#find').placeholder = ''")

    assert [fault.split(":")[0] for fault in faults(page)] == ["label"]


def test_page_runs_from_right_to_left_without_sideways_scroll(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    page.evaluate("document.documentElement.dir = 'rtl'")

    rail = page.locator(".rail").bounding_box()

    assert rail is not None
    assert rail["x"] > 1000
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_touch_targets_are_large_enough(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", size=PHONE)

    small = page.evaluate(
        "[...document.querySelectorAll('button, .button, .tabbar > *, summary')].filter(e => e.checkVisibility())"
        ".map(e => [e.textContent.trim(), e.getBoundingClientRect()]).filter(([, b]) => b.height < 39 || b.width < 24)"
        ".map(([text]) => text)"
    )

    assert small == []


def test_menus_open_and_forms_work_without_script(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", java_script_enabled=False, allow=("404",))

    page.locator(".top .menu summary").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_label("Find a person or do something").fill("rosa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/?q=rosa")


def test_find_waits_for_two_letters_and_moves_by_arrows(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    field = page.locator("#find")

    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("r")
    page.wait_for_timeout(400)
    page.keyboard.type("os")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.locator("#find-said")).to_have_text("2 found")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "find-1")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "find-0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/")

    assert [asked for asked in site.asked if asked.startswith("/find/")] == ["/find/?q=ros"]


def test_find_says_that_nobody_was_found_and_escape_closes(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")

    page.keyboard.press("Control+k")
    page.keyboard.type("zz")
    expect(page.locator("#find-said")).to_have_text("No one found")
    page.keyboard.press("Escape")

    expect(page.locator("#find-list")).to_be_hidden()
    expect(page.locator("#find")).to_have_value("zz")


def test_keys_walk_the_rows_and_log_the_current_person(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Rosa Lindqvist", exact=True)).to_be_focused()
    page.keyboard.press("l")

    expect(page.locator("#item-rosa dialog.log")).to_be_visible()
    expect(page.get_by_role("radio", name="Spoke")).to_be_focused()


def test_single_keys_sleep_in_fields_and_when_switched_off(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")

    page.locator("#find").focus()
    page.keyboard.type("?jl")
    expect(page.locator("#find")).to_have_value("?jl")
    page.locator("#reach").click()
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.evaluate("document.body.dataset.keys = 'on'")
    page.keyboard.press("?")

    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/people/")


def log_rosa(page: Page, words: str) -> None:
    """Open the log form under Rosa and write."""
    page.get_by_role("link", name="Log Rosa").click()
    page.get_by_role("radio", name="Spoke").check()
    page.get_by_label("What was said").fill(words)


def test_saving_a_talk_moves_on_to_the_next_row_and_offers_undo(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    log_rosa(page, "Two stairwells without heat.")

    page.keyboard.press("Control+Enter")

    expect(page.locator("dialog.log")).to_have_count(0)
    expect(page.get_by_role("link", name="Log Ade B.")).to_be_focused()
    expect(page.locator("#count")).to_have_text("6")
    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    [(path, sent)] = site.posts
    assert (path, sent["outcome"], sent["said"]) == (
        "/people/rosa/log/",
        ["spoke"],
        ["Two stairwells without heat."],
    )
    assert len(sent["token"][0]) == 36
    with page.expect_response("**/undo/d1/"):
        page.keyboard.press("u")
    assert site.posts[-1][0] == "/undo/d1/"


def test_no_answer_on_a_phone_takes_two_taps(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", size=PHONE)

    page.get_by_role("link", name="Log Rosa").tap()
    expect(page.locator("dialog.log:modal")).to_be_visible()
    page.get_by_role("button", name="No answer").tap()
    expect(page.locator("#toasts")).to_contain_text("Saved")

    assert [sent["quick"] for _, sent in site.posts] == [["no_answer"]]


def test_a_toast_leaves_after_ten_seconds_but_not_from_under_the_pointer(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    page.clock.install()
    page.reload()
    log_rosa(page, "Short.")
    page.keyboard.press("Control+Enter")
    toast = page.locator(".toast")
    expect(toast).to_be_visible()

    toast.hover()
    page.clock.run_for(11_000)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    page.clock.run_for(11_000)

    expect(toast).to_have_count(0)


def kept(page: Page) -> int:
    """How many drafts this device holds."""
    number: int = page.evaluate(
        "new Promise(done => { const r = indexedDB.open('strandline-drafts', 1); r.onsuccess = () => {"
        " const q = r.result.transaction('drafts').objectStore('drafts').count(); q.onsuccess = () => done(q.result) } })"
    )
    return number


def test_a_note_outlives_a_dead_network_and_a_reload_and_is_sent_once(visit: Visit, site: Site) -> None:
    page = visit(
        f"{site.url}/today/", allow=("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    )
    log_rosa(page, "The boiler is owned by the trust.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator("[data-draft-said]")).to_have_text(
        "Kept on this phone. Save again when there is network."
    )
    token = page.locator("dialog.log input[name=token]").input_value()

    page.context.set_offline(False)
    page.reload()
    page.get_by_role("link", name="Log Rosa").click()
    expect(page.get_by_label("What was said")).to_have_value("The boiler is owned by the trust.")
    expect(page.get_by_role("radio", name="Spoke")).to_be_checked()
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")

    assert [sent["token"] for _, sent in site.posts] == [[token]]
    page.wait_for_timeout(2500)
    assert kept(page) == 0


def test_a_draft_is_sealed_and_belongs_to_one_account(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    log_rosa(page, "Nobody else may read this.")
    page.locator("h1").click()
    page.wait_for_timeout(300)

    stored = page.evaluate(
        "new Promise(done => { const r = indexedDB.open('strandline-drafts', 1); r.onsuccess = () => { const t ="
        " r.result.transaction(['drafts', 'keys']); const q = t.objectStore('drafts').getAll(); const k ="
        " t.objectStore('keys').getAll(); t.oncomplete = () => done([new TextDecoder().decode(q.result[0].sealed),"
        " k.result[0].extractable, q.result.length]) } })"
    )
    site.account = "bruno"
    page.reload()
    page.get_by_role("link", name="Log Rosa").click()

    assert "Nobody" not in stored[0]
    assert stored[1:] == [False, 1]
    expect(page.get_by_label("What was said")).to_have_value("")


def test_signing_out_destroys_the_drafts(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/")
    log_rosa(page, "Gone with the session.")
    page.locator("h1").click()
    page.wait_for_timeout(300)
    assert kept(page) == 1

    page.locator(".top .menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout/")

    assert kept(page) == 0
    assert site.posts[-1][0] == "/account/logout/"


def test_a_lost_session_says_so_and_keeps_the_form(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", allow=("401", "Response Status Error"))
    log_rosa(page, "Still here.")
    site.refuse = 401

    page.get_by_role("button", name="Save and next").click()

    expect(page.locator("#toasts")).to_contain_text("You were signed out")
    expect(page.get_by_label("What was said")).to_have_value("Still here.")


def test_names_blur_after_ten_idle_minutes_and_the_first_tap_only_uncovers(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", allow=("404",))
    page.clock.install()
    page.reload()
    name = page.get_by_role("link", name="Rosa Lindqvist", exact=True)

    page.clock.run_for(9 * 60_000)
    expect(name).to_have_css("filter", "none")
    page.clock.run_for(61_000)
    expect(name).not_to_have_css("filter", "none")
    name.click()
    expect(name).to_have_css("filter", "none")
    assert page.url.endswith("/today/")
    page.clock.run_for(1000)
    name.click()

    page.wait_for_url("**/people/rosa/")


def test_ticking_counts_and_shift_takes_the_range(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/people/")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()

    page.get_by_label("Tick Tomasz Wren").check()
    page.get_by_label("Tick Hannah Moyo").click(modifiers=["Shift"])
    expect(bar.locator("[data-count]")).to_have_text("4")
    page.get_by_label("Tick all").click()
    expect(bar.locator("[data-count]")).to_have_text("5")
    page.get_by_role("button", name="Hand over").click()

    assert len(site.posts[-1][1]["person"]) == 5


def test_a_fixed_look_shows_at_once_and_is_sent(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/today/", color_scheme="light")

    page.locator(".top .menu summary").click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("body")).to_have_css("background-color", "rgb(13, 22, 27)")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert [(path, sent["theme"]) for path, sent in site.posts] == [("/settings/look/", ["dark"])]


def test_a_public_form_gets_a_new_token_for_new_words_after_a_send(visit: Visit, site: Site) -> None:
    page = visit(f"{site.url}/signup/")
    token = page.locator("input[name=token]")
    expect(token).not_to_have_value("")
    first = token.input_value()

    page.get_by_label("Your name").fill("Noor H.")
    assert token.input_value() == first
    page.evaluate("document.querySelector('form').dataset.sent = 'yes'")
    page.get_by_label("Your name").fill("Ivo C.")

    assert token.input_value() != first


@pytest.mark.parametrize("name", [name for name in PATTERNS if name not in PUBLIC])
def test_paper_shows_the_content_and_nothing_to_press(visit: Visit, site: Site, name: str) -> None:
    page = visit(f"{site.url}/{name}/")

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".print-head")).to_contain_text("Estuary Tenants’ Union")
    assert page.locator(".rail:visible, .top:visible, .button:visible, .tabbar:visible").count() == 0
