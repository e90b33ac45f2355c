"""What is written is safe to open and reads back the same (P19)."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.lib.phones import Doubt
from strandline.lib.text import BadText, clean
from strandline.steady.interchange.rules.cells import (
    as_written,
    entries,
    entry,
    escaped,
    neutralised,
    unescaped,
)
from strandline.steady.interchange.rules.people import Channel, EmailEntry, PersonRow, PhoneEntry, Sensitive
from strandline.steady.interchange.rules.reading import open_table
from strandline.steady.interchange.rules.refusals import Unreadable
from strandline.steady.interchange.rules.rows import RowReader
from strandline.steady.interchange.rules.systems import map_columns
from strandline.steady.interchange.rules.vocabulary import Special
from strandline.steady.interchange.rules.writing import (
    HEADER,
    as_cells,
    csv_pieces,
    header,
    json_pieces,
    write_xlsx,
)

FEW = settings(max_examples=50, deadline=None)
CUSTOM = ("Shift", "Email 2", "=Field")
Write = Callable[[list[list[str]]], bytes]


def _as_csv(rows: list[list[str]]) -> bytes:
    return b"".join(csv_pieces(header(CUSTOM), rows))


def _as_json(rows: list[list[str]]) -> bytes:
    return b"".join(json_pieces(header(CUSTOM), rows))


def _as_xlsx(rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    write_xlsx(stream, header(CUSTOM), rows)
    return stream.getvalue()


WRITERS = [_as_csv, _as_json, _as_xlsx]


def _back(content: bytes) -> list[object]:
    table = open_table(io.BytesIO(content))
    mapping = map_columns(table.header, table.sample)
    assert mapping.system == "strandline"
    return [*RowReader(mapping, is_neutralised=table.kind != "JSON").read(table.rows())]


def _kept(text: str, *, multiline: bool = False) -> str:
    """The text as the record would hold it, '' if it would be refused."""
    try:
        return clean(text, field="x", multiline=multiline, required=False)
    except BadText:
        return ""


NASTY = st.sampled_from([
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''=1", "' =1", "a;=1", "a\t@x", "'", "a;'=b", "-",
    "=HYPERLINK(\"x\")", "Ann", "O'Brien", "'Abd", "Ann;Bo", "a_x000D_b", "_x005F_", "＠x", " =1", "a|b", "~'x", "1.5E+3",
])  # fmt: skip
TEXT = st.one_of(NASTY, NASTY, st.text(max_size=12)).map(_kept)
NOTE = st.one_of(NASTY, st.text(max_size=20)).map(lambda text: _kept(text, multiline=True))
LABEL = st.sampled_from(["", "work", "home (old)", "x !"])
EMAIL = st.sampled_from(["a@x.org", "B@x.org", "c+d@x.org", "-e@x.org", "=f@x.org", "öst@x.org"]).flatmap(
    lambda address: st.builds(EmailEntry, st.just(address), st.just(address.lower()), LABEL, st.booleans())
)
PHONE = st.sampled_from(["+447911123456", "+12125550143", "+46701234567"]).flatmap(
    lambda number: st.builds(
        PhoneEntry, st.just(number), st.just(number), st.just(""), LABEL, st.booleans(), st.just(Doubt.NONE)
    )
)
UTC_MOMENTS = st.integers(600_000_000, 4_000_000_000).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)
)
IDS = st.sampled_from([(), (("van", "1:2"),), (("strandline", "b0c1"), ("an;x", "=3"))])
TEXT_FIELDS = (
    "full_name", "given_name", "additional_name", "family_name", "prefix", "suffix", "nickname", "locality", "region",
    "postcode", "language", "source", "owner_email", "introduced_by",
)  # fmt: skip


@st.composite
def person_rows(draw: st.DrawFn) -> PersonRow:
    """People whose texts are as bad as texts may be; a handful of them goes round all fields."""
    texts = draw(st.lists(TEXT.filter(bool), min_size=1, max_size=4))
    note = draw(NOTE)
    one_line = [text for text in texts if not re.search(r"[\r\n]", text) and text == text.strip()]
    turn = draw(st.integers(0, 3))
    return PersonRow(
        line=0,
        **{field: texts[(at + turn) % len(texts)] for at, field in enumerate(TEXT_FIELDS)},
        street=one_line[0] if one_line else "",
        country=draw(st.sampled_from(["", "GB", "=1"])),
        note=note,
        emails=tuple(draw(st.lists(EMAIL, max_size=3, unique_by=lambda entry: entry.normal))),
        phones=tuple(draw(st.lists(PHONE, max_size=3, unique_by=lambda entry: entry.e164))),
        born_on=draw(st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)))),
        tags=tuple(dict.fromkeys(one_line)),
        external_ids=draw(IDS),
        opt_outs=draw(st.frozensets(st.sampled_from(Channel))),
        is_deceased=draw(st.booleans()),
        recorded_at=draw(st.one_of(st.none(), UTC_MOMENTS)),
        custom=tuple((name, note) for name in draw(st.sampled_from([(), CUSTOM[:1], CUSTOM])) if note),
    )


PERSON = person_rows()


@pytest.mark.parametrize("write", WRITERS)
@FEW
@given(people=st.lists(PERSON, min_size=1, max_size=3))
def test_people_read_back_as_they_were_written(write: Write, people: list[PersonRow]) -> None:
    found = _back(write([as_cells(person, CUSTOM) for person in people]))

    assert [row._replace(line=0) if isinstance(row, PersonRow) else row for row in found] == people


@FEW
@given(people=st.lists(PERSON, min_size=1, max_size=4))
def test_a_second_export_is_the_first(people: list[PersonRow]) -> None:
    first = _as_csv([as_cells(person, CUSTOM) for person in people])

    again = [as_cells(row, CUSTOM) for row in _back(first) if isinstance(row, PersonRow)]

    assert _as_csv(again) == first


def test_numbers_go_out_in_their_international_form() -> None:
    person = PersonRow(
        2, full_name="Ann", phones=(PhoneEntry("020 7946 0000", "+442079460000", "12", "desk"),)
    )

    (row,) = _back(_as_csv([as_cells(person, CUSTOM)]))

    assert isinstance(row, PersonRow)
    assert row.phones == (PhoneEntry("+442079460000 x12", "+442079460000", "12", "desk"),)


def test_an_unsubscription_goes_out_with_its_day() -> None:
    at = dt.datetime(2026, 3, 4, 10, 30, tzinfo=dt.UTC)
    person = PersonRow(2, full_name="Ann", opt_outs=frozenset({Channel.EMAIL}), unsubscribed_at=at)

    assert _back(_as_csv([as_cells(person, CUSTOM)])) == [person]


def test_special_categories_ask_for_their_basis_again() -> None:
    person = PersonRow(2, full_name="Ann", sensitive=(Sensitive("Religion", "none", Special.BELIEF),))
    content = b"".join(csv_pieces(header(["Religion"]), [as_cells(person, ["Religion"])]))

    table = open_table(io.BytesIO(content))
    mapping = map_columns(table.header)
    stated = RowReader(mapping.with_basis({Special.BELIEF}))

    assert [column.header for column in mapping.not_taken] == ["custom: Religion"]
    assert list(stated.read(table.rows())) == [person]


FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


@given(st.one_of(NASTY, st.text("=+-@'; \t\r\nab＝", max_size=8), st.text(max_size=20)))
def test_neutralised_text_runs_nowhere_and_comes_back(text: str) -> None:
    safe = neutralised(text)

    assert as_written(safe) == text
    assert not FORMULA.match(safe)
    assert not any(
        re.match(r"\s*[=+\-@＝＋－＠]", piece) for piece in re.split(r"[;\t\r\n]", safe) if piece.strip(" ")
    )


def test_harmless_text_is_written_as_it_is() -> None:
    for text in ("Ann", "O'Brien", "'Abd", "a=b", "a, -b", "3 - 4", "ann-marie@x.org"):
        assert neutralised(text) == text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_csv_begins_a_formula_however_it_is_cut(separator: str) -> None:
    person = PersonRow(0, full_name="=1", note="a;=2\n=3\t@4", tags=("-x", "+y"), street='"=5', source="+6")

    content = _as_csv([as_cells(person, CUSTOM)]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content), delimiter=separator) for cell in row]

    assert len(cells) > 2
    assert not [cell for cell in cells if FORMULA.match(cell)]


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    person = PersonRow(0, full_name="=1+1", note="=cmd|' /C calc'!A0", family_name="@SUM(A1)")

    book = openpyxl.load_workbook(io.BytesIO(_as_xlsx([as_cells(person, CUSTOM)])))

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert "'=1+1" in {cell.value for cell in cells}
    assert not [cell for cell in cells if FORMULA.match(str(cell.value))]


@given(st.lists(st.text(max_size=12), max_size=4))
def test_a_workbook_holds_any_text(texts: list[str]) -> None:
    kept = [
        text.replace("\0", "") for text in texts if not any("\ud800" <= char <= "\udfff" for char in text)
    ]
    stream = io.BytesIO()
    write_xlsx(stream, ["a", "b"], [["x", text] for text in kept])
    table = open_table(stream)

    found = [as_written(row[1][1]) for row in table.rows() if isinstance(row[1], list)]

    assert found == [
        re.sub("[\ufffe\uffff]", lambda odd: f"_x{ord(odd[0]):04X}_", text) or "" for text in kept
    ] or (found == kept)


def test_wide_exports_have_columns_beyond_z() -> None:
    stream = io.BytesIO()
    names = [f"c{n}" for n in range(60)]
    write_xlsx(stream, names, [names])

    book = openpyxl.load_workbook(stream)

    assert [cell.value for cell in next(book.worksheets[0].iter_rows(min_row=2))] == names


def test_empty_exports_are_files_too() -> None:
    assert b"".join(json_pieces(HEADER, [])) == b"[]\n"
    assert b"".join(csv_pieces(["a"], [])) == "\ufeffa\r\n".encode()


def test_exports_come_in_pieces() -> None:
    pieces = list(csv_pieces(["a"], (["x"] for _ in range(1_200))))

    assert len(pieces) == 3
    assert b"".join(pieces).count(b"x") == 1_200


@given(
    st.lists(
        st.text(max_size=8).filter(lambda text: text and not text.startswith(" ")), max_size=4, unique=True
    )
)
def test_texts_in_one_cell_come_apart_again(parts: list[str]) -> None:
    assert unescaped(escaped(tuple(parts))) == tuple(parts)


def test_entries_come_apart_again() -> None:
    held = [("a@x.org", "", False), ("b@x.org", "home (old)", True), ("+1 212", "", True)]

    assert entries(" | ".join(entry(*each) for each in held)) == held
    assert entries("") == []


def test_a_row_cut_by_hand_is_still_told_apart() -> None:
    content = _as_csv([as_cells(PersonRow(0, full_name="Ann"), CUSTOM)]) + b"x," * 60 + b"y\r\n"

    assert isinstance(_back(content)[1], Unreadable)
