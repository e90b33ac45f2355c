"""What a file may cost, and how a file or one of its rows is refused: where, why, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a file is, judged by its content and never by its name."""

    CSV = "CSV"
    XLSX = "XLSX"
    ODS = "ODS"
    VCARD = "vCard"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold, checked before it is parsed. The figures keep one import under 300 MB (promise P29).

    `cell` is the csv module's own limit, which it keeps. A million people are some 150 MB of CSV; the widest export known, NationBuilder's, has 260 columns.
    """

    bytes: int = 512 * 1024 * 1024
    rows: int = 2_000_000
    columns: int = 500
    line: int = 1_000_000
    cell: int = 131_072
    packed_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 128 * 1024 * 1024
    packed_entries: int = 2_000
    packed_ratio: int = 250
    workbook_cells: int = 2_000_000
    card: int = 4_000_000
    json_item: int = 1_000_000


class CannotRead(Exception):
    """A file that is refused whole. `line` is where, 0 for the file itself; the other two are sentences."""

    def __init__(self, line: int, reason: str, how_to_fix: str) -> None:
        where = f"Line {line:,}: " if line else ""
        super().__init__(f"{where}{reason} {how_to_fix}")
        self.line = line
        self.reason = reason
        self.how_to_fix = how_to_fix


class Unreadable(NamedTuple):
    """A row that cannot be taken, beside those that can: where, what, why, and how to fix it."""

    line: int
    field: str
    reason: str
    how_to_fix: str


Row = tuple[int, list[str]]
"""A row as it stands in the file: the line it begins on, and its cells."""
