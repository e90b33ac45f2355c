from __future__ import annotations

from collections.abc import Callable

import pytest

from strandline.organisation.accounts.rules import Sensitivity
from strandline.organisation.branches.actions import end_membership
from strandline.organisation.branches.models import Membership
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.ties.models import Tie
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
def test_list_follow_ups_gives_each_of_the_cast_their_own(
    cast: Cast, machine: Make, who: str, count: int
) -> None:
    cast.person()
    step = FollowUp.objects.get()
    asking = machine(who)

    assert [s["code"] for s in asking.get("/follow-ups").json()["items"]] == [step.code] * count
    assert asking.get(f"/follow-ups/{step.code}").status_code == (200 if count else 404)


def test_get_follow_up_gives_the_closed_fields(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    step = FollowUp.objects.get()

    answer = machine("amina").get(f"/follow-ups/{step.code}?expand=person")

    assert (answer["ETag"], answer.json()) == (
        '"1"',
        {
            "code": step.code,
            "person": {"code": rosa.code, "full_name": "Rosa Lindqvist"},
            "tie": Tie.objects.get().code,
            "owner": {"code": cast.amina.code, "name": "Amina"},
            "kind": "first_call",
            "due_on": "2026-01-19",
            "due_at": None,
            "reason": "",
            "set_at": "2026-01-16T10:00:00+00:00",
            "closed_at": None,
            "version": 1,
        },
    )


def test_follow_up_is_set_moved_and_closed(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    amina = machine("amina")

    made = amina.post("/follow-ups", {"person": rosa.code, "kind": "visit", "due_on": "2026-01-22"})
    path = f"/follow-ups/{made.json()['code']}"
    moved = amina.patch(path, {"due_on": "2026-01-23"}, If_Match=made["ETag"])
    stale = amina.post(f"{path}/close", If_Match=made["ETag"])
    closed = amina.post(f"{path}/close", If_Match=moved["ETag"])
    again = amina.post(f"{path}/close")

    assert (made.status_code, made["Location"]) == (201, f"/api/v1{path}")
    assert (moved.status_code, moved.json()["due_on"], moved["ETag"]) == (200, "2026-01-23", '"2"')
    assert (stale.status_code, problem(stale)["current"]["version"], problem(stale)["yours"]) == (
        412,
        2,
        {"version": 1},
    )
    assert (closed.status_code, closed.json()["closed_at"]) == (200, "2026-01-16T10:00:00+00:00")
    assert (again.status_code, problem(again)["detail"]) == (409, "This step was closed already.")
    assert amina.get("/follow-ups?state=open").json()["items"] == []


def test_move_follow_up_refuses_a_stale_version_with_both(cast: Cast, machine: Make) -> None:
    cast.person()
    step = FollowUp.objects.get()

    answer = machine("amina").patch(f"/follow-ups/{step.code}", {"due_on": "2026-01-23", "version": 4})

    assert (answer.status_code, problem(answer)["yours"]) == (409, {"due_on": "2026-01-23", "version": 4})
    assert problem(answer)["current"]["due_on"] == "2026-01-19"


@pytest.mark.parametrize("due", ["2026-01-15", "2029-01-01"])
def test_move_follow_up_refuses_a_day_that_cannot_be(cast: Cast, machine: Make, due: str) -> None:
    cast.person()
    step = FollowUp.objects.get()

    answer = machine("amina").patch(f"/follow-ups/{step.code}", {"due_on": due, "version": 1})

    assert (answer.status_code, FollowUp.objects.get().due_on.isoformat()) == (409, "2026-01-19")


def test_follow_ups_out_of_sight_cannot_be_changed(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    step = FollowUp.objects.get()
    chen = machine("chen")

    answers = [
        chen.post("/follow-ups", {"person": rosa.code, "kind": "call", "due_on": "2026-01-20"}),
        chen.patch(f"/follow-ups/{step.code}", {"due_on": "2026-01-20", "version": 1}),
        chen.post(f"/follow-ups/{step.code}/close"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert FollowUp.objects.values_list("version", "closed_at").get() == (1, None)


def test_list_follow_ups_chooses_by_owner_and_state_in_both_orders(cast: Cast, machine: Make) -> None:
    cast.person(by="amina")
    cast.person("Ali Demir", by="bruno")
    amina = machine("amina")
    amina.post(f"/follow-ups/{FollowUp.objects.get(owner__code=cast.bruno.code).code}/close")

    def owners(query: str) -> list[str]:
        return [step["owner"]["name"] for step in amina.get(f"/follow-ups?{query}").json()["items"]]

    assert owners(f"owner={cast.bruno.code}") == ["Bruno"]
    assert (owners("state=open"), owners("state=closed")) == (["Amina"], ["Bruno"])
    assert owners("order=due_on") == owners("order=-due_on")[::-1]


def _offer(cast: Cast, machine: Make, to: str = "bruno", **more: object) -> str:
    rosa = cast.person(**more)
    answer = machine("amina").post(
        "/handoffs", {"people": [rosa.code], "to": cast.viewer(to).code, "note": "I am away"}
    )
    assert answer.status_code == 201, answer.content
    code: str = answer.json()["items"][0]["code"]
    return code


@pytest.mark.parametrize(("who", "count"), SEEN)
def test_list_handoffs_gives_each_of_the_cast_their_own(
    cast: Cast, machine: Make, who: str, count: int
) -> None:
    code = _offer(cast, machine)
    asking = machine(who)

    assert [h["code"] for h in asking.get("/handoffs").json()["items"]] == [code] * count
    assert asking.get(f"/handoffs/{code}").status_code == (200 if count else 404)


def test_handoff_of_someone_out_of_sight_is_shown_to_whom_it_is_offered(cast: Cast, machine: Make) -> None:
    code = _offer(cast, machine, sensitivity=Sensitivity.CONFIDENTIAL)
    bruno = machine("bruno")

    answer = bruno.get(f"/handoffs/{code}?expand=person")

    assert (answer.status_code, answer.json()["person"]["full_name"]) == (200, "Rosa Lindqvist")
    assert bruno.get(f"/people/{answer.json()['person']['code']}").status_code == 404


def test_handoff_is_gone_for_whom_it_was_offered_to_when_the_role_ends(cast: Cast, machine: Make) -> None:
    code = _offer(cast, machine, sensitivity=Sensitivity.CONFIDENTIAL)
    bruno = machine("bruno")
    end_membership(membership=Membership.objects.get(account=cast.accounts["bruno"]), by=cast.adam, at=NOW)

    assert bruno.get(f"/handoffs/{code}").status_code == 404
    assert bruno.get("/handoffs").json()["items"] == []
    assert bruno.post(f"/handoffs/{code}/accept").status_code == 404


def test_accepted_handoff_moves_the_tie_and_its_step(cast: Cast, machine: Make) -> None:
    code = _offer(cast, machine)

    answer = machine("bruno").post(f"/handoffs/{code}/accept")

    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert (Tie.objects.get().owner_id, FollowUp.objects.get().owner_id) == (cast.bruno.account_id,) * 2


def test_declined_handoff_leaves_the_tie(cast: Cast, machine: Make) -> None:
    code = _offer(cast, machine)

    answer = machine("bruno").post(f"/handoffs/{code}/decline", {"answer": "No time"})

    assert (answer.json()["state"], answer.json()["answer"]) == ("declined", "No time")
    assert Tie.objects.get().owner_id == cast.amina.account_id


def test_declined_handoff_of_someone_out_of_sight_answers_with_the_code_alone(
    cast: Cast, machine: Make
) -> None:
    code = _offer(cast, machine, sensitivity=Sensitivity.CONFIDENTIAL)

    answer = machine("bruno").post(f"/handoffs/{code}/decline", {})

    assert (answer.status_code, answer.json()) == (200, {"code": code})


def test_withdrawn_handoff_cannot_be_accepted(cast: Cast, machine: Make) -> None:
    code = _offer(cast, machine)

    withdrawn = machine("amina").post(f"/handoffs/{code}/withdraw")
    accepted = machine("bruno").post(f"/handoffs/{code}/accept")

    assert withdrawn.json()["state"] == "withdrawn"
    assert (accepted.status_code, problem(accepted)["detail"]) == (409, "This offer was already withdrawn.")


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
def test_handoff_out_of_sight_cannot_be_answered(cast: Cast, machine: Make, verb: str) -> None:
    code = _offer(cast, machine)

    answer = machine("chen").post(f"/handoffs/{code}/{verb}", {} if verb == "decline" else None)

    assert (answer.status_code, Handoff.objects.get().state) == (404, "offered")


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({"people": [], "to": "000000000000"}, 422, "/people"),
        ({"people": ["000000000000"] * 100_000, "to": "000000000000"}, 413, None),
        ({"people": ["000000000000"] * 201, "to": "000000000000"}, 422, "/people"),
        ({"people": ["000000000000"], "to": "000000000000"}, 409, None),
        ({"people": ["000000000000"], "to": "bruno"}, 422, "/to"),
    ],
)
def test_offer_handoffs_names_what_cannot_be(
    cast: Cast, machine: Make, body: dict[str, object], status: int, name: str | None
) -> None:
    answer = machine("amina").post("/handoffs", body)

    assert (answer.status_code, problem(answer).get("errors", [{"name": None}])[0]["name"]) == (status, name)
    assert Handoff.objects.count() == 0


def test_offer_handoffs_is_all_or_nothing(cast: Cast, machine: Make) -> None:
    rosa, hidden = cast.person(), cast.person("Hana", by="chen")

    answer = machine("amina").post("/handoffs", {"people": [rosa.code, hidden.code], "to": cast.bruno.code})

    assert (answer.status_code, Handoff.objects.count()) == (404, 0)


def test_colleagues_are_those_with_whom_work_can_be_shared(cast: Cast, machine: Make) -> None:
    def names(who: str) -> list[str]:
        return [c["name"] for c in machine(who).get("/colleagues").json()["items"]]

    assert (names("amina"), names("chen"), names("dede")) == (["Amina", "Bruno", "Lea"], ["Chen"], [])
