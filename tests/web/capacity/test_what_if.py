from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from strandline.ledger.capacity import actions
from strandline.ledger.capacity.models import WhatIf
from strandline.ledger.waves.models import WaveLine
from strandline.organisation.audit.models import AuditEntry
from strandline.surge.moments.models import Surge
from tests.cast import ROLES, Cast

Sign = Callable[[str], Client]
NOW = datetime.now(UTC)


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "branch": cast.harbour.code,
        "size": "600",
        "days": "10",
        "shape": "halving",
        "organisers": "6",
        "hours_a_day": "2",
        "promise_hours": "48",
        "minutes_a_try": "6",
        "reach": "",
        "theta": "",
    } | more


def taught(cast: Cast, name: str, *, ago: int, ends: int | None = 10) -> Surge:
    """A wave whose line tells of its calls."""
    begins = NOW.date() - timedelta(days=ago)
    made = Surge.objects.create(
        name=name,
        branch=cast.harbour,
        declared_at=NOW,
        starts_on=begins,
        ends_on=begins + timedelta(days=ends) if ends else None,
    )
    calls = {
        "arrivals": [60, 30, 10],
        "organisers": 6,
        "minutes_a_day": 120.0,
        "in_time": 80,
        "tries": 150,
        "reached": 70,
        "stayed": 30,
        "followed": 60,
        "first_tries": [[0.5, 60, 40], [2.0, 40, 15]],
    }
    WaveLine.objects.create(
        surge=made, branch=cast.harbour, on=begins, figures={"calls": calls}, counted_at=NOW
    )
    return made


def test_exact_answer_stands_at_once_and_the_courses_follow(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("lea")

    sent = client.post("/what-if/", asked(cast, reach="0.5", theta="0.05", organisers="2"))
    at_once = client.get(sent.headers["Location"]).content.decode()
    worked = actions.work_off(at=NOW)
    then = client.get(sent.headers["Location"], headers={"HX-Request": "true"}).content.decode()

    assert sent.status_code == 303
    assert "To reach everybody within 2 days we need" in at_once
    assert 'hx-trigger="every 2s"' in at_once
    assert worked
    assert then.startswith('<div class="stack" id="what-if-answer"')
    assert "every 2s" not in then
    assert "in time" in then
    assert "more organiser" in then
    assert not actions.work_off(at=NOW)
    assert AuditEntry.objects.filter(verb="what_if.asked").count() == 1


def test_too_little_history_says_so_with_an_example(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("lea")

    sent = client.post("/what-if/", asked(cast))
    actions.work_off(at=NOW)
    body = client.get(sent.headers["Location"]).content.decode()

    assert "Too little history for a forecast" in body
    assert "Two past waves are needed" in body
    assert 'href="/what-if/?example=1"' in body
    assert client.get("/what-if/?example=1").status_code == 200


def test_own_waves_give_a_backtest_and_what_stays(cast: Cast, signed_in: Sign) -> None:
    taught(cast, "Damp", ago=300)
    taught(cast, "Rent", ago=150)
    client = signed_in("bela")

    sent = client.post("/what-if/", asked(cast, shape="own"))
    actions.work_off(at=NOW)
    body = client.get(sent.headers["Location"]).content.decode()

    assert "Would it have been right" in body
    assert "From 2 own waves: 140 of 300 tries reached somebody." in body
    assert "stay (" in body


def test_a_running_surge_brings_its_own_arrivals(cast: Cast, signed_in: Sign) -> None:
    made = taught(cast, "Heating", ago=2, ends=None)
    client = signed_in("lea")

    form = client.get(f"/what-if/?surge={made.code}").content.decode()
    client.post("/what-if/", asked(cast, surge=made.code, size="50", days="2", shape="even"))

    assert "Heating: 100 came so far." in form
    assert f'name="surge" value="{made.code}"' in form
    assert WhatIf.objects.get().exact["arrivals"] == [60, 30, 10, 25, 25]
    assert signed_in("amina").get(f"/what-if/?surge={made.code}").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": ""}, "Say how many."),
        ({"size": "many"}, "Write a whole number."),
        ({"size": "-1"}, "greater than or equal to 0"),
        ({"size": "0"}, "The people: 0 is given"),
        ({"days": "400"}, "less than or equal to 90"),
        ({"reach": "2"}, "less than or equal to 1"),
        ({"hours_a_day": "nan"}, "Write a number"),
        ({"branch": "elsewhere"}, "Choose one of those that are offered."),
        ({"shape": "wild"}, "not one of the available choices"),
    ],
)
def test_a_figure_that_cannot_be_is_named(
    cast: Cast, signed_in: Sign, change: dict[str, str], words: str
) -> None:
    answer = signed_in("lea").post("/what-if/", asked(cast, **change))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not WhatIf.objects.exists()


