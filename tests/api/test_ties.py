from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from strandline.organisation.accounts.rules import Sensitivity
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Stage, Tie, TieStatus
from strandline.steady.ties.rules import Outcome, TouchKind
from tests.cast import NOW, Cast

from .conftest import problem
from .machine import Machine

Make = Callable[..., Machine]
SEEN = [
    ("amina", 1),
    ("bruno", 1),
    ("lea", 1),
    ("bela", 1),
    ("stella", 1),
    ("chen", 0),
    ("dede", 0),
    ("uma", 0),
]


@pytest.mark.parametrize(("who", "count"), SEEN)
def test_list_ties_gives_each_of_the_cast_their_own(cast: Cast, machine: Make, who: str, count: int) -> None:
    rosa = cast.person()
    asking = machine(who)

    answer = asking.get("/ties")

    assert [tie["person"]["code"] for tie in answer.json()["items"]] == [rosa.code] * count
    assert asking.get(f"/ties/{Tie.objects.get().code}").status_code == (200 if count else 404)


def test_get_tie_gives_the_closed_fields(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    tie = Tie.objects.get()
    stage = Stage.objects.filter(kind="contact").order_by("place")[0]

    answer = machine("amina").get(f"/ties/{tie.code}?expand=person")

    assert (answer["ETag"], answer.json()) == (
        '"1"',
        {
            "code": tie.code,
            "person": {"code": rosa.code, "full_name": "Rosa Lindqvist"},
            "kind": "contact",
            "status": "active",
            "stage": {"code": stage.code, "name": "Met"},
            "owner": {"code": cast.amina.code, "name": "Amina"},
            "second": None,
            "branch": {"code": cast.harbour.code, "name": "Harbourside"},
            "team": {"code": cast.tenants.code, "name": "Tenants"},
            "rhythm_days": 21,
            "began_at": "2026-01-16T10:00:00+00:00",
            "ended_at": None,
            "last_touch_at": None,
            "last_two_way_at": None,
            "version": 1,
        },
    )


def test_list_ties_comes_in_both_orders_and_leaves_none_out(cast: Cast, machine: Make) -> None:
    people = [cast.person(f"Person {n}", at=NOW - timedelta(days=n // 2)) for n in range(5)]
    amina = machine("amina")

    def walk(order: str) -> list[str]:
        found, page = [], amina.get(f"/ties?size=2&order={order}").json()
        while True:
            found += [tie["person"]["code"] for tie in page["items"]]
            if page["next"] is None:
                return found
            page = amina.get(f"/ties?size=2&order={order}&page={page['next']}").json()

    forth, back = walk("began_at"), walk("-began_at")

    assert (sorted(forth), forth) == (sorted(p.code for p in people), back[::-1])


def test_list_ties_chooses_by_person_kind_and_status(cast: Cast, machine: Make) -> None:
    rosa, ali = cast.person(), cast.person("Ali Demir")
    amina = machine("amina")
    amina.post("/ties", {"person": ali.code, "kind": "ally"})

    def people(query: str) -> list[str]:
        return sorted(tie["person"]["code"] for tie in amina.get(f"/ties?{query}").json()["items"])

    assert people(f"person={rosa.code}") == [rosa.code]
    assert people("kind=ally") == [ali.code]
    assert people("status=ended") == []


def test_begin_tie_makes_one_of_a_kind(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    amina = machine("amina")

    made = amina.post("/ties", {"person": rosa.code, "kind": "supporter"})
    again = amina.post("/ties", {"person": rosa.code, "kind": "supporter"})

    assert (made.status_code, made["Location"]) == (201, f"/api/v1/ties/{made.json()['code']}")
    assert (again.status_code, problem(again)["detail"]) == (409, "There is a supporter tie already.")


def test_begin_tie_with_someone_out_of_sight_is_absent(cast: Cast, machine: Make) -> None:
    rosa = cast.person()

    hidden = machine("chen").post("/ties", {"person": rosa.code, "kind": "supporter"})
    absent = machine("chen").post("/ties", {"person": "000000000000", "kind": "supporter"})

    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert Tie.objects.count() == 1


def test_set_status_needs_a_reason_to_close_and_a_day_to_rest(cast: Cast, machine: Make) -> None:
    cast.person()
    tie = Tie.objects.get()
    amina = machine("amina")

    unreasoned = amina.post(f"/ties/{tie.code}/status", {"status": "stepped_back"})
    undated = amina.post(f"/ties/{tie.code}/status", {"status": "resting"})
    rested = amina.post(f"/ties/{tie.code}/status", {"status": "resting", "until": "2026-03-01"})

    assert (unreasoned.status_code, undated.status_code, rested.status_code) == (409, 409, 200)
    assert (rested.json()["status"], rested.json()["version"]) == ("resting", 2)
    assert [s.status for s in TieStatus.objects.filter(tie=tie, until_at=None)] == ["resting"]


def test_end_tie_ends_it_with_the_reason(cast: Cast, machine: Make) -> None:
    cast.person()
    tie = Tie.objects.get()

    answer = machine("amina").post(f"/ties/{tie.code}/end", {"reason": "Moved away"}, If_Match='"1"')

    assert (answer.status_code, answer.json()["status"]) == (200, "ended")
    assert answer.json()["ended_at"] == "2026-01-16T10:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("status", {"status": "waiting"}),
        ("end", {"reason": "Moved away"}),
        ("stage", {"stage": "000000000000"}),
    ],
)
def test_stale_change_of_a_tie_is_refused_with_both_versions(
    cast: Cast, machine: Make, path: str, body: dict[str, str]
) -> None:
    cast.person()
    tie = Tie.objects.get()
    amina = machine("amina")

    by_header = amina.post(f"/ties/{tie.code}/{path}", body, If_Match='"7"')
    by_body = amina.post(f"/ties/{tie.code}/{path}", body | {"version": 7})
    both = amina.post(f"/ties/{tie.code}/{path}", body | {"version": 7}, If_Match='"1"')

    assert (by_header.status_code, by_body.status_code, both.status_code) == (412, 409, 400)
    assert (problem(by_body)["current"]["version"], problem(by_body)["yours"]) == (1, body | {"version": 7})
    tie.refresh_from_db()
    assert tie.version == 1


def test_move_stage_along_the_pathway(cast: Cast, machine: Make) -> None:
    cast.person()
    tie = Tie.objects.get()
    amina = machine("amina")
    pathways = {path["kind"]: path["stages"] for path in amina.get("/pathways").json()["items"]}

    answer = amina.post(f"/ties/{tie.code}/stage", {"stage": pathways["contact"][1]["code"], "why": "We met"})
    foreign = amina.post(f"/ties/{tie.code}/stage", {"stage": pathways["ally"][1]["code"]})

    assert (answer.status_code, answer.json()["stage"]) == (200, pathways["contact"][1])
    assert (foreign.status_code, problem(foreign)["type"]) == (409, "urn:strandline:problem:refused")


@pytest.mark.parametrize("path", ["status", "end", "stage"])
def test_tie_out_of_sight_cannot_be_changed(cast: Cast, machine: Make, path: str) -> None:
    cast.person()
    tie = Tie.objects.get()
    bodies = {"status": {"status": "waiting"}, "end": {"reason": "No"}, "stage": {"stage": "000000000000"}}

    answer = machine("chen").post(f"/ties/{tie.code}/{path}", bodies[path])

    assert (answer.status_code, Tie.objects.get().version) == (404, 1)


def test_ties_of_who_lost_sight_of_the_person_answer_with_the_code_alone(cast: Cast, machine: Make) -> None:
    rosa = cast.person(sensitivity=Sensitivity.CONFIDENTIAL)
    tie = Tie.objects.get(person=rosa)

    answer = machine("amina").post(f"/ties/{tie.code}/end", {"reason": "Moved away"})

    assert (answer.status_code, answer.json()) == (200, {"code": tie.code})


@pytest.mark.parametrize(("who", "count"), SEEN)
def test_list_touches_gives_each_of_the_cast_their_own(
    cast: Cast, machine: Make, who: str, count: int
) -> None:
    rosa = cast.person()
    touch = log_conversation(
        person=rosa.code, touch=NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW), step=None, by=cast.amina, at=NOW
    )
    asking = machine(who)

    assert [t["code"] for t in asking.get("/touches").json()["items"]] == [touch.code] * count
    assert asking.get(f"/touches/{touch.code}").status_code == (200 if count else 404)


def test_log_touch_keeps_what_happened_and_what_is_owed(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    amina = machine("amina")

    answer = amina.post(
        "/touches",
        {
            "person": rosa.code,
            "kind": "call",
            "outcome": "spoke",
            "at": "2026-01-16T09:30:00+01:00",
            "said": "Two stairwells without heat.",
            "minutes": 12,
            "next_step": {"kind": "call", "due_on": "2026-01-20", "reason": "Ask about the room"},
        },
    )

    code = answer.json()["code"]
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/touches/{code}")
    assert amina.get(f"/touches/{code}?expand=person").json() == {
        "code": code,
        "person": {"code": rosa.code, "full_name": "Rosa Lindqvist"},
        "kind": "call",
        "outcome": "spoke",
        "is_two_way": True,
        "at": "2026-01-16T08:30:00+00:00",
        "by": {"code": cast.amina.code, "name": "Amina"},
        "minutes": 12,
        "logged_at": "2026-01-16T10:00:00+00:00",
        "said": "",
        "practical": "Two stairwells without heat.",
    }
    steps = amina.get("/follow-ups?state=open").json()["items"]
    assert [(step["due_on"], step["reason"]) for step in steps] == [("2026-01-20", "Ask about the room")]


def test_notes_of_touches_are_left_out_for_the_data_steward(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    said = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW, said="Two stairwells without heat.")
    touch = log_conversation(person=rosa.code, touch=said, step=None, by=cast.amina, at=NOW)
    stella = machine("stella")

    one, listed = stella.get(f"/touches/{touch.code}").json(), stella.get("/touches").json()["items"][0]

    assert ({"said", "practical"} & one.keys(), one) == (set(), listed)


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"at": "2026-01-16T10:00:00"}, 422, "/at"),
        ({"at": "16 January"}, 422, "/at"),
        ({"at": 1768557600}, 422, "/at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, 422, "/at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, 422, "/at"),
        ({"at": "2026-02-30T00:00:00Z"}, 422, "/at"),
        ({"at": "2026-01-17T10:00:00Z"}, 409, None),
        ({"at": "1900-01-01T00:00:00Z"}, 409, None),
        ({"outcome": "shrugged"}, 422, "/outcome"),
        ({"minutes": -1}, 422, "/minutes"),
        ({"minutes": "12"}, 422, "/minutes"),
        ({"minutes": 1e3}, 422, "/minutes"),
        ({"minutes": True}, 422, "/minutes"),
        ({"said": "x" * 10_001}, 422, "/said"),
        ({"next_step": {"kind": "call", "due_on": "2020-01-01"}}, 409, None),
        ({"next_step": {"kind": "call", "due_on": "9999-12-31"}}, 409, None),
        ({"next_step": {"kind": "call"}}, 422, "/next_step/due_on"),
        ({"person": "rosa"}, 422, "/person"),
    ],
)
def test_log_touch_names_what_cannot_be_kept(
    cast: Cast, machine: Make, change: dict[str, object], status: int, name: str | None
) -> None:
    rosa = cast.person()
    body = {"person": rosa.code, "kind": "call", "outcome": "spoke", "at": "2026-01-16T10:00:00Z"}

    answer = machine("amina").post("/touches", body | change)

    assert (answer.status_code, problem(answer).get("errors", [{"name": None}])[0]["name"]) == (status, name)
    assert rosa.touches.count() == 0


def test_log_touch_is_refused_to_who_does_not_work_with_people(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    body = {"person": rosa.code, "kind": "call", "outcome": "spoke", "at": "2026-01-16T10:00:00Z"}

    answers = [machine(who).post("/touches", body).status_code for who in ("stella", "chen", "dede")]

    assert (answers, rosa.touches.count()) == ([409, 404, 404], 0)
