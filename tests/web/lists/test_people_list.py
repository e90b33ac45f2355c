from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast

Sign = Callable[[str], Client]


@pytest.mark.parametrize(
    ("name", "sees"),
    [("amina", True), ("bruno", True), ("lea", True), ("bela", True), ("stella", True), ("chen", False)],
)
def test_people_list_shows_each_of_the_cast_what_they_may_see(
    cast: Cast, signed_in: Sign, name: str, sees: bool
) -> None:
    cast.person("Rosa Lindqvist")

    answer = signed_in(name).get("/people/")

    assert (answer.status_code, "Rosa Lindqvist" in answer.content.decode()) == (200, sees)


@pytest.mark.parametrize("name", ["dede", "adam", "uma"])
def test_people_list_is_not_there_for_roles_without_people(cast: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in(name).get("/people/").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_people_list_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        cast.person(f"Person {number}")
    client = signed_in("amina")
    client.get("/people/")

    with django_assert_num_queries(16):
        client.get("/people/")


def test_people_list_names_the_filter_it_cannot_read_and_keeps_the_rest(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist")
    cast.person("Tomasz Wren")

    body = signed_in("amina").get("/people/?q=ros&kind=friend").content.decode()

    assert "The filter “Kind of tie” cannot be read" in body
    assert ("Rosa Lindqvist" in body, "Tomasz Wren" in body) == (True, False)


@pytest.mark.parametrize("typed", ["lindq", "ROSA", "rósa", "lindqvits", "ro lin"])
def test_find_ignores_case_accents_and_transposed_letters(cast: Cast, signed_in: Sign, typed: str) -> None:
    cast.person("Rosa Lindqvist")

    body = signed_in("amina").get("/find/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()

    assert "Rosa Lindqvist" in body


def test_find_by_the_end_of_a_telephone_number(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", reaches=[("phone", "+44 7700 900123")])

    body = signed_in("amina").get("/find/", {"q": "0123"}, headers={"HX-Request": "true"}).content.decode()

    assert "Rosa Lindqvist" in body


def test_find_tells_another_branch_nothing(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("chen")
    before = client.get("/find/", {"q": "rosa"}, headers={"HX-Request": "true"}).content
    cast.person("Rosa Lindqvist")

    assert client.get("/find/", {"q": "rosa"}, headers={"HX-Request": "true"}).content == before


def test_the_page_leads_to_a_new_person_and_to_who_came(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    organiser = signed_in("amina").get("/people/").content.decode()
    steward = signed_in("stella").get("/people/").content.decode()

    for page in (organiser, steward):
        assert 'href="/people/add/" data-key="n"' in page
    assert ('href="/people/incoming/"' in organiser, 'href="/people/incoming/"' in steward) == (True, False)


def test_an_empty_list_says_which_part_of_the_sentence_leaves_nobody(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    cast.person("Rosa Lindqvist")
    cast.person("Tomasz Wren", by="bruno")

    page = signed_in("amina").get("/people/?held=me&tag=van").content.decode()

    steps = re.findall(r'<li class="line"><span><bdi>(.*?)</bdi></span> <b>(.*?)</b>', page)
    assert steps == [("People", "2"), ("held by me", "1"), ("tagged “van”", "0")]
    assert 'href="/people/?held=me">without it' in page


def test_a_list_is_taken_along_when_there_is_one_and_begun_when_there_is_none(
    cast: Cast, signed_in: Sign
) -> None:
    client = signed_in("amina")

    before = client.get("/people/").content.decode()
    cast.person("Rosa Lindqvist")
    after = client.get("/people/").content.decode()

    assert ("Take this list along" in before, 'href="/care/import/">Bring in a list' in before) == (
        False,
        True,
    )
    assert ("Take this list along" in after, "No one here yet" in after) == (True, False)
