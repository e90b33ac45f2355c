"""Open a file by what is in it: every cap before it is parsed, every guess shown with a sample, rows as a stream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from strandline.steady.interchange.rules import cards, delimited, encodings, notation, workbooks
from strandline.steady.interchange.rules.encodings import Encoding
from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits, Row, Unreadable

SAMPLE = 20
_OTHER_THINGS = (
    (b"\x1f\x8b", "This file is packed (gzip)."),
    (b"BZh", "This file is packed (bzip2)."),
    (b"7z\xbc\xaf", "This file is packed (7z)."),
    (b"Rar!", "This file is packed (RAR)."),
    (b"\xfd7zXZ", "This file is packed (xz)."),
    (b"%PDF", "This is a PDF document."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"{\\rtf", "This is a text document (RTF)."),
    (b"SQLite format 3", "This is a database."),
    (b"MZ", "This is a program."),
    (b"\x7fELF", "This is a program."),
)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|table|\?xml|script|svg|!--)", re.IGNORECASE)
_DATUM = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d\s()./-]{7,}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the reader of the check page changed: empty, or none, leaves the guess."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    has_header: bool | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be opened: what it is, what was guessed, its columns, a sample, and its rows on demand."""

    kind: Kind
    header: tuple[str, ...]
    has_header: bool
    encoding: str = ""
    separator: str = ""
    line_ends: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    lines: int = 0
    notes: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    _rows: Callable[[], Iterator[Row]] = field(repr=False, default=lambda: iter(()))
    _before: int = 0

    def rows(self) -> Iterator[Row | Unreadable]:
        """Each row once, in order, brought to the width of the header; a row too wide comes as Unreadable.

        The rows come from the stream the table was opened on: go through them once at a time. Raises CannotRead.
        """
        return delimited.level(islice(self._rows(), self._before, None), len(self.header))


def open_table(stream: BinaryIO, *, limits: Limits | None = None, choices: Choices | None = None) -> Table:
    """Open a file of people, whatever its name says. Raises CannotRead: line, reason and how to fix it.

    The stream must be able to go back to its start, and stays open.
    """
    limits, choices = limits or Limits(), choices or Choices()
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(512)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise CannotRead(0, "This file is empty.", "Choose another file.")
    if head.startswith(b"PK\x03\x04"):
        _refuse_size(size, limits.packed_bytes)
        return _open_workbook(stream, limits, choices)
    if head.startswith(workbooks.OLD_OFFICE):
        _refuse_size(size, limits.packed_bytes)
        raise workbooks.refuse_old_office(stream)
    for mark, what in _OTHER_THINGS:
        if head.startswith(mark):
            raise CannotRead(0, what, "Choose a list: CSV, XLSX, ODS, vCard or JSON.")
    _refuse_size(size, limits.bytes)
    return _open_text(stream, limits, choices)


def _refuse_size(size: int, most: int) -> None:
    if size > most:
        raise CannotRead(
            0,
            f"This file is larger than {most // 2**20} MB ({size // 2**20:,} MB).",
            "Cut it into several files.",
        )


def _open_workbook(stream: BinaryIO, limits: Limits, choices: Choices) -> Table:
    book = workbooks.open_workbook(stream, limits, sheet=choices.sheet)
    notes: tuple[str, ...] = ()
    if len(book.sheets) > 1:
        notes = (f"Of the {len(book.sheets)} sheets, only '{book.sheet}' is read.",)
    top = _top(book.first, choices, limits)
    return Table(
        kind=book.kind,
        header=top.header,
        has_header=top.has_header,
        sheet=book.sheet,
        sheets=book.sheets,
        notes=notes + top.notes,
        sample=top.sample,
        _rows=book.rows,
        _before=top.before,
    )


def _open_text(stream: BinaryIO, limits: Limits, choices: Choices) -> Table:
    encoding = encodings.detect(stream, limits, stated=choices.encoding)
    with delimited.decoded(stream, encoding) as text:
        head = text.read(512)
    if _MARKUP.match(head):
        raise CannotRead(
            1,
            "This is a web page or XML, not a list: often the log-in page of the system it was to come from.",
            "Log in there and export the list again.",
        )
    start = head.lstrip().upper()
    if start.startswith("BEGIN:VCARD"):
        return _open_cards(stream, encoding, limits)
    if start.startswith(("{", "[")):
        return _open_notation(stream, encoding, limits)
    found = delimited.find_separator(stream, encoding, limits, stated=choices.separator)
    top = _top(_first_rows(found.rows), choices, limits)
    return Table(
        kind=Kind.CSV,
        header=top.header,
        has_header=top.has_header,
        encoding=encoding.name,
        separator=found.separator,
        line_ends=encoding.line_ends,
        lines=encoding.lines,
        notes=encoding.notes + top.notes,
        sample=top.sample,
        _rows=found.rows,
        _before=top.before,
    )


