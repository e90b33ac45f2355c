"""Series over the API: whose they are, counts that are pushed once, and what is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from strandline.surge.signals.models import Alert, Evaluation, SeriesCount, WatchedSeries
from tests.cast import Cast
from tests.surge.signals.watched import QUIET, TODAY

from .conftest import problem
from .machine import Machine
from .test_how_to import HOST
from .test_how_to import _run as run

Make = Callable[..., Machine]
YESTERDAY = TODAY - timedelta(days=1)


def counts(*numbers: int, until: date = YESTERDAY) -> dict[str, Any]:
    days = [until - timedelta(days=back) for back in range(len(numbers))]
    return {"counts": [{"on": str(on), "count": n} for on, n in zip(days, reversed(numbers), strict=True)]}


def added(machine: Machine, **more: Any) -> str:
    answer = machine.post("/series", {"name": "Calls"} | more)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["code"])


def test_series_is_added_and_found_by_its_branch_alone(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    code = added(lea)

    seen = {
        name: machine(name).get(f"/series/{code}").status_code
        for name in ("bruno", "bela", "stella", "chen", "dede")
    }
    lists = {
        name: [s["code"] for s in machine(name).get("/series").json()["items"]]
        for name in ("amina", "chen", "dede")
    }

    assert seen == {"bruno": 200, "bela": 200, "stella": 200, "chen": 404, "dede": 404}
    assert lists == {"amina": [code], "chen": [], "dede": []}
    assert lea.get(f"/series/{code}").json() == {
        "code": code,
        "name": "Calls",
        "source": "external",
        "step": "day",
        "branch": {"code": cast.harbour.code, "name": "Harbourside"},
        "team": {"code": cast.tenants.code, "name": "Tenants"},
        "is_watched": True,
        "tier": None,
        "on": None,
        "count": None,
        "expected": None,
        "why": "",
    }


def test_counts_are_kept_once_for_each_key(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    code = added(lea)
    body = counts(*QUIET)

    answers = [lea.post(f"/series/{code}/counts", body, Idempotency_Key="push-0000001") for _ in range(2)]
    other = lea.post(f"/series/{code}/counts", counts(1, 2), Idempotency_Key="push-0000001")

    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert problem(other)["type"] == "urn:strandline:problem:key-reused"
    assert (SeriesCount.objects.count(), Evaluation.objects.count()) == (len(QUIET), 1)


def test_push_that_departs_from_the_usual_is_answered_with_the_alarm(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    code = added(lea)
    lea.post(f"/series/{code}/counts", counts(*QUIET, until=YESTERDAY - timedelta(days=2)))

    lea.ask("PUT", f"/series/{code}/counts/{YESTERDAY - timedelta(days=1)}", {"count": 15})
    said = lea.ask("PUT", f"/series/{code}/counts/{YESTERDAY}", {"count": 40}).json()

    assert (said["tier"], said["on"], said["count"]) == ("alarm", str(YESTERDAY), 40)
    assert said["why"].startswith("40 this day; about 2.3 is usual.")
    assert Alert.objects.count() == 1


def test_correction_is_a_further_revision(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    code = added(lea)
    lea.post(f"/series/{code}/counts", counts(*QUIET))

    for count in (50, 50, 3):
        lea.ask("PUT", f"/series/{code}/counts/{YESTERDAY}", {"count": count})

    rows = SeriesCount.objects.filter(on=YESTERDAY).order_by("revision")
    assert list(rows.values_list("revision", "count", "way")) == [
        (0, 3, "push"),
        (1, 50, "push"),
        (2, 3, "push"),
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "reason"),
    [
        (counts(1, until=TODAY), "/counts", "is not over. Send its count from 2026-01-17 on"),
        (counts(1, until=TODAY + timedelta(days=9)), "/counts", "is still to come."),
        (counts(1, until=date(1980, 1, 1)), "/counts", "is before 1990-01-01."),
        (
            {"counts": [{"on": "2026-01-10", "count": 1}, {"on": "2026-01-12", "count": 1}]},
            "/counts",
            "There is no count of 2026-01-11.",
        ),
        ({"counts": [{"on": "2026-01-10", "count": 1}] * 2}, "/counts", "2026-01-10 is there twice."),
        ({"counts": [{"on": "2026-01-10", "count": -1}]}, "/counts/0/count", "This must be 0 or more."),
        ({"counts": [{"on": "2026-01-10", "count": 1.5}]}, "/counts/0/count", "This must be a whole number."),
        (
            {"counts": [{"on": "10/01/2026", "count": 1}]},
            "/counts/0/on",
            "This must be a day such as 2026-01-16.",
        ),
        ({"counts": []}, "/counts", "At least 1 entries are needed."),
    ],
)
def test_counts_that_cannot_be_kept_are_refused_whole(
    cast: Cast, machine: Make, body: dict[str, Any], pointer: str, reason: str
) -> None:
    lea = machine("lea")
    code = added(lea)

    answer = lea.post(f"/series/{code}/counts", body)

    fault = problem(answer)["errors"][0]
    assert (answer.status_code, fault["name"]) == (422, pointer)
    assert reason in fault["reason"]
    assert SeriesCount.objects.count() == 0


def test_weeks_begin_on_mondays(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    code = added(lea, step="week")

    refused = lea.ask("PUT", f"/series/{code}/counts/2026-01-06", {"count": 4})
    taken = lea.ask("PUT", f"/series/{code}/counts/2026-01-05", {"count": 4})

    assert "no Monday" in problem(refused)["detail"]
    assert (taken.status_code, taken.json()["tier"]) == (200, "too little history")


def test_pushing_needs_its_scope_and_the_right_over_the_branch(cast: Cast, machine: Make) -> None:
    code = added(machine("lea"))
    tries = [
        machine("lea", "signals:read").post(f"/series/{code}/counts", counts(1)),
        machine("amina").post(f"/series/{code}/counts", counts(1)),
        machine("chen").post(f"/series/{code}/counts", counts(1)),
        machine("amina").post("/series", {"name": "Calls"}),
        machine("lea").post("/series", {"name": "Calls", "branch": cast.hill.code}),
    ]

    kinds = [problem(answer)["type"].rpartition(":")[2] for answer in tries]

    assert kinds == ["scope-missing", "refused", "not-found", "refused", "not-found"]
    assert (SeriesCount.objects.count(), WatchedSeries.objects.count()) == (0, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(
    cast: Cast, machine: Make, number: int, django_assert_num_queries: Any
) -> None:
    lea = machine("lea")
    for n in range(number):
        code = added(lea, name=f"Series {n}")
        lea.post(f"/series/{code}/counts", counts(1, 2, 3))

    with django_assert_num_queries(5):
        lea.get("/series")


def test_list_comes_in_pages(cast: Cast, machine: Make) -> None:
    lea = machine("lea")
    codes = sorted(added(lea, name=f"Series {n}") for n in range(3))

    first = lea.get("/series?size=2").json()
    second = lea.get(f"/series?size=2&page={first['next']}").json()

    assert [s["code"] for s in first["items"] + second["items"]] == codes
    assert second["next"] is None


def test_every_example_of_the_how_to_does_what_it_says(cast: Cast, machine: Make) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "watch-a-series.md").read_text("utf-8")
    examples = re.findall(r"^```curl\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    values = {"TOKEN": machine("lea").secret, "API": f"{HOST}/api/v1", "SERIES": ""}

    said = []
    for example in examples:
        answer = run(example, values)
        values["SERIES"] = answer.json()["code"]
        said.append((answer.status_code, answer.json()["count"]))

    assert said == [(201, None), (200, 8), (200, 12), (200, 12)]
