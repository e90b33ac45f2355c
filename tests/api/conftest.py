"""A client that speaks to the API with the token of one of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from strandline.api import gate
from strandline.organisation.accounts.rules import API_SCOPES
from strandline.organisation.branches.actions import issue_token
from tests.cast import NOW, Cast

from .machine import Machine

ALL = tuple(API_SCOPES)


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
