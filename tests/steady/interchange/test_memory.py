"""Memory stays flat however long a file is, and bombs cost no more than honest files (P29)."""

import io
import tracemalloc
from collections.abc import Callable, Iterable

import pytest

from strandline.steady.interchange.rules.reading import open_table
from strandline.steady.interchange.rules.refusals import CannotRead
from strandline.steady.interchange.rules.rows import RowReader
from strandline.steady.interchange.rules.systems import map_columns
from strandline.steady.interchange.rules.writing import csv_pieces, json_pieces, write_xlsx
from tests.steady.interchange.files import repacked, xlsx

MEGABYTE = 2**20


def _peak(work: Callable[[], object]) -> float:
    """The most memory, in megabytes, that work held at once beyond what stood before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        work()
        return (tracemalloc.get_traced_memory()[1] - before) / MEGABYTE
    finally:
        tracemalloc.stop()


def _read(content: bytes) -> int:
    stream = io.BytesIO(content)
    table = open_table(stream)
    reader = RowReader(map_columns(table.header, table.sample), region="US")
    return sum(1 for _ in reader.read(table.rows()))


def _csv(rows: int) -> bytes:
    lines = (f"Ann Berg {n},ann{n}@example.org,(212) 555-{n % 10_000:04d}\n" for n in range(rows))
    return b"name,email,phone\n" + "".join(lines).encode()


def _json(rows: int) -> bytes:
    return (
        "[" + ",\n".join(f'{{"name": "Ann {n}", "email": "a{n}@example.org"}}' for n in range(rows)) + "]"
    ).encode()


def _cards(rows: int) -> bytes:
    photo = "\n ".join(["A" * 70] * 20)
    return "".join(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann {n}\nEMAIL:a{n}@example.org\nPHOTO;ENCODING=b:{photo}\nEND:VCARD\n"
        for n in range(rows)
    ).encode()


@pytest.mark.parametrize(("make", "rows"), [(_csv, 24_000), (_json, 8_000), (_cards, 3_000)])
def test_memory_does_not_grow_with_the_file(make: Callable[[int], bytes], rows: int) -> None:
    short, long = make(rows // 8), make(rows)
    _read(make(10))  # what is learnt once does not count
    counted: list[int] = []

    growth = _peak(lambda: counted.append(_read(long))) - _peak(lambda: counted.append(_read(short)))

    assert counted == [rows, rows // 8]
    assert growth < 4  # a megabyte of bytes, the same as text, and what is in hand


def test_an_unclosed_quote_does_not_gather_the_file() -> None:
    content = b'name,email\n"Ann,a@x.org\n' + _csv(100_000)

    def work() -> None:
        with pytest.raises(CannotRead, match="never closed"):
            _read(content)

    assert _peak(work) < 12


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = repacked(xlsx([["name"], ["Ann"]]), {"xl/worksheets/sheet1.xml": b" " * 120 * MEGABYTE})

    def work() -> None:
        with pytest.raises(CannotRead, match="made to swell"):
            open_table(io.BytesIO(bomb))

    assert _peak(work) < 5


class _Sink(io.RawIOBase):
    """A stream that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        return len(bytes(content))  # type: ignore[call-overload,no-any-return]  # what a stream is given


def _to_csv(rows: Iterable[list[str]]) -> None:
    for _ in csv_pieces(["a", "b"], rows):
        pass


def _to_json(rows: Iterable[list[str]]) -> None:
    for _ in json_pieces(["a", "b"], rows):
        pass


def _to_xlsx(rows: Iterable[list[str]]) -> None:
    write_xlsx(_Sink(), ["a", "b"], rows)  # type: ignore[arg-type]  # a stream for all that is asked of it


@pytest.mark.parametrize("write", [_to_csv, _to_json, _to_xlsx])
def test_exports_are_written_as_they_go(write: Callable[[Iterable[list[str]]], None]) -> None:
    assert _peak(lambda: write(["Ann", f"note {n}"] for n in range(20_000))) < 2
