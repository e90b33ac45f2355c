"""Ebb by section, and cells that are too small to stand alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.ebb.rules.cells import Cell, roll_up
from strandline.ledger.ebb.rules.ebb import HOW_COUNTED, Ending, ebb_by_constituency, ebb_of_all


def test_small_cells_go_up_to_the_parent() -> None:
    #          0 town, 1 trades under it, 2 nurses and 3 drivers under 1
    parent = [-1, 0, 1, 1]

    assert roll_up([2, 3, 4, 9], parent) == (Cell(0, (0,), 2), Cell(1, (1, 2), 7), Cell(3, (3,), 9))


def test_too_small_at_the_top_does_not_stand() -> None:
    (cell,) = roll_up([1, 2], [-1, 0])

    assert (cell.members, cell.count, cell.stands) == ((0, 1), 3, False)


def test_tree_that_bites_its_tail_is_refused() -> None:
    with pytest.raises(ValueError, match="Constituency 0 is its own ancestor"):
        roll_up([1, 1], [1, 0])


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(-1, 30)), min_size=1, max_size=12))
def test_roll_up_loses_nobody_and_shows_no_small_cell_below_the_top(rows: list[tuple[int, int]]) -> None:
    counts = [count for count, _ in rows]
    parent = [above if above < place else -1 for place, (_, above) in enumerate(rows)]

    cells = roll_up(counts, parent)

    assert sum(cell.count for cell in cells) == sum(counts)
    assert sorted(member for cell in cells for member in cell.members) == list(range(len(counts)))
    for cell in cells:
        assert cell.stands or parent[cell.constituency] == -1
        assert cell.count == sum(counts[member] for member in cell.members)


def test_ebb_counts_causes_apart_and_the_departed_in_the_hundred() -> None:
    days = np.array([10] * 6 + [20] * 2 + [30] * 4 + [90] * 8)
    ending = np.array(
        [Ending.STEPPED_BACK] * 6 + [Ending.OPPOSED] * 2 + [Ending.LEFT] * 4 + [Ending.STILL_HERE] * 8
    )

    found = ebb_of_all(days, ending, 60)

    assert found.is_shown
    assert (found.people, found.count) == (20, 8)
    assert found.stepped_back is not None
    assert found.opposed is not None
    assert found.stepped_back.value == pytest.approx(0.3)
    assert found.opposed.value == pytest.approx(0.1)
    assert found.stepped_back.lower < 0.3 < found.stepped_back.upper


def test_ebb_under_five_goes_to_the_parent_section() -> None:
    # Section 1: six of ten stepped back; section 2: two of ten; both under section 0.
    ending = np.array(
        [Ending.STEPPED_BACK] * 6 + [0] * 4 + [Ending.STEPPED_BACK] * 2 + [0] * 8 + [Ending.OPPOSED] * 3
    )
    days = np.full(23, 30)
    person = np.arange(23)
    constituency = np.array([1] * 10 + [2] * 10 + [0] * 3)

    found = ebb_by_constituency(days, ending, person, constituency, [-1, 0, 0], within=60)

    assert [(one.constituency, one.members, one.people, one.count) for one in found] == [
        (0, (0, 2), 13, 5),
        (1, (1,), 10, 6),
    ]


def test_ebb_under_five_at_the_top_has_no_figures() -> None:
    found = ebb_of_all(np.array([5, 5, 9]), np.array([1, 2, 0]), 60)

    assert (found.is_shown, found.count, found.opposed) == (False, None, None)


def test_person_in_two_merged_cells_is_counted_once() -> None:
    ending = np.array([Ending.STEPPED_BACK] * 3)
    person, constituency = np.array([0, 1, 2, 0, 1]), np.array([0, 0, 0, 1, 1])

    (found,) = ebb_by_constituency(np.array([5, 5, 5]), ending, person, constituency, [-1, 0], within=60)

    assert (found.people, found.is_shown) == (3, False)  # five rows, yet three people


def test_section_without_people_is_left_out() -> None:
    ending = np.array([Ending.STEPPED_BACK] * 5)

    found = ebb_by_constituency(
        np.full(5, 9), ending, np.arange(5), np.zeros(5, dtype=np.int64), [-1, -1], within=60
    )

    assert [one.constituency for one in found] == [0]
    assert HOW_COUNTED.endswith(".")