def test_only_leads_ask_and_each_sees_their_own(cast: Cast, signed_in: Sign) -> None:
    sent = signed_in("lea").post("/what-if/", asked(cast, reach="0.5", theta="0.05"))
    found = {name: signed_in(name).get("/what-if/").status_code for name in ROLES}

    assert {name for name, status in found.items() if status == 200} == {"lea", "bela"}
    assert signed_in("bela").get(sent.headers["Location"]).status_code == 404
    assert signed_in("chen").post("/what-if/", asked(cast)).status_code == 404
    assert signed_in("bela").post("/what-if/", asked(cast, branch=cast.hill.code)).status_code == 422


def test_a_double_tap_asks_once(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("lea")
    form = asked(cast, reach="0.5", theta="0.05", token="a" * 32)

    first, second = client.post("/what-if/", form), client.post("/what-if/", form)

    assert first.headers["Location"] == second.headers["Location"]
    assert WhatIf.objects.count() == 1


def test_old_questions_are_forgotten(cast: Cast, signed_in: Sign) -> None:
    signed_in("lea").post("/what-if/", asked(cast, reach="0.5", theta="0.05"))

    assert actions.forget_old(at=NOW + timedelta(days=29)) == 0
    assert actions.forget_old(at=NOW + timedelta(days=31)) == 1
    assert not WhatIf.objects.exists()


def stated(cast: Cast, client: Client) -> WhatIf:
    sent = client.post("/what-if/", asked(cast, reach="0.5", theta="0.05", organisers="2"))
    return WhatIf.objects.get(code=sent.headers["Location"].rstrip("/").rsplit("/", 1)[1])


def test_progress_is_told_in_parts_and_words_with_a_guess_after_five_seconds(
    cast: Cast, signed_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, seen = signed_in("lea"), []
    row = stated(cast, client)
    waits = client.get(f"/what-if/{row.code}/").content.decode()
    told = actions._tell

    def tell(*given: Any) -> None:
        told(*given)
        WhatIf.objects.update(begun_at=datetime.now(UTC) - timedelta(seconds=9))
        seen.append(client.get(f"/what-if/{row.code}/").content.decode())

    monkeypatch.setattr(actions, "_tell", tell)
    actions.work_off(at=NOW)

    assert "It waits for its turn." in waits
    assert [words for words in ("Running a thousand", "Looking for the smallest", "Asking what it would") if any(words in body for body in seen)] == [
        "Running a thousand", "Looking for the smallest", "Asking what it would"
    ]  # fmt: skip
    assert [re.findall(r"\d of \d parts\.", body)[0] for body in seen] == [
        "0 of 3 parts.",
        "1 of 3 parts.",
        "2 of 3 parts.",
    ]
    assert ["second" in re.sub("<[^>]*>", "", body.split("parts.")[1][:60]) for body in seen] == [
        False,
        True,
        True,
    ]
    assert "25 % done." in seen[1]
    assert "50 % done." in seen[2]


def test_stopped_question_is_gone_and_the_worker_lets_it_be(
    cast: Cast, signed_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("lea")
    row = stated(cast, client)
    parts: list[Any] = []
    told = actions._tell

    def tell(*given: Any) -> None:
        told(*given)
        parts.append(given[2])
        if len(parts) == 1:
            assert client.post(f"/what-if/{row.code}/stop/").status_code == 303

    monkeypatch.setattr(actions, "_tell", tell)

    assert actions.work_off(at=NOW)
    assert len(parts) == 1
    assert not WhatIf.objects.exists()
    assert AuditEntry.objects.filter(verb="what_if.stopped").count() == 1
    assert "Nothing of it was kept." in client.get("/what-if/").content.decode()


def test_only_who_asked_stops_and_only_what_is_not_done(cast: Cast, signed_in: Sign) -> None:
    lea = signed_in("lea")
    row = stated(cast, lea)

    assert signed_in("bela").post(f"/what-if/{row.code}/stop/").status_code == 404
    assert signed_in("chen").post(f"/what-if/{row.code}/stop/").status_code == 404
    actions.work_off(at=NOW)
    refused = lea.post(f"/what-if/{row.code}/stop/")
    assert refused.status_code == 409
    assert "It is worked out already." in refused.content.decode()
    assert WhatIf.objects.get().done_at is not None
