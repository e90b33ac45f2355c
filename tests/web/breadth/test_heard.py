"""The page of themes heard: from ten remarks on, without names, merged where they are few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditEntry
from strandline.steady.constituencies.actions import add_constituency, place_in
from strandline.steady.constituencies.models import Constituency
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.listening.actions import name_theme
from strandline.steady.listening.models import Theme
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.web.breadth.heard import months_to
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def rents(cast: Cast) -> Theme:
    return name_theme(name="Rents", words="rent", by=cast.lea, at=NOW)


def spoke(cast: Cast, theme: Theme, *, times: int, name: str = "Rosa Lindqvist", days: int = 0) -> Person:
    """Somebody who agreed that views are kept, and said so many things about the theme."""
    since = NOW - timedelta(days=300)
    person = cast.person(name, at=since)
    viewer = cast.viewer("amina", since)
    give_consent(person=person.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=viewer, at=since)
    for n in range(times):
        at = NOW - timedelta(days=days, minutes=n)
        touch = NewTouch(TouchKind.CALL, Outcome.SPOKE, at, said=f"{name} says the rent is too high.")
        log_conversation(
            person=person.code, touch=touch, step=None, themes=[theme.code], by=cast.amina, at=NOW
        )
    return person


def test_months_run_over_the_turn_of_the_year() -> None:
    assert months_to(date(2026, 2, 27), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_themes_appear_once_ten_remarks_are_logged(cast: Cast, signed_in: SignIn, rents: Theme) -> None:
    spoke(cast, rents, times=9)
    client = signed_in("amina")

    before = client.get("/breadth/heard/").content.decode()
    spoke(cast, rents, times=1, name="Noor Haddad")
    after = client.get("/breadth/heard/").content.decode()

    assert "Themes appear once ten remarks are logged." in before
    assert 'role="img"' not in before
    assert "Rents is what people speak of most: 10 of 10 remarks in twelve months." in after
    assert after.count('role="img"') == 2
    assert "10 remarks in the last 30 days; 0 is usual." in after


def test_remarks_are_read_without_names_and_that_is_on_record(
    cast: Cast, signed_in: SignIn, rents: Theme
) -> None:
    spoke(cast, rents, times=10)
    client = signed_in("amina")
    before = AuditEntry.objects.filter(verb="read").count()

    page = client.get(f"/breadth/heard/?theme={rents.code}").content.decode()

    assert page.count("\u2026 says the rent is too high.") == 10
    assert "Lindqvist" not in page
    assert AuditEntry.objects.filter(verb="read").count() == before + 1


def test_few_remarks_are_told_with_the_section_above(cast: Cast, signed_in: SignIn, rents: Theme) -> None:
    hospital = add_constituency(name="Hospital", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    ward = add_constituency(name="Ward", dimension=Dimension.TRADE, parent=hospital.code, by=cast.lea, at=NOW)
    quay = add_constituency(name="Quay", dimension=Dimension.PLACE, by=cast.lea, at=NOW)
    rosa, noor = spoke(cast, rents, times=7), spoke(cast, rents, times=4, name="Noor Haddad")
    for person, section in ((rosa, hospital), (noor, ward), (noor, quay)):
        place_in(people=[person.code], constituency=section.code, by=cast.amina, at=NOW)
    client = signed_in("amina")

    def asked(section: Constituency) -> str:
        return client.get(f"/breadth/heard/?section={section.code}").content.decode()

    assert "they are told with those of <bdi>Hospital</bdi>" in asked(ward)
    assert "11 of 11 remarks" in asked(ward)
    assert "they are told with everybody" in asked(quay)
    assert "Fewer than" not in asked(hospital)
    assert asked(hospital).count("<option") == 2


@pytest.mark.parametrize("who", ["dede", "stella", "adam", "uma"])
def test_themes_are_for_who_may_read_views(cast: Cast, signed_in: SignIn, rents: Theme, who: str) -> None:
    spoke(cast, rents, times=10)
    client = signed_in(who)

    assert client.get("/breadth/heard/").status_code == 403
    assert client.post("/breadth/heard/themes/", {"name": "Damp", "words": "damp"}).status_code == 403
    assert client.post(f"/breadth/heard/themes/{rents.code}/end/").status_code in (403, 404)


def test_another_branch_hears_its_own(cast: Cast, signed_in: SignIn, rents: Theme) -> None:
    spoke(cast, rents, times=10)

    page = signed_in("chen").get(f"/breadth/heard/?theme={rents.code}").content.decode()

    assert "Themes appear once ten remarks are logged." in page
    assert "rent is too high" not in page


def test_leads_name_and_end_themes(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("lea")

    made = client.post("/breadth/heard/themes/", {"name": "Damp", "words": "damp, mould"})
    twice = client.post("/breadth/heard/themes/", {"name": "damp", "words": "x"})
    theme = Theme.objects.get()
    other = signed_in("amina").post(f"/breadth/heard/themes/{theme.code}/end/")
    client.post(f"/breadth/heard/themes/{theme.code}/end/")

    assert (made.status_code, twice.status_code, other.status_code) == (303, 422, 422)
    assert "There is a theme of this name already." in twice.content.decode()
    assert Theme.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_however_much_was_heard(
    cast: Cast, signed_in: SignIn, rents: Theme, number: int
) -> None:
    for n in range(number):
        other = name_theme(name=f"Theme {n}", words="word", by=cast.lea, at=NOW)
        add_constituency(name=f"Ward {n}", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
        spoke(cast, other, times=1, name=f"Person {n}")
    spoke(cast, rents, times=10)
    client = signed_in("amina")
    client.get("/breadth/heard/")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/breadth/heard/?theme={rents.code}")

    assert len(asked) == 19
