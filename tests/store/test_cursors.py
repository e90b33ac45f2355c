from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.store.cursors import BadCursor, beyond, seal, unseal

marks = st.lists(st.text(max_size=20), min_size=1, max_size=3).map(tuple)


@given(marks, marks)
def test_cursor_gives_back_the_place_it_was_made_from(mark: tuple[str, ...], asked: tuple[str, ...]) -> None:
    assert unseal(seal(mark, asked=asked), asked=asked) == mark


@given(marks, marks)
def test_cursor_is_the_same_each_time(mark: tuple[str, ...], asked: tuple[str, ...]) -> None:
    assert seal(mark, asked=asked) == seal(mark, asked=asked)


@given(marks, marks, marks)
def test_cursor_of_another_question_is_refused(
    mark: tuple[str, ...], asked: tuple[str, ...], other: tuple[str, ...]
) -> None:
    if asked != other:
        with pytest.raises(BadCursor):
            unseal(seal(mark, asked=asked), asked=other)


def test_cursor_does_not_show_the_place() -> None:
    assert "rosa" not in seal(("rosa",), asked=("people",)).lower()


@given(st.text(max_size=60))
def test_text_that_was_not_sealed_here_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        unseal(text, asked=("people",))


@pytest.mark.parametrize("place", range(30))
def test_bent_cursor_is_refused(place: int) -> None:
    whole = seal(("rosa", "k3"), asked=("people",))
    bent = whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :]

    with pytest.raises(BadCursor):
        unseal(bent, asked=("people",))


rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=4, unique_by=lambda row: row[1])


@settings(max_examples=30, deadline=None)  # each comparison is a question to the database
@given(rows, st.booleans())
def test_beyond_means_what_comes_after_in_the_order(rows: list[tuple[int, int]], descending: bool) -> None:
    ordered = sorted(rows, reverse=descending)

    for place, mark in enumerate(ordered):
        condition = beyond(("at", "code"), mark, descending=descending)
        after = [row for row in ordered if condition.check({"at": row[0], "code": row[1]})]
        assert after == ordered[place + 1 :]
