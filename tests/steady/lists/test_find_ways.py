"""Find answers the same whether a scope is looked through or the index is walked, and however often runs stand in names."""

from __future__ import annotations

import pytest
from django.db import connection

from strandline.steady.lists import queries
from strandline.store import search
from tests.cast import Cast

NAMES = (
    "Rosa Lindqvist", "Rosalind Marsh", "Anna-Lena Rosenberg", "Łukasz Różański", "李 明", "Bo Li", "Mary Smith",
    "Smithson Osei", "Asmith O'Neill", "50% Rosa_x",
)  # fmt: skip
TYPED = (
    "rosa",
    "smith",
    "ros lin",
    "os",
    "li",
    "rozanski",
    "o'neill",
    "50% r",
    "rosa_",
    "李 明",
    "lindqvis",
    "osei smi",
    "zz",
)


@pytest.fixture
def world(cast: Cast) -> Cast:
    for number, name in enumerate(NAMES):
        cast.person(name, by="chen" if number % 4 == 3 else "amina")
    return cast


def names(cast: Cast, typed: str, who: str) -> list[str]:
    return [found.full_name for found in queries.find(viewer=cast.viewer(who), text=typed)]


@pytest.mark.parametrize("typed", TYPED)
def test_a_large_scope_finds_what_a_small_one_does(
    world: Cast, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    gathered = {who: names(world, typed, who) for who in ("amina", "bela", "chen", "dede")}
    monkeypatch.setattr(queries, "_is_large", lambda *_: True)

    for often in (
        {},
        {"ros": 9, "osa": 8, "smi": 7, "mit": 6, "lin": 1},
        dict.fromkeys(search.grams(typed), 3),
    ):
        monkeypatch.setattr(queries, "_often", lambda often=often: often)

        assert {who: names(world, typed, who) for who in gathered} == gathered


def test_a_sample_says_how_often_runs_stand_in_names(world: Cast) -> None:
    often = search.often(connection, table="steady_person", column="folded")

    if connection.vendor == "postgresql":
        assert often == {}
    else:
        assert (often["ros"], often["smi"], often.get("zzz")) == (4, 3, None)


def test_the_sample_is_taken_once_an_hour(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(queries.search, "often", lambda *_, **__: taken.append(1) or {"ros": 1})
    monkeypatch.setattr(queries, "_sampled_lately", queries.Lately(seconds=3600))
    monkeypatch.setattr(queries, "_is_large", lambda *_: True)

    for _ in range(3):
        names(world, "rosa", "amina")

    assert taken == [1]
    monkeypatch.undo()
    queries._sampled.clear()
