"""What goes wrong here is said as plainly as what was sent wrongly; and nobody reads unseen."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditEntry
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.people import actions as people
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store import writer
from strandline.store.errors import LockTimeout, NotSaved
from tests.cast import NOW, Cast

from .conftest import problem
from .machine import Machine

Make = Callable[..., Machine]


def _reads() -> list[tuple[str, list[str]]]:
    return [(e.actor, e.subjects) for e in AuditEntry.objects.filter(verb="read").order_by("seq")]


def _world(cast: Cast, machine: Make) -> tuple[Person, dict[str, str]]:
    rosa = cast.person(reaches=(("email", "rosa@example.org"),))
    spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW)
    touch = log_conversation(person=rosa.code, touch=spoke, step=None, by=cast.amina, at=NOW)
    amina = machine("amina")
    step = amina.post("/follow-ups", {"person": rosa.code, "kind": "call", "due_on": "2026-01-20"})
    offer = amina.post("/handoffs", {"people": [rosa.code], "to": cast.bruno.code})
    AuditEntry.objects.filter(verb="read").delete()
    return rosa, {
        "/people": "",
        "/people?email=rosa@example.org": "",
        "/people/{code}": rosa.code,
        "/ties": "",
        "/ties/{code}": Tie.objects.get().code,
        "/touches": "",
        "/touches/{code}": touch.code,
        "/follow-ups": "",
        "/follow-ups/{code}": step.json()["code"],
        "/handoffs": "",
        "/handoffs/{code}": offer.json()["items"][0]["code"],
    }


def test_every_answer_that_shows_a_person_keeps_one_read_entry(cast: Cast, machine: Make) -> None:
    rosa, paths = _world(cast, machine)
    amina = machine("amina")

    for path, code in paths.items():
        before = len(_reads())
        answer = amina.get(path.replace("{code}", code))
        kept = _reads()[before:]
        assert (answer.status_code, kept) == (200, [(cast.amina.audit_id, [rosa.audit_id])]), path


def test_change_that_shows_the_person_keeps_a_read_entry_too(cast: Cast, machine: Make) -> None:
    rosa = cast.person()

    machine("amina").patch(f"/people/{rosa.code}", {"given_name": "R", "version": 1})
    machine("bruno").patch(f"/people/{rosa.code}", {"given_name": "R", "version": 1})

    assert _reads() == [(cast.amina.audit_id, [rosa.audit_id]), (cast.bruno.audit_id, [rosa.audit_id])]


@pytest.mark.parametrize(
    "path", ["/me", "/colleagues", "/pathways", "/people?q=nobody", "/people/000000000000"]
)
def test_answer_that_shows_nobody_keeps_no_entry(cast: Cast, machine: Make, path: str) -> None:
    cast.person()

    machine("amina").get(path)

    assert _reads() == []


def test_page_keeps_an_entry_for_those_on_it_and_nobody_else(cast: Cast, machine: Make) -> None:
    shown = [cast.person(f"Person {n}").audit_id for n in range(2)]
    cast.person("Person 2")

    machine("amina").get("/people?size=2")

    assert _reads() == [(cast.amina.audit_id, shown)]


def test_nothing_is_given_when_the_reading_cannot_be_kept(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = cast.person()
    amina = machine("amina")

    class Broken:
        def write(self, *_: Any) -> None:
            raise NotSaved("Not saved: the disk is full.")

    monkeypatch.setattr(writer, "get", Broken)
    answer = amina.get(f"/people/{rosa.code}")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert problem(answer)["detail"] == "The disk is full. It is safe to try again with the same key."
    assert b"Rosa" not in answer.content


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            LockTimeout("Another writer held the write lock for 10 s: nothing was written."),
            "Another writer held",
        ),
        (OSError(errno.ENOSPC, "No space left"), "The disk is full"),
        (OSError(errno.EIO, "I/O error"), "The disk fails"),
    ],
)
def test_storage_trouble_is_said_as_not_saved(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def broken(**_: object) -> None:
        raise error

    monkeypatch.setattr(people, "put_on_record", broken)
    answer = machine("amina").post("/people", {"full_name": "Ali"})

    assert (answer.status_code, Person.objects.count()) == (503, 0)
    assert problem(answer)["detail"].startswith(words)


@pytest.mark.parametrize(
    "error", [OperationalError("no such table: person"), KeyError("secret"), TypeError("x")]
)
def test_defect_of_ours_is_a_problem_that_tells_nothing(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(**_: object) -> None:
        raise error

    monkeypatch.setattr(people, "put_on_record", broken)
    amina = machine("amina")
    amina.client = Client(raise_request_exception=False)
    answer = amina.post("/people", {"full_name": "Ali"})

    found = problem(answer)
    assert (answer.status_code, found["type"]) == (500, "urn:strandline:problem:broken")
    assert str(error.args[0]) not in str(found)


def test_suspicious_request_is_a_problem(cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise SuspiciousOperation("too many fields")

    monkeypatch.setattr(people, "put_on_record", broken)
    answer = machine("amina").post("/people", {"full_name": "Ali"})

    assert (answer.status_code, problem(answer)["type"]) == (400, "urn:strandline:problem:bad-request")


@pytest.mark.parametrize(
    "path",
    [
        "/people",
        "/people?expand=channels,addresses,tags,sources,consents,custom",
        "/ties?expand=person",
        "/touches?expand=person",
        "/follow-ups?state=open&expand=person",
        "/handoffs?expand=person",
    ],
)
def test_list_asks_as_many_questions_for_three_as_for_one(cast: Cast, machine: Make, path: str) -> None:
    amina = machine("amina")

    def fill(number: int) -> None:
        person = cast.person(
            f"Person {number}", reaches=(("email", f"p{number}@example.org"),), tags=(f"tag {number}",)
        )
        spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW)
        log_conversation(person=person.code, touch=spoke, step=None, by=cast.amina, at=NOW)
        body = {"person": person.code, "kind": "call", "due_on": "2026-01-20"}
        assert amina.post("/follow-ups", body).status_code == 201
        assert amina.post("/handoffs", {"people": [person.code], "to": cast.bruno.code}).status_code == 201

    fill(0)
    with CaptureQueriesContext(connection) as one:
        assert len(amina.get(path).json()["items"]) == 1
    fill(1)
    fill(2)
    with CaptureQueriesContext(connection) as three:
        assert len(amina.get(path).json()["items"]) == 3

    assert len(one) == len(three), (one.captured_queries, three.captured_queries)
    assert len(one) <= 20
