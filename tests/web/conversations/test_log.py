from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import not_a_sunday
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from tests.cast import Cast
from tests.web.bad_inputs import BAD_DAYS, KEPT, REFUSED

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture
def rosa(cast: Cast) -> Person:
    return cast.person("Rosa Lindqvist", at=NOW - timedelta(days=3))


def spoke(**more: str) -> dict[str, Any]:
    """What the form sends after Spoke and Save with nothing else touched."""
    due = not_a_sunday(TODAY + timedelta(days=21)).isoformat()
    return {"outcome": "spoke", "said": "", "step": "call", "when": due, "place": "today", **more}


def test_log_keeps_the_talk_and_the_next_step(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke(said="Two stairwells without heat."))

    touch, step = Touch.objects.get(person=rosa), FollowUp.objects.get(person=rosa, closed_at=None)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert (touch.outcome, touch.practical) == ("spoke", "Two stairwells without heat.")
    assert (step.kind, step.due_on) == ("call", not_a_sunday(TODAY + timedelta(days=21)))


def test_log_after_a_plain_save_offers_undo_on_the_next_page(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client = signed_in("amina")
    client.post(f"/log/{rosa.code}/", spoke())

    body = client.get("/").content.decode()

    assert "Saved: spoke with <bdi>Rosa Lindqvist</bdi>." in body
    assert 'action="/undo/' in body
    assert f'data-draft-done="log-{rosa.code}"' in body
    assert "Saved: spoke with" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("place", "begins"),
    [("today", '<div id="today"'), ("person", '<div id="person"'), ("pick", '<div id="pick"')],
)
def test_log_answers_htmx_with_the_changed_part_and_a_toast(
    cast: Cast, signed_in: Sign, rosa: Person, place: str, begins: str
) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke(place=place), headers=HTMX)

    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.startswith(begins)
    assert body.count('hx-swap-oob="beforeend:#toasts"') == 1
    assert "<html" not in body


def test_log_no_answer_saves_with_nothing_else_and_comes_again_on_the_next_working_day(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    signed_in("amina").post(f"/log/{rosa.code}/", spoke(outcome="no_answer"))

    step = FollowUp.objects.get(person=rosa, closed_at=None)
    assert step.due_on == not_a_sunday(TODAY + timedelta(days=1))
    assert Touch.objects.get(person=rosa).is_two_way is False


def test_log_without_a_next_step_owes_nothing(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    signed_in("amina").post(f"/log/{rosa.code}/", spoke(step="none"))

    assert FollowUp.objects.filter(person=rosa, closed_at=None).count() == 0


def test_log_takes_another_day_another_way_and_a_reason(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    day = (TODAY + timedelta(days=5)).isoformat()
    asked = spoke(when="pick", day=day, step="visit", reason="Look at the boiler", kind="one_to_one")

    signed_in("amina").post(f"/log/{rosa.code}/", asked)

    step = FollowUp.objects.get(person=rosa, closed_at=None)
    assert (step.kind, step.due_on.isoformat(), step.reason) == ("visit", day, "Look at the boiler")
    assert Touch.objects.get(person=rosa).kind == "one_to_one"


def test_log_later_keeps_the_moment_by_the_clock_of_the_organisation(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    signed_in("amina").post(f"/log/{rosa.code}/", spoke(at="2026-07-01 18:30"))

    assert Touch.objects.get(person=rosa).at == datetime(2026, 7, 1, 17, 30, tzinfo=UTC)


def test_log_same_token_twice_is_one_talk_with_the_same_way_back(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client, asked = signed_in("amina"), spoke(token="abcdefgh1234")

    first = client.post(f"/log/{rosa.code}/", asked, headers=HTMX).content.decode()
    second = client.post(f"/log/{rosa.code}/", asked, headers=HTMX).content.decode()

    def undo(body: str) -> str:
        return body.split('action="/undo/')[1].split('"')[0]

    assert Touch.objects.filter(person=rosa).count() == 1
    assert undo(first) == undo(second)


def test_log_same_token_with_other_words_is_refused_and_says_so(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client = signed_in("amina")
    client.post(f"/log/{rosa.code}/", spoke(token="abcdefgh1234"))

    answer = client.post(f"/log/{rosa.code}/", spoke(token="abcdefgh1234", said="Other words"))

    assert (answer.status_code, Touch.objects.filter(person=rosa).count()) == (422, 1)
    assert "This form was sent before" in answer.content.decode()


def test_log_without_an_outcome_is_refused_beside_the_field_and_loses_nothing(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    asked = spoke(outcome="", said="Two stairwells")

    answer = signed_in("amina").post(f"/log/{rosa.code}/", asked, headers=HTMX)

    body = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, f"#log-{rosa.code}")
    assert "What happened: Choose one." in body
    assert "Two stairwells" in body
    assert Touch.objects.count() == 0


@pytest.mark.parametrize("said", KEPT.values(), ids=KEPT.keys())
def test_log_keeps_odd_words_as_typed_and_shows_them_as_text(
    cast: Cast, signed_in: Sign, rosa: Person, said: str
) -> None:
    client = signed_in("amina")

    assert client.post(f"/log/{rosa.code}/", spoke(said=said)).status_code == 303

    assert Touch.objects.get(person=rosa).practical == said
    body = client.get(f"/people/{rosa.code}/").content.decode()
    assert "<script>alert" not in body
    assert "<img onerror" not in body
    assert "<div hx-get=/api" not in body


@pytest.mark.parametrize("said", [REFUSED[k] for k in ("G6", "G42", "G43", "G45", "G46", "control")])
def test_log_refuses_words_that_cannot_be_kept(cast: Cast, signed_in: Sign, rosa: Person, said: str) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke(said=said))

    assert (answer.status_code, Touch.objects.count()) == (422, 0)
    assert "What was said:" in answer.content.decode()


@pytest.mark.parametrize("day", BAD_DAYS.values(), ids=BAD_DAYS.keys())
def test_log_refuses_a_day_that_cannot_be_read(cast: Cast, signed_in: Sign, rosa: Person, day: str) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke(when="pick", day=day))

    assert (answer.status_code, Touch.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"at": f"{TODAY + timedelta(days=2)} 10:00"}, "This is in the future."),
        ({"at": "1900-01-01 10:00"}, "The year is before 1950."),
        ({"when": "pick", "day": ""}, "Say which day."),
        ({"when": "pick", "day": "2020-01-01"}, "The day is in the past."),
        ({"outcome": "shouted"}, "Select a valid choice."),
    ],
)
def test_log_refuses_with_a_sentence(
    cast: Cast, signed_in: Sign, rosa: Person, more: dict[str, str], words: str
) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke(**more))

    assert (answer.status_code, Touch.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_log_refuses_a_field_that_came_twice(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("amina").post(f"/log/{rosa.code}/", spoke() | {"outcome": ["spoke", "no_answer"]})

    assert (answer.status_code, Touch.objects.count()) == (422, 0)
    assert "This came twice." in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("bruno", 303),
        ("lea", 303),
        ("bela", 303),
        ("stella", 403),
        ("chen", 404),
        ("dede", 404),
        ("adam", 404),
        ("uma", 404),
    ],
)
def test_log_is_for_those_who_work_with_the_person(
    cast: Cast, signed_in: Sign, rosa: Person, name: str, status: int
) -> None:
    answer = signed_in(name).post(f"/log/{rosa.code}/", spoke())

    assert (answer.status_code, Touch.objects.count()) == (status, int(status == 303))


