"""What binds a person to others, on their page: what holds the tie, circles, sections; each for who may know it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from strandline.steady.circles.actions import everyone_came, invite, take_attendance
from strandline.steady.circles.models import Circle
from strandline.steady.circles.queries import circles_of
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.people.actions import share_person
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch, begin_tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from tests.cast import NOW, Cast
from tests.steady.circles.table import FRIDAY, LAST_WEEK, circle, connie, seated

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def asked_to(row: Circle, person: Person, cast: Cast) -> None:
    from django.db import transaction

    with transaction.atomic():
        invite(circle=row, people=[person], by=cast.amina, at=NOW)


def test_circles_stand_with_the_last_attendance(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    rosa, noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    ivo = cast.person("Ivo Marek")
    asked_to(row, ivo, cast)
    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)
    client = signed_in("amina")

    pages = [client.get(f"/people/{who.code}/").content.decode() for who in (rosa, noor, ivo)]

    assert all(f'href="/circles/{row.code}/"' in page for page in pages)
    assert "last came on Fri 9 Jan" in pages[0]
    assert "has not come yet" in pages[1]
    assert "asked on Fri 16 Jan" in pages[2]


def test_a_circle_out_of_sight_is_not_told(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    everyone_came(circle=row.code, on=FRIDAY, by=cast.amina, at=NOW)
    share_person(
        person=rosa.code, with_account=cast.accounts["chen"].code, reason="Neighbours", by=cast.amina, at=NOW
    )
    connie(cast, row)

    page = signed_in("chen").get(f"/people/{rosa.code}/").content.decode()

    told = {who: len(circles_of(viewer=cast.viewer(who), person=rosa)) for who in ("amina", "lea", "chen")}
    assert ("Rosa Lindqvist" in page, "Mill Lane" in page, row.code in page) == (True, False, False)
    assert told == {"amina": 1, "lea": 1, "chen": 0}
    assert circles_of(viewer=cast.connie, person=rosa) == []


def test_a_supporters_page_says_what_holds_the_tie(cast: Cast, signed_in: SignIn) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    begin_tie(person=rosa.code, kind=TieKind.SUPPORTER, by=cast.amina, at=NOW)
    for days, kind in ((90, TouchKind.EVENT), (40, TouchKind.CALL)):
        touch = NewTouch(kind, Outcome.SPOKE, NOW - timedelta(days=days))
        log_conversation(person=rosa.code, touch=touch, step=None, by=cast.amina, at=NOW)
    everyone_came(circle=row.code, on=FRIDAY, by=cast.amina, at=NOW)

    page = signed_in("amina").get(f"/people/{rosa.code}/").content.decode()

    held = page[page.index("What holds the tie") :]
    assert held.index("Circle") < held.index("until Mon 2 Mar") < held.index("Talks")
    assert held.index("Talks") < held.index("fades on Wed 21 Jan") < held.index("Events")
    assert "no longer" in held


def test_who_is_no_supporter_has_no_such_card(cast: Cast, signed_in: SignIn) -> None:
    rosa, noor = cast.person(), cast.person("Noor Haddad")
    begin_tie(person=noor.code, kind=TieKind.SUPPORTER, by=cast.amina, at=NOW)
    client = signed_in("amina")

    assert "What holds the tie" not in client.get(f"/people/{rosa.code}/").content.decode()
    assert "they have not talked with us" in client.get(f"/people/{noor.code}/").content.decode()
