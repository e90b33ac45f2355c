from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.notices import actions as notices
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.followup import actions as followup
from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch, begin_tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from tests.cast import Cast

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)
TODAY = NOW.date()


def owed(
    cast: Cast, name: str, *, days: int = 0, reason: str = "Ask about the room", by: str = "amina"
) -> Person:
    """Someone to whom `by` owes a call, this many days from today; a day in the past was set when it was ahead."""
    person = cast.person(name, by=by, at=NOW - timedelta(days=20))
    step = NextStep(StepKind.CALL, TODAY + timedelta(days=max(days, 0)), reason)
    followup.set_next_step(person=person.code, step=step, by=cast.viewer(by, NOW), at=NOW)
    FollowUp.objects.filter(person=person, closed_at=None).update(due_on=TODAY + timedelta(days=days))
    return person


def test_today_says_who_is_due_and_who_is_late(cast: Cast, signed_in: Sign) -> None:
    owed(cast, "Rosa Lindqvist", days=-2)
    owed(cast, "Tomasz Wren")

    body = signed_in("amina").get("/").content.decode()

    assert "Two people to reach. One is late." in body
    assert body.index("Rosa Lindqvist") < body.index("Tomasz Wren")
    assert "2 days late" in body
    assert "Ask about the room" in body


@pytest.mark.parametrize(
    ("name", "sees"), [("amina", True), ("bruno", False), ("chen", False), ("lea", False), ("bela", False)]
)
def test_today_is_each_ones_own(cast: Cast, signed_in: Sign, name: str, sees: bool) -> None:
    owed(cast, "Rosa Lindqvist")

    answer = signed_in(name).get("/")

    assert (answer.status_code, "Rosa Lindqvist" in answer.content.decode()) == (200, sees)


@pytest.mark.parametrize(
    ("name", "words"),
    [("dede", "The centre sees totals, never people."), ("uma", "Your account has no role yet")],
)
def test_today_without_people_says_so(cast: Cast, signed_in: Sign, name: str, words: str) -> None:
    owed(cast, "Rosa Lindqvist")

    body = signed_in(name).get("/").content.decode()

    assert words in body
    assert "Rosa" not in body


@pytest.mark.parametrize(("name", "place"), [("stella", "/people/"), ("adam", "/settings/team/")])
def test_today_sends_others_to_what_they_do(cast: Cast, signed_in: Sign, name: str, place: str) -> None:
    assert signed_in(name).get("/").headers["Location"] == place


def test_today_when_nobody_is_due_points_to_those_without_a_next_step(cast: Cast, signed_in: Sign) -> None:
    person = cast.person("Rosa Lindqvist", at=NOW - timedelta(days=30))
    step = FollowUp.objects.get(person=person)
    followup.close_step(followup=step.code, by=cast.viewer("amina", NOW), at=NOW)

    body = signed_in("amina").get("/").content.decode()

    assert "Nobody is due today. One person has no next step." in body
    assert 'href="#no-step"' in body


@pytest.mark.parametrize(("name", "place"), [("lea", "/team/"), ("amina", "/people/add/")])
def test_today_with_nothing_on_it_says_where_to_go(
    cast: Cast, signed_in: Sign, name: str, place: str
) -> None:
    cast.person("Rosa Lindqvist", by="bruno", at=NOW)

    assert f'<a class="button" href="{place}">' in signed_in(name).get("/").content.decode()


def test_today_shows_who_is_new_and_was_not_called(cast: Cast, signed_in: Sign) -> None:
    cast.person("Ade Bello", at=NOW)

    body = signed_in("amina").get("/").content.decode()

    assert "New to you" in body
    assert "No one has called yet." in body