def test_log_as_a_page_and_as_a_part(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")

    page = client.get(f"/log/{rosa.code}/?place=today").content.decode()
    part = client.get(f"/log/{rosa.code}/?place=today", headers=HTMX).content.decode()

    assert (page.count("<h1"), part.count("<h1")) == (1, 0)
    assert part.strip().startswith('<dialog class="log"')
    assert "For practical matters only" in part


def test_log_says_when_views_may_be_noted(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    client.post(f"/people/{rosa.code}/agreements/", {"purpose": "views", "words": "Yes"})

    assert "What was said" in client.get(f"/log/{rosa.code}/", headers=HTMX).content.decode()


def test_log_of_a_lost_session_says_401_to_a_part_and_leaves_the_form_standing(
    cast: Cast, rosa: Person
) -> None:
    answer = Client().post(f"/log/{rosa.code}/", spoke(), headers=HTMX)

    assert (answer.status_code, answer.content) == (401, b"")


def test_log_needs_the_token_of_the_site(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    client.handler.enforce_csrf_checks = True

    assert client.post(f"/log/{rosa.code}/", spoke()).status_code == 403


@pytest.mark.parametrize("people", [1, 3])
def test_log_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [cast.person(f"Person {n}", at=NOW) for n in range(people)]
    client = signed_in("amina")
    client.get(f"/log/{rows[0].code}/")

    with django_assert_num_queries(22):
        client.get(f"/log/{rows[0].code}/")


def test_pick_offers_who_is_due_before_anything_is_typed(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    FollowUp.objects.filter(person=rosa).update(due_on=TODAY)

    assert "Rosa Lindqvist" in signed_in("amina").get("/log/").content.decode()


def test_pick_finds_by_three_letters_and_offers_to_add(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("amina").get("/log/", {"q": "ros"}, headers=HTMX).content.decode()

    assert "Rosa Lindqvist" in body
    assert 'action="/people/add/"' in body


def test_pick_tells_another_branch_nothing(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("chen").get("/log/", {"q": "ros"}).content.decode()

    assert "Rosa" not in body
    assert "No one found that you can see" in body


@pytest.mark.parametrize("name", ["stella", "dede", "adam", "uma"])
def test_pick_is_for_those_who_log(cast: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in(name).get("/log/").status_code == 403


@pytest.mark.parametrize("typed", [*KEPT.values(), "x" * 5000, "a OR", "NEAR(", "n:", "*", '"'])
def test_pick_takes_any_words(cast: Cast, signed_in: Sign, typed: str) -> None:
    assert signed_in("amina").get("/log/", {"q": typed}).status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_pick_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        cast.person(f"Rosa {number}", at=NOW, reaches=[("phone", f"0770090010{number}")])
    client = signed_in("amina")
    client.get("/log/?q=rosa")

    with django_assert_num_queries(16):
        client.get("/log/?q=rosa")
