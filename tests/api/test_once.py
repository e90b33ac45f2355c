"""The same request, sent again, is answered and not repeated (PROMISES P9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.receipts.models import Receipt
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Channel, Person
from strandline.steady.ties.models import Stage, Tie
from tests.cast import Cast
from tests.steady.intake.doors import open_form

from .conftest import Machine, problem

Make = Callable[..., Machine]
KEY = {"Idempotency_Key": "8e1f0c2a-7d1b-4f5e-9a55-b1b2f3d4c5e6"}


def _deeds() -> list[str]:
    return list(AuditEntry.objects.exclude(verb="read").order_by("seq").values_list("verb", flat=True))


def _case(name: str, cast: Cast, machine: Make) -> tuple[Machine, str, str, Any, Any, dict[str, str]]:
    """Return who asks, method, path, body, another body, and further headers."""
    rosa = cast.person(reaches=(("email", "rosa@example.org"),))
    tie = Tie.objects.get(person=rosa)
    amina, bruno = machine("amina"), machine("bruno")
    if name in ("accept_handoff", "decline_handoff", "withdraw_handoff"):
        offer = amina.post("/handoffs", {"people": [rosa.code], "to": cast.bruno.code})
        path = f"/handoffs/{offer.json()['items'][0]['code']}/{name.removesuffix('_handoff')}"
        body = {"answer": "No time"} if name == "decline_handoff" else None
        other = {"answer": "Another reason"} if name == "decline_handoff" else None
        return (amina if name == "withdraw_handoff" else bruno), "POST", path, body, other, {}
    stage = Stage.objects.filter(kind="contact").order_by("place")[1].code
    later = Stage.objects.filter(kind="contact").order_by("place")[2].code
    step = FollowUp.objects.get(person=rosa).code
    channel = Channel.objects.get().code
    match = {"If_Match": '"1"'}
    touch = {"person": rosa.code, "kind": "call", "outcome": "spoke", "at": "2026-01-15T10:00:00Z"}
    signup = {"form": "heating", "name": "Noor Haddad", "reach": "noor@example.org", "consent": True}
    osdi = {"given_name": "Noor", "email_addresses": [{"address": "noor@example.org"}]}
    open_form(cast)
    cases: dict[str, tuple[Any, ...]] = {
        "add_person": ("POST", "/people", {"full_name": "Ali"}, {"full_name": "Ben"}, {}),
        "change_person": ("PATCH", f"/people/{rosa.code}", {"full_name": "A"}, {"full_name": "B"}, match),
        "add_channel": (
            "POST",
            f"/people/{rosa.code}/channels",
            {"kind": "email", "value": "a@example.org"},
            {"kind": "email", "value": "b@example.org"},
            {},
        ),
        "remove_channel": ("DELETE", f"/channels/{channel}", None, None, {}),
        "change_tags": ("POST", f"/people/{rosa.code}/tags", {"add": ["x"]}, {"add": ["y"]}, {}),
        "begin_tie": (
            "POST",
            "/ties",
            {"person": rosa.code, "kind": "supporter"},
            {"person": rosa.code, "kind": "ally"},
            {},
        ),
        "set_tie_status": (
            "POST",
            f"/ties/{tie.code}/status",
            {"status": "waiting"},
            {"status": "resting", "until": "2026-03-01"},
            match,
        ),
        "end_tie": ("POST", f"/ties/{tie.code}/end", {"reason": "Moved away"}, {"reason": "Asked"}, match),
        "move_tie_stage": ("POST", f"/ties/{tie.code}/stage", {"stage": stage}, {"stage": later}, match),
        "log_touch": ("POST", "/touches", touch, touch | {"said": "Hello"}, {}),
        "set_follow_up": (
            "POST",
            "/follow-ups",
            {"person": rosa.code, "kind": "call", "due_on": "2026-01-20"},
            {"person": rosa.code, "kind": "call", "due_on": "2026-01-21"},
            {},
        ),
        "move_follow_up": (
            "PATCH",
            f"/follow-ups/{step}",
            {"due_on": "2026-01-21"},
            {"due_on": "2026-01-22"},
            match,
        ),
        "close_follow_up": ("POST", f"/follow-ups/{step}/close", None, None, match),
        "sign_up": ("POST", "/signups", signup, signup | {"name": "Else"}, {}),
        "osdi_person_signup_helper": (
            "POST",
            "/osdi/person_signup_helper?form=heating",
            {"person": osdi},
            {"person": osdi | {"given_name": "Else"}},
            {},
        ),
        "offer_handoffs": (
            "POST",
            "/handoffs",
            {"people": [rosa.code], "to": cast.bruno.code},
            {"people": [rosa.code], "to": cast.lea.code},
            {},
        ),
    }
    return (amina, *cases[name])  # type: ignore[return-value]  # each case has its five parts


ALL = [
    "add_person",
    "change_person",
    "add_channel",
    "remove_channel",
    "change_tags",
    "begin_tie",
    "set_tie_status",
    "end_tie",
    "move_tie_stage",
    "log_touch",
    "set_follow_up",
    "move_follow_up",
    "close_follow_up",
    "offer_handoffs",
    "accept_handoff",
    "decline_handoff",
    "withdraw_handoff",
    "sign_up",
    "osdi_person_signup_helper",
]


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
    who, method, path, body, _, headers = _case(name, cast, machine)

    first = who.ask(method, path, body, **KEY, **headers)
    deeds = _deeds()
    second = who.ask(method, path, body, **KEY, **headers)

    assert first.status_code in (200, 201, 204), first.content
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert (second.get("Location"), second.get("ETag")) == (first.get("Location"), first.get("ETag"))
    assert _deeds() == deeds


@pytest.mark.parametrize("name", [one for one in ALL if one not in ("accept_handoff", "withdraw_handoff")])
def test_same_key_with_another_request_is_refused(cast: Cast, machine: Make, name: str) -> None:
    who, method, path, body, other, headers = _case(name, cast, machine)
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

    assert (answer.status_code, answer.json()) == (200, {"code": rosa.code})
