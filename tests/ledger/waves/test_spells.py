"""Stretches of days, against sets of days."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.waves.rules.spells import (
    Spells,
    count_by_day,
    handed_down,
    nothing,
    overlap,
    runs,
    together,
    union,
)
from tests.ledger.waves.worlds import spells

rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 30)), max_size=15)


def days(layer: Spells) -> set[tuple[int, int]]:
    return {
        (int(of), day)
        for of, start, end in zip(layer.of, layer.start, layer.end, strict=True)
        for day in range(int(start), int(end))
    }


@given(st.lists(rows, min_size=1, max_size=4))
def test_overlap_is_the_days_that_all_layers_share(layers: list[list[tuple[int, int, int]]]) -> None:
    given_layers = [spells(layer) for layer in layers]

    found = overlap(given_layers)

    assert days(found) == set.intersection(*[days(layer) for layer in given_layers])
    assert len(union(found)) == len(found)  # merged already
    assert sum(found.end - found.start) == len(days(found))  # disjoint


@given(rows, rows)
def test_together_then_union_is_the_days_of_either(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]
) -> None:
    found = union(together([spells(one), spells(other)]))

    assert days(found) == days(spells(one)) | days(spells(other))
    assert together([]).of.tolist() == nothing().of.tolist() == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), max_size=20), st.integers(1, 12))
def test_runs_hold_each_day_for_a_window(acts: list[tuple[int, int]], window: int) -> None:
    columns = np.array(acts, dtype=np.int64).reshape(-1, 2)

    found = runs(columns[:, 0], columns[:, 1], window)

    assert days(found) == {(of, day + more) for of, day in acts for more in range(window)}


@given(rows, st.integers(0, 20), st.integers(0, 15))
def test_counts_by_day_are_the_spells_that_cover_it(
    layer: list[tuple[int, int, int]], first: int, length: int
) -> None:
    disjoint = union(spells(layer))

    counts = count_by_day(disjoint, first, first + length)

    expected = [sum(day == other for _, other in days(disjoint)) for day in range(first, first + length + 1)]
    assert counts.tolist() == expected


@given(rows, st.integers(0, 30))
def test_on_and_within_agree(layer: list[tuple[int, int, int]], day: int) -> None:
    one_day = spells(layer).within(day, day + 1)

    assert set(np.flatnonzero(spells(layer).on(day, 4))) == set(one_day.of.tolist())


@given(rows, st.lists(st.integers(0, 3), max_size=6))
def test_spells_are_handed_down_to_every_child(layer: list[tuple[int, int, int]], parents: list[int]) -> None:
    children = np.arange(10, 10 + len(parents))

    found = handed_down(spells(layer), children, np.array(parents, dtype=np.int64))

    expected = sorted(
        (int(c), s, e) for c, p in zip(children, parents, strict=True) for of, s, e in layer if of == p
    )
    assert sorted(zip(found.of.tolist(), found.start.tolist(), found.end.tolist(), strict=True)) == expected