def test_today_warns_of_a_strand_before_it_fades(cast: Cast, signed_in: Sign) -> None:
    person = cast.person("Hannah Moyo", at=NOW - timedelta(days=90))
    amina = cast.viewer("amina", NOW)
    begin_tie(person=person.code, kind=TieKind.SUPPORTER, by=amina, at=NOW - timedelta(days=60))
    talk = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=40))
    log_conversation(person=person.code, touch=talk, step=None, by=amina, at=NOW)

    body = signed_in("amina").get("/").content.decode()

    assert "Fading strands" in body
    assert "Hannah Moyo" in body


@pytest.mark.parametrize("people", [1, 3])
def test_today_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        owed(cast, f"Late {number}", days=-1)
        cast.person(f"New {number}", at=NOW)
    client = signed_in("amina")
    client.get("/")

    with django_assert_num_queries(25):
        client.get("/")


def test_today_as_a_part_is_the_changed_section_and_the_sentence(cast: Cast, signed_in: Sign) -> None:
    owed(cast, "Rosa Lindqvist")

    body = signed_in("amina").get("/", headers=HTMX).content.decode()

    assert body.startswith('<div id="today"')
    assert '<p id="today-lead" hx-swap-oob="true">One person to reach.</p>' in body


def test_today_is_read_on_the_record(cast: Cast, signed_in: Sign) -> None:
    person = owed(cast, "Rosa Lindqvist")

    signed_in("amina").get("/")

    entry = AuditEntry.objects.filter(verb="read").latest("seq")
    assert (entry.actor, entry.subjects) == (cast.amina.audit_id, [person.audit_id])


def test_today_says_how_much_room_the_week_has(cast: Cast, signed_in: Sign) -> None:
    person = owed(cast, "Rosa Lindqvist")
    amina = cast.viewer("amina", NOW)
    for week in range(1, 9):
        for back in range(12):
            at = NOW - timedelta(weeks=week, minutes=back)
            touch = NewTouch(TouchKind.CALL, Outcome.NO_ANSWER, at)
            log_conversation(person=person.code, touch=touch, step=None, by=amina, at=at)

    body = signed_in("amina").get("/").content.decode()

    assert "You have room for <b>11 more</b> calls before Sunday at your usual pace." in body


def test_today_shows_late_days_by_the_clock_of_the_organisation(cast: Cast, signed_in: Sign) -> None:
    assert isinstance(TODAY, date)
    owed(cast, "Rosa Lindqvist", days=-1)

    assert "1 day late" in signed_in("amina").get("/").content.decode()


@pytest.mark.parametrize(
    ("kind", "words", "place"),
    [
        (
            "export.asked",
            "Someone asks to take a large list along. Your answer is needed:",
            "/people/exports/",
        ),
        ("export.answered", "Your list was answered:", "/people/exports/"),
        ("ties.let_go", "Ties of your team have nobody who holds them:", "/team/"),
    ],
)
def test_notice_about_nobody_in_particular_leads_to_its_place(
    cast: Cast, signed_in: Sign, kind: str, words: str, place: str
) -> None:
    notices.tell(accounts=[cast.accounts["lea"].pk], kind=kind, at=NOW)

    body = signed_in("lea").get("/").content.decode()

    assert f'<span class="strip-text">{words} <a href="{place}">' in body
    assert "Put away" in body


@pytest.mark.parametrize("name", ["amina", "lea", "bela"])
def test_today_of_a_new_organisation_says_how_to_begin(cast: Cast, signed_in: Sign, name: str) -> None:
    client = signed_in(name)
    begin = "No one here yet. Add the first person you spoke with, or bring in a list."

    empty = client.get("/").content.decode()
    cast.person("Rosa Lindqvist", by="bruno", at=NOW)

    assert (begin in empty, 'href="/care/import/">Bring in a list' in empty) == (True, True)
    assert begin not in client.get("/").content.decode()


def test_handing_over_nobody_counts_nobody(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("amina").get("/handover/").content.decode()

    assert '<h1 id="heading" tabindex="-1">Hand over</h1>' in body
    assert "Hand over 0" not in body
