"""P14: nobody learns of a person outside their scope. Two worlds, the same answers, byte for byte."""

from __future__ import annotations

import random
from typing import Any

from django.test import Client

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches.actions import issue_token
from tests.acceptance import harness, routes, worlds
from tests.acceptance.worlds import CHANGES, RANDOM, VIEWERS, World
from tests.cast import NOW


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Ask everything of `n` pairs of worlds; the promise's number is every viewer with every change."""
    with harness.database():
        return check(n or len(VIEWERS) * len(CHANGES), seed)


def check(n: int, seed: int) -> dict[str, Any]:
    """Compare n pairs of worlds; report how many answers differed, where, and which addresses nobody asked."""
    learn_codes()
    pairs = [(viewer, change) for viewer in VIEWERS for change in CHANGES]
    random.Random(seed).shuffle(pairs)
    differences: list[str] = []
    cases = 0
    for viewer, change in pairs[:n]:
        one = _answers(viewer, change, is_other=False)
        other = _answers(viewer, change, is_other=True)
        cases += len(one)
        differences += [f"{viewer}, {change}: {asked}" for asked in one if one[asked] != other.get(asked)]
    missed = routes.unknown()
    return {
        "cases": cases,
        "fail": len(differences) + len(missed),
        "different": differences[:20],
        "unvisited": missed,
    }


def _answers(viewer: str, change: str, *, is_other: bool) -> dict[str, bytes]:
    with worlds.isolated(), worlds.still():
        world = worlds.build(viewer, change, is_other=is_other)
        answers = _pages(world)
        answers |= _machine(world)
    return answers


def _pages(world: World) -> dict[str, bytes]:
    client = world.client()
    found: dict[str, bytes] = {}
    for route, queries in routes.PLAIN.items():
        for query in queries:
            for part in (False, True):
                headers = {"HX-Request": "true"} if part else {}
                answer = client.get(f"/{route}{query}", headers=headers)
                found[f"GET /{route}{query} {'part' if part else 'page'}"] = worlds.serialised(answer)
    for route, kind in routes.CODED.items():
        for which, code in (("seen", world.seen.get(kind, RANDOM)), ("hidden", HIDDEN_CODES[kind])):
            answer = client.get(routes.filled(route, code))
            found[f"GET /{route} {which}"] = worlds.serialised(answer, leave_out=code.encode())
    heard = "/breadth/heard/?section="
    for path in (f"/breadth/{world.section}/", f"{heard}{world.section}", f"{heard}&theme={world.theme}"):
        found[f"GET {path}"] = worlds.serialised(client.get(path))
    for form in ("csv", "json"):
        sent = {"format": form, "token": f"check-export-{form}"}
        with worlds.seeded("world", f"export {form}"):
            found[f"POST /people/export/ {form}"] = worlds.serialised(client.post("/people/export/", sent))
    return found


# The codes of whoever is hidden follow from the seed, so they are the same in both worlds, there or not.
HIDDEN_CODES: dict[str, str] = {}


def _machine(world: World) -> dict[str, bytes]:
    viewer: Viewer = worlds.viewer_now(world)
    _, secret = issue_token(
        account=world.cast.accounts[world.viewer], name="check", scopes=harness.scopes(), by=viewer, at=NOW
    )
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    found: dict[str, bytes] = {}
    for route, queries in routes.API_PLAIN.items():
        for query in queries:
            found[f"GET /{route}{query}"] = worlds.serialised(client.get(f"/{route}{query}"))
    for route, kind in routes.API_CODED.items():
        for which, code in (("seen", world.seen.get(kind, RANDOM)), ("hidden", HIDDEN_CODES[kind])):
            answer = client.get(routes.filled(route, code))
            found[f"GET /{route} {which}"] = worlds.serialised(answer, leave_out=code.encode())
    return found


def learn_codes() -> None:
    """Build a world once to learn the codes that its hidden person has in every world."""
    with worlds.isolated(), worlds.still():
        world = worlds.build("amina", "added", is_other=True)
        HIDDEN_CODES.update(world.hidden)
    HIDDEN_CODES["other"] = RANDOM
