"""A file is opened by what is in it, or refused with the line, the reason and the way out (CSV1 to CSV20)."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.interchange.rules.reading import open_table
from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits, Unreadable
from tests.steady.interchange.files import opened, refusal, rows_of

LIST = "name,email\nÅsa Öst,asa@example.org\nBo,bo@example.org\n"
ROWS = [(2, ["Åsa Öst", "asa@example.org"]), (3, ["Bo", "bo@example.org"])]


# CSV1 to CSV4: too much of anything


def test_ten_million_columns_are_refused_before_parsing() -> None:
    refused = refusal("a" + "," * 10_000_000)

    assert (refused.line, refused.reason) == (1, "This line is longer than 1,000,000 characters.")


def test_a_thousand_columns_are_refused() -> None:
    refused = refusal(",".join(f"c{n}" for n in range(1_000)) + "\n" + "1," * 999 + "1\n")

    assert (refused.line, refused.reason) == (1, "There are 1,000 columns; at most 500 can be read.")


class _Endless(io.RawIOBase):
    """A stream of one row of a gigabyte that counts what is asked of it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.at = 0
        self.given = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, to: int, whence: int = 0) -> int:
        self.at = to if whence == 0 else self.size + to
        return self.at

    def read(self, count: int = -1) -> bytes:
        start = b"name,note\nAnn," if self.at == 0 else b""
        piece = (start + b"x" * count)[: min(count, self.size - self.at)]
        self.at += len(piece)
        self.given += len(piece)
        return piece


def test_one_row_of_a_gigabyte_is_refused_by_size_without_reading_on() -> None:
    stream = _Endless(2**30)

    with pytest.raises(CannotRead, match=r"larger than 512 MB \(1,024 MB\)"):
        open_table(stream)  # type: ignore[arg-type]  # a stream for all that is asked of it

    assert stream.given < 1_000


def test_one_endless_row_is_refused_after_a_few_megabytes() -> None:
    stream = _Endless(2**30)

    with pytest.raises(CannotRead) as refused:
        open_table(stream, limits=Limits(bytes=2**31))  # type: ignore[arg-type]  # a stream, as above

    assert (refused.value.line, refused.value.reason) == (2, "This line is longer than 1,000,000 characters.")
    assert stream.given < 5_000_000


def test_too_many_rows_are_refused_before_parsing() -> None:
    refused = refusal("name\n" + "a\n" * 60, limits=Limits(rows=50))

    assert (refused.line, refused.reason) == (51, "The file has more than 50 lines.")


def test_five_million_rows_are_refused() -> None:
    assert refusal(b"name\n" + b"a\n" * 5_000_000).reason == "The file has more than 2,000,000 lines."


def test_a_cell_of_200_kb_is_refused_with_its_line() -> None:
    refused = refusal("name,note\nAnn,short\nBo," + "x" * 200_000 + "\n")

    assert refused.line == 3
    assert refused.reason.startswith("A cell in this line is longer than 131,072 characters")


# CSV5 to CSV9: quotes, ragged rows, headers, separators


def test_an_unclosed_quote_is_refused_with_the_line_it_opens_in() -> None:
    refused = refusal('name,email\nAnn,a@x.org\n"Bo,b@x.org\nCy,c@x.org\nDi,d@x.org\n')

    assert (refused.line, refused.how_to_fix) == (3, "Close it, or take it away.")
    assert "never closed" in refused.reason


def test_an_unclosed_quote_in_a_long_file_is_still_found_where_it_opens() -> None:
    lines = "".join(f"Person {n},p{n}@example.org\n" for n in range(20_000))

    assert refusal('name,email\nAnn,"a@x.org\n' + lines).line == 2


def test_an_unclosed_quote_after_a_closed_one_of_several_lines_is_told_apart() -> None:
    refused = refusal('name,note\nAnn,"one\ntwo","\nBo,x\nCy,y\n')

    assert refused.line == 3


def test_doubled_quotes_before_an_unclosed_one_do_not_mislead() -> None:
    assert refusal('name,note\nAnn,"say ""hi"" twice","\nBo,x\n').line == 2


def test_a_quote_closed_inside_a_cell_is_refused_with_its_line() -> None:
    refused = refusal('name,email\nAnn,a@x.org\n"Bo" Berg,b@x.org\n')

    assert refused.line == 3
    assert refused.reason == "A quotation mark that opens in this line is closed in the middle of a cell."


