"""A file of counts as people keep it: every line read, or nothing; what is wrong is named with its line and reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from strandline.lib.dates import Ambiguous, BadDate, Order, read_day
from strandline.lib.numbers import BadNumber, whole
from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.usual import MOST_COUNT
from strandline.surge.signals.rules.watched import last_whole, length_of

MOST_BYTES = 2_000_000
MOST_LINES = 20_000
"""Fifty years of days; more is not a series of counts."""
MOST_FAULTS = 20
EARLIEST = date(1990, 1, 1)
_HOUR = re.compile(r"(.+?)[T ](\d{1,2})(?::(\d{2}))?(?::\d{2})?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Fault:
    """One line that cannot be read, and why; line 0 is the file as a whole."""

    line: int
    reason: str

    @property
    def words(self) -> str:
        """Return the fault as the page says it."""
        return f"Line {self.line}: {self.reason}" if self.line else self.reason


class BadCountsFile(ValueError):
    """A file of which nothing was stored; `faults` are what is wrong with it, the first twenty."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.words for fault in faults[:3]))
        self.faults = tuple(faults[:MOST_FAULTS])


@dataclass(frozen=True)
class _Line:
    number: int
    on: date
    hour: int | None
    count: int


def read_counts(raw: bytes, *, step: Step, order: Order | None = None) -> list[tuple[date, int]]:
    """Read lines of time and count, with or without a heading, parted by commas, semicolons or tabs, in any order.

    Counts by the hour are added up to days, of which all 24 hours must be there. Raises BadCountsFile.
    """
    faults: list[Fault] = []
    lines = list(_read(_text(raw), order, faults))
    if not lines and not faults:
        faults.append(Fault(0, "There are no counts in the file."))
    _refuse_twice(lines, faults)
    found = _by_day(lines, faults) if any(line.hour is not None for line in lines) else None
    if step is Step.WEEK:
        faults += [
            Fault(line.number, f"{line.on} is no Monday, and weeks begin on Mondays.")
            for line in lines
            if line.on.weekday()
        ]
    if faults:
        raise BadCountsFile(sorted(faults, key=lambda fault: fault.line))
    return found if found is not None else sorted((line.on, line.count) for line in lines)


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise BadCountsFile(
            [Fault(0, f"The file is larger than {MOST_BYTES // 1_000_000} MB; a series of counts is not.")]
        )
    codec = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        # Spreadsheets write old encodings; figures and separators are the same in them, and letters are not kept.
        text = raw.decode("latin-1")
    if "\0" in text:
        raise BadCountsFile([Fault(0, "This is not a text file. Save it as CSV.")])
    return text


def _read(text: str, order: Order | None, faults: list[Fault]) -> Iterator[_Line]:
    rows = text.splitlines()
    if len(rows) > MOST_LINES:
        faults.append(Fault(0, f"The file has more than {MOST_LINES:,} lines."))
        return
    named = 1 if rows and rows[0].lower().startswith("sep=") else 0
    first = next((row for row in rows[named:] if row.strip()), "")
    mark = next((one for one in "\t;" if one in first), ",")
    is_first = True
    for number, row in enumerate(rows, start=1):
        if number <= named or not row.strip(f" {mark}"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([row], delimiter=mark))]
        is_heading = is_first and not _DIGIT.search("".join(cells))
        is_first = False
        if is_heading:
            continue
        line = _line(number, cells, mark, order, faults)
        if line is not None:
            yield line


def _line(number: int, cells: list[str], mark: str, order: Order | None, faults: list[Fault]) -> _Line | None:
    if len(cells) != 2:
        held = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        faults.append(Fault(number, f"there are {held}, and there must be two: day and count."))
        return None
    on = _day(number, cells[0], order, faults)
    count = _count(number, cells[1], "," if mark == ";" else ".", faults)
    if on is None or count is None:
        return None
    return _Line(number, on[0], on[1], count)


def _day(number: int, text: str, order: Order | None, faults: list[Fault]) -> tuple[date, int | None] | None:
    hour = None
    found = _HOUR.fullmatch(text)
    try:
        if found and ":" in text:
            if int(found[3] or 0):
                faults.append(Fault(number, f"“{text}” is no whole hour."))
                return None
            hour = datetime.strptime(found[2], "%H").hour  # noqa: DTZ007 -- only the hour is kept
            # A time at midnight on every line is how spreadsheets write days; `_by_day` tells the two apart.
            return read_day(found[1], order, earliest=EARLIEST), hour
        return read_day(text, order, earliest=EARLIEST), None
    except Ambiguous as two:
        faults.append(Fault(number, f"{two.reason} Say whether the day or the month comes first."))
    except BadDate as bad:
        faults.append(Fault(number, bad.reason if text else "there is no day."))
    except ValueError:
        faults.append(Fault(number, f"“{text[:40]}” is no time."))
    return None


