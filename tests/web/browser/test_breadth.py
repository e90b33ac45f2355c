"""Pages of sections, themes and events for everyone: in every size and look, with long names and names from right to left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from strandline.steady.constituencies.actions import add_constituency, estimate_size, place_in
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.events.actions import plan_event
from strandline.steady.listening.actions import name_theme
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.actions import NewTouch, begin_tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from tests.cast import Cast
from tests.web.axe import faults

from .conftest import Opens
from .test_access import is_wider_than_the_screen
from .town import LONG, RTL, now

pytestmark = pytest.mark.browser


def ground(cast: Cast) -> tuple[Constituency, Person, str]:
    """Sections with people in them, of whom one speaks of a theme, and an event."""
    lea, amina = cast.viewer("lea", now()), cast.viewer("amina", now())
    above = add_constituency(name=LONG, dimension=Dimension.TRADE, by=lea, at=now())
    below = add_constituency(name=RTL, dimension=Dimension.TRADE, parent=above.code, by=lea, at=now())
    estimate_size(constituency=below.code, size=1850, source="Census", by=lea, at=now())
    since = now() - timedelta(days=60)
    people = [cast.person(name, at=since) for name in ("Rosa Lindqvist", LONG, RTL)]
    place_in(people=[p.code for p in people], constituency=below.code, by=amina, at=now())
    rosa = people[0]
    begin_tie(person=rosa.code, kind=TieKind.SUPPORTER, by=amina, at=now())
    give_consent(person=rosa.code, purpose=ConsentPurpose.VIEWS, words="", by=amina, at=now())
    themes = [name_theme(name=name, words="rent", by=lea, at=now()) for name in ("Rents", LONG[:90], RTL)]
    for n in range(12):
        touch = NewTouch(TouchKind.CALL, Outcome.SPOKE, now() - timedelta(days=n), "Rosa: the rent, again")
        codes = [theme.code for theme in themes[: 1 + n % 3]]
        log_conversation(person=rosa.code, touch=touch, step=None, themes=codes, by=amina, at=now())
    starts = now() + timedelta(days=9)
    plan_event(name=LONG, starts_at=starts, place=RTL, by=amina, at=now())
    return below, rosa, themes[0].code


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 900, "light"), (320, 700, "light"), (390, 844, "dark")]
)
def test_pages_are_for_everyone(town: Cast, opens: Opens, width: int, height: int, scheme: str) -> None:
    section, rosa, theme = ground(town)
    page = opens("lea", "/breadth/", size={"width": width, "height": height}, scheme=scheme)
    found: dict[str, object] = {}

    for path in (
        "/breadth/",
        "/breadth/new/",
        f"/breadth/{section.code}/?q=ros",
        f"/breadth/heard/?theme={theme}",
        f"/people/{rosa.code}/",
        "/events/",
        "/events/new/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(d => { d.open = true; })")
        if wrong := faults(page):
            found[path] = wrong
        if is_wider_than_the_screen(page):
            found[f"{path} is wider than the screen"] = page.url

    assert found == {}


def test_a_person_is_put_into_a_section_in_one_step(town: Cast, opens: Opens) -> None:
    lea = town.viewer("lea", now())
    nurses = add_constituency(name="Nurses", dimension=Dimension.TRADE, by=lea, at=now())
    rosa = town.person(at=now())
    page = opens("amina", f"/people/{rosa.code}/")

    page.get_by_role("button", name="Add a section").tap()
    expect(page.get_by_role("link", name="Nurses")).to_be_visible()
    expect(page.get_by_role("heading", name="Sections")).to_be_focused()

    assert ConstituencyMembership.objects.get().constituency == nurses
