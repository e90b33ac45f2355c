"""The row account: what became of every row of a file, which must add up."""

from dataclasses import dataclass, fields
from enum import StrEnum


class Fate(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(slots=True)
class RowAccount:
    """How many rows met which fate. `rows` counts them as they are read, apart from the fates they then meet."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0

    def read(self, count: int = 1) -> None:
        """Count rows taken from the file."""
        self.rows += count

    def add(self, fate: Fate, count: int = 1) -> None:
        """Count what became of rows."""
        setattr(self, fate.value, getattr(self, fate.value) + count)

    @property
    def missing(self) -> int:
        """Rows read whose fate was not told; below nought, fates told of rows that were not read."""
        return self.rows - self.created - self.updated - self.unchanged - self.skipped - self.rejected

    @property
    def balances(self) -> bool:
        """Whether every row read met one fate and no other was made up."""
        return self.missing == 0

    def __add__(self, other: "RowAccount") -> "RowAccount":
        """The account of two parts of a file together."""
        return RowAccount(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def sentence(self) -> str:
        """The account in words, without fates that no row met."""
        told = [f"{getattr(self, fate.value):,} {fate.value}" for fate in Fate if getattr(self, fate.value)]
        return f"{self.rows:,} rows: {', '.join(told) or 'none taken'}."
