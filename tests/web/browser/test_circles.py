"""Attendance while people talk: the taps of DESIGN section 2 on a phone, and what axe-core finds on pages of circles."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from strandline.steady.circles.actions import NewCircle, everyone_came, form_circle, join
from strandline.steady.circles.models import Attendance, Circle
from strandline.steady.listening.actions import name_theme
from strandline.steady.listening.models import ThemeHeard
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.models import Touch
from tests.cast import Cast
from tests.web.axe import faults

from .conftest import Opens
from .test_access import is_wider_than_the_screen
from .test_clicks import Taps
from .town import LONG, RTL, now, today

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
    page = opens("amina", "/circles/", size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}

    for path in (
        "/circles/",
        "/circles/new/",
        f"/circles/{row.code}/?q=ros",
        f"/circles/{row.code}/meetings/{today().isoformat()}/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })")
        if wrong := faults(page):
            found[path] = wrong
        if is_wider_than_the_screen(page):
            found[f"{path} is wider than the screen"] = page.url

    assert found == {}
