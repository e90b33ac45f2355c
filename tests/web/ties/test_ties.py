from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from strandline.steady.people.models import Person
from strandline.steady.ties.models import Stage, StageMove, Tie, TieStatus
from tests.cast import Cast

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)


@pytest.fixture
def rosa(cast: Cast) -> Person:
    return cast.person("Rosa Lindqvist", at=NOW - timedelta(days=3))


def test_begin_makes_a_tie_of_the_kind(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/ties/", {"kind": "supporter"}, headers=HTMX)

    assert answer.status_code == 200
    assert "<b>Supporter</b>" in answer.content.decode()
    assert Tie.objects.filter(person=rosa, kind="supporter").count() == 1


def test_begin_a_kind_that_runs_is_refused(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/ties/", {"kind": "contact"}, headers=HTMX)

    assert (answer.status_code, Tie.objects.count()) == (422, 1)
    assert "There is a contact tie already." in answer.content.decode()


def test_move_stage_keeps_who_when_and_why(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    tie = Tie.objects.get(person=rosa)
    to = Stage.objects.get(kind="contact", name="In touch")

    answer = signed_in("amina").post(
        f"/ties/{tie.code}/stage/", {"stage": to.code, "why": "Came twice", "version": 1}, headers=HTMX
    )

    move = StageMove.objects.latest("pk")
    assert (answer.status_code, move.stage, move.why) == (200, to, "Came twice")
    assert "Came twice" in answer.content.decode()


@pytest.mark.parametrize("stage", ["", "x", "another"])
def test_move_stage_off_the_pathway_is_refused(cast: Cast, signed_in: Sign, rosa: Person, stage: str) -> None:
    tie = Tie.objects.get(person=rosa)
    code = Stage.objects.filter(kind="ally").first().code if stage == "another" else stage  # type: ignore[union-attr]

    answer = signed_in("amina").post(f"/ties/{tie.code}/stage/", {"stage": code}, headers=HTMX)

    assert (answer.status_code, Tie.objects.get(person=rosa).stage) == (422, tie.stage)


@pytest.mark.parametrize("act", ["stage", "status"])
def test_a_tie_changed_meanwhile_is_left_as_it_is(
    cast: Cast, signed_in: Sign, rosa: Person, act: str
) -> None:
    tie = Tie.objects.get(person=rosa)
    Tie.objects.update(version=2)
    to = Stage.objects.get(kind="contact", name="In touch")

    asked = {"stage": to.code, "status": "waiting", "version": 1}
    answer = signed_in("amina").post(f"/ties/{tie.code}/{act}/", asked, headers=HTMX)

    now = Tie.objects.get(person=rosa)
    assert (answer.status_code, now.stage, now.status) == (409, tie.stage, "active")
    assert "Someone changed this tie meanwhile." in answer.content.decode()


def test_status_ends_a_tie_with_its_reason(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    tie = Tie.objects.get(person=rosa)

    asked = {"status": "stepped_back", "reason": "No time this year", "version": 1}
    answer = signed_in("amina").post(f"/ties/{tie.code}/status/", asked, headers=HTMX)

    assert answer.status_code == 200
    assert "No time this year" in answer.content.decode()
    assert Tie.objects.get(person=rosa).ended_at is not None


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"status": "ended"}, "Say why, in a few words"),
        ({"status": "resting"}, "Say until which day the tie rests"),
        ({"status": "resting", "until": "2020-01-01"}, "it has to be after today"),
        ({"status": "resting", "until": "03/04/2027"}, "say which"),
        ({"status": "active"}, "The tie is already active."),
        ({"status": "opposed", "reason": "He says so"}, "Give the link to what they said in public"),
        ({"status": "gone"}, "Choose one of those that are offered."),
        ({"status": "ended", "reason": "a\0b"}, "NUL"),
    ],
)
def test_status_refuses_with_a_sentence_and_keeps_the_words(
    cast: Cast, signed_in: Sign, rosa: Person, asked: dict[str, str], words: str
) -> None:
    tie = Tie.objects.get(person=rosa)

    answer = signed_in("amina").post(f"/ties/{tie.code}/status/", asked, headers=HTMX)

    assert (answer.status_code, TieStatus.objects.count()) == (422, 1)
    assert words in answer.content.decode()


def test_resting_says_until_when(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    tie = Tie.objects.get(person=rosa)
    until = (NOW + timedelta(days=30)).date()

    signed_in("amina").post(f"/ties/{tie.code}/status/", {"status": "resting", "until": until.isoformat()})

    body = signed_in("amina").get(f"/people/{rosa.code}/").content.decode()
    assert f"resting until {until:%-d %b %Y}" in body


@pytest.mark.parametrize("act", ["stage", "status"])
def test_ties_are_not_the_stewards_to_change(cast: Cast, signed_in: Sign, rosa: Person, act: str) -> None:
    tie = Tie.objects.get(person=rosa)
    to = Stage.objects.get(kind="contact", name="In touch")

    asked = {"stage": to.code, "status": "waiting"}
    answer = signed_in("stella").post(f"/ties/{tie.code}/{act}/", asked)

    assert (answer.status_code, Tie.objects.get().version) == (403, 1)
