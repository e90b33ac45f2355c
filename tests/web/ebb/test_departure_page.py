from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from strandline.ledger.ebb.models import Departure
from strandline.organisation.audit.models import AuditEntry
from tests.cast import Cast

Sign = Callable[[str], Client]
TODAY = datetime.now(UTC).date()


def test_someone_moved_away_and_came_back(cast: Cast, signed_in: Sign) -> None:
    person, client = cast.person(), signed_in("amina")
    page = f"/people/{person.code}/departure/"

    sent = client.post(page, {"how": "moved", "since_on": TODAY.isoformat(), "reason": "To the north"})
    noted = client.get(page).content.decode()
    back = client.post(f"{page}end/")

    assert (sent.status_code, sent.headers["Location"]) == (303, f"/people/{person.code}/")
    assert "Moved away" in noted
    assert "To the north" in noted
    assert back.status_code == 303
    assert Departure.objects.get().until_on is not None
    assert client.post(f"{page}end/").status_code == 409
    assert AuditEntry.objects.filter(verb="read", subjects=[person.audit_id]).exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"how": ""}, "Choose one."),
        ({"how": "erased"}, "Choose one of those that are offered."),
        ({"since_on": ""}, "Say since which day."),
        ({"since_on": (TODAY + timedelta(days=2)).isoformat()}, "in the future"),
        ({"how": "unreachable"}, "after 6 tries"),
        ({"reason": "x" * 501}, "500"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, signed_in: Sign, change: dict[str, str], words: str) -> None:
    person = cast.person()
    asked = {"how": "moved", "since_on": TODAY.isoformat(), "reason": ""} | change

    answer = signed_in("amina").post(f"/people/{person.code}/departure/", asked)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Departure.objects.exists()


def test_who_may_not_work_with_someone_may_not_say_it(cast: Cast, signed_in: Sign) -> None:
    person = cast.person()
    found = {
        name: signed_in(name).get(f"/people/{person.code}/departure/").status_code for name in cast.accounts
    }

    assert found == {
        "amina": 200,
        "bruno": 200,
        "lea": 200,
        "bela": 200,
        "stella": 403,
        "chen": 404,
        "dede": 404,
        "adam": 404,
        "uma": 404,
    }
