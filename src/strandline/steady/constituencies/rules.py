"""The dimensions along which people are told apart, how their sections stand in a tree, and how people are counted in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from strandline.lib.verdicts import YES, Verdict, no

MOST_DEEP = 8
# More than all people alive: an estimate above it is a slip of the hand.
MOST_SIZE = 8_000_000_000
PER = 1000
# Where one step of the heat table ends and the next begins, in live ties per 1,000.
HEAT = (0.5, 1.5, 5.0, 20.0)
K = TypeVar("K")


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

    @property
    def is_view(self) -> bool:
        """Tell whether belonging to such a section may give away origin or belief: kept and shown as views are.

        A community is often one of faith or of origin (GDPR Art. 9); where someone lives or works is not.
        """
        return self is Dimension.COMMUNITY


def may_stand_under(dimension: Dimension, *, parent: Dimension, depth: int) -> Verdict:
    """Judge whether a section may stand under another: of the same dimension, and not without end."""
    if dimension is not parent:
        return no("A section stands under one of the same dimension.")
    if depth >= MOST_DEEP:
        return no(f"Sections stand at most {MOST_DEEP} deep.")
    return YES


@dataclass(frozen=True)
class Held:
    """How many people belong to a section or to one under it: all of them, those with an organised tie, and by kind."""

    people: int = 0
    organised: int = 0
    kinds: Mapping[str, int] | None = None


def rolled_up(
    belongs: Iterable[tuple[int, int]], kinds: Mapping[int, frozenset[str]], parents: Mapping[int, int | None]
) -> dict[int, Held]:
    """Count people in each section of a tree, each person once in a section however many under it they belong to.

    `belongs` pairs people and sections, `kinds` says of which kinds somebody has an organised tie that is live.
    """
    inside: dict[int, set[int]] = {section: set() for section in parents}
    for person, section in belongs:
        above: int | None = section
        while above is not None and above in inside and person not in inside[above]:
            inside[above].add(person)
            above = parents[above]
    found = {}
    for section, people in inside.items():
        organised = [kinds[person] for person in people if kinds.get(person)]
        counts: dict[str, int] = {}
        for one in organised:
            for kind in one:
                counts[kind] = counts.get(kind, 0) + 1
        found[section] = Held(len(people), len(organised), counts)
    return found


def per_thousand(count: int, size: int | None) -> float | None:
    """Return a count per 1,000 of a section's people, or None where nobody has said how many they are."""
    return None if not size else PER * count / size


def heat(count: int, size: int | None) -> int | None:
    """Return the step of a count in the heat table, 0 for nobody to 5; None where a size is needed and nobody said one."""
    if not count:
        return 0
    rate = per_thousand(count, size)
    return None if rate is None else 1 + bisect_right(HEAT, rate)


def in_order(
    rows: Iterable[K], *, own: Mapping[K, int], parents: Mapping[K, int | None]
) -> list[tuple[K, int]]:
    """Return rows, given in the order of siblings, each behind the one it stands under, with how deep it stands.

    What stands under a row that is not among them stands at the top.
    """
    listed = list(rows)
    known = {own[row] for row in listed}
    below: dict[int | None, list[K]] = {}
    for row in listed:
        above = parents[row]
        below.setdefault(above if above in known else None, []).append(row)
    found: list[tuple[K, int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, deep = waiting.pop()
        found.append((row, deep))
        waiting.extend((child, deep + 1) for child in reversed(below.get(own[row], [])))
    return found