def _count(number: int, text: str, decimal_mark: str, faults: list[Fault]) -> int | None:
    try:
        count = whole(text, field="count", most=MOST_COUNT, mark=decimal_mark)
    except BadNumber as bad:
        faults.append(
            Fault(number, "there is no count." if not text else f"the count “{text[:40]}”: {bad.reason}")
        )
        return None
    if count < 0:
        faults.append(Fault(number, f"the count {text} is negative."))
        return None
    return count


def _refuse_twice(lines: Iterable[_Line], faults: list[Fault]) -> None:
    seen: dict[tuple[date, int | None], int] = {}
    for line in lines:
        key = (line.on, line.hour)
        if key in seen:
            when = f"{line.on}" if line.hour is None else f"{line.on} {line.hour:02}:00"
            faults.append(Fault(line.number, f"{when} is there twice; the first time in line {seen[key]}."))
        seen.setdefault(key, line.number)


def _by_day(lines: list[_Line], faults: list[Fault]) -> list[tuple[date, int]]:
    if all(line.hour in (0, None) for line in lines):
        return sorted((line.on, line.count) for line in lines)
    days: dict[date, dict[int | None, _Line]] = {}
    for line in lines:
        days.setdefault(line.on, {})[line.hour] = line
    for on, hours in days.items():
        if len(hours) != 24 or None in hours:
            first = min(line.number for line in hours.values())
            faults.append(
                Fault(first, f"{on} has {len(hours)} of its 24 hours; a day is judged when all are there.")
            )
    return sorted((on, sum(line.count for line in hours.values())) for on, hours in days.items())


def checked(
    counts: Sequence[tuple[date, int]],
    *,
    step: Step,
    today: date,
    kept: tuple[date, date] | None,
    missing_is_zero: bool,
) -> list[tuple[date, int]]:
    """Check counts in order of time against the clock and against what is kept, and fill the steps between.

    `kept` are the first and last step there are counts of. A step without a count is refused, for it may be an outage as well
    as a quiet day; with `missing_is_zero` it counts as 0. Raises BadCountsFile.
    """
    if not counts:
        raise BadCountsFile([Fault(0, "There are no counts.")])
    faults, length, newest = [], length_of(step), last_whole(today, step)
    seen: set[date] = set()
    for on, _ in counts:
        if on in seen:
            faults.append(Fault(0, f"{on} is there twice."))
        seen.add(on)
        if step is Step.WEEK and on.weekday():
            faults.append(Fault(0, f"{on} is no Monday, and weeks begin on Mondays."))
        if on < EARLIEST:
            faults.append(Fault(0, f"{on} is before {EARLIEST}."))
        elif on > newest:
            faults.append(Fault(0, _not_over(on, step, today)))
    if faults:
        raise BadCountsFile(faults)
    given = dict(counts)
    first = min(given) if kept is None else min(min(given), kept[0])
    last = max(given) if kept is None else max(max(given), kept[1])
    steps = (last - first) // length + 1
    if steps > MOST_LINES:
        raise BadCountsFile([Fault(0, f"From {first} to {last} are more than {MOST_LINES:,} steps.")])
    # Only before and after what is kept can a count be missing.
    gaps = [(first, last)] if kept is None else [(first, kept[0] - length), (kept[1] + length, last)]
    missing = [
        on
        for begins, ends in gaps
        for i in range((ends - begins) // length + 1)
        if (on := begins + i * length) not in given
    ]
    if missing and not missing_is_zero:
        which = f"{missing[0]} and {len(missing) - 1:,} more" if len(missing) > 1 else missing[0]
        reason = f"There is no count of {which}. Add it, or say that no count means nobody came."
        raise BadCountsFile([Fault(0, reason)])
    return sorted([*given.items(), *((on, 0) for on in missing)])


def _not_over(on: date, step: Step, today: date) -> str:
    if on > today:
        return f"{on} is still to come."
    ends = on + length_of(step)
    return f"{on} is not over. Send its count from {ends} on, or it would be judged as a quiet {step.value}."
