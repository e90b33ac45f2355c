"""P9: nothing is done twice: second tab, back button, retry, other words under one token, ten at once, after a restart."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import time_machine
from django.core.management import call_command
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from strandline.store import writer
from tests.acceptance import harness, routes, sends, stage, state, worlds
from tests.acceptance.sends import SENDS, Send
from tests.acceptance.stage import Stage
from tests.api import repeats
from tests.api.machine import Machine
from tests.cast import NOW, Cast, assemble

TOKEN = "check-token-000001"
AT_ONCE = 10


@dataclass(frozen=True)
class Asked:
    """One request, made so that it can be sent again exactly."""

    name: str
    send: Any
    marks: bool
    deeds: int = 1

    def __call__(self, *, otherwise: bool = False) -> HttpResponse:
        answer: HttpResponse = self.send(otherwise)
        return answer


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Repeat every unsafe request of ours; `n` is how many of the addresses are also asked by ten at once."""
    with harness.database():
        found = check()
        missed = unlisted()
        crowded = crowds(n, seed)
    cases = found["cases"] + crowded["cases"]
    wrong = found["wrong"] + crowded["wrong"]
    return {
        "cases": cases,
        "fail": len(wrong) + len(missed),
        "addresses": len(SENDS) + len(repeats.ALL),
        "wrong": wrong[:20],
        "unlisted": missed,
    }


def check(only: set[str] | None = None) -> dict[str, Any]:
    """Send each unsafe request, then again, then with other words; look at the answers and at all that is kept."""
    wrong: list[str] = []
    cases = 0
    with worlds.isolated(), worlds.still():
        set_up = stage.build()
        for route, send in SENDS.items():
            if only is None or route in only:
                with worlds.isolated():
                    cases += _judge(_page(set_up, route, send), wrong)
    for name in repeats.ALL:
        if only is None or name in only:
            with worlds.isolated(), worlds.still():
                cases += _judge(_machine(assemble(), name), wrong)
    return {"cases": cases, "fail": len(wrong), "wrong": wrong}


def _judge(asked: Asked, wrong: list[str]) -> int:
    before = state.tables()
    first = asked()
    done = state.tables()
    if first.status_code >= 400 or not state.changes(before, done):
        wrong.append(f"{asked.name}: did nothing ({first.status_code}), so that a repeat shows nothing")
    again = asked()
    after = state.tables()
    if again.status_code != first.status_code:
        wrong.append(f"{asked.name}: answers {again.status_code} to the repeat, not {first.status_code}")
    wrong += [f"{asked.name}: the repeat changed {table}" for table in state.changes(done, after)]
    if not asked.marks:
        return 1
    other = asked(otherwise=True)
    if other.status_code != 422:
        wrong.append(f"{asked.name}: answers {other.status_code} to other words under the same token")
    changed = state.changes(done, state.tables())
    wrong += [f"{asked.name}: other words under the same token changed {table}" for table in changed]
    return 2


def _page(set_up: Stage, route: str, send: Send) -> Asked:
    path = path_of(set_up, route, send)

    def post(otherwise: bool) -> HttpResponse:
        client = set_up.browser(send.who) if send.who else Client(raise_request_exception=False)
        form = send.form(set_up) if callable(send.form) else dict(send.form or {})
        if send.is_json:
            return client.post(path, json.dumps(form), content_type="application/json")
        if send.marks:
            form = {"token": TOKEN, **form}
        if otherwise:
            form |= _other(form)
        return client.post(path, form)

    return Asked(f"POST /{route}", post, send.marks, send.deeds)


def _other(form: dict[str, Any]) -> dict[str, Any]:
    """Return other words: a name that is there, else a field that the first sending did not have."""
    return {"name": "Someone Else"} if "name" in form else {"more": "1"}


def path_of(set_up: Stage, route: str, send: Send) -> str:
    code = set_up.codes.get(send.code, send.code)
    path = re.sub(r"<str:(code|slug|deed)>", code, route, count=1)
    second = set_up.codes.get(send.second, "views")
    path = path.replace("<str:on>", "2026-01-16")
    return "/" + re.sub(r"<str:(device|field|purpose|mark|form)>", second, path)


def _machine(cast: Cast, name: str) -> Asked:
    def token_of(who: str) -> Machine:
        return Machine(Stage(cast).secret(who))

    who, method, path, body, other, headers = repeats.case(name, cast, token_of)

    def ask(otherwise: bool) -> HttpResponse:
        if otherwise and other is None:
            return who.ask("POST", "/people", {"full_name": "Else"}, Idempotency_Key=TOKEN)
        return who.ask(method, path, other if otherwise else body, Idempotency_Key=TOKEN, **headers)

    return Asked(f"{method} /api/v1: {name}", ask, marks=True)


def crowds(n: int | None, seed: int) -> dict[str, Any]:
    """Let ten send the same at once, then once more after a restart of all that remembers anything.

    It works on the database as it is, outside of any transaction, and leaves it empty.
    """
    names = [*SENDS, *repeats.ALL]
    random.Random(seed).shuffle(names)
    wrong: list[str] = []
    cases = 0
    for name in names[:n]:
        with time_machine.travel(NOW, tick=False):
            asked = _page(stage.build(), name, SENDS[name]) if name in SENDS else _machine(assemble(), name)
            cases += _crowd(asked, wrong)
        _empty()
    return {"cases": cases, "fail": len(wrong), "wrong": wrong}


def _crowd(asked: Asked, wrong: list[str]) -> int:
    def one(_: int) -> int:
        try:
            return asked().status_code
        finally:
            connections.close_all()

    deeds = int(state.tables()["deeds in the log"])
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        statuses = list(crowd.map(one, range(AT_ONCE)))
    done = state.tables()
    made = int(done["deeds in the log"]) - deeds
    if made != asked.deeds:
        wrong.append(f"{asked.name}: ten at once left {made} deeds, not {asked.deeds} ({statuses})")
    if len(set(statuses)) != 1 and asked.marks:
        wrong.append(f"{asked.name}: ten at once were answered {sorted(set(statuses))}")
    writer.stop_all()
    connections.close_all()
    asked()
    changed = state.changes(done, state.tables())
    wrong += [f"{asked.name}: the repeat after a restart changed {table}" for table in changed]
    return AT_ONCE + 1


def _empty() -> None:
    writer.stop_all()
    call_command("flush", verbosity=0, interactive=False)


def unlisted() -> list[str]:
    """Return the unsafe addresses that no check knows how to send to, by asking each whether it takes POST."""
    return [*_unlisted_pages(), *_unlisted_routes(), *_unlisted_accounts()]


def _unlisted_pages() -> Iterator[str]:
    with worlds.isolated(), worlds.still():
        client = worlds.build("lea", "added", is_other=False).client()
        for route in routes.every():
            if route in SENDS or route in sends.HARMLESS or route.startswith(("api/v1/", routes.ACCOUNTS)):
                continue
            path = "/" + re.sub(r"<[^>]*>", "000000000000", route)
            if client.post(path).status_code != 405:
                yield route


def _unlisted_routes() -> Iterator[str]:
    from strandline.api.openapi import schema

    for operations in schema()["paths"].values():
        for method, operation in operations.items():
            if method != "get" and operation["operationId"] not in repeats.ALL:
                yield f"api: {operation['operationId']}"


def _unlisted_accounts() -> Iterator[str]:
    for route in routes.every():
        rest = route.removeprefix(routes.ACCOUNTS).lstrip("^")
        known = rest.startswith((*sends.ACCOUNTS, "inactive/"))
        if route.startswith(routes.ACCOUNTS) and not known:
            yield route
