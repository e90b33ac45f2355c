"""Workbooks are looked through before they are opened, and read as someone would have typed them (CSV15 to CSV20)."""

import datetime as dt
import io
import struct
import zipfile

import pytest

from strandline.steady.interchange.rules.refusals import Kind, Limits
from strandline.steady.interchange.rules.workbooks import as_text
from tests.steady.interchange.files import ods, opened, refusal, repacked, rows_of, sheet, xlsx

LIST = [["name", "email"], ["Åsa Öst", "asa@example.org"], ["Bo", "bo@example.org"]]
ROWS = [(2, ["Åsa Öst", "asa@example.org"]), (3, ["Bo", "bo@example.org"])]


def test_a_workbook_is_read() -> None:
    table = opened(xlsx(LIST))

    assert (table.kind, table.header, table.sheet) == (Kind.XLSX, ("name", "email"), "Sheet")
    assert list(table.rows()) == list(table.rows()) == ROWS
    assert table.sample == (("Åsa Öst", "asa@example.org"), ("Bo", "bo@example.org"))


def test_an_opendocument_sheet_is_read() -> None:
    table = opened(ods(LIST))

    assert (table.kind, table.header, list(table.rows())) == (Kind.ODS, ("name", "email"), ROWS)


def test_cells_come_as_they_were_typed() -> None:
    row = [
        "Ann",
        447911123456,
        1.5,
        dt.date(1980, 3, 4),
        dt.datetime.fromisoformat("2026-03-04T10:30"),
        True,
        None,
        12.0,
    ]

    found = rows_of(xlsx([list("abcdefgh"), row]))

    assert found == [
        (2, ["Ann", "447911123456", "1.5", "1980-03-04", "2026-03-04 10:30:00", "true", "", "12"])
    ]


def test_rows_keep_their_numbers_when_some_are_empty() -> None:
    assert rows_of(xlsx([["name", "x"], [], ["Ann", "1"], [None, None], ["Bo", "2"]])) == [
        (3, ["Ann", "1"]),
        (5, ["Bo", "2"]),
    ]


def test_figures_too_long_for_a_spreadsheet_are_not_made_up() -> None:
    assert as_text(4.47e20) == "4.47e+20"
    assert as_text(-0.0) == "0"
    assert as_text(dt.time(10, 30)) == "10:30:00"


def test_the_first_filled_sheet_is_read_and_the_others_named() -> None:
    book = xlsx(LIST, more_sheets=["Notes"])

    table = opened(book)

    assert (table.sheet, table.sheets) == ("Sheet", ("Sheet", "Notes"))
    assert table.notes == ("Of the 2 sheets, only 'Sheet' is read.",)
    assert opened(book, sheet="Notes").header == ("other",)
    assert refusal(book, sheet="Absent").reason == "This workbook has no such sheet."


def test_an_empty_workbook_is_refused() -> None:
    assert refusal(xlsx([])).reason == "This workbook is empty."


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to() -> None:
    bomb = repacked(xlsx(LIST), {"xl/media/a.bin": b"\0" * 140_000_000})

    assert len(bomb) < 400_000
    assert refusal(bomb).reason == "Unpacked, this workbook is larger than 128 MB."


def test_a_smaller_bomb_is_refused_by_its_ratio() -> None:
    bomb = repacked(xlsx(LIST), {"xl/media/a.bin": b"\0" * 20_000_000})

    assert refusal(bomb).reason == "This packed file is made to swell when it is opened."


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = xlsx(LIST)
    bomb = bytearray(repacked(content, {"xl/worksheets/sheet1.xml": b"<row>" * 4_000_000}))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as packed:
        entry = packed.getinfo("xl/worksheets/sheet1.xml")
        name = entry.filename.encode()
    for header, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        offset = 30 if header == b"PK\x03\x04" else 46
        start = bytes(bomb).index(name, 0 if offset == 30 else entry.header_offset + 100) - offset
        assert bytes(bomb[start : start + 4]) == header
        bomb[start + at : start + at + 4] = struct.pack("<I", 1_000)

    assert refusal(bytes(bomb)).reason == "This workbook is damaged."


def test_too_many_parts_are_refused() -> None:
    many = repacked(xlsx(LIST), {f"xl/media/{n}.bin": b"x" for n in range(2_100)})

    assert "too many parts" in refusal(many).reason


