"""Attendance while people talk: the taps of DESIGN section 2 on a phone, and what axe-core finds on pages of circles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from strandline.steady.circles.actions import NewCircle, everyone_came, form_circle, join
from strandline.steady.circles.models import Attendance, Circle
from strandline.steady.intake.actions import make_outbox_key
from strandline.steady.listening.actions import name_theme
from strandline.steady.listening.models import ThemeHeard
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.models import Touch
from tests.cast import Cast
from tests.web.axe import faults
from tests.web.conftest import CHROMIUM, FLAGS, PHONE

from .conftest import Opens
from .test_access import is_wider_than_the_screen
from .test_clicks import Taps
from .town import LONG, RTL, now, today
from .wire import Wire

pytestmark = pytest.mark.browser


def tonight(cast: Cast, *names: str) -> Circle:
    """A circle that has met once a week for a month, and meets today."""
    amina, since = cast.viewer("amina", now()), now() - timedelta(days=40)
    new = NewCircle(
        "Mill Lane", "FREQ=WEEKLY", today() - timedelta(days=28), time(19), place="Community room"
    )
    row = form_circle(new=new, by=amina, at=since)
    people = [cast.person(name, at=since) for name in names]
    join(circle=row.code, people=[p.code for p in people], by=amina, at=since)
    return row


def test_attendance_takes_one_tap_a_person(town: Cast, opens: Opens) -> None:
    row = tonight(town, "Rosa Lindqvist", "Noor Haddad", "Ivo Marek")
    page, tap = opens("amina"), Taps()

    tap(page.get_by_role("link", name="Take attendance Mill Lane"))
    tap(page.get_by_role("button", name="Rosa Lindqvist"))
    expect(page.get_by_role("heading", name="1 came")).to_be_visible()
    tap(page.get_by_role("button", name="Noor Haddad"))
    expect(page.get_by_role("heading", name="2 came")).to_be_visible()
    expect(page.get_by_role("button", name="Noor Haddad")).to_be_focused()

    came = set(Attendance.objects.values_list("person__full_name", flat=True))
    assert (tap.count, came) == (3, {"Rosa Lindqvist", "Noor Haddad"})
    assert Touch.objects.filter(kind="attendance").count() == 2
    assert page.url.endswith(f"/circles/{row.code}/meetings/{today().isoformat()}/")


def test_everyone_expected_is_one_tap_and_a_new_face_another(town: Cast, opens: Opens) -> None:
    row = tonight(town, "Rosa Lindqvist", "Noor Haddad")
    page, tap = opens("amina", f"/circles/{row.code}/meetings/{today().isoformat()}/"), Taps()

    tap(page.get_by_role("button", name="Everyone expected"))
    expect(page.get_by_role("heading", name="2 came")).to_be_visible()
    page.get_by_role("textbox", name="A new face").fill("Ivo Marek")
    tap(page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_role("heading", name="3 came")).to_be_visible()

    assert (tap.count, Attendance.objects.count()) == (2, 3)
    assert Person.objects.filter(full_name="Ivo Marek").count() == 1


def test_a_wrong_tap_is_taken_back(town: Cast, opens: Opens) -> None:
    row = tonight(town, "Rosa Lindqvist", "Noor Haddad")
    page = opens("amina", f"/circles/{row.code}/meetings/{today().isoformat()}/")

    page.get_by_role("button", name="Rosa Lindqvist").tap()
    expect(page.get_by_role("heading", name="1 came")).to_be_visible()
    page.locator("#toasts").get_by_text("Undo").tap()
    expect(page.get_by_role("heading", name="0 came")).to_be_visible()

    assert Attendance.objects.count() == 0
    assert not Touch.objects.filter(kind="attendance").exists()


def test_themes_are_ticked_while_one_types_and_can_be_taken_away(town: Cast, opens: Opens) -> None:
    lea = town.viewer("lea", now())
    name_theme(name="Rents", words="rent", by=lea, at=now())
    name_theme(name="Damp", words="damp", by=lea, at=now())
    rosa = town.person(at=now() - timedelta(days=20))
    give_consent(
        person=rosa.code, purpose=ConsentPurpose.VIEWS, words="", by=town.viewer("amina", now()), at=now()
    )
    page = opens("amina", f"/people/{rosa.code}/")

    page.get_by_role("link", name="Log", exact=False).first.tap()
    page.get_by_role("radio", name="Spoke").check()
    page.get_by_label("What was said").press_sequentially("The rent, and damp")
    expect(page.get_by_role("checkbox", name="Rents")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Damp")).to_be_checked()
    page.get_by_role("checkbox", name="Damp").uncheck()
    page.get_by_role("button", name="Save").tap()
    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with")

    assert list(ThemeHeard.objects.values_list("theme__name", flat=True)) == ["Rents"]


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 900, "light"), (320, 700, "light"), (390, 844, "dark")]
)
def test_pages_of_circles_are_for_everyone(
    town: Cast, opens: Opens, width: int, height: int, scheme: str
) -> None:
    row = tonight(town, "Rosa Lindqvist", LONG, RTL)
    for weeks in (1, 2, 3):
        everyone_came(
            circle=row.code, on=today() - timedelta(weeks=weeks), by=town.viewer("amina", now()), at=now()
        )
    make_outbox_key(at=now())
    meeting = f"/circles/{row.code}/meetings/{today().isoformat()}/"
    page = opens("amina", "/circles/", size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}

    for path in (
        "/circles/",
        "/circles/new/",
        f"/circles/{row.code}/?q=ros",
        meeting,
        f"{meeting}sheet/?names=full",
        "/circles/waiting/",
        "/circles/sealed/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })")
        if wrong := faults(page):
            found[path] = wrong
        if is_wider_than_the_screen(page):
            found[f"{path} is wider than the screen"] = page.url

    assert found == {}


@pytest.fixture
def wire(live_server: LiveServer) -> Iterator[Wire]:
    at = urlsplit(live_server.url)
    made = Wire((str(at.hostname), int(at.port or 80)))
    yield made
    made.close()


def phone(browser: Browser, profile: Path, session: str, url: str) -> BrowserContext:
    """Turn the phone on: what it kept on its disk is still there, what it had in memory is gone."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS, viewport=PHONE
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    return context


