"""CSV and its relatives: the separator found, rows streamed with the line they begin on, a lost quote named."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from strandline.steady.interchange.rules.encodings import Encoding
from strandline.steady.interchange.rules.refusals import CannotRead, Limits, Row, Unreadable

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "TAB", "|": "bar"}
_SAMPLE_LINES = 200
_SAMPLE_LENGTH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text file of rows: how it is encoded and parted, and whether its first line only names the separator."""

    stream: BinaryIO
    encoding: Encoding
    separator: str
    skipped: int
    limits: Limits

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, with its line, from the first on. Raises CannotRead with the line."""
        last = self.skipped
        with decoded(self.stream, self.encoding, skip=self.skipped) as text:
            reader = csv.reader(text, delimiter=self.separator, strict=True)
            try:
                for cells in reader:
                    line = last + 1
                    last = self.skipped + reader.line_num
                    if any(cells):
                        yield line, cells
            except csv.Error as wrong:
                raise self._refusal(last + 1, str(wrong)) from None

    def _refusal(self, line: int, what: str) -> CannotRead:
        """What the csv module calls an error, in the words of whoever has to mend the file."""
        opened, closed_badly = self._quote_opened(line)
        if closed_badly:
            return CannotRead(
                opened,
                "A quotation mark that opens in this line is closed in the middle of a cell.",
                "Write a quotation mark inside a cell twice, or take it away.",
            )
        if opened:
            return CannotRead(
                opened,
                "A quotation mark opens in this line and is never closed, so the lines after it cannot be told apart.",
                "Close it, or take it away.",
            )
        return CannotRead(
            line,
            f"A cell in this line is longer than {self.limits.cell:,} characters ({what}).",
            "Shorten it.",
        )

    def _quote_opened(self, line: int) -> tuple[int, bool]:
        """The line in which the quote opened that spoils the record beginning in `line`, and whether it closes badly.

        Nought for the line where no quote stays open: then the cell is merely too long.
        """
        with decoded(self.stream, self.encoding, skip=line - 1) as text:
            opened = 0
            at_start = True
            seen = 0
            for number, content in enumerate(text, start=line):
                pieces = enumerate(content)
                for at, char in pieces:
                    if opened and char == '"':
                        following = content[at + 1 : at + 2]
                        if following == '"':
                            next(pieces)
                        elif following in ("", self.separator, "\r", "\n"):
                            opened = 0
                        else:
                            return opened, True
                    elif not opened:
                        opened = number if char == '"' and at_start else 0
                        at_start = char in (self.separator, "\r", "\n")
                seen += len(content)
                if seen > self.limits.cell or not opened:
                    break
        return (opened, False) if number > line or seen <= self.limits.cell else (0, False)


@contextmanager
def decoded(stream: BinaryIO, encoding: Encoding, *, skip: int = 0) -> Iterator[io.TextIOWrapper]:
    """The stream as text from its start, lines broken as they are; the stream itself stays open."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding.codec, errors="strict", newline="")
    try:
        for _ in islice(text, skip):
            pass
        yield text
    finally:
        text.detach()


def find_separator(stream: BinaryIO, encoding: Encoding, limits: Limits, *, stated: str = "") -> Delimited:
    """Tell which separator parts the cells: the one under which most rows have one width.

    A first line `sep=;`, as spreadsheets write it, settles it.
    """
    lines = []
    with decoded(stream, encoding) as text:
        length = 0
        for line in islice(text, _SAMPLE_LINES):
            lines.append(line)
            length += len(line)
            if length > _SAMPLE_LENGTH and len(lines) > 1:
                break
    declared = lines[0].strip().lower() if lines else ""
    if declared.startswith("sep=") and declared[4:] in {*SEPARATORS, ""}:
        separator = declared[4:] or "\t"
        return Delimited(stream, encoding, stated or separator, 1, limits)
    if stated and stated not in SEPARATORS:
        raise CannotRead(
            0, "This is not a separator that can be chosen.", "Choose comma, semicolon, TAB or bar."
        )
    separator = stated or max(SEPARATORS, key=lambda mark: _agreement(lines, mark))
    return Delimited(stream, encoding, separator, 0, limits)


def _agreement(lines: Sequence[str], separator: str) -> tuple[float, int]:
    """How well a separator fits: the share of rows of the commonest width, then that width; nothing for one column."""
    try:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if any(cells))
    except csv.Error:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return (count / widths.total(), width) if width > 1 else (0.0, 0)


def level(rows: Iterator[Row], width: int) -> Iterator[Row | Unreadable]:
    """Bring rows to the width of the header: short ones filled up, long ones set apart unless only blanks are over."""
    for row in rows:
        cells = row[1]
        count = len(cells)
        if count == width:
            yield row
        elif count < width:
            cells.extend([""] * (width - count))
            yield row
        elif any(cells[width:]):
            yield Unreadable(
                row[0],
                "",
                f"This row has {count} cells where the header has {width}.",
                "A cell that holds the separator must stand in quotation marks.",
            )
        else:
            del cells[width:]
            yield row