def test_a_part_that_stands_twice_is_refused() -> None:
    stream = io.BytesIO(xlsx(LIST))
    with zipfile.ZipFile(stream, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")

    assert "too many parts" in refusal(stream.getvalue()).reason


BILLION_LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData/></worksheet>'
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'


@pytest.mark.parametrize(
    ("part", "xml"),
    [
        ("xl/worksheets/sheet1.xml", BILLION_LAUGHS),
        ("xl/worksheets/sheet1.xml", EXTERNAL),
        ("xl/sharedStrings.xml", EXTERNAL),
        ("xl/_rels/workbook.xml.rels", EXTERNAL),
        ("xl/worksheets/sheet1.xml", b"<!--" + b"x" * 600_000 + b"-->" + EXTERNAL),
        ("xl/worksheets/sheet1.xml", EXTERNAL.decode().encode("utf-16")),
    ],
)
def test_xml_entities_are_refused(part: str, xml: bytes) -> None:
    assert refusal(repacked(xlsx(LIST), {part: xml})).reason == (
        "This workbook declares XML entities, which no spreadsheet does."
    )


def test_xml_entities_in_opendocument_are_refused() -> None:
    assert "declares XML entities" in refusal(repacked(ods(LIST), {"content.xml": EXTERNAL})).reason


def test_broken_xml_in_opendocument_is_refused() -> None:
    assert (
        refusal(repacked(ods(LIST), {"content.xml": b"<office><cut"})).reason == "This workbook is damaged."
    )


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused_whatever_the_name_of_the_file(part: str) -> None:
    assert refusal(repacked(xlsx(LIST), {part: b"macro"})).reason == "This workbook holds macros."


def test_a_macro_workbook_without_its_macros_is_refused_too() -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'

    assert (
        refusal(repacked(xlsx(LIST), {"[Content_Types].xml": types})).reason == "This workbook holds macros."
    )


def test_opendocument_macros_are_refused() -> None:
    assert (
        refusal(repacked(ods(LIST), {"Basic/Standard/Module1.xml": b"<x/>"})).reason
        == "This workbook holds macros."
    )


def test_a_locked_workbook_is_refused_as_locked() -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 300_000
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 512
    )

    assert refusal(locked).reason == "This workbook is locked with a password."


def test_an_old_workbook_is_refused_with_the_way_out() -> None:
    refused = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)

    assert refused.reason == "This is an old Office file (XLS)."
    assert "CSV UTF-8" in refused.how_to_fix


def test_a_locked_opendocument_sheet_is_refused_as_locked() -> None:
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"

    assert "password" in refusal(repacked(ods(LIST), {"META-INF/manifest.xml": manifest})).reason


def test_a_packed_file_with_a_password_is_refused_as_locked() -> None:
    content = bytearray(xlsx(LIST))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4

    assert "password" in refusal(bytes(content)).reason


def test_other_packed_files_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("list.csv", "name\n")

    assert refusal(stream.getvalue()).reason == "This is a packed file, but not a workbook."
    assert (
        "packed file, but"
        in refusal(repacked(ods(LIST), {"mimetype": b"application/vnd.oasis.opendocument.text"})).reason
    )


def test_a_binary_workbook_is_refused() -> None:
    assert "XLSB" in refusal(repacked(xlsx(LIST), {"xl/workbook.xml": None, "xl/workbook.bin": b"x"})).reason


@pytest.mark.parametrize("cut", [100, 1_000, 4_000])
def test_a_cut_workbook_is_refused(cut: int) -> None:
    assert refusal(xlsx(LIST)[:cut]).reason == "This workbook is damaged."


def test_a_workbook_whose_parts_do_not_fit_is_refused() -> None:
    assert refusal(repacked(xlsx(LIST), {"xl/workbook.xml": b"<cut"})).reason == "This workbook is damaged."


def test_a_packed_file_that_is_too_large_is_refused_before_it_is_looked_into() -> None:
    assert "larger than 0 MB" in refusal(xlsx(LIST), limits=Limits(packed_bytes=100)).reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            '<row r="1"><c r="A1" t="str"><v>x</v></c><c r="XFD1"><v>1</v></c></row>',
            "A sheet has 16,384 columns",
        ),
        (
            '<row r="1048576"><c r="CZ1048576"><v>1</v></c></row>',
            "A sheet reaches over 1,048,576 rows and 104 columns",
        ),
        ("<row>" + "<c><v>1</v></c>" * 600 + "</row>", "A sheet has 600 columns"),
        ("<row><c/></row>" * 9_000 + "<row>" + "<c/>" * 400 + "</row>", "A sheet reaches over 9,001 rows"),
        ("<x:row r='1'><x:c s='1' r='ZZ1'/></x:row>", "A sheet has 702 columns"),
    ],
)
def test_a_sheet_with_far_corners_is_refused_before_it_is_laid_out(data: str, reason: str) -> None:
    assert refusal(sheet(data)).reason.startswith(reason)


def test_a_part_without_tags_is_measured_in_pieces() -> None:
    words = "".join(f"{n:07d} " for n in range(400_000))
    data = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{words}</t></is></c><c r="XFD1"/></row>'

    assert refusal(sheet(data)).reason.startswith("A sheet has 16,384 columns")


def test_a_large_plain_sheet_passes_the_measure() -> None:
    data = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>Ann</v></c></row>' for n in range(1, 20_001))

    assert opened(sheet(data), has_header=False).header == ("Column 1",)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ('<table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="16384"/>'
         "</table:table-row>", "A sheet has 16,384 columns"),
        ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
         'table:number-columns-repeated="100"/></table:table-row>', "A sheet reaches over 1,048,576 rows"),
        ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="99"/>'
         "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>", "A sheet reaches over"),
    ],
)  # fmt: skip
def test_repetitions_in_opendocument_are_counted_out(cells: str, reason: str) -> None:
    assert refusal(_ods_with(cells)).reason.startswith(reason)


def test_empty_repetitions_at_the_end_do_no_harm() -> None:
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Ann</text:p></table:table-cell>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="50"/>'
        "</table:table-row>"
    )

    assert rows_of(_ods_with(cells)) == [(2, ["Ann"])]


def test_repetitions_that_are_no_numbers_are_refused() -> None:
    cells = '<table:table-row><table:table-cell table:number-columns-repeated="many"/></table:table-row>'

    assert refusal(_ods_with(cells)).reason == "This workbook is damaged."


def _ods_with(rows: str) -> bytes:
    xml = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return repacked(ods(LIST), {"content.xml": xml.encode()})
