"""Bands in a tree: what a whole and its parts tell together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from strandline.organisation.privacy.rules.bands import Band, band
from strandline.organisation.privacy.rules.nested import nested_bands

PARENTS = {"whole": None, "a": "whole", "b": "whole", "c": "whole"}


def test_a_whole_of_two_small_parts_does_not_prove_that_either_has_anybody() -> None:
    two = {"whole": None, "a": "whole", "b": "whole"}

    few = nested_bands({"whole": 2, "a": 1, "b": 1}, two)
    more = nested_bands({"whole": 7, "a": 3, "b": 4}, two)

    assert (few["a"], more["b"]) == (Band(0, 4), Band(0, 4))
    # The step at five is not there for either: that it is missing tells nothing of the count.
    assert few["whole"] == more["whole"] == Band(0, 14)
    assert more["whole"].reads == "0 to 14"


def test_plain_bands_stand_where_they_prove_nothing() -> None:
    found = nested_bands({"whole": 7, "a": 3, "b": 4, "c": 0}, PARENTS)

    assert found["whole"] == Band(5, 14)  # any two of the three could be all of the five


def test_a_large_part_beside_a_small_one_leaves_the_step_between_them_out() -> None:
    two = {"whole": None, "a": "whole", "b": "whole"}

    assert nested_bands({"whole": 16, "a": 13, "b": 3}, two)["whole"] == Band(5, 24)
    assert nested_bands({"whole": 12, "a": 11, "b": 1}, two)["whole"] == Band(5, 24)


def test_people_of_the_whole_alone_are_told_in_its_band() -> None:
    found = nested_bands({"whole": 40, "a": 1, "b": 0, "c": 2}, PARENTS)

    assert found["whole"] == band(40)


def test_a_step_two_levels_up_proves_nothing_of_the_smallest_part() -> None:
    parents = {"top": None, "left": "top", "right": "top", "x": "left", "y": "left", "z": "left"}
    counts = {"top": 26, "left": 12, "right": 14, "x": 4, "y": 4, "z": 4}

    found = nested_bands(counts, parents)

    # Told as "25 to 34" it would leave at least eleven on the left, and so three in each of its parts.
    assert found["left"].low <= 8
    assert found["top"].low <= 14 + 8


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=7),
    st.lists(st.integers(0, 2), min_size=7, max_size=7),
)
def test_every_band_holds_its_count(parts: list[int], places: list[int]) -> None:
    middles = ["m0", "m1", "m2"]
    counts = dict.fromkeys(["top", *middles], 0)
    parents: dict[str, str | None] = {"top": None} | dict.fromkeys(middles, "top")
    for number, (part, place) in enumerate(zip(parts, places, strict=False)):
        parents[f"p{number}"] = middles[place]
        counts[f"p{number}"] = part
        counts[middles[place]] += part
        counts["top"] += part

    found = nested_bands(counts, parents)

    assert set(found) == set(counts)
    for name, told in found.items():
        assert told.low <= counts[name] <= told.high
        assert told.low == 0 or told.low % 10 == 5
        assert told.high % 10 == 4
