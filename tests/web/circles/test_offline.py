"""Attendance that was ticked without network: what the phone sealed, sent once, in order, with a receipt for each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.steady.circles.actions import end_circle, take_attendance
from strandline.steady.circles.models import Attendance, Circle
from strandline.steady.intake import queries as intake
from strandline.steady.intake import sealing
from strandline.steady.intake.actions import make_outbox_key
from strandline.steady.people.models import Person
from strandline.web.circles import offline
from tests.cast import NOW, Cast
from tests.steady.circles.table import FRIDAY, circle, connie, seated

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    import time_machine

    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def row(cast: Cast) -> Circle:
    make_outbox_key(at=NOW)
    return circle(cast)


def entry(row: Circle, what: str, token: str, on: date = FRIDAY, **fields: Any) -> dict[str, Any]:
    key = intake.outbox_key()
    assert key is not None
    asked = {"v": 1, "circle": row.code, "on": on.isoformat(), "what": what, **fields}
    sealed = sealing.seal(asked, public=key.seal_public, token=token)
    return {"token": token, "key": key.code, "at": "2026-01-16T19:04:00Z", "entry": sealed}


def came(row: Circle, person: Person, token: str, came: str = "1") -> dict[str, Any]:
    return entry(row, "came", token, person=person.code, came=came)


def sync(client: Client, *entries: Any) -> list[dict[str, str]]:
    answer = client.post("/circles/sync/", {"entries": json.dumps(entries)})
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()["receipts"]
    return found


def test_ticks_are_noted_once_and_in_order(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    _rosa, _noor, ivo = seated(cast, row, "Rosa Lindqvist", "Noor Haddad", "Ivo Marek")
    sent = [
        entry(row, "everyone", "tick-0001"),
        came(row, ivo, "tick-0002", "0"),
        entry(row, "guest", "tick-0003", name="Ada Obi"),
    ]
    client = signed_in("amina")

    first, again = sync(client, *sent), sync(client, *sent)

    there = Attendance.objects.order_by("person__full_name").values_list("person__full_name", "is_guest")
    assert [r["state"] for r in first + again] == ["kept"] * 6
    assert list(there) == [("Ada Obi", True), ("Noor Haddad", False), ("Rosa Lindqvist", False)]
    assert Person.objects.filter(full_name="Ada Obi").count() == 1


def test_a_form_whose_answer_was_lost_is_not_done_again(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    client = signed_in("amina")
    client.post(
        f"/circles/{row.code}/meetings/2026-01-16/guest/", {"name": "Ada Obi", "token": "guest-00001"}
    )

    (receipt,) = sync(client, entry(row, "guest", "guest-00001", name="Ada Obi"))

    assert receipt["state"] == "kept"
    assert Person.objects.filter(full_name="Ada Obi").count() == 1


def test_a_receipt_is_signed_and_a_refusal_is_not(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    early = entry(row, "everyone", "tick-0002", date(2026, 1, 23))

    kept, refused = sync(signed_in("amina"), came(row, rosa, "tick-0001"), early)

    assert set(kept) == {"token", "state", "signature"}
    assert refused == {
        "token": "tick-0002",
        "state": "refused",
        "reason": "This meeting is still to come. Attendance is taken on the day.",
    }


@pytest.mark.parametrize("who", ["chen", "dede", "stella", "adam", "uma"])
def test_who_does_not_see_the_circle_notes_nothing(
    cast: Cast, signed_in: SignIn, row: Circle, who: str
) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    absent = Circle(code="no-such-circle")

    found = sync(signed_in(who), came(row, rosa, "tick-0001"), came(absent, rosa, "tick-0002"))

    words = "The circle, its meeting or the person is not there for you any more."
    assert [(r["state"], r["reason"]) for r in found] == [("refused", words)] * 2
    assert not Attendance.objects.exists()


def test_a_convenor_sends_what_was_ticked(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    connie(cast, row)

    (receipt,) = sync(signed_in("connie"), came(row, rosa, "tick-0001"))

    assert receipt["state"] == "kept"
    assert Attendance.objects.get().person == rosa


def test_nobody_signed_in_sends_nothing(cast: Cast, row: Circle) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    answer = Client().post("/circles/sync/", {"entries": json.dumps([came(row, rosa, "tick-0001")])})

    assert answer.status_code == 302
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"v": 2}, "It cannot be opened."),
        ({"v": "1"}, "It cannot be opened."),
        ({"what": "end"}, "It cannot be opened."),
        ({"on": "today"}, "The circle, its meeting or the person is not there for you any more."),
        ({"on": "2026-01-15"}, "The circle, its meeting or the person is not there for you any more."),
        ({"on": "2025-12-05"}, ""),
        ({"person": "nobody"}, "The circle, its meeting or the person is not there for you any more."),
        ({"what": "guest", "name": ""}, "Nothing was filled in."),
        ({"what": "guest", "name": 7}, ""),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    cast: Cast, signed_in: SignIn, row: Circle, change: dict[str, Any], reason: str
) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    key = intake.outbox_key()
    assert key is not None
    asked = {"v": 1, "circle": row.code, "on": "2026-01-16", "what": "came", "person": rosa.code, "came": "1"}
    sealed = sealing.seal(asked | change, public=key.seal_public, token="tick-0001")

    (receipt,) = sync(signed_in("amina"), {"token": "tick-0001", "key": key.code, "entry": sealed})

    assert receipt.get("reason", "") == reason


@pytest.mark.parametrize(
    "bad",
    [
        7,
        None,
        [],
        {},
        {"token": "x"},
        {"token": "tick-0001"},
        {"token": "tick-0001", "key": "no", "entry": {}},
        {"token": "tick-0001", "entry": "sealed"},
        {"token": "tick-0001", "entry": {"point": "?", "nonce": "", "sealed": ""}},
    ],
)
def test_what_is_no_entry_is_refused_and_the_others_are_kept(
    cast: Cast, signed_in: SignIn, row: Circle, bad: Any
) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    refused, kept = sync(signed_in("amina"), bad, came(row, rosa, "tick-0002"))

    assert (refused["state"], kept["state"]) == ("refused", "kept")


@pytest.mark.parametrize("body", ["", "{", '{"a": 1}', json.dumps([0] * 51), "[" * 5000])
def test_what_no_page_sends_is_refused_whole(cast: Cast, signed_in: SignIn, row: Circle, body: str) -> None:
    answer = signed_in("amina").post("/circles/sync/", {"entries": body})

    assert (answer.status_code, answer.json()) == (
        400,
        {"reason": "Send at most 50 entries, as the page does."},
    )


def test_a_token_with_other_words_is_refused(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    rosa, noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    client = signed_in("amina")
    sync(client, came(row, rosa, "tick-0001"))

    (receipt,) = sync(client, came(row, noor, "tick-0001"))

    assert receipt["reason"] == "It was sent before, with other words."
    assert Attendance.objects.get().person == rosa


def test_what_was_ticked_at_a_circle_that_has_ended_since_still_counts(
    cast: Cast, signed_in: SignIn, row: Circle
) -> None:
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    end_circle(circle=row.code, by=cast.amina, at=NOW)

    (receipt,) = sync(signed_in("amina"), came(row, rosa, "tick-0001"))

    assert receipt["state"] == "kept"


def test_the_page_carries_what_seals_and_no_key_means_no_outbox(
    cast: Cast, signed_in: SignIn, row: Circle
) -> None:
    client, at = signed_in("amina"), f"/circles/{row.code}/meetings/2026-01-16/"

    page = client.get(at)

    key = intake.outbox_key()
    assert key is not None
    body = page.content.decode()
    assert f'data-seal-to="{key.seal_public}"' in body
    assert "trusted-types default strandline-worker" in page["Content-Security-Policy"]
    type(key).objects.all().delete()
    assert "data-outbox" not in client.get(at).content.decode()


def test_the_worker_keeps_no_page_with_names(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    seated(cast, row, "Rosa Lindqvist")
    script = Client().get("/circles/worker.js").content.decode()
    found = re.search(r"const ASSETS = (\[.*\]);", script)
    pattern = re.search(r"const PAGE = /(.*)/;", script)
    assert found
    assert pattern

    kept = [*json.loads(found[1]), offline.KEPT.stand_in]

    assert all(re.search(r"/(css|js|img)/", name) for name in kept[:-1])
    assert kept[-1] == "/circles/waiting/"
    assert all(Client().get(name).status_code == 200 for name in kept)
    assert "AbortSignal.timeout(10000)" in script
    assert re.search(pattern[1], f"/circles/{row.code}/meetings/2026-01-16/")
    assert not re.search(pattern[1], f"/circles/{row.code}/")
    assert signed_in("amina").get("/circles/waiting/").content == Client().get("/circles/waiting/").content


@pytest.mark.parametrize("names", [("Rosa Lindqvist",), ("Rosa Lindqvist", "Noor Haddad", "Ivo Marek")])
def test_one_tick_costs_the_same_however_many_belong(
    cast: Cast, signed_in: SignIn, row: Circle, names: tuple[str, ...]
) -> None:
    people = seated(cast, row, *names)
    take_attendance(circle=row.code, on=FRIDAY, by=cast.amina, at=NOW)
    client = signed_in("amina")
    client.get("/circles/")

    with CaptureQueriesContext(connection) as asked:
        sync(client, came(row, people[0], "tick-0001"))

    assert len(asked) == 31


def carried(cast: Cast, who: str, *entries: Any) -> str:
    """What the phone of one of the cast saves to a file, or shows as one code."""
    slug = cast.accounts[who].code
    return json.dumps({"strandline": "attendance 1", "slug": slug, "device": "", "entries": entries})


def test_a_sealed_file_is_brought_in_once_and_the_phone_then_learns_of_it(
    cast: Cast, signed_in: SignIn, row: Circle
) -> None:
    (rosa,) = seated(cast, row, "Rosa Quillon")
    client = signed_in("amina")
    ticks = [came(row, rosa, "tick-1000"), entry(row, "guest", "tick-1001", name="Ivo Marek")]
    file = SimpleUploadedFile("attendance-sealed.json", carried(cast, "amina", *ticks).encode())

    answer = client.post("/circles/sealed/", {"file": file})
    again = client.post("/circles/sealed/", {"scanned": carried(cast, "amina", ticks[1])})
    late = sync(client, *ticks)

    assert "2 ticks are noted" in answer.content.decode()
    assert "1 tick is noted" in again.content.decode()
    assert [one["state"] for one in late] == ["kept", "kept"]
    assert sorted(Attendance.objects.values_list("person__full_name", flat=True)) == [
        "Ivo Marek",
        "Rosa Quillon",
    ]


def test_codes_are_scanned_one_a_line_and_what_is_refused_says_why(
    cast: Cast, signed_in: SignIn, row: Circle
) -> None:
    (rosa,) = seated(cast, row, "Rosa Quillon")
    lines = [
        carried(cast, "amina", came(row, rosa, "tick-2000")),
        carried(cast, "amina", came(row, rosa, "x")),
    ]

    body = signed_in("amina").post("/circles/sealed/", {"scanned": "\n".join(lines)}).content.decode()

    assert "1 tick is noted" in body
    assert "The entry carries no mark of its own." in body


@pytest.mark.parametrize(
    "bring", ["", "nothing", "[]", "{}", '{"strandline": "table 1", "slug": "damp", "entries": []}']
)
def test_what_no_phone_of_theirs_saved_is_refused_whole(
    cast: Cast, signed_in: SignIn, row: Circle, bring: str
) -> None:
    answer = signed_in("amina").post("/circles/sealed/", {"scanned": bring})

    assert answer.status_code == 422
    assert "Nothing was taken in" in answer.content.decode()


def test_nobody_brings_what_another_ticked(cast: Cast, signed_in: SignIn, row: Circle) -> None:
    """A guest would be met twice: once by who brings the file, once by the phone when it has network."""
    guest = carried(cast, "amina", entry(row, "guest", "tick-3000", name="Ivo Marek"))

    answer = signed_in("bruno").post("/circles/sealed/", {"scanned": guest})

    assert answer.status_code == 422
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("amina", 200), ("connie", 200), ("dede", 403), ("adam", 403)])
def test_sealed_ticks_are_brought_by_who_takes_attendance(
    cast: Cast, signed_in: SignIn, row: Circle, name: str, status: int
) -> None:
    if name == "connie":
        connie(cast, row)

    assert signed_in(name).get("/circles/sealed/").status_code == status


def test_both_pages_that_seal_carry_what_waits_the_same_way(
    cast: Cast, signed_in: SignIn, row: Circle
) -> None:
    page = signed_in("amina").get(f"/circles/{row.code}/meetings/{FRIDAY}/").content.decode()

    for part in ("data-save", "data-codes", "data-code-said", "data-code-next", "data-carry hidden"):
        assert part in page
