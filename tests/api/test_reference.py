"""The description says all that there is, and the reference page is written from it as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from strandline.api.application import api
from strandline.api.gate import Bearer
from strandline.api.openapi import schema
from tests import docs

OPERATIONS = [
    (path, method, operation)
    for path, operations in schema()["paths"].items()
    for method, operation in operations.items()
]


def test_reference_page_is_as_the_code_says_it() -> None:
    assert (docs.ROOT / "docs/reference/api.md").read_text() == docs.api_page(), "Run `make docs`."


def test_every_route_stands_behind_the_gate() -> None:
    gates = [
        [type(gate) for gate in operation.auth_callbacks]
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]

    assert gates == [[Bearer]] * len(OPERATIONS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_every_route_declares_what_every_route_can_answer(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    common = {"400", "401", "403", "405", "429", "431", "500", "503"}

    assert operation["summary"]
    assert common <= operation["responses"].keys()
    assert [one for one in operation["responses"] if one.startswith("2")]
    named = [parameter["name"] for parameter in operation["parameters"]]
    assert ("Idempotency-Key" in named) == (method != "get")
    assert all(
        list(answer["content"]) == ["application/problem+json"]
        for status, answer in operation["responses"].items()
        if not status.startswith("2")
    )
