"""Events: planned and called off from the pages, and bound to a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit import actions as audit
from strandline.steady.events.actions import CannotPlan, call_off_event, plan_event
from strandline.steady.events.models import Event
from strandline.steady.intake.models import Form
from strandline.store.records import Absent
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NEW = {"name": "Assembly", "starts_at": "2026-02-03T19:00", "place": "Old Hall", "token": "event-000001"}


def planned(cast: Cast, name: str = "Assembly", by: str = "amina") -> Event:
    starts = NOW + timedelta(days=18)
    return plan_event(name=name, starts_at=starts, place="", by=cast.viewer(by), at=NOW)


def test_plan_an_event_and_bind_a_form_to_it(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("amina")
    for _ in range(2):
        assert client.post("/events/new/", NEW)["Location"] == "/events/"
    event = Event.objects.get()

    choice = client.get(f"/forms/new/?event={event.code}").content.decode()
    made = client.post(
        "/forms/new/",
        {
            "title": "Come to the assembly",
            "slug": "assembly",
            "consent_text": "Yes.",
            "promise_hours": "48",
            "languages": "en",
            "event": event.code,
        },
    )
    page = client.get("/events/").content.decode()

    assert f'value="{event.code}" selected' in choice
    assert (made.status_code, Form.objects.get().event) == (303, event)
    assert ("Come to the assembly" in page, "Tue 3 Feb" in page, "Old Hall" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Name"),
        ({"starts_at": ""}, "Say on which day and at what hour."),
        ({"starts_at": "soon"}, "soon"),
        ({"starts_at": "2026-01-01T19:00"}, "Choose a moment that is still to come."),
    ],
)
def test_what_cannot_be_planned_is_said(
    cast: Cast, signed_in: SignIn, change: dict[str, str], words: str
) -> None:
    answer = signed_in("amina").post("/events/new/", NEW | change)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Event.objects.exists()


def test_an_event_is_called_off_and_that_is_taken_back(cast: Cast, signed_in: SignIn) -> None:
    event = planned(cast)
    client = signed_in("amina")

    client.post(f"/events/{event.code}/call-off/")
    empty = client.get("/events/").content.decode()
    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert "Nothing is planned yet." in empty
    assert "Assembly" in client.get("/events/").content.decode()


def test_calling_off_twice_is_one_deed_and_a_steward_calls_off_none(cast: Cast) -> None:
    event = planned(cast)

    with pytest.raises(CannotPlan):
        call_off_event(event=event.code, by=cast.stella, at=NOW)
    for hours in (1, 2):
        call_off_event(event=event.code, by=cast.amina, at=NOW + timedelta(hours=hours))
    with pytest.raises(Absent):
        call_off_event(event=event.code, by=cast.chen, at=NOW)

    assert Event.objects.get().called_off_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [
        ("amina", 200, True),
        ("stella", 200, True),
        ("chen", 200, False),
        ("dede", 403, False),
        ("adam", 403, False),
    ],
)
def test_events_are_for_the_team_and_branch(
    cast: Cast, signed_in: SignIn, who: str, status: int, sees: bool
) -> None:
    event = planned(cast)
    client = signed_in(who)

    answer = client.get("/events/")

    assert (answer.status_code, b"Assembly" in answer.content) == (status, sees)
    if who in ("chen", "dede", "adam"):
        assert client.post(f"/events/{event.code}/call-off/").status_code == 404
    if who in ("dede", "adam", "stella"):
        assert client.get("/events/new/").status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_however_many(cast: Cast, signed_in: SignIn, number: int) -> None:
    for n in range(number):
        planned(cast, f"Event {n}")
    client = signed_in("amina")
    client.get("/events/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/events/")

    assert len(asked) == 7
