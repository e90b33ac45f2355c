from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.audit.models import AuditEntry
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.people.models import Person
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties.actions import NewTouch, begin_tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from tests.cast import Cast

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)


@pytest.fixture
def rosa(cast: Cast) -> Person:
    return cast.person(
        "Rosa Lindqvist",
        at=NOW - timedelta(days=3),
        reaches=[("phone", "+44 7700 900123")],
        source_kind=SourceKind.TABLE,
        source_label="Northgate table",
    )


def talk(cast: Cast, person: Person, *, days: int = 1, said: str = "", by: str = "amina") -> None:
    touch = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=days), said)
    log_conversation(person=person.code, touch=touch, step=None, by=cast.viewer(by, NOW), at=NOW)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("amina", 200),
        ("bruno", 200),
        ("lea", 200),
        ("bela", 200),
        ("stella", 200),
        ("chen", 404),
        ("dede", 404),
        ("adam", 404),
        ("uma", 404),
    ],
)
def test_person_is_seen_by_each_of_the_cast_as_their_role_says(
    cast: Cast, signed_in: Sign, rosa: Person, name: str, status: int
) -> None:
    assert signed_in(name).get(f"/people/{rosa.code}/").status_code == status


def test_person_hidden_is_answered_as_one_who_never_was(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("chen")

    hidden, absent = client.get(f"/people/{rosa.code}/"), client.get("/people/000000000000/")

    assert hidden.content == absent.content
    assert "Nothing here that you can see. If a colleague sent you this, ask them to share it." in (
        hidden.content.decode()
    )


def test_person_new_says_how_they_came_and_that_no_one_called(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    body = signed_in("amina").get(f"/people/{rosa.code}/").content.decode()

    assert "Met at a table, Northgate table" in body
    assert "No one has called yet." in body
    assert 'href="tel:+447700900123"' in body


def test_person_keeps_notes_from_the_steward_and_shows_them_to_the_team(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    talk(cast, rosa, said="Two stairwells without heat.")

    sees = {
        name: "Two stairwells" in signed_in(name).get(f"/people/{rosa.code}/").content.decode()
        for name in ("amina", "bruno", "lea", "bela", "stella")
    }

    assert sees == {"amina": True, "bruno": True, "lea": True, "bela": True, "stella": False}


def test_person_offers_the_steward_nothing_they_may_not_do(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("stella").get(f"/people/{rosa.code}/").content.decode()

    for words in ('data-key="l"', "Begin another tie", "/share/", "/handover/", ">Done<"):
        assert words not in body
    assert "Add a number or an address" in body


def test_person_names_an_introducer_only_to_those_who_may_see_them(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    ade = cast.person("Ade Bello", at=NOW, source_kind=SourceKind.INTRODUCTION, introducer=rosa.code)
    Person.objects.filter(pk=rosa.pk).update(sensitivity="confidential")

    sees = {
        name: "Rosa" in signed_in(name).get(f"/people/{ade.code}/").content.decode()
        for name in ("amina", "bruno")
    }

    assert sees == {"amina": True, "bruno": False}


def test_person_shows_a_likely_twin_within_the_readers_scope_only(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    twin = cast.person("R. Lindqvist", by="chen", at=NOW, reaches=[("phone", "07700 900123")])
    near = cast.person("Rosa L.", by="bruno", at=NOW, reaches=[("phone", "07700900123")])

    body = signed_in("amina").get(f"/people/{rosa.code}/").content.decode()

    assert f"/people/{near.code}/" in body
    assert twin.code not in body
    assert "R. Lindqvist" not in body


def test_person_lists_what_happened_by_ten_and_goes_on_earlier(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    for days in range(1, 14):
        talk(cast, rosa, days=days, said=f"Talk {days:02}")
    client = signed_in("amina")

    page = client.get(f"/people/{rosa.code}/").content.decode()
    link = page.split(f'href="/people/{rosa.code}/touches/?before=')[1].split('"')[0]
    part = client.get(f"/people/{rosa.code}/touches/?before={link}", headers=HTMX).content.decode()
    whole = client.get(f"/people/{rosa.code}/touches/?before={link}").content.decode()

    assert ("Talk 10" in page, "Talk 11" in page) == (True, False)
    assert ("Talk 10" in part, "Talk 11" in part, "Talk 13" in part, "<html" in part) == (
        False,
        True,
        True,
        False,
    )
    assert "<h1" in whole


@pytest.mark.parametrize("mark", ["", "x", "%00", "A" * 3000])
def test_person_earlier_from_a_mark_that_cannot_be_read_begins_again(
    cast: Cast, signed_in: Sign, rosa: Person, mark: str
) -> None:
    answer = signed_in("amina").get(f"/people/{rosa.code}/touches/?before={mark}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{rosa.code}/")


def test_person_says_who_can_see_them_and_why(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("amina").get(f"/people/{rosa.code}/").content.decode()

    assert '<bdi>Amina</bdi> <span class="muted">(holds the tie)</span>' in body
    assert '<bdi>Lea</bdi> <span class="muted">(team lead)</span>' in body
    assert "Chen" not in body


def test_person_names_stand_apart_from_their_neighbours(cast: Cast, signed_in: Sign) -> None:
    odd = cast.person("Anna \u202e annA", at=NOW)

    body = signed_in("amina").get(f"/people/{odd.code}/").content.decode()

    assert '<h1 id="heading" tabindex="-1" data-person><bdi>Anna \u202e annA</bdi></h1>' in body


def test_person_is_read_on_the_record(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    signed_in("bruno").get(f"/people/{rosa.code}/")

    entry = AuditEntry.objects.filter(verb="read").latest("seq")
    assert (entry.actor, entry.subjects) == (cast.bruno.audit_id, [rosa.audit_id])


def test_person_as_a_part_is_the_page_without_its_frame(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    part = signed_in("amina").get(f"/people/{rosa.code}/", headers=HTMX).content.decode()

    assert part.startswith('<div id="person"')
    assert "<html" not in part


def test_person_over_two_years(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("amina").get(f"/people/{rosa.code}/?months=24").content.decode()

    assert "One year" in body


@pytest.mark.parametrize("rows", [1, 3])
def test_person_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rosa = cast.person("Rosa Lindqvist", at=NOW - timedelta(days=90), reaches=[("phone", "+44 7700 900123")])
    amina = cast.viewer("amina", NOW)
    for number, kind in zip(range(rows), (TieKind.SUPPORTER, TieKind.ALLY, TieKind.ORGANISER), strict=False):
        begin_tie(person=rosa.code, kind=kind, by=amina, at=NOW - timedelta(days=60))
        talk(cast, rosa, days=number + 1)
        cast.person(f"Twin {number}", at=NOW, reaches=[("phone", "+44 7700 900123")])
    client = signed_in("amina")
    client.post(f"/people/{rosa.code}/tags/", {"tag": "stairwell"})
    client.get(f"/people/{rosa.code}/")

    with django_assert_num_queries(47):
        client.get(f"/people/{rosa.code}/")


@pytest.mark.parametrize(
    ("name", "is_told"), [("Аnna Wren", True), ("Анна Ренкова", False), ("Anna Wren", False)]
)
def test_a_name_of_two_alphabets_is_pointed_out(
    cast: Cast, signed_in: Sign, name: str, is_told: bool
) -> None:
    person = cast.person(name)

    body = signed_in("amina").get(f"/people/{person.code}/").content.decode()

    assert ("mixes letters of two alphabets" in body) == is_told
