"""The door in a real browser: two clicks for a visitor; a table without network, a phone restarted, each there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from strandline.steady.intake import actions
from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Person
from strandline.store import writer
from tests.cast import Cast
from tests.steady.intake.doors import open_form
from tests.web.conftest import CHROMIUM, FLAGS, PHONE

from .wire import Wire

pytestmark = pytest.mark.browser


@pytest.fixture
def form(town: Cast) -> Iterator[Form]:
    yield open_form(town)
    writer.stop_all()


@pytest.fixture
def wire(live_server: LiveServer) -> Iterator[Wire]:
    at = urlsplit(live_server.url)
    made = Wire((str(at.hostname), int(at.port or 80)))
    yield made
    made.close()


def fill(page: Page, name: str, reach: str) -> None:
    page.get_by_label("Name" if "table" in page.url else "Your name", exact=True).fill(name)
    page.get_by_label("Phone or email").fill(reach)


def test_visitor_is_counted_in_with_two_clicks(browser: Browser, live_server: LiveServer, form: Form) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    wrongs: list[str] = []
    page.on("console", lambda said: wrongs.append(said.text) if said.type == "error" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.goto(f"{live_server.url}/j/heating/")

    fill(page, "Noor Haddad", "noor@example.org")
    page.get_by_text("Yes, contact me").click()
    page.get_by_role("button", name="Count me in").click()
    expect(page.get_by_role("heading")).to_contain_text("You are counted in", timeout=30_000)

    kept = Submission.objects.get()
    assert (kept.state, kept.reason, kept.person.full_name) == ("kept", "", "Noor Haddad")  # type: ignore[union-attr]
    assert wrongs == []
    assert set(asked) == {urlsplit(live_server.url).netloc}
    assert context.cookies() == []
    context.close()


def test_visitor_without_script_is_counted_in_and_looked_at(
    browser: Browser, live_server: LiveServer, form: Form
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/j/heating/")

    fill(page, "Noor Haddad", "noor@example.org")
    page.get_by_role("button", name="Count me in").click()

    expect(page.get_by_role("heading")).to_contain_text("You are counted in", timeout=30_000)
    assert Submission.objects.get().reason == "no_proof"
    context.close()


def test_double_click_and_back_store_one(browser: Browser, live_server: LiveServer, form: Form) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/j/heating/")
    fill(page, "Noor Haddad", "noor@example.org")

    page.get_by_role("button", name="Count me in").dblclick()
    expect(page.get_by_role("heading")).to_contain_text("You are counted in", timeout=30_000)
    page.go_back()
    page.get_by_role("button").click()
    expect(page.get_by_role("heading")).to_contain_text("You are counted in", timeout=30_000)

    assert Person.objects.count() == 1
    context.close()


def phone(browser: Browser, profile: Path) -> BrowserContext:
    """Turn the phone on: what it kept on its disk is still there, what it had in memory is gone."""
    kind: BrowserType = browser.browser_type
    return kind.launch_persistent_context(profile, executable_path=CHROMIUM, args=FLAGS, viewport=PHONE)


def keep(page: Page, name: str, reach: str) -> None:
    fill(page, name, reach)
    page.get_by_text("I read them the notice").click()
    page.get_by_role("button", name="Keep and next").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_table_without_network_reloaded_and_restarted_arrives_once(
    browser: Browser, form: Form, town: Cast, wire: Wire, tmp_path: Path
) -> None:
    device = actions.give_device_code(form=form.code, label="", by=town.amina, at=datetime.now(UTC))
    url = f"http://localhost:{wire.port}/table/heating/"
    context = phone(browser, tmp_path)
    page = context.new_page()
    page.goto(f"{url}#device={device.code}")
    expect(page.locator("body[data-installed]")).to_be_attached(timeout=30_000)
    page.wait_for_timeout(500)

    wire.cut()
    page.reload()
    keep(page, "Noor Haddad", "noor@example.org")
    keep(page, "Tomasz Wren", "tomasz@example.org")
    expect(page.locator("[data-waiting]")).to_have_text("2")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Tomasz Wren")
    page.get_by_label("Name", exact=True).fill("Tomasz Wrenn")
    page.get_by_role("button", name="Keep and next").click()
    expect(page.locator("[data-last-name]")).to_contain_text("Tomasz Wrenn")
    expect(page.locator("[data-waiting]")).to_have_text("2")
    context.close()

    stored = b"".join(
        file.read_bytes() for file in (tmp_path / "Default" / "IndexedDB").rglob("*") if file.is_file()
    )
    again = phone(browser, tmp_path)
    page = again.new_page()
    page.goto(url)
    expect(page.locator("[data-waiting]")).to_have_text("2", timeout=30_000)
    expect(page.get_by_role("button", name="Change")).to_be_hidden()
    keep(page, "Rosa Lindqvist", "+44 20 7946 0958")
    expect(page.locator("[data-network-said]")).to_have_text("No network")
    before = Submission.objects.count()
    wire.mend()
    page.get_by_role("button", name="Try").click()
    expect(page.locator("[data-sent]")).to_have_text("3", timeout=60_000)

    assert before == 0
    for name in ("Noor", "Haddad", "Tomasz", "noor@example.org"):
        assert name.encode() not in stored
        assert name.encode("utf-16-le") not in stored
    assert len(stored) > 1000
    names = Person.objects.order_by("pk").values_list("full_name", flat=True)
    assert list(names) == ["Noor Haddad", "Tomasz Wrenn", "Rosa Lindqvist"]
    assert set(Submission.objects.values_list("state", "reason")) == {("kept", "")}
    assert page.locator("[data-waiting]").text_content() == "0"
    again.close()


def test_sealed_entries_are_carried_by_square_codes(
    browser: Browser, form: Form, town: Cast, wire: Wire, tmp_path: Path
) -> None:
    context = phone(browser, tmp_path)
    page = context.new_page()
    page.goto(f"http://localhost:{wire.port}/table/heating/")
    expect(page.locator("body[data-installed]")).to_be_attached(timeout=30_000)
    page.wait_for_timeout(500)
    wire.cut()
    page.reload()
    keep(page, "Noor Haddad", "noor@example.org")
    keep(page, "Tomasz Wren", "tomasz@example.org")

    page.get_by_role("button", name="Show them as square codes").click()
    expect(page.locator("[data-code-said]")).to_contain_text("Code 1 of 2")
    first = page.locator("[data-code] path").get_attribute("d")
    page.get_by_role("button", name="Next code").click()
    expect(page.locator("[data-code-said]")).to_contain_text("Code 2 of 2")
    second = page.locator("[data-code] path").get_attribute("d")
    # As a scanner would read them; the codes themselves are compared below.
    texts = page.evaluate(
        """async () => {
          const { texts } = await import("/static/js/carry.js");
          const { Outbox } = await import("/static/js/outbox.js");
          return texts(new Outbox("heating"), "heating");
        }"""
    )
    drawn = page.evaluate(
        """async (text) => (await import("/static/js/qr.js")).square(text).map((row) => row.map(Number))""",
        "\u00fc" * 429,
    )
    context.close()
    client = Client()
    client.force_login(town.accounts["amina"], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(f"/forms/{form.code}/sealed/", {"scanned": "\n".join(texts)})

    # Filled to the last byte, a code has nothing in it that two makers may choose differently.
    ours = segno.make(
        "\u00fc" * 429, version=20, error="l", mask=0, boost_error=False, mode="byte", encoding="utf-8"
    )
    assert drawn == [list(map(int, row)) for row in ours.matrix]
    assert first != second
    assert all(name not in text for name in ("Noor", "Tomasz") for text in texts)
    # Without a code of the day they are kept aside, to be looked at.
    assert {row.typed["name"] for row in Submission.objects.all()} == {"Noor Haddad", "Tomasz Wren"}
