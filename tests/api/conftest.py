"""A client that speaks to the API with the token of one of the cast."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from strandline.api import gate
from strandline.organisation.accounts.rules import API_SCOPES
from strandline.organisation.branches.actions import issue_token
from tests.cast import NOW, Cast

ALL = tuple(API_SCOPES)


class Machine:
    """Speaks JSON in the name of one account."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request below /api/v1 and return the answer."""
        given = {"Authorization": f"Bearer {self.secret}"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        more: dict[str, Any] = {}
        if body is not None:
            data = body if isinstance(body, bytes | str) else json.dumps(body)
            more = {"data": data, "content_type": given.pop("Content-Type", "application/json")}
        return self.client.generic(method, f"/api/v1{path}", headers=given, **more)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, **headers)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """It is the moment of the cast."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _full_budget() -> Iterator[None]:
    """No test spends what another has left."""
    gate.budget.clear()
    yield
    gate.budget.clear()


@pytest.fixture
def machine(cast: Cast) -> Callable[..., Machine]:
    """Return a client with a token of this member of the cast, for all scopes or for these."""

    def make(name: str, *scopes: str) -> Machine:
        _, secret = issue_token(
            account=cast.accounts[name], name="sync", scopes=scopes or ALL, by=cast.viewer(name), at=NOW
        )
        return Machine(secret)

    return make


def problem(answer: HttpResponse) -> dict[str, Any]:
    """Return the problem that was answered, after checking that it is one."""
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    return found
