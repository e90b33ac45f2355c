from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditSubject
from strandline.steady.circles.actions import everyone_came
from strandline.steady.circles.models import Attendance, Circle, CircleMembership, CircleSession
from strandline.steady.people.models import Person
from tests.cast import NOW, Cast
from tests.steady.circles.table import FRIDAY, LAST_WEEK, circle, connie, seated

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]
NEW = {
    "name": "Rope Walk",
    "place": "Community room",
    "language": "es",
    "starts_on": "2026-02-10",
    "starts_time": "18:30",
    "often": "monthly",
    "capacity": "10",
    "token": "form-circle-0001",
}


@pytest.fixture(autouse=True)
def on_the_day(frozen: None) -> None:
    """All of it happens on the cast's day."""


@pytest.fixture
def frozen() -> Any:
    import time_machine

    with time_machine.travel(NOW, tick=False):
        yield


def meeting(row: Circle, on: date = FRIDAY, then: str = "") -> str:
    return f"/circles/{row.code}/meetings/{on.isoformat()}/{then}"


def test_circles_are_listed_with_the_next_meeting(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    seated(cast, row, "Rosa Lindqvist")

    page = signed_in("amina").get("/circles/").content.decode()

    assert "Mill Lane" in page
    assert "Every Friday, 19:00" in page
    assert "1 person" in page
    assert meeting(row) in page


def test_without_a_circle_the_page_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    assert b"No circle yet." in signed_in("amina").get("/circles/").content


def test_a_convenor_without_a_circle_is_told_so(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    connie(cast, row)
    Circle.objects.update(ended_at=NOW)

    assert b"You are not down as convenor" in signed_in("connie").get("/circles/").content


@pytest.mark.parametrize(
    ("who", "status"), [("dede", 403), ("stella", 403), ("adam", 403), ("uma", 403), ("chen", 200)]
)
def test_circles_are_for_those_who_work_with_people(
    cast: Cast, signed_in: SignIn, who: str, status: int
) -> None:
    circle(cast)

    answer = signed_in(who).get("/circles/")

    assert answer.status_code == status
    assert b"Mill Lane" not in answer.content


@pytest.mark.parametrize("who", ["chen", "dede", "stella", "adam", "uma"])
@pytest.mark.parametrize("then", ["", "meetings/2026-01-16/"])
def test_a_circle_out_of_sight_is_not_there(cast: Cast, signed_in: SignIn, who: str, then: str) -> None:
    row = circle(cast)

    assert signed_in(who).get(f"/circles/{row.code}/{then}").status_code == 404


def test_form_a_circle(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("amina").post("/circles/new/", NEW)

    made = Circle.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/circles/{made.code}/")
    assert (made.recurrence, made.language, made.capacity) == ("FREQ=MONTHLY;BYDAY=2TU", "es", 10)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": "13"}, "less than or equal to 12"),
        ({"name": ""}, "Name"),
        ({"starts_on": "soon"}, "First meeting"),
        ({"starts_time": "late"}, "Write the hour as 19:00."),
        ({"often": "own"}, "Write the rule"),
        ({"often": "own", "rule": "every day"}, "RFC 5545"),
    ],
)
def test_form_a_circle_keeps_what_was_typed_and_says_what_is_wrong(
    cast: Cast, signed_in: SignIn, change: dict[str, str], words: str
) -> None:
    answer = signed_in("amina").post("/circles/new/", NEW | change)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Community room" in answer.content.decode()
    assert Circle.objects.count() == 0


def test_the_page_of_a_circle(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    everyone_came(circle=row.code, on=LAST_WEEK, by=cast.amina, at=NOW)

    page = signed_in("amina").get(f"/circles/{row.code}/").content.decode()

    assert "1 came of 1 who belonged to it, at one meeting." in page
    assert f"/people/{rosa.code}/" in page
    assert 'role="img"' in page
    assert AuditSubject.objects.filter(subject=rosa.audit_id, entry_seq__gt=0).exists()


def test_a_convenor_sees_names_without_a_way_to_the_record(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    connie(cast, row)
    client = signed_in("connie")

    page = client.get(f"/circles/{row.code}/").content.decode()

    assert "Rosa Lindqvist" in page
    assert f"/people/{rosa.code}/" not in page
    assert client.get(f"/people/{rosa.code}/").status_code == 404
    assert (client.get("/").status_code, client.get("/")["Location"]) == (302, "/circles/")


def test_someone_is_added_and_taken_off(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    rosa = cast.person()
    client = signed_in("amina")

    found = client.get(f"/circles/{row.code}/?q=ros").content.decode()
    client.post(f"/circles/{row.code}/join/", {"person": rosa.code, "token": "join-0000001"})
    joined = CircleMembership.objects.get().until_at
    client.post(f"/circles/{row.code}/leave/", {"person": rosa.code, "token": "leave-0000001"})

    assert f'value="{rosa.code}"' in found
    assert joined is None
    assert CircleMembership.objects.get().until_at == NOW


def test_a_full_circle_says_so(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    seated(cast, row, *(f"Person {n}" for n in range(12)))
    rosa = cast.person()

    answer = signed_in("amina").post(f"/circles/{row.code}/join/", {"person": rosa.code})

    assert answer.status_code == 422
    assert b"room for 12" in answer.content


def test_attendance_is_a_form_that_works_without_script(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    client = signed_in("amina")

    page = client.get(meeting(row)).content.decode()
    answer = client.post(
        meeting(row, then="came/"), {"person": rosa.code, "came": "1", "token": "came-00000001"}
    )
    again = client.get(answer["Location"]).content.decode()

    assert 'aria-pressed="false"' in page
    assert (answer.status_code, answer["Location"]) == (303, meeting(row))
    assert 'aria-pressed="true"' in again
    assert "/undo/" in again
    assert Attendance.objects.get().person == rosa


def test_attendance_as_a_part(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    answer = signed_in("amina").post(
        meeting(row, then="came/"),
        {"person": rosa.code, "came": "1", "token": "came-00000001"},
        headers={"HX-Request": "true"},
    )

    text = answer.content.decode()
    assert text.lstrip().startswith('<div id="attendance"')
    assert "1 came" in text
    assert "HX-Request" in answer["Vary"]


def test_everyone_expected_and_a_new_face(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    client = signed_in("amina")

    client.post(meeting(row, then="everyone/"), {"token": "everyone-001"})
    client.post(meeting(row, then="guest/"), {"name": "Ivo Marek", "token": "guest-000001"})

    page = client.get(meeting(row)).content.decode()
    assert "3 came" in page
    assert "2 expected" in page
    assert Person.objects.filter(full_name="Ivo Marek").count() == 1


def test_a_new_face_without_a_name_is_asked_for_it(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)

    answer = signed_in("amina").post(meeting(row, then="guest/"), {"name": " ", "token": "guest-000001"})

    assert answer.status_code == 422
    assert Person.objects.count() == 0


@pytest.mark.parametrize(("on", "status"), [("2026-01-15", 404), ("tomorrow", 404), ("2026-01-23", 200)])
def test_a_day_is_one_on_which_the_circle_meets(cast: Cast, signed_in: SignIn, on: str, status: int) -> None:
    row = circle(cast)

    assert signed_in("amina").get(f"/circles/{row.code}/meetings/{on}/").status_code == status


def test_attendance_ahead_of_the_meeting_is_refused(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    answer = signed_in("amina").post(
        meeting(row, date(2026, 1, 23), "came/"), {"person": rosa.code, "came": "1"}
    )

    assert answer.status_code == 422
    assert b"still to come" in answer.content


def test_meetings_are_set_and_called_off(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    client = signed_in("amina")

    client.post(
        f"/circles/{row.code}/meetings/",
        {"on": "2026-01-18", "starts": "15:00", "reading": "Damp, a guide", "token": "set-0000001"},
    )
    client.post(meeting(row, date(2026, 1, 23), "call-off/"), {"token": "call-off-01"})

    page = client.get(f"/circles/{row.code}/").content.decode()
    assert "Damp, a guide" in page
    assert "called off" in page
    assert CircleSession.objects.count() == 2


def test_a_meeting_in_the_past_is_refused(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)

    answer = signed_in("amina").post(f"/circles/{row.code}/meetings/", {"on": "2026-01-02"})

    assert answer.status_code == 422
    assert b"in the past" in answer.content


def test_convenor_changed_and_circle_ended(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    client = signed_in("amina")

    client.post(
        f"/circles/{row.code}/convenor/", {"to": cast.accounts["bruno"].code, "token": "to-000000001"}
    )
    led = client.get(f"/circles/{row.code}/").content.decode()
    answer = client.post(f"/circles/{row.code}/end/", {"token": "end-00000001"})

    assert "Led by <bdi>Bruno</bdi>" in led
    assert (answer.status_code, answer["Location"]) == (303, "/circles/")
    assert Circle.objects.get().ended_at == NOW


def test_today_leads_to_the_meeting_of_the_day(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)

    assert meeting(row) in signed_in("amina").get("/").content.decode()
    assert meeting(row) not in signed_in("bruno").get("/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_many_questions_whatever_their_size(cast: Cast, signed_in: SignIn, number: int) -> None:
    for _ in range(number):
        row = circle(cast)
    seated(cast, row, *(f"Person {n}" for n in range(number)))
    everyone_came(circle=row.code, on=LAST_WEEK, by=cast.amina, at=NOW)
    client = signed_in("amina")
    client.get("/circles/")
    counts = []

    for path in ("/circles/", f"/circles/{row.code}/", meeting(row, LAST_WEEK)):
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts == [11, 18, 17]
