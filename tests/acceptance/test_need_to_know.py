"""The checks of need to know at a small size, on each commit; each first shows that it bites."""

from __future__ import annotations

from typing import Any

import pytest

from strandline.steady.people.models import PersonQuerySet
from tests.acceptance import canary, idor, routes, twins


@pytest.fixture
def leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break need to know: everyone is in sight of everyone with a role."""

    def everyone(self: Any, *_: Any, **__: Any) -> Any:
        return self

    monkeypatch.setattr(PersonQuerySet, "visible_to", everyone)


def test_every_address_is_known_to_the_checks(db: None) -> None:
    assert routes.unknown() == []


def test_twin_worlds_answer_alike(db: None) -> None:
    found = twins.check(3, 1)

    assert (found["different"], found["unvisited"]) == ([], [])
    assert found["cases"] >= 3 * 150


def test_twin_worlds_bite(db: None, leak: None) -> None:
    assert twins.check(1, 1)["fail"] > 0


def test_touching_someone_hidden_answers_like_a_random_code(db: None) -> None:
    found = idor.check(3, 1)

    assert found["wrong"] == []
    assert found["cases"] >= 3 * 100


def test_touching_bites(db: None, leak: None) -> None:
    assert idor.check(1, 1)["fail"] > 0


def test_no_mark_of_someone_hidden_is_found(db: None) -> None:
    found = canary.check(3, 1)

    assert found["leaks"] == []
    assert found["cases"] >= 3 * 80


def test_marks_bite(db: None, leak: None) -> None:
    assert canary.check(1, 1)["fail"] > 0
