"""P16: nobody learns of a hidden person by touching them: the answer of a random code, and nothing changed."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from django.apps import apps
from django.test import Client

from strandline.organisation.branches.actions import issue_token
from tests.acceptance import harness, routes, worlds
from tests.acceptance.worlds import RANDOM, VIEWERS, World
from tests.cast import NOW

# Rows that say what was asked and by whom: the log and the counters of the door may grow, nothing else may.
LOGS = {
    "organisation.AuditEntry",
    "organisation.AuditHead",
    "organisation.AuditSubject",
    "organisation.Receipt",
}
# A form that would do something, had the code been the viewer's own.
FORM = {
    "outcome": "spoke",
    "said": "Asked",
    "step": "call",
    "kind": "call",
    "when": "tomorrow",
    "to": "2026-02-02",
    "due_on": "2026-02-02",
    "reason": "because of the check",
    "why": "because of the check",
    "status": "ended",
    "purpose": "views",
    "value": "x",
    "reach": "new@example.org",
    "add": "tag",
    "full_name": "Changed Name",
    "version": "1",
    "with": "x",
    "answer": "",
}


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Touch a hidden person in the name of `n` viewers; all of them unless said."""
    with harness.database():
        return check(n or len(VIEWERS), seed)


def check(n: int, seed: int) -> dict[str, Any]:
    """Send every unsafe method to every coded address, with a hidden code and with a random one."""
    viewers = list(VIEWERS)
    random.Random(seed).shuffle(viewers)
    wrong: list[str] = []
    cases = 0
    for viewer in viewers[:n]:
        with worlds.isolated(), worlds.still():
            world = worlds.build(viewer, "added", is_other=True)
            before = digest()
            for asked, hidden, at_random in _touches(world):
                cases += 1
                if hidden != at_random:
                    wrong.append(f"{viewer}: {asked} answers otherwise than a random code")
            if digest() != before:
                wrong.append(f"{viewer}: something changed")
    return {"cases": cases, "fail": len(wrong), "wrong": wrong[:20]}


def _touches(world: World) -> list[tuple[str, bytes, bytes]]:
    client = world.client()
    found = []
    for route, kind in routes.CODED.items():
        code = world.hidden.get(kind, RANDOM)
        pair = [
            worlds.serialised(
                client.post(routes.filled(route, each), FORM | {"token": worlds.fresh()}),
                leave_out=each.encode(),
            )
            for each in (code, RANDOM)
        ]
        found.append((f"POST /{route}", pair[0], pair[1]))
    machine = _machine(world)
    for route, kind in routes.API_CODED.items():
        code = world.hidden.get(kind, RANDOM)
        for method in ("post", "patch", "put", "delete"):
            pair = [
                worlds.serialised(
                    getattr(machine, method)(
                        routes.filled(route, each), data={"reason": "check"}, content_type="application/json"
                    ),
                    leave_out=each.encode(),
                )
                for each in (code, RANDOM)
            ]
            found.append((f"{method.upper()} /{route}", pair[0], pair[1]))
    return found


def _machine(world: World) -> Client:
    _, secret = issue_token(
        account=world.cast.accounts[world.viewer],
        name="check",
        scopes=harness.scopes(),
        by=worlds.viewer_now(world),
        at=NOW,
    )
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def digest() -> str:
    """Return a digest of every row about people: equal when nothing changed."""
    found = hashlib.blake2b(digest_size=16)
    for model in apps.get_app_config("steady").get_models():
        if model._meta.label in LOGS:
            continue
        for row in model._base_manager.order_by("pk").values_list():
            found.update(repr(row).encode())
    return found.hexdigest()