def test_doubled_quotes_and_line_breaks_inside_cells_are_read() -> None:
    assert rows_of('name,note\n"Ann ""A"" Berg","one\ntwo"\nBo,\n') == [
        (2, ['Ann "A" Berg', "one\ntwo"]),
        (4, ["Bo", ""]),
    ]


def test_ragged_rows_are_filled_or_set_apart_and_none_is_lost() -> None:
    found = rows_of("name,email\nAnn\nBo,b@x.org,c@x.org\n\n,,\nCy,c@x.org,,\n")

    assert found == [
        (2, ["Ann", ""]),
        Unreadable(
            3,
            "",
            "This row has 3 cells where the header has 2.",
            "A cell that holds the separator must stand in quotation marks.",
        ),
        (6, ["Cy", "c@x.org"]),
    ]


def test_headers_that_stand_twice_are_told_apart_and_named() -> None:
    table = opened("Email,Name,Email,email,Email\na,b,c,d,e\n")

    assert table.header == ("Email", "Name", "Email (2)", "email", "Email (3)")
    assert table.notes == ("Columns stand twice under one name: Email.",)


def test_a_header_is_not_invented() -> None:
    table = opened("Ann Berg,a@x.org\nBo Dahl,b@x.org\n")

    assert (table.has_header, table.header) == (False, ("Column 1", "Column 2"))
    assert list(table.rows()) == [(1, ["Ann Berg", "a@x.org"]), (2, ["Bo Dahl", "b@x.org"])]


def test_the_header_can_be_stated() -> None:
    assert opened("Ann,Berg\nBo,Dahl\n", has_header=False).header == ("Column 1", "Column 2")
    assert opened("a@x.org,b\nBo,Dahl\n", has_header=True).header == ("a@x.org", "b")


def test_nameless_columns_are_kept_if_they_hold_anything_and_dropped_if_not() -> None:
    assert opened("name,,x,,\nAnn,1,2,,\n").header == ("name", "Column 2", "x")


def test_a_title_above_the_header_is_passed_over() -> None:
    table = opened("Members of 2026\n\nname,email,phone\nAnn,a@x.org,1\n")

    assert table.header == ("name", "email", "phone")
    assert table.notes == ("What stands above line 3 is passed over as a title.",)
    assert list(table.rows()) == [(4, ["Ann", "a@x.org", "1"])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator: str) -> None:
    table = opened(LIST.replace(",", separator))

    assert table.separator == separator
    assert list(table.rows()) == ROWS


def test_a_separator_is_not_mistaken_for_commas_in_cells() -> None:
    assert opened("name;weight\nBerg, Ann;1,5\nDahl, Bo;2,5\n").separator == ";"


def test_a_first_line_may_name_the_separator() -> None:
    table = opened("sep=;\nname;email\nAnn;a@x.org\n")

    assert (table.separator, list(table.rows())) == (";", [(3, ["Ann", "a@x.org"])])
    assert opened("sep=\t\nname\temail\nAnn\ta,b,c\n").separator == "\t"


def test_the_separator_can_be_stated_from_the_list_only() -> None:
    assert opened("name;a,b\nAnn;x,y\n", separator=",").header == ("name;a", "b")
    assert refusal("name;a\n", separator="x").reason == "This is not a separator that can be chosen."


def test_a_single_column_needs_no_separator() -> None:
    assert rows_of("email\na@x.org\n\nb@x.org") == [(2, ["a@x.org"]), (4, ["b@x.org"])]


# CSV10 to CSV14: encodings


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8, marked"),
        ("utf-16", "UTF-16, marked"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("utf-32", "UTF-32, marked"),
        ("cp1252", "Windows-1252 (Western Europe)"),
    ],
)
def test_encodings_are_found_and_named(codec: str, name: str) -> None:
    table = opened(LIST.encode(codec))

    assert (table.encoding, table.header, list(table.rows())) == (name, ("name", "email"), ROWS)


def test_a_guessed_encoding_is_shown_with_its_sample() -> None:
    table = opened(LIST.encode("cp1252"))

    assert table.notes == ("The accents were read as Windows-1252. Look at the sample.",)
    assert table.sample[0] == ("Åsa Öst", "asa@example.org")


def test_an_encoding_that_cannot_be_told_is_said_to_be_doubtful() -> None:
    content = "имя,email\nАнна Иванова,a@x.org\nБорис Петров,b@x.org\n".encode("cp1251")

    assert "could not be told for sure" in opened(content).notes[0]
    assert opened(content, encoding="cp1251").header == ("имя", "email")


