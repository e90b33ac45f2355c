"""XLSX and ODS: looked through as a packed file first, with every cap checked, and only then handed to the library.

The library lays a sheet out as a full grid, so a sheet of two far corners is as dear as a full one: the grid is
measured beforehand.
"""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from xml.parsers import expat

import python_calamine

from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits, Row

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
FIRST_ROWS = 21
_CHUNK = 1 << 18
_OVERLAP = 256
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_REFERENCE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_PLAIN_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_ROW_START = re.compile(rb"<(?:\w+:)?row[\s/>]")
_BIG = 1 << 20
_SAVE_AGAIN = "Save it again as a plain XLSX workbook, or as CSV UTF-8."


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that passed the caps, with the sheet that is read and its first rows."""

    stream: BinaryIO
    kind: Kind
    sheet: str
    sheets: tuple[str, ...]
    first: list[Row]

    def rows(self) -> Iterator[Row]:
        """Every row of the sheet that holds anything, as text, with its row number."""
        self.stream.seek(0)
        with python_calamine.load_workbook(self.stream) as book:
            yield from _rows(book.get_sheet_by_name(self.sheet))


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value if type(value) is str else as_text(value) for value in values]
        if any(cells):
            yield number, cells


def as_text(value: object) -> str:
    """A cell as someone would have typed it: a whole number without .0, a day without midnight."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        at_midnight = value.time() == dt.time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(sep=" ", timespec="seconds")
    return "" if value is None else str(value)


def open_workbook(stream: BinaryIO, limits: Limits, *, sheet: str = "") -> Workbook:
    """Look a packed file through, and open it if it is a workbook within the limits. Raises CannotRead."""
    try:
        with zipfile.ZipFile(stream) as packed:
            kind = _inspect(packed, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        UnicodeDecodeError,
        OSError,
    ) as wrong:
        raise CannotRead(
            0, "This workbook is damaged.", "Open it in a spreadsheet and save it again."
        ) from wrong
    stream.seek(0)
    try:
        with python_calamine.load_workbook(stream) as book:
            return _choose(stream, book, kind, sheet)
    except (python_calamine.CalamineError, OSError, ValueError) as wrong:
        raise CannotRead(
            0, "This workbook is damaged.", "Open it in a spreadsheet and save it again."
        ) from wrong


def _choose(stream: BinaryIO, book: python_calamine.CalamineWorkbook, kind: Kind, wanted: str) -> Workbook:
    """The sheet asked for, else the first that is shown and holds anything."""
    names = tuple(
        known.name
        for known in book.sheets_metadata
        if known.typ == python_calamine.SheetTypeEnum.WorkSheet
        and known.visible == python_calamine.SheetVisibleEnum.Visible
    )
    if wanted and wanted not in names:
        raise CannotRead(0, "This workbook has no such sheet.", "Choose one of its sheets.")
    for name in (wanted,) if wanted else names:
        # laying a sheet out is what costs, so its first rows are taken along
        first = list(islice(_rows(book.get_sheet_by_name(name)), FIRST_ROWS))
        if first:
            return Workbook(stream, kind, name, names, first)
    raise CannotRead(0, "This workbook is empty.", "Choose another file or another sheet.")


def refuse_old_office(stream: BinaryIO) -> CannotRead:
    """What is said of a file in the old Office container: locked with a password, or an old format."""
    stream.seek(0)
    carried = b""
    while piece := stream.read(_CHUNK):
        if _LOCKED in carried + piece:
            return _locked()
        carried = piece[-_OVERLAP:]
    return CannotRead(0, "This is an old Office file (XLS).", _SAVE_AGAIN)


def _locked() -> CannotRead:
    return CannotRead(
        0, "This workbook is locked with a password.", "Take the password off and save it again."
    )


def _inspect(packed: zipfile.ZipFile, limits: Limits) -> Kind:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    _refuse_bomb(entries, limits)
    kind = _kind(packed, set(names))
    if any(_is_macro(name) for name in names):
        raise CannotRead(
            0, "This workbook holds macros.", "Save it again as XLSX without macros, or as CSV UTF-8."
        )
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            _refuse_declarations(packed, entry)
            if kind is Kind.XLSX:
                _measure_sheet(packed, entry, limits)
    if kind is Kind.ODS:
        _measure_ods(packed, limits)
    return kind


