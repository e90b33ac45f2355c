"""The door walked by hand on a phone: a form made, a sheet typed, a queue called, a table kept; with taps and keys counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from strandline.steady.followup.models import FollowUp
from strandline.steady.intake import actions
from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from strandline.store import writer
from tests.cast import Cast
from tests.steady.intake.doors import open_form, send, sheet

from .conftest import Opens
from .test_clicks import Taps

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def writers() -> Iterator[None]:
    yield
    writer.stop_all()


@pytest.fixture
def form(town: Cast) -> Form:
    return open_form(town)


def waiting(count: int) -> None:
    """Let people sign up just now, each with a telephone."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    send(*(sheet(f"Person {n}", f"+44 20 7946 0{n:03}", at=at) for n in range(count)))


def test_a_form_is_made_with_five_taps_from_today_and_one_field(town: Cast, opens: Opens) -> None:
    page, tap = opens("amina"), Taps()

    tap(page.locator(".tabbar").get_by_role("link", name="People"))
    tap(page.get_by_role("link", name="Incoming"))
    tap(page.get_by_role("link", name="Forms", exact=True))
    tap(page.get_by_role("link", name="Make a form").first)
    page.get_by_label("Title", exact=True).fill("No heating? You are not alone")
    tap(page.get_by_role("button", name="Open the form"))

    expect(page.locator("#toasts")).to_contain_text("The form is open.")
    made = Form.objects.get()
    assert (tap.count, made.slug, made.promise_hours) == (5, "no-heating-you-are-not-alone", 48)
    expect(page.locator("code")).to_contain_text(f"/j/{made.slug}/")
    page.get_by_role("link", name="Poster").tap()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(page.get_by_role("img", name="Square code of the form")).to_be_visible()


def test_what_comes_after_closing_is_kept_aside_and_let_in_with_one_tap(
    town: Cast, opens: Opens, form: Form
) -> None:
    Form.objects.update(closes_at=datetime.now(UTC) - timedelta(minutes=1))
    page, tap = opens("amina", "/j/heating/"), Taps()

    expect(page.get_by_text("This form is closed.")).to_be_visible()
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Phone or email").fill("noor@example.org")
    page.get_by_text("Yes, contact me").tap()
    page.get_by_role("button", name="Count me in").tap()
    # The closed form says the same before: what is waited for is the page after it.
    page.wait_for_url("**/thanks/**", timeout=30_000)
    expect(page.get_by_text("kept aside until someone has looked at it")).to_be_visible()
    page.goto("/people/incoming/aside/")
    tap(page.get_by_role("button", name="Let in Noor Haddad"))

    expect(page.get_by_text("Nothing was kept aside.")).to_be_visible()
    kept = Submission.objects.get()
    assert (tap.count, kept.state, kept.person.full_name) == (1, "kept", "Noor Haddad")  # type: ignore[union-attr]


def test_a_table_entry_takes_four_taps(town: Cast, opens: Opens, form: Form) -> None:
    device = actions.give_device_code(form=form.code, label="", by=town.amina, at=datetime.now(UTC))
    tap = Taps()
    # The icon on the home screen is the first.
    page = opens("amina", f"/table/heating/#device={device.code}")
    tap.count += 1
    expect(page.locator("body[data-installed]")).to_be_attached(timeout=30_000)

    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Phone or email").fill("noor@example.org")
    tap(page.get_by_role("checkbox", name="Come to a circle"))
    tap(page.get_by_text("I read them the notice"))
    tap(page.get_by_role("button", name="Keep and next"))

    expect(page.locator("[data-sent]")).to_have_text("1", timeout=30_000)
    kept = Submission.objects.get()
    assert (tap.count, kept.state, kept.typed["name"]) == (4, "kept", "Noor Haddad")
    # The next visitor sees nothing of the last one's details.
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(page.get_by_label("Phone or email")).to_have_value("")


