"""Reads a small table of figures from a file, or says on which line it cannot be read and why."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from strandline.lib.numbers import BadNumber, decimal

STDIN = "-"
MOST_BYTES = 50_000_000
MOST_ROWS = 2_000_000
MOST_IN_A_CELL = 200
DELIMITERS = ",;\t|"
_SAMPLE = 2_000
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


class UnreadableFile(Exception):
    """A file that cannot be counted; the message is a sentence that names the line and the reason."""


@dataclass(frozen=True)
class Row:
    """One line of figures: its number in the file, and a cell for each column that was found."""

    line: int
    cells: Mapping[str, str]


def refuse(sentence: object) -> NoReturn:
    """Say why on the error stream, and leave with 2: the question was wrong, not the program."""
    typer.echo(str(sentence), err=True)
    raise typer.Exit(2)


def content_of(path: Path, *, most: int) -> bytes:
    """The bytes of a file, of a pipe, or of standard input for `-`; never more than `most` are read.

    Raises UnreadableFile with a sentence that follows on the file's name.
    """
    try:
        if str(path) == STDIN:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(most + 1)
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror or 'unknown reason'}.") from None
    except ValueError:
        raise UnreadableFile("cannot be read: this is no name of a file.") from None
    if len(data) > most:
        raise UnreadableFile(f"is larger than {most // 1_000_000} MB.")
    return data


def name_of(path: Path) -> str:
    """What to call a file in a sentence."""
    return "What is piped in" if str(path) == STDIN else path.name


def _decoded(path: Path) -> str:
    """The text of the file. Raises UnreadableFile."""
    try:
        data = content_of(path, most=MOST_BYTES)
    except UnreadableFile as reason:
        raise UnreadableFile(f"{name_of(path)} {reason}") from None
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFile(f"Line {line}: this is not UTF-8 text. Save the file as UTF-8.") from None
    if "\0" in text:
        raise UnreadableFile(
            f"Line {text[: text.index(chr(0))].count(chr(10)) + 1}: this holds a NUL character."
        )
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that holds any, with its number. Raises UnreadableFile."""
    first = text[:_SAMPLE].splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(f"Line {line}: {_csv_reason(str(error))}") from None
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _csv_reason(told: str) -> str:
    if "end of data" in told:
        return "a quotation mark is opened and never closed."
    if "field larger" in told:
        return "a cell is too long."
    return f"the cells cannot be told apart ({told})."


def read_rows(path: Path, names: Mapping[str, Sequence[str]], *, needed: Sequence[str]) -> list[Row]:
    """The rows of the columns asked for, by any of their names; without a header the columns stand in that order.

    Raises UnreadableFile with the line and the reason.
    """
    rows: list[Row] = []
    places: dict[str, int] | None = None
    for line, cells in _lines(_decoded(path)):
        if places is None:
            places, is_header = _places(line, cells, names, needed)
            width = len(cells)
            if is_header:
                continue
        if len(cells) != width:
            raise UnreadableFile(f"Line {line}: {len(cells)} cells, where {width} are expected.")
        long = next((cell for cell in cells if len(cell) > MOST_IN_A_CELL), None)
        if long is not None:
            raise UnreadableFile(f"Line {line}: a cell of {len(long):,} characters is no figure.")
        rows.append(Row(line, {name: cells[place] for name, place in places.items()}))
        if len(rows) > MOST_ROWS:
            raise UnreadableFile(f"Line {line}: there are more than {MOST_ROWS:,} rows.")
    if not rows:
        raise UnreadableFile(f"{name_of(path)} holds no figures.")
    return rows


def _places(
    line: int, cells: Sequence[str], names: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[dict[str, int], bool]:
    """Where each column stands, and whether this line said so."""
    folded = [cell.lower().replace("-", "_").replace(" ", "_") for cell in cells]
    found: dict[str, int] = {}
    for name, aliases in names.items():
        hits = [place for place, cell in enumerate(folded) if cell in aliases]
        if len(hits) > 1:
            raise UnreadableFile(f"Line {line}: the column {name} is there {len(hits)} times.")
        if hits:
            found[name] = hits[0]
    if all(name in found for name in needed):
        return found, True
    looks_like_words = any(any(char.isalpha() for char in cell) for cell in cells)
    if found or looks_like_words:
        missing = next(name for name in needed if name not in found)
        raise UnreadableFile(f"Line {line}: there is no column {missing}; {' and '.join(needed)} are needed.")
    order = list(names) if len(cells) >= len(names) else list(needed)
    if len(cells) < len(order):
        raise UnreadableFile(
            f"Line {line}: {len(cells)} cells, where {len(order)} are needed: {', '.join(order)}."
        )
    return {name: place for place, name in enumerate(order)}, False


def figure(row: Row, name: str, *, least: int = 0, places: int = 12) -> float:
    """The cell as a number. Raises UnreadableFile."""
    try:
        return float(decimal(row.cells[name], field=name, least=least, places=places))
    except BadNumber as error:
        raise UnreadableFile(f"Line {row.line}, {name}: {error.reason}") from None