def test_mixed_encodings_are_refused_with_the_line() -> None:
    mixed = b"name\n" + "Åsa\n".encode() * 30 + "Öst\n".encode("cp1252") + "Åke\n".encode()

    refused = refusal(mixed)

    assert refused.line == 32
    assert "two encodings are mixed" in refused.reason


def test_mixed_encodings_are_found_beyond_the_first_megabyte() -> None:
    mixed = b"name\n" + "Åsa Öberg\n".encode() * 200_000 + "Öst\n".encode("cp1252")

    assert refusal(mixed).line == 200_002


def test_windows_bytes_are_found_beyond_the_first_megabyte() -> None:
    table = opened(b"name\n" + b"Ann Berg 12345\n" * 100_000 + "Öst\n".encode("cp1252"))

    assert list(table.rows())[-1] == (100_002, ["Öst"])


def test_bytes_of_no_known_encoding_are_refused() -> None:
    assert refusal(b"name\nAnn\x81\x8d\n").reason == "The encoding of this file cannot be told."


def test_a_stated_encoding_that_does_not_fit_is_refused_with_the_line() -> None:
    refused = refusal(b"name\rAnn\r" + "Åsa\r".encode("cp1252"), encoding="utf-8")

    assert (refused.line, refused.reason) == (3, "This line is not in UTF-8, as the file seems to be.")


def test_an_encoding_outside_the_list_is_refused() -> None:
    assert refusal("name\nAnn\n", encoding="rot13").reason == "rot13 is not an encoding that can be chosen."


def test_cut_utf16_is_refused() -> None:
    assert "not in UTF-16" in refusal(LIST.encode("utf-16")[:-1]).reason


def test_letters_read_wrongly_before_are_pointed_out() -> None:
    spoilt = "name\n" + "Åsa é".encode().decode("cp1252") + "\n"

    assert "read wrongly before" in opened(spoilt).notes[0]


def test_bare_carriage_returns_end_lines() -> None:
    table = opened(LIST.replace("\n", "\r"))

    assert (table.line_ends, table.lines, list(table.rows())) == ("CR", 3, ROWS)


@pytest.mark.parametrize(("ends", "name"), [("\r\n", "CR LF"), ("\n", "LF")])
def test_line_ends_are_named(ends: str, name: str) -> None:
    assert opened(LIST.replace("\n", ends)).line_ends == name


def test_a_line_break_cut_in_two_by_the_reading_is_one() -> None:
    content = b"ab,bc\r\n" + b"Ann,Berg\r\n" * 104_858

    table = opened(content)

    assert content[2**20 - 1 : 2**20 + 1] == b"\r\n"
    assert (table.line_ends, table.lines) == ("CR LF", 104_859)


def test_nul_characters_are_refused_with_their_line() -> None:
    refused = refusal(b"name,email\nAnn,a@x.org\nB\0o,b@x.org\n")

    assert (refused.line, refused.reason) == (3, "This line holds a NUL character, which no text has.")


# CSV15 to CSV20 that are not workbooks, and other things that are no list


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE html><html>",
        "\ufeff<html><body>",
        "  \n<table><tr>",
        "<?xml version='1.0'?><Workbook>",
        "<script>1",
    ],
)
def test_a_web_page_is_not_a_list(content: str) -> None:
    assert "web page" in refusal(content).reason


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x1f\x8b\x08\0junk", "packed (gzip)"),
        (b"BZh91AY", "packed (bzip2)"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"{\\rtf1", "RTF"),
        (b"SQLite format 3\0", "database"),
        (b"MZ\x90\0", "program"),
    ],
)
def test_other_files_are_named_for_what_they_are(content: bytes, what: str) -> None:
    assert what in refusal(content).reason


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \r\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal(content).reason == "This file is empty."


def test_a_file_of_empty_cells_is_refused() -> None:
    assert refusal(",,\n,,\n").reason == "This file holds no rows."


def test_the_name_of_a_file_does_not_matter_and_the_stream_stays_open() -> None:
    stream = io.BytesIO(LIST.encode())

    table = open_table(stream)

    assert table.kind is Kind.CSV
    assert list(table.rows()) == list(table.rows()) == ROWS
    assert not stream.closed


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_reading_gives_back_what_was_written(rows: list[list[str]], separator: str) -> None:
    content = "".join(
        separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n"
        for row in [["a", "b", "c"], *rows]
    )
    held = [row for row in rows if any(row)]

    found = rows_of(content, separator=separator, has_header=True)

    assert [row[1] for row in found] == held


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    def attempt() -> Iterator[object]:
        try:
            yield from opened(content).rows()
        except CannotRead as refused:
            yield refused.reason

    assert all(outcome for outcome in attempt())
