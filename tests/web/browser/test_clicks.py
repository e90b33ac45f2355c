"""The paths of DESIGN section 2 on a phone, with their number of taps. Typing into a focused field counts nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.people.models import Channel, Person
from strandline.steady.ties.models import Touch
from tests.cast import Cast

from .conftest import Opens
from .town import owed

pytestmark = pytest.mark.browser


@dataclass
class Taps:
    """Counts every tap that a path needs."""

    count: int = 0

    def __call__(self, what: Locator) -> None:
        what.tap()
        self.count += 1


def test_logging_a_talk_takes_three_taps(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    owed(town, "Tomasz Wren")
    page, tap = opens("amina"), Taps()

    tap(page.get_by_role("link", name="Log Rosa Lindqvist"))
    tap(page.get_by_role("radio", name="Spoke"))
    tap(page.get_by_role("button", name="Save and next"))

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    expect(page.locator("#today-lead")).to_have_text("One person to reach.")
    expect(page.get_by_role("link", name="Log Tomasz Wren")).to_be_focused()
    assert (tap.count, Touch.objects.get(person=rosa).outcome) == (3, "spoke")


def test_no_answer_takes_two_taps(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist")
    page, tap = opens("amina"), Taps()

    tap(page.get_by_role("link", name="Log Rosa Lindqvist"))
    tap(page.get_by_role("radio", name="No answer"))

    expect(page.locator("#toasts")).to_contain_text("Saved: no answer from Rosa Lindqvist.")
    assert (tap.count, Touch.objects.get(person=rosa).outcome) == (2, "no_answer")


def test_logging_someone_who_is_not_on_the_list_takes_four_taps(town: Cast, opens: Opens) -> None:
    rosa = owed(town, "Rosa Lindqvist", days=9)
    page, tap = opens("amina"), Taps()

    tap(page.locator(".tabbar-log"))
    expect(page.get_by_label("Name or number")).to_be_focused()
    page.keyboard.type("ros")
    tap(page.get_by_role("link", name="Log Rosa Lindqvist"))
    tap(page.get_by_role("radio", name="Spoke"))
    tap(page.get_by_role("button", name="Save"))

    expect(page.locator("#toasts")).to_contain_text("Saved: spoke with Rosa Lindqvist.")
    assert (tap.count, Touch.objects.filter(person=rosa).count()) == (4, 1)


def test_a_new_contact_takes_three_taps(town: Cast, opens: Opens) -> None:
    page, tap = opens("amina"), Taps()

    tap(page.locator(".tabbar-log"))
    expect(page.get_by_label("Name or number")).to_be_focused()
    page.keyboard.type("Noor Haddad")
    tap(page.get_by_role("button", name="Add Noor Haddad"))
    expect(page.get_by_label("Phone or e-mail")).to_be_focused()
    page.keyboard.type("07700 900555")
    tap(page.get_by_role("button", name="Keep"))

    expect(page.locator("#toasts")).to_contain_text("Kept. Noor Haddad is on record.")
    assert (tap.count, Person.objects.get().full_name) == (3, "Noor Haddad")
    assert Channel.objects.get().normal == "+447700900555"


def test_handing_over_three_people_takes_seven_taps(town: Cast, opens: Opens) -> None:
    for name in ("Rosa Lindqvist", "Tomasz Wren", "Hannah Moyo"):
        owed(town, name, days=-2)
    page, tap = opens("lea"), Taps()

    tap(page.get_by_role("link", name="My team"))
    for name in ("Rosa Lindqvist", "Tomasz Wren", "Hannah Moyo"):
        tap(page.get_by_role("checkbox", name=f"Tick {name}"))
    tap(page.get_by_role("button", name="Hand over"))
    tap(page.get_by_role("radio", name="Bruno"))
    tap(page.get_by_role("button", name="Hand over"))

    expect(page.locator("#toasts")).to_contain_text("Offered 3 ties to Bruno")
    assert (tap.count, Handoff.objects.filter(state="offered").count()) == (7, 3)
    assert FollowUp.objects.filter(closed_at=None).count() == 3
