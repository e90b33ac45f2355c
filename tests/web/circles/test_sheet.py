"""The attendance sheet on paper: initials unless asked otherwise, and on record as a reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditSubject
from strandline.steady.circles.actions import take_attendance, welcome_guest
from strandline.steady.circles.models import Circle
from tests.cast import NOW, Cast
from tests.steady.circles.table import FRIDAY, circle, connie, seated

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    import time_machine

    with time_machine.travel(NOW, tick=False):
        yield


def sheet(row: Circle, on: str = "2026-01-16", then: str = "") -> str:
    return f"/circles/{row.code}/meetings/{on}/sheet/{then}"


def test_the_sheet_has_initials_and_full_names_are_asked_for(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    rosa, _noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    take_attendance(circle=row.code, on=FRIDAY, came=[rosa.code], by=cast.amina, at=NOW)
    client = signed_in("amina")

    short, full = (client.get(sheet(row, then=then)).content.decode() for then in ("", "?names=full"))

    assert (">RL<" in short, "Lindqvist" in short) == (True, False)
    assert ("Rosa Lindqvist" in full, "That full names were shown is on record." in full) == (True, True)
    assert (full.count("A new face:"), full.count("to tick by hand")) == (5, 6)
    assert "return or destroy by 23 January 2026" in full
    assert AuditSubject.objects.filter(subject=rosa.audit_id).exists()


def test_guests_and_nobody_yet(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    client = signed_in("amina")

    before = client.get(sheet(row)).content.decode()
    welcome_guest(circle=row.code, on=FRIDAY, name="Ada Obi", by=cast.amina, at=NOW)
    after = client.get(sheet(row)).content.decode()

    assert "everyone who comes is a new face" in before
    assert (">AO<" in after, "everyone who comes is a new face" in after) == (True, False)


def test_the_convenor_prints_the_own_circle(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    seated(cast, row, "Rosa Lindqvist")
    connie(cast, row)

    assert "Rosa Lindqvist" in signed_in("connie").get(sheet(row, then="?names=full")).content.decode()


@pytest.mark.parametrize("who", ["chen", "dede", "stella", "adam", "uma"])
def test_a_sheet_out_of_sight_is_not_there(cast: Cast, signed_in: SignIn, who: str) -> None:
    row = circle(cast)

    assert signed_in(who).get(sheet(row)).status_code == 404


@pytest.mark.parametrize("on", ["soon", "2026-01-15", "2026-13-40"])
def test_a_day_without_a_meeting_has_no_sheet(cast: Cast, signed_in: SignIn, on: str) -> None:
    row = circle(cast)

    assert signed_in("amina").get(sheet(row, on)).status_code == 404


@pytest.mark.parametrize("names", [("Rosa Lindqvist",), ("Rosa Lindqvist", "Noor Haddad", "Ivo Marek")])
def test_a_sheet_asks_the_same_however_long(cast: Cast, signed_in: SignIn, names: tuple[str, ...]) -> None:
    row = circle(cast)
    seated(cast, row, *names)
    client = signed_in("amina")
    client.get(sheet(row))

    with CaptureQueriesContext(connection) as asked:
        client.get(sheet(row))

    assert len(asked) == 16
