"""Worlds for the checks of need to know: built twice from one seed, differing only in who is out of a viewer's sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from unittest import mock

import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from strandline.lib.codes import new_code, seeded
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Membership
from strandline.organisation.branches.queries import viewer_for
from strandline.steady.circles.actions import NewCircle, form_circle, join, take_attendance
from strandline.steady.constituencies.actions import add_constituency, place_in
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.conversations.actions import log_conversation, meet_person
from strandline.steady.followup.actions import NextStep, offer_handoffs
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.followup.rules import StepKind
from strandline.steady.listening.actions import name_theme
from strandline.steady.lists.actions import save_list
from strandline.steady.lists.rules import Filters
from strandline.steady.people.actions import NewPerson, Reach, give_consent, share_person
from strandline.steady.people.models import Channel, Grant, Person
from strandline.steady.people.rules import ChannelKind, ConsentPurpose
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Tie, Touch
from strandline.steady.ties.rules import Outcome, TouchKind
from tests.cast import NOW, Cast, assemble

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Who asks, and who of the cast works with someone whom they may not see.
VIEWERS: dict[str, str] = {
    "amina": "chen",
    "bruno": "chen",
    "lea": "chen",
    "bela": "chen",
    "stella": "chen",
    "chen": "amina",
    "dede": "amina",
    "adam": "amina",
    "uma": "amina",
    "cora": "amina",
    "cal": "amina",
    "dora": "amina",
}
CHANGES = ("added", "renamed", "same e-mail", "same phone", "twice")
RANDOM = "0123456789bc"


@dataclass
class World:
    """What stands in it: the cast, and the codes of what the viewer may and may not see."""

    cast: Cast
    viewer: str
    seen: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    # A section of people and a theme, which are the same for everybody: who belongs to it and spoke of it is not.
    section: str = ""
    theme: str = ""

    def client(self) -> Client:
        """Return a browser signed in as the viewer."""
        client = Client(raise_request_exception=False)
        client.force_login(self.cast.accounts[self.viewer], backend=BACKEND)
        return client


def more_roles(cast: Cast) -> None:
    """Add those whom the cast lacks: a convenor, a caller, and someone with two roles in two branches."""
    from strandline.organisation.accounts.models import Account

    for name, places in {
        "cora": [(Role.CONVENOR, cast.tenants)],
        "cal": [(Role.CALLER, cast.nurses)],
        "dora": [(Role.ORGANISER, cast.nurses), (Role.STEWARD, cast.nurses)],
    }.items():
        account = Account.objects.create_user(f"{name}@example.org", None, name=name.capitalize())
        cast.accounts[name] = account
        for role, team in places:
            Membership.objects.create(
                account=account,
                role=role.value,
                branch=team.branch,
                team=team,
                since_at=NOW - timedelta(days=90),
            )


def put(cast: Cast, by: str, name: str, *, email: str, phone: str, context: str, **more: Any) -> Person:
    """Put someone on record with a talk, a next step and a tag; all codes follow from the context."""
    with seeded("world", context):
        viewer = cast.viewer(by)
        person = meet_person(
            new=NewPerson(
                full_name=name,
                reaches=(Reach(ChannelKind.EMAIL, email), Reach(ChannelKind.PHONE, phone)),
                tags=("stairwell",),
                **more,
            ),
            by=viewer,
            at=NOW - timedelta(days=9),
        )
        for days in (8, 6):
            talked = NewTouch(
                TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=days), said=f"{name} spoke of heating"
            )
            step = NextStep(
                StepKind.CALL, NOW.date() - timedelta(days=1) + timedelta(days=days), f"Ask {name}"
            )
            log_conversation(
                person=person.code, touch=talked, step=step, by=viewer, at=NOW - timedelta(days=days)
            )
    return person


def sit_together(cast: Cast, by: str, person: Person, *, context: str) -> str:
    """Let a person belong to a circle, and have come to it; return the code of the circle."""
    with seeded("world", f"{context} circle"):
        viewer, since = cast.viewer(by), NOW - timedelta(days=9)
        new = NewCircle(f"Circle of {person.full_name}", "FREQ=WEEKLY;BYDAY=FR", date(2025, 12, 5), time(19))
        row = form_circle(new=new, by=viewer, at=since)
        join(circle=row.code, people=[person.code], by=viewer, at=since)
        take_attendance(circle=row.code, on=date(2026, 1, 9), came=[person.code], by=viewer, at=NOW)
    return row.code


def share_list(cast: Cast, by: str, name: str) -> None:
    """Let someone share a list with their team, and another with their branch."""
    team = cast.nurses if by == "chen" else cast.tenants
    for place, tag in ((f"team:{team.code}", "stairwell"), (f"branch:{team.branch.code}", "roof")):
        save_list(name=f"{name}, {tag}", filters=Filters(tag=tag), share=place, by=cast.viewer(by), at=NOW)


def belong(world: World, by: str, person: Person, *, context: str) -> None:
    """Let a person belong to the section of the world, and speak of its theme often enough to be told of."""
    with seeded("world", f"{context} section"):
        viewer = world.cast.viewer(by)
        place_in(people=[person.code], constituency=world.section, by=viewer, at=NOW)
        give_consent(person=person.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=viewer, at=NOW)
        step = NextStep(StepKind.CALL, NOW.date() + timedelta(days=5), f"Ask {person.full_name}")
        for hours in range(1, 7):
            said = NewTouch(
                TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(hours=hours), f"{context}: the rent"
            )
            log_conversation(
                person=person.code, touch=said, step=step, themes=[world.theme], by=viewer, at=NOW
            )


def codes_of(person: Person) -> dict[str, str]:
    """Return the codes by which addresses name this person and what belongs to them."""
    return {
        "person": person.code,
        "tie": Tie.objects.filter(person=person).values_list("code", flat=True)[0],
        "step": FollowUp.objects.filter(person=person, closed_at=None).values_list("code", flat=True)[0],
        "touch": Touch.objects.filter(person=person).order_by("pk").values_list("code", flat=True)[0],
        "channel": Channel.objects.filter(person=person).order_by("pk").values_list("code", flat=True)[0],
        "handoff": Handoff.objects.filter(person=person).values_list("code", flat=True).first() or RANDOM,
        "grant": Grant.objects.filter(person=person).values_list("code", flat=True).first() or RANDOM,
    }


HIDDEN = {"name": "Zsófia Quillon", "email": "zsofia.quillon@example.org", "phone": "+44 7700 900777"}


def build(viewer: str, change: str, *, is_other: bool) -> World:
    """Build one of the two worlds: in the other one, someone out of the viewer's sight is there, or is otherwise."""
    with seeded("world", "house"):
        cast = assemble()
        more_roles(cast)
        section = add_constituency(name="Hospital", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
        theme = name_theme(name="Rents", words="rent", by=cast.lea, at=NOW)
    world = World(cast, viewer, section=section.code, theme=theme.code)
    for by, name in (("amina", "Rosa Lindqvist"), ("chen", "Kofi Boateng")):
        number = "900101" if by == "amina" else "900202"
        person = put(cast, by, name, email=f"{by}1@example.org", phone=f"+44 7700 {number}", context=name)
        circle = sit_together(cast, by, person, context=name)
        belong(world, by, person, context=name)
        if by != VIEWERS[viewer]:
            world.seen = codes_of(person) | {"circle": circle}
    own = "chen1@example.org" if VIEWERS[viewer] == "amina" else "amina1@example.org"
    number = "+44 7700 900202" if VIEWERS[viewer] == "amina" else "+44 7700 900101"
    about = dict(HIDDEN)
    if is_other and change == "renamed":
        about["name"] = "Benedek Ostrava"
    if is_other and change == "same e-mail":
        about["email"] = own
    if is_other and change == "same phone":
        about["phone"] = number
    if is_other or change not in ("added",):
        world.hidden = _hide(world, about)
    if is_other and change == "twice":
        _hide(world, about, context="hidden twice")
    return world


def _hide(world: World, about: dict[str, str], context: str = "hidden") -> dict[str, str]:
    cast, by = world.cast, VIEWERS[world.viewer]
    person = put(cast, by, about["name"], email=about["email"], phone=about["phone"], context=context)
    with seeded("world", f"{context} more"):
        viewer = cast.viewer(by)
        to = cast.accounts["lea" if by == "amina" else "dora"]
        if world.viewer not in ("lea", "dora"):
            offer_handoffs(people=[person.code], to=to.code, note="", by=viewer, at=NOW)
            other = "bela" if by == "amina" else "dora"
            share_person(
                person=person.code, with_account=cast.accounts[other].code, reason="", by=viewer, at=NOW
            )
        # A list that another branch shares tells of itself by its name alone.
        share_list(cast, by, f"Beside {person.full_name}")
    belong(world, by, person, context=context)
    return codes_of(person) | {"circle": sit_together(cast, by, person, context=context)}


@contextmanager
def isolated() -> Iterator[None]:
    """Undo whatever happens inside, as Django's own test case does."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # durable blocks inside are allowed then
    block.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


@contextmanager
def still() -> Iterator[None]:
    """Hold the clock and what is random by design: request ids and CSRF secrets."""
    with (
        time_machine.travel(NOW, tick=False),
        mock.patch("django.middleware.csrf._get_new_csrf_string", return_value="c" * 32),
        mock.patch("django.middleware.csrf._mask_cipher_secret", lambda secret: secret * 2),
    ):
        yield


_NORMAL = (
    (re.compile(rb"(?im)^(Date|Set-Cookie|X-Request-Id): .*$"), rb"\1: -"),
    (re.compile(rb'name="token" value="[^"]*"'), b'name="token" value=""'),
    (re.compile(rb'"request_id": ?"[0-9a-f]{32}"'), b'"request_id":""'),
)


def serialised(response: HttpResponse, *, leave_out: bytes = b"") -> bytes:
    """Return the whole answer, headers and cookies too, with only what may differ made the same."""
    body = b"".join(response.streaming_content) if response.streaming else b""  # type: ignore[attr-defined]
    raw = (response.serialize_headers() + b"\r\n\r\n" + body) if response.streaming else response.serialize()
    names = b",".join(sorted(name.encode() for name in response.cookies))
    for pattern, same in _NORMAL:
        raw = pattern.sub(same, raw)
    if leave_out:
        raw = raw.replace(leave_out, b"(code)")
    return raw + b"\n" + names


def viewer_now(world: World) -> Any:
    """Return the viewer with the rights of this moment."""
    return viewer_for(world.cast.accounts[world.viewer], at=NOW)


def fresh() -> str:
    """Return a client token that was not used before."""
    return f"check-{new_code(16)}"