def _refuse_bomb(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Judge the packed file by its own table of contents; what lies there is found out when a part is read."""
    if len(entries) > limits.packed_entries or len({entry.filename for entry in entries}) < len(entries):
        raise CannotRead(0, "This packed file holds too many parts to be a workbook.", _SAVE_AGAIN)
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked()
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise CannotRead(
            0,
            f"Unpacked, this workbook is larger than {limits.unpacked_bytes // 2**20} MB.",
            "Save the list as CSV UTF-8: it may be much longer than a workbook.",
        )
    for entry in entries:
        if entry.file_size > _BIG and entry.file_size > limits.packed_ratio * max(1, entry.compress_size):
            raise CannotRead(0, "This packed file is made to swell when it is opened.", _SAVE_AGAIN)


def _kind(packed: zipfile.ZipFile, names: set[str]) -> Kind:
    if "xl/workbook.xml" in names:
        if b"macroEnabled" in packed.read("[Content_Types].xml") if "[Content_Types].xml" in names else b"":
            raise CannotRead(
                0, "This workbook holds macros.", "Save it again as XLSX without macros, or as CSV UTF-8."
            )
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        raise CannotRead(0, "This is a binary workbook (XLSB).", _SAVE_AGAIN)
    if "mimetype" in names and "content.xml" in names:
        declared = packed.read("mimetype")[:80]
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            if "META-INF/manifest.xml" in names and b"encryption-data" in packed.read(
                "META-INF/manifest.xml"
            ):
                raise _locked()
            return Kind.ODS
    raise CannotRead(
        0, "This is a packed file, but not a workbook.", "Unpack it, and choose the list that is in it."
    )


def _is_macro(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith("vbaproject.bin") or lowered.startswith(("basic/", "scripts/", "xl/macrosheets/"))


def _pieces(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces that overlap, so that nothing is missed at a border."""
    with packed.open(entry) as part:
        carried = b""
        while piece := part.read(_CHUNK):
            yield carried + piece
            carried = piece[-_OVERLAP:]


def _refuse_declarations(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    for piece in _pieces(packed, entry):
        if b"\0" in piece or _DECLARATION.search(piece):
            raise CannotRead(
                0, "This workbook declares XML entities, which no spreadsheet does.", _SAVE_AGAIN
            )


def _measure_sheet(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse a sheet whose grid, from its first corner to its farthest cell, is too large."""
    measure = _SheetMeasure(limits)
    carried = b""
    with packed.open(entry) as part:
        while piece := part.read(_CHUNK):
            # cut at the last tag that begins, so that each cell is counted once
            cut = piece.rfind(b"<") if len(carried) < _BIG else len(piece)
            if cut < 0:
                carried += piece
            else:
                measure.feed(carried + piece[:cut])
                carried = piece[cut:]
    measure.feed(carried)


class _SheetMeasure:
    """The extent of a worksheet, kept as its XML goes by; cells that do not say where they stand are counted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = self.columns = self.row_starts = self.in_row = self.widest = 0
        self.letters: set[bytes] = set()
        self.has_nameless = False

    def feed(self, xml: bytes) -> None:
        """Take a stretch of whole tags. Raises CannotRead as soon as the grid is too large."""
        found = _PLAIN_REFERENCE.findall(xml)
        if self.has_nameless or b":c" in xml or len(found) < xml.count(b"<c"):
            found = _REFERENCE.findall(xml)
            self.has_nameless = self.has_nameless or len(found) < len(_CELL.findall(xml))
        if self.has_nameless:
            self._count(xml)
        if found:
            self.rows = max(self.rows, *(int(number) for _, number in found))
            self.letters.update(letter for letter, _ in found)
            self.columns = max(_column(letter) for letter in self.letters)
        _refuse_grid(max(self.rows, self.row_starts), max(self.columns, self.widest), self.limits)

    def _count(self, xml: bytes) -> None:
        for between, stretch in enumerate(_ROW_START.split(xml)):
            self.row_starts += between > 0
            self.in_row = (0 if between else self.in_row) + len(_CELL.findall(stretch))
            self.widest = max(self.widest, self.in_row)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refuse_grid(rows: int, columns: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise CannotRead(
            0,
            f"A sheet has {columns:,} columns; at most {limits.columns} can be read.",
            "Delete the empty ones.",
        )
    if rows * columns > limits.workbook_cells:
        raise CannotRead(
            0,
            f"A sheet reaches over {rows:,} rows and {columns:,} columns, too many for a workbook.",
            "Delete the empty rows, or save the list as CSV UTF-8.",
        )


class _OdsMeasure:
    """Reads an ODS table as a stream of tags and keeps its extent, with every repetition counted out."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = self.columns = 0
        self.row = self.column = self.filled = 0
        self.row_repeat = self.cell_repeat = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            self.rows = self.columns = self.row = 0
        elif local == "table-row":
            self.row_repeat = _repeated(attributes, "number-rows-repeated")
            self.column = self.filled = 0
        elif local in {"table-cell", "covered-table-cell"}:
            self.column += _repeated(attributes, "number-columns-repeated")
            if any(key.endswith(":value-type") for key in attributes):
                self.filled = self.column
        elif local == "p" and self.column:
            self.filled = self.column

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "table-row":
            self.row += self.row_repeat
            if self.filled:
                self.rows, self.columns = self.row, max(self.columns, self.filled)
                _refuse_grid(self.rows, self.columns, self.limits)


def _repeated(attributes: dict[str, str], name: str) -> int:
    for key, value in attributes.items():
        if key.endswith(name):
            return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 1
    return 1


def _measure_ods(packed: zipfile.ZipFile, limits: Limits) -> None:
    measure = _OdsMeasure(limits)
    parser = expat.ParserCreate()
    parser.StartElementHandler = measure.start
    parser.EndElementHandler = measure.end
    try:
        with packed.open("content.xml") as part:
            parser.ParseFile(part)
    except expat.ExpatError as wrong:
        raise CannotRead(
            0, "This workbook is damaged.", "Open it in a spreadsheet and save it again."
        ) from wrong
