from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from strandline.steady.intake.models import Submission
from strandline.steady.people.models import Consent, Person
from strandline.store import upkeep
from tests.cast import Cast
from tests.steady.intake.doors import open_form

from .conftest import problem
from .machine import Machine

Make = Callable[..., Machine]
BODY: dict[str, Any] = {
    "form": "heating",
    "name": "Noor Haddad",
    "reach": "noor@example.org",
    "consent": True,
}


def test_sign_up_is_kept_once_for_each_key(cast: Cast, machine: Make) -> None:
    open_form(cast)
    amina = machine("amina")

    answers = [amina.post("/signups", BODY, Idempotency_Key="key-00000001") for _ in range(2)]
    other = amina.post("/signups", BODY | {"name": "Else"}, Idempotency_Key="key-00000001")

    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (other.status_code, problem(other)["type"]) == (422, "urn:strandline:problem:key-reused")
    assert (Person.objects.count(), Consent.objects.count()) == (1, 1)
    assert Submission.objects.get().token == "key-00000001"


@pytest.mark.parametrize(
    ("who", "status"), [("bruno", 201), ("lea", 201), ("bela", 201), ("chen", 404), ("dede", 404)]
)
def test_sign_up_is_let_in_by_those_who_look_after_the_form(
    cast: Cast, machine: Make, who: str, status: int
) -> None:
    open_form(cast)

    assert machine(who).post("/signups", BODY).status_code == status


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reach": "nobody"}, "/reach"),
        ({"name": ""}, "/name"),
        ({"name": "a\u0000b"}, "/name"),
        ({"consent": "yes"}, "/consent"),
        ({"is_staff": True}, "/is_staff"),
        ({"birth_year": "20"}, "/birth_year"),
    ],
)
def test_sign_up_that_cannot_be_kept_names_the_field(
    cast: Cast, machine: Make, change: dict[str, Any], pointer: str
) -> None:
    open_form(cast)

    answer = machine("amina").post("/signups", BODY | change)

    assert answer.status_code in (400, 422)
    assert pointer in [fault["name"] for fault in problem(answer)["errors"]]
    assert not Submission.objects.exists()


def test_sign_up_needs_its_scope(cast: Cast, machine: Make) -> None:
    open_form(cast)

    assert machine("amina", "people:write").post("/signups", BODY).status_code == 403


def test_sign_up_on_a_full_disk_is_not_saved(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_form(cast)
    monkeypatch.setattr(upkeep, "is_room_short", lambda: True)

    assert machine("amina").post("/signups", BODY).status_code == 503
    assert not Submission.objects.exists()


def test_osdi_helper_takes_the_primary_address(cast: Cast, machine: Make) -> None:
    open_form(cast)
    person = {
        "given_name": "Noor",
        "family_name": "Haddad",
        "email_addresses": [{"address": "old@example.org"}, {"address": "noor@example.org", "primary": True}],
        "postal_addresses": [{"postal_code": "N1 9GU"}],
        "custom_fields": {"is_staff": "1"},
    }

    answer = machine("amina").post("/osdi/person_signup_helper?form=heating", {"person": person})

    assert answer.status_code == 201
    assert answer.json()["identifiers"] == [f"strandline:{Submission.objects.get().code}"]
    assert Submission.objects.get().typed == {
        "name": "Noor Haddad",
        "reach": "noor@example.org",
        "postcode": "N1 9GU",
    }


@pytest.mark.parametrize("body", [[], {}, {"person": "Noor"}, {"person": {"email_addresses": "x"}}])
def test_osdi_helper_refuses_what_is_no_person(cast: Cast, machine: Make, body: Any) -> None:
    open_form(cast)

    assert machine("amina").post("/osdi/person_signup_helper?form=heating", body).status_code == 422
