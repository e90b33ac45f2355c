from __future__ import annotations

import pytest

from strandline.lib.text import BadText
from strandline.steady.people.rules import CustomKind, read_custom


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (CustomKind.TEXT, " lift broken ", "lift broken"),
        (CustomKind.TEXT, "", ""),
        (CustomKind.NUMBER, "12.50", "12.50"),
        (CustomKind.NUMBER, "٣", "3"),
        (CustomKind.DAY, "4 March 2026", "2026-03-04"),
        (CustomKind.CHOICE, "North", "North"),
        (CustomKind.YES_NO, "no", "no"),
    ],
)
def test_custom_value_is_read_by_its_kind(kind: CustomKind, typed: str, kept: str) -> None:
    assert read_custom(kind, typed, choices=["North"], name="Stair") == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (CustomKind.NUMBER, "twelve"),
        (CustomKind.NUMBER, "1e999"),
        (CustomKind.DAY, "03/04/2026"),
        (CustomKind.CHOICE, "South"),
        (CustomKind.YES_NO, "maybe"),
        (CustomKind.TEXT, "x" * 1001),
    ],
)
def test_custom_value_that_is_none_of_its_kind_is_refused_and_names_the_field(
    kind: CustomKind, typed: str
) -> None:
    with pytest.raises(BadText) as refused:
        read_custom(kind, typed, choices=["North"], name="Stair")

    assert refused.value.field == "Stair"
