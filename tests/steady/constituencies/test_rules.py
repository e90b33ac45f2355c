from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.constituencies.rules import Dimension, in_order, per_thousand, rolled_up

# A hospital with two wards under it, and a quay beside it.
PARENTS = {1: None, 2: 1, 3: 1, 4: None}
SUPPORTER, BOTH = frozenset({"supporter"}), frozenset({"supporter", "ally"})


def test_a_section_counts_those_under_it_once_each() -> None:
    belongs = [(10, 2), (10, 3), (11, 3), (12, 1), (12, 4)]

    found = rolled_up(belongs, {10: SUPPORTER, 12: BOTH, 99: BOTH}, PARENTS)

    assert {section: (one.people, one.organised) for section, one in found.items()} == {
        1: (3, 2),
        2: (1, 1),
        3: (2, 1),
        4: (1, 1),
    }
    assert found[1].kinds == {"supporter": 2, "ally": 1}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4))), st.sets(st.integers(0, 9)))
def test_what_is_rolled_up_is_the_union_of_what_stands_below(
    belongs: list[tuple[int, int]], organised: set[int]
) -> None:
    found = rolled_up(belongs, dict.fromkeys(organised, SUPPORTER), PARENTS)

    for section in PARENTS:
        below = {section} | {own for own, above in PARENTS.items() if above == section}
        people = {person for person, at in belongs if at in below}
        assert (found[section].people, found[section].organised) == (len(people), len(people & organised))


def test_per_thousand_needs_a_size() -> None:
    assert per_thousand(3, 1500) == 2.0
    assert per_thousand(3, None) is None


def test_rows_stand_behind_the_one_they_stand_under() -> None:
    rows = ["quay", "hospital", "ward"]
    own = {"quay": 4, "hospital": 1, "ward": 2}

    found = in_order(rows, own=own, parents={"quay": None, "hospital": None, "ward": 1})
    alone = in_order(["ward"], own=own, parents={"ward": 1})

    assert found == [("quay", 0), ("hospital", 0), ("ward", 1)]
    assert alone == [("ward", 0)]


def test_only_a_community_is_kept_as_a_view() -> None:
    assert [one for one in Dimension if one.is_view] == [Dimension.COMMUNITY]