def test_calls_of_the_queue_take_two_taps_each_after_the_first_and_go_to_one_caller(
    town: Cast, opens: Opens, form: Form
) -> None:
    waiting(3)
    page, tap = opens("amina", "/calls/"), Taps()
    other = opens("bruno", "/calls/")

    tap(page.get_by_role("button", name="Take next call"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 0")
    other.get_by_role("button", name="Take next call").tap()
    expect(other.get_by_role("heading", level=1)).to_have_text("Person 1")
    before = tap.count
    tap(page.get_by_role("radio", name="Spoke"))
    tap(page.get_by_role("button", name="Save and next"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 2")

    assert (before, tap.count - before) == (1, 2)
    assert list(Touch.objects.values_list("person__full_name", "outcome")) == [("Person 0", "spoke")]
    # The page reloaded, or the phone rung: the place is kept.
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 2")


def test_owners_of_ten_are_accepted_with_one_tap(town: Cast, opens: Opens, form: Form) -> None:
    waiting(10)
    page, tap = opens("amina", "/people/incoming/"), Taps()

    tap(page.get_by_role("button", name="Accept these owners"))

    expect(page.get_by_text("All sign-ups have an owner.")).to_be_visible()
    assert (tap.count, FollowUp.objects.filter(owner=None, closed_at=None).count()) == (1, 0)


class Keys:
    """Types on a keyboard alone, and counts the keys that are no letters of an answer."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1


def test_rows_of_a_paper_sheet_are_typed_by_keyboard_alone_and_taken_back_whole(
    town: Cast, opens: Opens, form: Form
) -> None:
    Form.objects.update(question="")
    page = opens("amina", f"/forms/{form.code}/typing/")
    press = Keys(page)

    for n, name in enumerate(("Noor Haddad", "Tomasz Wren", "Rosa Lindqvist")):
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        page.keyboard.type(name)
        press("Tab")
        page.keyboard.type(f"020 7946 01{n:02}")
        press("Tab")
        press("Tab")
        press("Space")
        press("Enter")
        expect(page.locator("#typed")).to_contain_text(f"{n + 1} row")

    # Five keys a row beside what is written on the sheet, and no hand leaves the keyboard.
    assert press.count == 3 * 5
    assert Person.objects.count() == 3
    page.get_by_role("button", name="Take the sheet back").tap()
    expect(page.locator("#toasts")).to_contain_text("3 rows were taken back.")
    assert Person.objects.count() == 0


def test_a_row_that_cannot_be_kept_says_which_field_in_its_words(
    town: Cast, opens: Opens, form: Form
) -> None:
    page = opens("amina", f"/forms/{form.code}/typing/")

    page.keyboard.type("Noor Haddad")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Phone or email:")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")
    assert Person.objects.count() == 0


def test_two_tabs_of_one_visitor_are_one_person(town: Cast, opens: Opens, form: Form) -> None:
    first = opens("amina", "/j/heating/")
    second = first.context.new_page()
    second.goto("/j/heating/")

    for page in (first, second):
        page.get_by_label("Your name").fill("Noor Haddad")
        page.get_by_label("Phone or email").fill("noor@example.org")
        page.get_by_text("Yes, contact me").tap()
        page.get_by_role("button", name="Count me in").tap()
        expect(page.get_by_text("You are counted in")).to_be_visible(timeout=30_000)

    assert Person.objects.count() == 1


NO_STORE = "Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('none') } } })"
FULL = "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize("trouble", [NO_STORE, FULL])
def test_a_phone_that_can_keep_no_more_says_so_and_what_was_typed_stays(
    town: Cast, opens: Opens, form: Form, trouble: str
) -> None:
    page = opens("amina", "/healthz")
    page.add_init_script(trouble)
    page.goto("/table/heating/")

    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Phone or email").fill("noor@example.org")
    page.get_by_text("I read them the notice").tap()
    page.get_by_role("button", name="Keep and next").tap()

    expect(page.get_by_text("Use paper, or another browser.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")
    assert page.url.endswith("/table/heating/")
    assert Submission.objects.count() == 0


def test_a_table_without_its_script_puts_no_name_into_an_address(
    town: Cast, opens: Opens, form: Form
) -> None:
    page = opens("amina", "/table/heating/", java_script_enabled=False)

    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Phone or email").fill("noor@example.org")
    page.get_by_role("button", name="Keep and next").click()

    page.wait_for_timeout(300)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")
    assert page.url.endswith("/table/heating/")


def test_a_table_asks_to_be_kept_and_says_when_entries_have_waited_a_day(
    town: Cast, opens: Opens, form: Form
) -> None:
    page = opens("amina", "/healthz")
    page.add_init_script(
        "let asked = 0; StorageManager.prototype.persist = async () => "
        "{ document.documentElement.dataset.asked = ++asked; return true }"
    )
    page.clock.install()
    page.goto("/table/heating/")
    expect(page.locator("html[data-asked='1']")).to_be_attached()
    expect(page.get_by_text("Put this page on the home screen")).to_be_visible()

    page.context.set_offline(True)
    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Phone or email").fill("noor@example.org")
    page.get_by_text("I read them the notice").tap()
    page.get_by_role("button", name="Keep and next").tap()
    expect(page.locator("[data-waiting]")).to_have_text("1")
    expect(page.locator("[data-old]")).to_be_hidden()
    page.clock.fast_forward("25:00:00")

    expect(page.locator("[data-old]")).to_be_visible()
    expect(page.get_by_role("button", name="Save the sealed entries to a file")).to_be_visible()