def _open_cards(stream: BinaryIO, encoding: Encoding, limits: Limits) -> Table:
    def found() -> Iterator[Row]:
        return cards.rows(stream, encoding, limits)

    first = _first_rows(found)
    if not first:
        raise CannotRead(0, "This file holds no cards.", "Choose another file.")
    return Table(
        kind=Kind.VCARD,
        header=cards.HEADER,
        has_header=True,
        encoding=encoding.name,
        line_ends=encoding.line_ends,
        lines=encoding.lines,
        notes=encoding.notes,
        sample=tuple(tuple(cells) for _, cells in first[:SAMPLE]),
        _rows=found,
    )


def _open_notation(stream: BinaryIO, encoding: Encoding, limits: Limits) -> Table:
    found = notation.open_notation(stream, encoding, limits)
    return Table(
        kind=Kind.JSON,
        header=found.header,
        has_header=True,
        encoding=encoding.name,
        line_ends=encoding.line_ends,
        lines=encoding.lines,
        notes=encoding.notes,
        sample=tuple(tuple(cells) for _, cells in islice(found.rows(), SAMPLE)),
        _rows=found.rows,
    )


def _first_rows(rows: Callable[[], Iterator[Row]]) -> list[Row]:
    return list(islice(rows(), SAMPLE + 1))


@dataclass(frozen=True, slots=True)
class _Top:
    """What stands above the people: the names of the columns, and how many rows they and a title take."""

    header: tuple[str, ...]
    has_header: bool
    before: int
    notes: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def _top(first: list[Row], choices: Choices, limits: Limits) -> _Top:
    """The names of the columns, whether the file gave them, and what is to be said about them."""
    if not first:
        raise CannotRead(0, "This file holds no rows.", "Choose another file.")
    titles = _titles(first)
    line, cells = first[titles]
    if len(cells) > limits.columns:
        raise CannotRead(
            line,
            f"There are {len(cells):,} columns; at most {limits.columns} can be read.",
            "Export fewer columns.",
        )
    notes: tuple[str, ...] = ()
    if titles:
        notes += (f"What stands above line {line} is passed over as a title.",)
    below = first[titles:]
    has_header = choices.has_header
    if has_header is None:
        has_header = not any(_DATUM.fullmatch(cell.strip()) for cell in cells)
        if not has_header:
            notes += ("The file has no header: its first row is taken as a person.",)
    if not has_header:
        width = max(len(cells) for _, cells in below)
        header = tuple(f"Column {at}" for at in range(1, width + 1))
        return _Top(header, False, titles, notes, _sample(below))
    names = [_one_line(cell) or f"Column {at}" for at, cell in enumerate(_used(below), start=1)]
    unique = _unique(names)
    if unique != names:
        doubled = sorted({name for name in names if names.count(name) > 1})
        notes += (f"Columns stand twice under one name: {', '.join(doubled[:5])}.",)
    return _Top(tuple(unique), True, titles + 1, notes, _sample(below[1:]))


def _sample(below: list[Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cells) for _, cells in below[:SAMPLE])


def _titles(first: list[Row]) -> int:
    """How many rows stand above the header: with one cell filled, where a later row fills three or more."""
    if sum(cell != "" for cell in first[0][1]) > 1:
        return 0
    for at, (_, cells) in enumerate(first):
        if sum(cell != "" for cell in cells) >= 3:
            return at
    return 0


def _used(below: list[Row]) -> list[str]:
    """The header without columns at its end that have neither a name nor, in the first rows, anything in them."""
    cells = below[0][1]
    width = len(cells)
    while width > 1 and not any(row[width - 1].strip() for _, row in below if len(row) >= width):
        width -= 1
    return cells[:width]


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").split())[:200]


def _unique(names: list[str]) -> list[str]:
    """The names with (2), (3)... behind those that came before."""
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, again = name, 1
        while candidate in taken:
            again += 1
            candidate = f"{name} ({again})"
        taken.add(candidate)
        unique.append(candidate)
    return unique
