"""The dimensions along which people are told apart, and how their sections may stand in a tree."""

from __future__ import annotations

from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no

MOST_DEEP = 8


class Dimension(StrEnum):
    """One way of dividing people into sections."""

    PLACE = "place"
    TRADE = "trade"
    COMMUNITY = "community"
    PROFESSION = "profession"
    OTHER = "other"

    @property
    def words(self) -> str:
        """Return the dimension as the page shows it."""
        return {
            Dimension.PLACE: "Neighbourhood",
            Dimension.TRADE: "Trade",
            Dimension.COMMUNITY: "Community",
            Dimension.PROFESSION: "Profession",
            Dimension.OTHER: "Other",
        }[self]


def may_stand_under(dimension: Dimension, *, parent: Dimension, depth: int) -> Verdict:
    """Judge whether a section may stand under another: of the same dimension, and not without end."""
    if dimension is not parent:
        return no("A section stands under one of the same dimension.")
    if depth >= MOST_DEEP:
        return no(f"Sections stand at most {MOST_DEEP} deep.")
    return YES
