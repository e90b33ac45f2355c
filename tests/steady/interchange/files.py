"""Files to read, made up as the tests need them: packed, damaged, encoded in every way, and real calls to open them."""

import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from strandline.steady.interchange.rules.reading import Choices, Table, open_table
from strandline.steady.interchange.rules.refusals import CannotRead, Limits, Row, Unreadable
from strandline.steady.interchange.rules.rows import Outcome, RowReader
from strandline.steady.interchange.rules.systems import map_columns


def opened(content: bytes | str, *, limits: Limits | None = None, **choices: object) -> Table:
    """Open content as a file."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return open_table(io.BytesIO(raw), limits=limits, choices=Choices(**choices))  # type: ignore[arg-type]  # by name


def rows_of(content: bytes | str, **choices: object) -> list[Row | Unreadable]:
    """All rows of a file."""
    return list(opened(content, **choices).rows())


def refusal(content: bytes | str, *, limits: Limits | None = None, **choices: object) -> CannotRead:
    """Why a file is refused, on opening it or on going through it."""
    with pytest.raises(CannotRead) as refused:
        list(opened(content, limits=limits, **choices).rows())
    assert refused.value.reason.endswith(".")
    assert refused.value.how_to_fix.endswith(".")
    return refused.value


def people(content: bytes | str, *, region: str | None = "US", **stated: object) -> list[Outcome]:
    """What becomes of the rows of a file whose columns nobody touched."""
    table = opened(content)
    reader = RowReader(
        map_columns(table.header, table.sample), region=region, is_neutralised=table.kind != "JSON", **stated
    )  # type: ignore[arg-type]  # by name
    return list(reader.read(table.rows()))


def xlsx(rows: Iterable[Sequence[object]], *, more_sheets: Sequence[str] = ()) -> bytes:
    """A workbook as a spreadsheet writes it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for name in more_sheets:
        book.create_sheet(name).append(["other"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows: Iterable[Sequence[str]]) -> bytes:
    """An OpenDocument spreadsheet."""
    book = OpenDocumentSpreadsheet()
    table = OdfTable(name="People")
    for row in rows:
        line = TableRow()
        for cell in row:
            held = TableCell(valuetype="string")
            held.addElement(P(text=cell))
            line.addElement(held)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    stream = io.BytesIO()
    book.write(stream)
    return stream.getvalue()


def repacked(packed: bytes, changes: dict[str, bytes | None]) -> bytes:
    """A packed file with the parts of these names replaced, added, or (None) taken away."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in changes:
                new.writestr(entry.filename, old.read(entry.filename))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def sheet(data: str) -> bytes:
    """A workbook whose sheet holds this XML between its `sheetData` tags."""
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet '
        f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>'
    )
    return repacked(xlsx([["a"]]), {"xl/worksheets/sheet1.xml": xml.encode()})
