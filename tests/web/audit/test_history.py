from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.audit.models import Deed
from strandline.steady.people.models import Person
from tests.cast import Cast

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)


def test_history_tells_what_can_be_taken_back_and_until_when(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", at=NOW)

    body = signed_in("amina").get("/history/").content.decode()

    assert "Put on record:" in body
    assert "Rosa Lindqvist" in body


def test_history_is_ones_own(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", at=NOW)

    for name in ("bruno", "chen", "lea", "dede"):
        assert "Nothing to take back." in signed_in(name).get("/history/").content.decode()


def test_history_of_someone_who_can_no_longer_be_seen_has_no_name(cast: Cast, signed_in: Sign) -> None:
    rosa = cast.person("Rosa Lindqvist", at=NOW)
    rosa.belongings.all().delete()

    body = signed_in("amina").get("/history/").content.decode()

    assert "Put on record:" in body
    assert "Rosa" not in body


def test_undo_of_a_new_person_leads_away_from_the_page_that_is_gone(cast: Cast, signed_in: Sign) -> None:
    rosa = cast.person("Rosa Lindqvist", at=NOW)
    deed = Deed.objects.get()

    answer = signed_in("amina").post(f"/undo/{deed.code}/", headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/people/")
    assert not Person.objects.filter(pk=rosa.pk).exists()


def test_undo_of_a_plain_form_returns_to_the_page_it_stood_on(cast: Cast, signed_in: Sign) -> None:
    rosa = cast.person("Rosa Lindqvist", at=NOW)
    client = signed_in("amina")
    client.post(f"/people/{rosa.code}/tags/", {"tag": "stairwell"})
    deed = Deed.objects.latest("pk")

    answer = client.post(f"/undo/{deed.code}/", headers={"Referer": f"http://testserver/people/{rosa.code}/"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{rosa.code}/")
    assert rosa.person_tags.count() == 0


@pytest.mark.parametrize("came", ["http://evil.example/", "http://testserver//evil.example/", "", "x"])
def test_undo_leads_nowhere_else(cast: Cast, signed_in: Sign, came: str) -> None:
    rosa = cast.person("Rosa Lindqvist", at=NOW)
    client = signed_in("amina")
    client.post(f"/people/{rosa.code}/tags/", {"tag": "stairwell"})
    deed = Deed.objects.latest("pk")

    assert client.post(f"/undo/{deed.code}/", headers={"Referer": came}).headers["Location"] == "/history/"


@pytest.mark.parametrize("htmx", [True, False])
def test_undo_after_thirty_days_is_refused_with_the_reason(cast: Cast, signed_in: Sign, htmx: bool) -> None:
    cast.person("Rosa Lindqvist", at=NOW - timedelta(days=31))
    deed = Deed.objects.get()

    answer = signed_in("amina").post(f"/undo/{deed.code}/", headers=HTMX if htmx else {})

    assert answer.status_code == 422
    assert "more than 30 days ago" in answer.content.decode()


@pytest.mark.parametrize("name", ["bruno", "chen"])
def test_undo_of_anothers_deed_is_refused_as_if_there_were_none(
    cast: Cast, signed_in: Sign, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.middleware.csrf._get_new_csrf_string", lambda: "a" * 32)
    rosa = cast.person("Rosa Lindqvist", at=NOW)
    client = signed_in(name)

    theirs = client.post(f"/undo/{Deed.objects.get().code}/").content
    none = client.post("/undo/000000000000/").content

    assert theirs == none
    assert Person.objects.filter(pk=rosa.pk).exists()


@pytest.mark.parametrize("people", [1, 3])
def test_history_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        cast.person(f"Person {number}", at=NOW)
    client = signed_in("amina")
    client.get("/history/")

    with django_assert_num_queries(12):
        client.get("/history/")
