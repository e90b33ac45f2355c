"""A picture as a page shows it: two drawings, what they find, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Key:
    """One line of the legend: a swatch of strandline's own (sea, wrack, sea-soft, wrack-soft, well, estimate) and a word."""

    swatch: str
    words: str


@dataclass(frozen=True)
class Table:
    """The numbers of a picture. The first column names the row; the others hold numbers unless `texts` says so."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: tuple[int, ...] = ()

    @property
    def cells(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Return each row as its name and its cells, each with whether it is a number."""
        return [
            (name, [(cell, place not in self.texts) for place, cell in enumerate(rest, start=1)])
            for name, *rest in self.rows
        ]

    @property
    def named_cells(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return each row as its name and its cells, each behind the words of its column."""
        return [(name, list(zip(self.columns[1:], rest, strict=True))) for name, *rest in self.rows]

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Return each column with whether it holds numbers."""
        return [(words, place not in self.texts and place > 0) for place, words in enumerate(self.columns)]


@dataclass(frozen=True)
class Picture:
    """`title` states the finding; `broad` and `slim` are the two drawings, of which the page shows one."""

    name: str
    title: str
    broad: SafeString
    slim: SafeString
    table: Table
    counted: str
    legend: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    is_wide: bool = False


MINUS = "\u2212"


def number(value: float) -> str:
    """Write a count with the separators of the reader's language."""
    return number_format(round(value), force_grouping=True)


def signed(value: float) -> str:
    """Write a change: *+137*, *−4*, *0*, with a minus as wide as the plus."""
    whole = round(value)
    return f"{'+' if whole > 0 else MINUS if whole < 0 else ''}{number(abs(whole))}"


def percent(share: float | None) -> str:
    """Write a share; one that nobody knows yet is a dash."""
    return "–" if share is None else f"{number(100 * share)}%"
