"""Declaring a surge, changing one, closing one, by the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from strandline.steady.intake.models import Form
from strandline.surge.moments.models import Surge, SurgeEdit, SurgeForm, SurgePhase
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form
from tests.surge.moments.waves import START, declared

Sign = Callable[[str], Client]


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "name": "Heating cut-offs",
        "branch": cast.harbour.code,
        "starts_on": "2026-01-07",
        "promise_hours": "48",
        "lead": cast.accounts["lea"].code,
        "deputy": cast.accounts["amina"].code,
        "token": "a-token-of-this-form",
    } | more


@pytest.mark.parametrize(
    ("name", "status"), [("lea", 200), ("bela", 200), ("amina", 404), ("dede", 404), ("adam", 404)]
)
def test_declare_is_for_leads(cast: Cast, signed_in: Sign, name: str, status: int) -> None:
    assert signed_in(name).get("/surges/declare/").status_code == status


def test_declare_makes_the_surge_once_and_shows_it(cast: Cast, signed_in: Sign) -> None:
    form, client = open_form(cast), signed_in("lea")
    sent = asked(cast, signup_forms=[form.code])

    first, second = client.post("/surges/declare/", sent), client.post("/surges/declare/", sent)

    surge = Surge.objects.get()
    assert (first.status_code, first["Location"]) == (303, f"/surges/{surge.code}/")
    assert second["Location"] == first["Location"]
    assert SurgeForm.objects.filter(surge=surge, form=form).count() == 1
    assert "The surge is declared." in client.get(first["Location"]).content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": ""}, "name"),
        ({"starts_on": "2026-01-20"}, "The first day is still to come."),
        ({"starts_on": "yesterdayish"}, "First day"),
        ({"promise_hours": "0"}, "1"),
        ({"promise_hours": "soon"}, "whole number"),
        ({"lead": "nobody"}, "Choose one of your colleagues."),
        ({"lead": ""}, "Choose who leads."),
        ({"branch": "elsewhere"}, "Choose one of your branches."),
        ({"name": ["one", "two"]}, "This came twice."),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_declare_refuses_with_the_reason_and_keeps_what_was_typed(
    cast: Cast, signed_in: Sign, wrong: dict[str, object], reason: str
) -> None:
    answer = signed_in("lea").post("/surges/declare/", asked(cast, promise_hours="36") | wrong)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert reason.lower() in body.lower()
    assert "put right" in body
    assert Surge.objects.count() == 0


def test_declare_with_the_same_lead_and_deputy_names_the_field(cast: Cast, signed_in: Sign) -> None:
    lea = cast.accounts["lea"].code

    answer = signed_in("lea").post("/surges/declare/", asked(cast, deputy=lea))

    assert answer.status_code == 422
    assert "The deputy stands in for the lead" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("lea", 200),
        ("amina", 200),
        ("bela", 200),
        ("bruno", 404),
        ("stella", 404),
        ("chen", 404),
        ("dede", 404),
    ],
)
def test_edit_is_for_those_who_may_change_it(cast: Cast, signed_in: Sign, name: str, status: int) -> None:
    surge = declared(cast)
    client = signed_in(name)

    answers = [client.get(f"/surges/{surge.code}/edit/").status_code]
    if status == 404:
        answers += [
            client.post(f"/surges/{surge.code}/{what}/", {}).status_code
            for what in ("change", "window", "phase", "forms", "forms/nothing/detach", "close")
        ]

    assert set(answers) == {status}


def test_change_keeps_the_reason_and_shows_it(cast: Cast, signed_in: Sign) -> None:
    surge, client = declared(cast), signed_in("lea")
    sent = {
        "change-name": "Heating cut-offs",
        "change-promise_hours": "72",
        "change-lead": cast.accounts["bruno"].code,
        "change-deputy": "",
        "change-reason": "Lea is away until Monday.",
    }

    answer = client.post(f"/surges/{surge.code}/change/", sent)

    body = client.get(f"/surges/{surge.code}/edit/").content.decode()
    assert answer.status_code == 303
    assert [e.what for e in SurgeEdit.objects.order_by("pk")] == ["promise", "lead", "deputy"]
    assert "48 hours → 72 hours" in body
    assert "Lea → Bruno" in body
    assert "Amina → nobody" in body
    assert "Lea is away until Monday." in body


def test_change_without_a_reason_is_refused_beside_the_field(cast: Cast, signed_in: Sign) -> None:
    surge = declared(cast)
    sent = {"change-name": "New", "change-promise_hours": "24", "change-lead": cast.accounts["lea"].code}

    answer = signed_in("lea").post(f"/surges/{surge.code}/change/", sent)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_change-reason"' in body
    assert 'value="New"' in body
    assert SurgeEdit.objects.count() == 0


def test_window_is_moved_and_refused(cast: Cast, signed_in: Sign) -> None:
    surge, client = declared(cast), signed_in("lea")
    where = f"/surges/{surge.code}/window/"

    refused = client.post(
        where, {"window-starts_on": "2026-01-07", "window-ends_on": "2026-01-01", "window-reason": "x"}
    )
    moved = client.post(
        where, {"window-starts_on": "2026-01-05", "window-ends_on": "2026-01-14", "window-reason": "Earlier."}
    )

    surge.refresh_from_db()
    assert (refused.status_code, moved.status_code) == (422, 303)
    assert "The last day is before the first." in refused.content.decode()
    assert (surge.starts_on, surge.ends_on) == (date(2026, 1, 5), date(2026, 1, 14))
    assert "Wed 7 Jan" in client.get(f"/surges/{surge.code}/edit/").content.decode()


def test_phase_set_by_hand_stands_on_the_page_and_is_taken_back(cast: Cast, signed_in: Sign) -> None:
    surge, client = declared(cast), signed_in("amina")
    where = f"/surges/{surge.code}/phase/"

    client.post(where, {"phase-phase": "peak", "phase-began_on": "2026-01-09", "phase-reason": "The march."})
    by_hand = client.get(f"/surges/{surge.code}/").content.decode()
    client.post(where, {"phase-phase": "", "phase-began_on": "2026-01-09", "phase-reason": "Counts again."})
    counted = client.get(f"/surges/{surge.code}/").content.decode()
    wrong = client.post(where, {"phase-phase": "closed", "phase-began_on": "2026-01-09", "phase-reason": "x"})

    assert "at its peak since Friday 9 January." in by_hand
    assert "set by hand" in by_hand
    assert "set by hand" not in counted
    assert wrong.status_code == 422
    assert SurgePhase.objects.filter(surge=surge).count() == 3


def test_forms_are_attached_and_taken_off(cast: Cast, signed_in: Sign) -> None:
    surge, client, form = declared(cast), signed_in("lea"), open_form(cast)
    hidden = open_form(cast, "on-the-hill", by="chen")

    refused = client.post(f"/surges/{surge.code}/forms/", {"attach-form": hidden.code})
    client.post(f"/surges/{surge.code}/forms/", {"attach-form": form.code})
    attached = list(Form.objects.filter(pk__in=SurgeForm.objects.filter(until_at=None).values("form")))
    client.post(f"/surges/{surge.code}/forms/{form.code}/detach/")

    assert refused.status_code == 422
    assert attached == [form]
    assert SurgeForm.objects.filter(until_at=None).count() == 0


def test_close_ends_it_and_it_can_be_taken_back(cast: Cast, signed_in: Sign) -> None:
    surge, client = declared(cast), signed_in("lea")

    client.post(
        f"/surges/{surge.code}/close/", {"closing-ends_on": "", "closing-reason": "The heating is on."}
    )

    closed = client.get(f"/surges/{surge.code}/edit/").content.decode()
    surge.refresh_from_db()
    assert surge.ends_on == NOW.date()
    assert "Closed on 16 January 2026." in closed
    assert "Close it" not in closed
    undo = client.get("/history/").content.decode().split('action="/undo/')[1].split('"')[0]
    assert client.post(f"/undo/{undo}").status_code in (200, 303)
    surge.refresh_from_db()
    assert (surge.closed_at, surge.ends_on) == (None, None)
    assert surge.starts_on == START
