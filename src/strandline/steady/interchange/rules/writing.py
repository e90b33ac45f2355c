"""Write people out as CSV, XLSX or JSON: no cell runs in a spreadsheet, and reading the file back gives the same rows.

Rows are written as they come. The workbook is written without openpyxl because that keeps a sheet in a temporary
file in clear, and nothing readable is to lie beside the encrypted store (promise P24).
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

from strandline.steady.interchange.rules import cells
from strandline.steady.interchange.rules.people import Channel, PersonRow
from strandline.steady.interchange.rules.vocabulary import CUSTOM_PREFIX

HEADER = (
    "strandline_code", "full_name", "given_name", "additional_name", "family_name", "prefix", "suffix", "nickname",
    "email", "email_label", "email_is_bad", "other_emails", "phone", "phone_label", "phone_is_bad", "other_phones",
    "street", "locality", "region", "postcode", "country", "language", "born_on", "tags", "note", "source",
    "owner_email", "introduced_by", "external_ids", "no_email", "no_phone", "no_sms", "no_post", "unsubscribed_at",
    "is_deceased", "recorded_at",
)  # fmt: skip
"""The columns of our own export; custom fields follow, each as `custom: ` and its name."""

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""What people can go out as, with the type of its content."""

_XSTRING = re.compile(r"_x[0-9A-Fa-f]{4}_")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def header(custom: Sequence[str] = ()) -> tuple[str, ...]:
    """The header of an export with these custom fields."""
    return HEADER + tuple(CUSTOM_PREFIX + name for name in custom)


def as_cells(person: PersonRow, custom: Sequence[str] = ()) -> list[str]:
    """A person as the cells under `header`. Numbers go out in E.164, so that they are read alike everywhere.

    Values of special categories go out as custom fields: reading them back asks for a basis again.
    """
    own = [value for system, value in person.external_ids if system == "strandline"]
    elsewhere = tuple(f"{system}:{value}" for system, value in person.external_ids if system != "strandline")
    numbers = [
        (entry.e164 + (f" x{entry.extension}" if entry.extension else ""), entry.label, entry.is_bad)
        for entry in person.phones
    ]
    addresses = [(entry.as_typed, entry.label, entry.is_bad) for entry in person.emails]
    named = {**dict(person.custom), **{each.name: each.value for each in person.sensitive}}
    return [
        own[0] if own else "",
        person.full_name,
        person.given_name,
        person.additional_name,
        person.family_name,
        person.prefix,
        person.suffix,
        person.nickname,
        *_contact_cells(addresses),
        *_contact_cells(numbers),
        person.street,
        person.locality,
        person.region,
        person.postcode,
        person.country,
        person.language,
        person.born_on.isoformat() if person.born_on else "",
        cells.escaped(person.tags),
        person.note,
        person.source,
        person.owner_email,
        person.introduced_by,
        cells.escaped(elsewhere),
        *("yes" if channel in person.opt_outs else "" for channel in Channel),
        person.unsubscribed_at.isoformat() if person.unsubscribed_at else "",
        "yes" if person.is_deceased else "",
        person.recorded_at.isoformat() if person.recorded_at else "",
        *(named.get(name, "") for name in custom),
    ]


def _contact_cells(entries: Sequence[tuple[str, str, bool]]) -> tuple[str, str, str, str]:
    if not entries:
        return "", "", "", ""
    contact, label, is_bad = entries[0]
    return contact, label, "yes" if is_bad else "", " | ".join(cells.entry(*each) for each in entries[1:])


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A CSV file in pieces: UTF-8 with its mark (so that spreadsheets read the accents), every text neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([cells.neutralised(cell) for cell in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([cells.neutralised(cell) if cell else "" for cell in row])
        if count % 500 == 0:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def json_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A JSON list in pieces, one person a line, under the names of the header; texts as they are."""
    between = b"[\n"
    for row in rows:
        person = dict(zip(header, row, strict=True))
        yield between + json.dumps(person, ensure_ascii=False).encode("utf-8")
        between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"


def write(stream: BinaryIO, form: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write people in one of the `FORMS`."""
    if form == "xlsx":
        write_xlsx(stream, header, rows)
    else:
        stream.writelines((csv_pieces if form == "csv" else json_pieces)(header, rows))


_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = {
    "[Content_Types].xml": _CONTENT_TYPES,
    "_rels/.rels": _RELATIONS.format(
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    ),
    "xl/workbook.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": _RELATIONS.format(
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    ),
    # style 1 is the format "text": a cell edited in a spreadsheet stays text
    "xl/styles.xml": (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_SHEET}">'
        '<fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def write_xlsx(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A workbook of one sheet, every cell a text and neutralised, written as it goes into a stream."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _PARTS.items():
            packed.writestr(name, content)
        letters = [_letters(at) for at in range(len(header))]
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_SHEET}">'
                '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
                'state="frozen"/></sheetView></sheetViews><sheetData>'.encode()
            )
            sheet.write(_sheet_row(1, letters, header))
            for number, row in enumerate(rows, start=2):
                sheet.write(_sheet_row(number, letters, row))
            sheet.write(b"</sheetData></worksheet>")


def _letters(position: int) -> str:
    """The letters of a column: A, Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet_row(number: int, letters: Sequence[str], row: Sequence[str]) -> bytes:
    written = "".join(
        f'<c r="{letter}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>'
        for letter, cell in zip(letters, row, strict=True)
        if cell
    )
    return f'<row r="{number}">{written}</row>'.encode()


def _xml(cell: str) -> str:
    """A text inside a workbook's XML: what XML would change or refuse is written as `_xHHHH_`."""
    text = _XSTRING.sub(lambda found: "_x005F_" + found[0][1:], cells.neutralised(cell))
    return escape(_NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
