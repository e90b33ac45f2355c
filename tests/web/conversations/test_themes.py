from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from strandline.steady.listening.actions import name_theme
from strandline.steady.listening.models import Theme, ThemeHeard
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rents(cast: Cast) -> Theme:
    return name_theme(name="Rents", words="rent", by=cast.lea, at=NOW)


@pytest.fixture
def damp(cast: Cast) -> Theme:
    return name_theme(name="Damp", words="damp, mould", by=cast.lea, at=NOW)


@pytest.fixture
def rosa(cast: Cast) -> Person:
    person = cast.person(at=NOW)
    give_consent(person=person.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=cast.amina, at=NOW)
    return person


def ticked(body: str) -> list[str]:
    return [part.split('"')[0] for part in body.split('name="themes" value="')[1:] if "checked" in part[:90]]


def test_themes_are_checkboxes_that_work_without_script(
    cast: Cast, signed_in: Sign, rosa: Person, rents: Theme, damp: Theme
) -> None:
    client = signed_in("amina")

    page = client.get(f"/log/{rosa.code}/").content.decode()
    answer = client.post(
        f"/log/{rosa.code}/",
        {"outcome": "spoke", "said": "x", "step": "none", "themes": [rents.code], "token": "log-00000001"},
    )

    assert page.count('name="themes"') == 2
    assert ticked(page) == []
    assert answer.status_code == 303
    assert ThemeHeard.objects.get().theme == rents


def test_themes_are_suggested_from_the_note(
    cast: Cast, signed_in: Sign, rosa: Person, rents: Theme, damp: Theme
) -> None:
    body = (
        signed_in("amina")
        .post(f"/log/{rosa.code}/themes/", {"said": "The rent letter"}, headers=HTMX)
        .content.decode()
    )

    assert ticked(body) == [rents.code]
    assert f'name="offered" value="{rents.code}"' in body
    assert ThemeHeard.objects.count() == 0


def test_a_theme_taken_away_stays_away_and_one_ticked_by_hand_stays(
    cast: Cast, signed_in: Sign, rosa: Person, rents: Theme, damp: Theme
) -> None:
    body = (
        signed_in("amina")
        .post(
            f"/log/{rosa.code}/themes/",
            {"said": "The rent letter again", "offered": [rents.code], "themes": [damp.code]},
            headers=HTMX,
        )
        .content.decode()
    )

    assert ticked(body) == [damp.code]


def test_a_suggestion_goes_with_the_word_that_brought_it(
    cast: Cast, signed_in: Sign, rosa: Person, rents: Theme
) -> None:
    body = (
        signed_in("amina")
        .post(
            f"/log/{rosa.code}/themes/",
            {"said": "The letter", "offered": [rents.code], "themes": [rents.code]},
            headers=HTMX,
        )
        .content.decode()
    )

    assert ticked(body) == []


def test_without_ground_no_theme_is_offered(cast: Cast, signed_in: Sign, rents: Theme) -> None:
    stranger = cast.person("Noor Haddad", at=NOW)
    client = signed_in("amina")

    page = client.get(f"/log/{stranger.code}/").content.decode()
    part = client.post(f"/log/{stranger.code}/themes/", {"said": "rent"}, headers=HTMX).content.decode()
    answer = client.post(
        f"/log/{stranger.code}/",
        {"outcome": "spoke", "step": "none", "themes": [rents.code], "token": "log-00000002"},
    )

    assert 'name="themes"' not in page
    assert "Rents" not in part
    assert answer.status_code == 422
    assert ThemeHeard.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("chen", 404), ("stella", 403), ("dede", 404)])
def test_themes_are_asked_by_those_who_log(
    cast: Cast, signed_in: Sign, rosa: Person, who: str, status: int
) -> None:
    assert signed_in(who).post(f"/log/{rosa.code}/themes/", {"said": "rent"}).status_code == status
