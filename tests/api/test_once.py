"""The same request, sent again, is answered and not repeated (PROMISES P9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.receipts.models import Receipt
from strandline.steady.people.models import Person
from tests.cast import Cast

from .conftest import problem
from .machine import Machine
from .repeats import ALL, case

Make = Callable[..., Machine]
KEY = {"Idempotency_Key": "8e1f0c2a-7d1b-4f5e-9a55-b1b2f3d4c5e6"}


def _deeds() -> list[str]:
    return list(AuditEntry.objects.exclude(verb="read").order_by("seq").values_list("verb", flat=True))


def test_every_unsafe_route_is_here() -> None:
    from strandline.api.openapi import schema

    unsafe = [
        operation["operationId"]
        for operations in schema()["paths"].values()
        for method, operation in operations.items()
        if method != "get"
    ]

    assert sorted(unsafe) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_repeat_with_the_same_key_gives_the_same_answer_and_does_nothing(
    cast: Cast, machine: Make, name: str
) -> None:
    who, method, path, body, _, headers = case(name, cast, machine)

    first = who.ask(method, path, body, **KEY, **headers)
    deeds = _deeds()
    second = who.ask(method, path, body, **KEY, **headers)

    assert first.status_code in (200, 201, 204), first.content
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert (second.get("Location"), second.get("ETag")) == (first.get("Location"), first.get("ETag"))
    assert _deeds() == deeds


@pytest.mark.parametrize("name", [one for one in ALL if one not in ("accept_handoff", "withdraw_handoff")])
def test_same_key_with_another_request_is_refused(cast: Cast, machine: Make, name: str) -> None:
    who, method, path, body, other, headers = case(name, cast, machine)
    who.ask(method, path, body, **KEY, **headers)
    deeds = _deeds()

    if other is None:
        answer = who.post("/people", {"full_name": "Ali"}, **KEY)
    else:
        answer = who.ask(method, path, other, **KEY, **headers)

    assert (answer.status_code, problem(answer)["errors"][0]["name"]) == (422, "Idempotency-Key")
    assert _deeds() == deeds


def test_same_key_in_quotation_marks_is_the_same_key(cast: Cast, machine: Make) -> None:
    amina = machine("amina")

    first = amina.post("/people", {"full_name": "Ali"}, Idempotency_Key="abcdefgh-1")
    second = amina.post("/people", {"full_name": "Ali"}, Idempotency_Key='"abcdefgh-1"')

    assert (first.content, Person.objects.count()) == (second.content, 1)


def test_same_body_written_otherwise_is_the_same_request(cast: Cast, machine: Make) -> None:
    amina = machine("amina")

    amina.post("/people", b'{"full_name":"Ali","tags":["x"]}', **KEY)
    answer = amina.post("/people", b'{ "tags": ["x"], "full_name": "\\u0041li" }', **KEY)

    assert (answer.status_code, Person.objects.count()) == (201, 1)


def test_same_key_of_two_accounts_is_two_keys(cast: Cast, machine: Make) -> None:
    machine("amina").post("/people", {"full_name": "Ali"}, **KEY)
    machine("bruno").post("/people", {"full_name": "Ali"}, **KEY)

    assert (Person.objects.count(), Receipt.objects.filter(token__isnull=False).count()) == (2, 2)


def test_without_a_key_the_same_request_is_done_again(cast: Cast, machine: Make) -> None:
    amina = machine("amina")

    amina.post("/people", {"full_name": "Ali"})
    amina.post("/people", {"full_name": "Ali"})

    assert Person.objects.count() == 2


def test_refused_request_may_be_sent_again_with_the_same_key(cast: Cast, machine: Make) -> None:
    amina = machine("amina")
    refused = amina.post("/people", {"full_name": ""}, **KEY)

    answer = amina.post("/people", {"full_name": "Ali"}, **KEY)

    assert (refused.status_code, answer.status_code) == (422, 201)


def test_repeat_after_the_record_went_out_of_sight_does_not_show_it(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    bruno = machine("bruno")
    bruno.patch(f"/people/{rosa.code}", {"given_name": "R", "version": 1}, **KEY)
    Person.objects.filter(pk=rosa.pk).update(sensitivity="confidential")

    answer = bruno.patch(f"/people/{rosa.code}", {"given_name": "R", "version": 1}, **KEY)

    assert (answer.status_code, problem(answer)["type"]) == (404, "urn:strandline:problem:not-found")