def test_attendance_without_network_reloaded_and_restarted_arrives_once(
    town: Cast, browser: Browser, wire: Wire, tmp_path: Path
) -> None:
    make_outbox_key(at=now())
    row = tonight(town, "Rosa Lindqvist", "Noor Haddad", "Ivo Marek")
    client = Client()
    client.force_login(town.accounts["amina"], backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    url = f"http://localhost:{wire.port}"
    at = f"{url}/circles/{row.code}/meetings/{today().isoformat()}/"
    context = phone(browser, tmp_path, session, url)
    page = context.new_page()
    page.goto(at)
    expect(page.locator("body[data-installed]")).to_be_attached()
    page.wait_for_function("navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready")
    page.wait_for_timeout(500)

    page.get_by_role("button", name="Rosa Lindqvist").click()
    expect(page.get_by_role("heading", name="1 came")).to_be_visible()
    wire.cut()
    page.get_by_role("button", name="Noor Haddad").click()
    expect(page.get_by_role("button", name="Noor Haddad")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Everyone expected").click()
    page.get_by_role("button", name="Ivo Marek").click()
    expect(page.get_by_role("button", name="Ivo Marek")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("textbox", name="A new face").fill("Ada Obi")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Ada Obi (waits)")).to_be_visible()
    expect(page.get_by_role("heading", name="3 came")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_text("4")
    expect(page.locator("[data-network-said]")).to_contain_text("No network")

    page.reload()
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_text("4")
    bare = page.content()
    context.close()
    stored = b"".join(
        file.read_bytes()
        for folder in ("IndexedDB", "Service Worker")
        for file in (tmp_path / "Default" / folder).rglob("*")
        if file.is_file()
    )
    before = Attendance.objects.count()

    again = phone(browser, tmp_path, session, url)
    page = again.new_page()
    page.goto(at)
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    wire.mend()
    page.get_by_role("button", name="Try").click()
    expect(page.locator("[data-sent]")).to_have_text("4", timeout=60_000)
    expect(page.get_by_role("heading", name="3 came")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_text("0")
    page.reload()
    expect(page.get_by_role("heading", name="3 came")).to_be_visible()
    again.close()

    assert before == 1
    for name in ("Rosa", "Lindqvist", "Noor", "Haddad", "Ivo", "Marek", "Ada Obi"):
        assert name not in bare
        assert name.encode() not in stored
        assert name.encode("utf-16-le") not in stored
    assert len(stored) > 1000
    came = Attendance.objects.order_by("person__full_name").values_list("person__full_name", flat=True)
    assert list(came) == ["Ada Obi", "Noor Haddad", "Rosa Lindqvist"]
    assert Person.objects.filter(full_name="Ada Obi").count() == 1


def test_what_is_refused_comes_back_with_the_reason_and_the_name_only_in_memory(
    town: Cast, opens: Opens
) -> None:
    make_outbox_key(at=now())
    row = tonight(town, "Rosa Lindqvist")
    page = opens("amina", f"/circles/{row.code}/meetings/{today().isoformat()}/")
    expect(page.locator("body[data-installed]")).to_be_attached()
    page.context.set_offline(True)
    page.get_by_role("button", name="Rosa Lindqvist").tap()
    expect(page.locator("[data-waiting]")).to_have_text("1")
    Circle.objects.filter(pk=row.pk).update(team=town.nurses, branch=town.hill)

    page.context.set_offline(False)

    said = "Rosa Lindqvist The circle, its meeting or the person is not there for you any more."
    expect(page.locator("[data-refusals]")).to_contain_text(said)
    expect(page.locator("main [data-refused]")).to_have_text("1")
    page.get_by_role("button", name="Put the refused away").tap()
    expect(page.locator("main [data-refused]")).to_have_text("0")
    assert not Attendance.objects.exists()


def test_what_waits_is_carried_in_a_sealed_file_or_as_square_codes(
    town: Cast, opens: Opens, tmp_path: Path
) -> None:
    make_outbox_key(at=now())
    circle = tonight(town, "Rosa Quillon", "Noor Haddad")
    page = opens("amina", f"/circles/{circle.code}/meetings/{today().isoformat()}/")
    expect(page.locator("body[data-installed]")).to_be_attached()
    expect(page.get_by_role("button", name="Save the sealed file")).to_be_hidden()
    page.context.set_offline(True)
    page.get_by_role("button", name="Rosa Quillon").tap()
    page.get_by_role("button", name="Noor Haddad").tap()
    expect(page.locator("[data-waiting]")).to_have_text("2")

    page.get_by_role("button", name="Show as square codes").click()
    expect(page.locator("[data-code-said]")).to_contain_text("Code 1 of 2")
    expect(page.locator("[data-code] path")).to_be_attached()
    page.get_by_role("button", name="Next code").click()
    expect(page.locator("[data-code-said]")).to_contain_text("Code 2 of 2")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the sealed file").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    page.close()

    desk = opens("amina", "/circles/sealed/")
    desk.get_by_label("The file that the phone saved").set_input_files(file)
    desk.get_by_role("button", name="Take it in").click()
    expect(desk.get_by_role("heading", name="2 ticks are noted")).to_be_visible()

    assert file.name == "attendance-sealed.json"
    assert not any(name in file.read_text() for name in ("Rosa", "Noor"))
    assert set(Attendance.objects.values_list("person__full_name", flat=True)) == {
        "Rosa Quillon",
        "Noor Haddad",
    }
