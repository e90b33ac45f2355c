"""Every unsafe route of the API with a request that does something, and another that asks something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Channel
from strandline.steady.ties.models import Stage, Tie
from tests.cast import Cast
from tests.steady.intake.doors import open_form

from .machine import Machine

Make = Callable[..., Machine]


def case(name: str, cast: Cast, machine: Make) -> tuple[Machine, str, str, Any, Any, dict[str, str]]:
    """Return who asks, method, path, body, another body, and further headers."""
    rosa = cast.person(reaches=(("email", "rosa@example.org"),))
    tie = Tie.objects.get(person=rosa)
    amina, bruno = machine("amina"), machine("bruno")
    if name in ("accept_handoff", "decline_handoff", "withdraw_handoff"):
        offer = amina.post("/handoffs", {"people": [rosa.code], "to": cast.bruno.code})
        path = f"/handoffs/{offer.json()['items'][0]['code']}/{name.removesuffix('_handoff')}"
        body = {"answer": "No time"} if name == "decline_handoff" else None
        other = {"answer": "Another reason"} if name == "decline_handoff" else None
        return (amina if name == "withdraw_handoff" else bruno), "POST", path, body, other, {}
    if name in ("add_series", "send_counts", "put_count"):
        return _series(name, machine("lea"))
    stage = Stage.objects.filter(kind="contact").order_by("place")[1].code
    later = Stage.objects.filter(kind="contact").order_by("place")[2].code
    step = FollowUp.objects.get(person=rosa).code
    channel = Channel.objects.get().code
    match = {"If_Match": '"1"'}
    touch = {"person": rosa.code, "kind": "call", "outcome": "spoke", "at": "2026-01-15T10:00:00Z"}
    signup = {"form": "heating", "name": "Noor Haddad", "reach": "noor@example.org", "consent": True}
    osdi = {"given_name": "Noor", "email_addresses": [{"address": "noor@example.org"}]}
    open_form(cast)
    cases: dict[str, tuple[Any, ...]] = {
        "add_person": ("POST", "/people", {"full_name": "Ali"}, {"full_name": "Ben"}, {}),
        "change_person": ("PATCH", f"/people/{rosa.code}", {"full_name": "A"}, {"full_name": "B"}, match),
        "add_channel": (
            "POST",
            f"/people/{rosa.code}/channels",
            {"kind": "email", "value": "a@example.org"},
            {"kind": "email", "value": "b@example.org"},
            {},
        ),
        "remove_channel": ("DELETE", f"/channels/{channel}", None, None, {}),
        "change_tags": ("POST", f"/people/{rosa.code}/tags", {"add": ["x"]}, {"add": ["y"]}, {}),
        "begin_tie": (
            "POST",
            "/ties",
            {"person": rosa.code, "kind": "supporter"},
            {"person": rosa.code, "kind": "ally"},
            {},
        ),
        "set_tie_status": (
            "POST",
            f"/ties/{tie.code}/status",
            {"status": "waiting"},
            {"status": "resting", "until": "2026-03-01"},
            match,
        ),
        "end_tie": ("POST", f"/ties/{tie.code}/end", {"reason": "Moved away"}, {"reason": "Asked"}, match),
        "move_tie_stage": ("POST", f"/ties/{tie.code}/stage", {"stage": stage}, {"stage": later}, match),
        "log_touch": ("POST", "/touches", touch, touch | {"said": "Hello"}, {}),
        "set_follow_up": (
            "POST",
            "/follow-ups",
            {"person": rosa.code, "kind": "call", "due_on": "2026-01-20"},
            {"person": rosa.code, "kind": "call", "due_on": "2026-01-21"},
            {},
        ),
        "move_follow_up": (
            "PATCH",
            f"/follow-ups/{step}",
            {"due_on": "2026-01-21"},
            {"due_on": "2026-01-22"},
            match,
        ),
        "close_follow_up": ("POST", f"/follow-ups/{step}/close", None, None, match),
        "sign_up": ("POST", "/signups", signup, signup | {"name": "Else"}, {}),
        "osdi_person_signup_helper": (
            "POST",
            "/osdi/person_signup_helper?form=heating",
            {"person": osdi},
            {"person": osdi | {"given_name": "Else"}},
            {},
        ),
        "offer_handoffs": (
            "POST",
            "/handoffs",
            {"people": [rosa.code], "to": cast.bruno.code},
            {"people": [rosa.code], "to": cast.lea.code},
            {},
        ),
    }
    return (amina, *cases[name])  # type: ignore[return-value]  # each case has its five parts


def _series(name: str, lea: Machine) -> tuple[Machine, str, str, Any, Any, dict[str, str]]:
    if name == "add_series":
        return lea, "POST", "/series", {"name": "Calls"}, {"name": "Letters"}, {}
    path = f"/series/{lea.post('/series', {'name': 'Calls'}).json()['code']}/counts"
    if name == "put_count":
        return lea, "PUT", f"{path}/2026-01-15", {"count": 4}, {"count": 5}, {}
    one, other = ({"counts": [{"on": "2026-01-15", "count": n}]} for n in (4, 5))
    return lea, "POST", path, one, other, {}


ALL = [
    "add_person",
    "change_person",
    "add_channel",
    "remove_channel",
    "change_tags",
    "begin_tie",
    "set_tie_status",
    "end_tie",
    "move_tie_stage",
    "log_touch",
    "set_follow_up",
    "move_follow_up",
    "close_follow_up",
    "offer_handoffs",
    "accept_handoff",
    "decline_handoff",
    "withdraw_handoff",
    "sign_up",
    "osdi_person_signup_helper",
    "add_series",
    "send_counts",
    "put_count",
]
