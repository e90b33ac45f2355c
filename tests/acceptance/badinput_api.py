"""Bad input by the API: every property that the description names, and every parameter, is given what it was never meant for."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from django.db import connection

from strandline.api.openapi import schema
from tests.acceptance import hostile, worlds
from tests.acceptance.stage import Stage
from tests.acceptance.trying import BROKEN, Case, Found, drawn
from tests.acceptance.writes import Writes
from tests.api import repeats
from tests.api.machine import Machine
from tests.cast import assemble

MARK = "@@hostile@@"
Step = str | int


def check(n: int | None, chance: random.Random, found: Found) -> None:
    """Try every body, then every parameter of what is only read."""
    told = schema()
    for name in repeats.ALL:
        with worlds.isolated(), worlds.still():
            _operation(name, told, n, chance, found)
    with worlds.isolated(), worlds.still():
        reader = Machine(Stage(assemble()).secret("amina"))
        for path, operations in told["paths"].items():
            if "get" in operations and "{" not in path:
                _parameters(reader, path, operations["get"], n, chance, found)


def _operation(name: str, told: dict[str, Any], n: int | None, chance: random.Random, found: Found) -> None:
    cast = assemble()
    secret = functools.cache(Stage(cast).secret)
    who, method, path, body, _other, headers = repeats.case(name, cast, lambda one: Machine(secret(one)))
    if not isinstance(body, dict):
        return
    known = dict.fromkeys(_properties(told, name), "")
    for place in _places(known | body):
        found.fields += 1
        for kind, raw in _raws(n, chance):
            found.cases += 1
            with worlds.isolated(), Writes(connection) as writes:
                sent = json.dumps(_with(body, place)).replace(f'"{MARK}"', raw)
                answer = who.ask(method, path, sent, Idempotency_Key=worlds.fresh(), **headers)
            _judge(Case(f"api {name}", "/".join(map(str, place)), kind), raw, answer, writes, found)


def _raws(n: int | None, chance: random.Random) -> Iterator[tuple[str, str]]:
    for kind, value in drawn(n, chance):
        if isinstance(value, str):
            yield kind, json.dumps(value)
    others = list(hostile.JSON.items())
    yield from (others if n is None else chance.sample(others, min(n, len(others))))


def _judge(case: Case, raw: str, answer: Any, writes: Writes, found: Found) -> None:
    status = answer.status_code
    if status >= 500 or BROKEN.search(answer.content):
        found.wrong.append(f"{case}: broke ({status})")
    elif status >= 400:
        found.refused += 1
        found.wrong += [f"{case}: refused ({status}), and {table} was written" for table in writes.tables()]
        if not json.loads(answer.content).get("detail"):
            found.wrong.append(f"{case}: refused without a word")
    else:
        found.kept += 1
        text = json.loads(raw) if raw.startswith('"') else ""
        kept = text.strip(" ").rstrip(" \r\n").replace("\r\n", "\n")
        if kept.strip() and connection.vendor == "sqlite" and not writes.hold(kept):
            found.wrong.append(f"{case}: taken ({status}), and nowhere to be found")


def _properties(told: dict[str, Any], name: str) -> list[str]:
    for operations in told["paths"].values():
        for operation in operations.values():
            if operation.get("operationId") == name and "requestBody" in operation:
                shape = operation["requestBody"]["content"]["application/json"]["schema"]
                while "$ref" in shape:
                    shape = told["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
                return list(shape.get("properties", {}))
    return []


def _places(value: Any, before: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    steps: list[tuple[Step, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    for step, part in steps:
        yield (*before, step)
        yield from _places(part, (*before, step))


def _with(body: Any, place: tuple[Step, ...]) -> Any:
    if not place:
        return MARK
    step, rest = place[0], place[1:]
    if isinstance(body, list):
        return [_with(part, rest) if k == step else part for k, part in enumerate(body)]
    given = dict(body) if isinstance(body, dict) else {}
    return given | {str(step): _with(given.get(str(step)), rest)}


def _parameters(
    reader: Machine, path: str, told: dict[str, Any], n: int | None, chance: random.Random, found: Found
) -> None:
    names = [p["name"] for p in told.get("parameters", []) if p["in"] == "query"]
    for name in [*names, "fields", "expand", "order", "page"]:
        found.fields += 1
        for kind, value in drawn(n, chance):
            text = value.decode() if isinstance(value, bytes) else quote_plus(value, errors="surrogatepass")
            found.cases += 1
            with Writes(connection) as writes:
                answer = reader.client.get(
                    f"{path}?{name}={text}", headers={"Authorization": f"Bearer {reader.secret}"}
                )
            case = Case(f"GET {path}", name, kind)
            if answer.status_code >= 500 or BROKEN.search(answer.content):
                found.wrong.append(f"{case}: broke ({answer.status_code})")
            found.wrong += [f"{case}: {table} was written" for table in writes.tables()]
