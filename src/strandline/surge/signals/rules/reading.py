"""A series of counts as people export it: two columns of text, read exactly or refused with the line and the reason."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.usual import MOST_COUNT

MOST_LINES = 200_000
"""Two decades of hours; a longer file is not a series of counts."""
LONGEST_LINE = 200
_LENGTHS = {
    timedelta(hours=1): Step.HOUR,
    timedelta(hours=3): Step.THREE_HOURS,
    timedelta(days=1): Step.DAY,
    timedelta(days=7): Step.WEEK,
}
_SPANS = {step: length for length, step in _LENGTHS.items()}
_WHOLE = re.compile(r"\d+(\.0+)?", re.ASCII)
_STARTS_LIKE_A_TIME = re.compile(r"[\"']?\d", re.ASCII)


class CannotRead(ValueError):
    """A file that is not a series of counts; the message names the line and the reason."""


@dataclass(frozen=True)
class Series:
    """Counts at even steps, with the text each time had in the file (or was given, when a missing step became 0)."""

    times: tuple[str, ...]
    counts: tuple[int, ...]
    step: Step


@dataclass(frozen=True)
class _Row:
    line: int
    text: str
    at: datetime
    count: int


def read_series(lines: Iterable[str], *, step: Step | None = None, missing_is_zero: bool = False) -> Series:
    """Read `time,count` lines, with or without a heading, separated by commas, semicolons or tabs. Raises CannotRead.

    The step is taken from the times unless it is given. A step without a line is refused, because it may be an outage
    as well as a quiet day; with `missing_is_zero` it counts as 0.
    """
    rows = list(_rows(lines))
    if not rows:
        raise CannotRead("There are no counts in the file.")
    for before, after in pairwise(rows):
        if (before.at.tzinfo is None) != (after.at.tzinfo is None):
            raise CannotRead(f"Line {after.line}: some times have a time zone and some have none.")
        if after.at == before.at:
            raise CannotRead(f"Line {after.line}: {after.text} is there twice.")
        if after.at < before.at:
            raise CannotRead(
                f"Line {after.line}: {after.text} is earlier than the line before. Sort by time."
            )
    chosen = step or _step_of(rows)
    return _even(rows, chosen, missing_is_zero)


def _rows(lines: Iterable[str]) -> Iterator[_Row]:
    mark = ""
    for number, raw in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise CannotRead(f"The file has more than {MOST_LINES:,} lines.")
        line = raw.removeprefix("\ufeff") if number == 1 else raw
        if len(line) > LONGEST_LINE:
            raise CannotRead(f"Line {number} has more than {LONGEST_LINE} characters.")
        if "\x00" in line or "\ufffd" in line:
            raise CannotRead(f"Line {number} is not text. Give a CSV file in UTF-8.")
        line = line.strip()
        if not line:
            continue
        first = not mark
        mark = mark or next((one for one in ";\t" if one in line), ",")
        cells = [cell.strip().strip("\"'").strip() for cell in line.split(mark)]
        if len(cells) != 2:
            held = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
            raise CannotRead(f"Line {number} has {held}; there must be two, time and count.")
        if first and not _STARTS_LIKE_A_TIME.match(line):
            continue
        yield _Row(number, cells[0], _time(cells[0], number), _count(cells[1], number))


def _time(text: str, line: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        shown = f"“{text}” is not a time" if text else "there is no time"
        raise CannotRead(f"Line {line}: {shown}. Write 2026-01-20 or 2026-01-20 14:00.") from error


def _count(text: str, line: int) -> int:
    if not text:
        raise CannotRead(f"Line {line}: there is no count.")
    if re.fullmatch(r"[-−]\s*\d+(\.\d+)?", text):
        raise CannotRead(f"Line {line}: the count {text} is negative.")
    if not _WHOLE.fullmatch(text):
        raise CannotRead(f"Line {line}: the count “{text}” is not a whole number.")
    count = int(text.partition(".")[0])
    if count > MOST_COUNT:
        raise CannotRead(f"Line {line}: the count {text} is too large.")
    return count


def _step_of(rows: list[_Row]) -> Step:
    """The shortest step between two lines decides: gaps are longer, never shorter."""
    if len(rows) == 1:
        raise CannotRead("One count does not show how long a step is. Say --step hour, 3h, day or week.")
    shortest = min(after.at - before.at for before, after in pairwise(rows))
    try:
        return _LENGTHS[shortest]
    except KeyError:
        raise CannotRead(
            f"The counts are {_long(shortest)} apart; they must be an hour, 3 hours, a day or a week."
        ) from None


def _even(rows: list[_Row], step: Step, missing_is_zero: bool) -> Series:
    length = _SPANS[step]
    times, counts = [rows[0].text], [rows[0].count]
    for before, after in pairwise(rows):
        apart = after.at - before.at
        if apart % length:
            raise CannotRead(
                f"Line {after.line}: {after.text} is {_long(apart)} after the line before, which is no {_step_in_words(step)}."
            )
        missing = apart // length - 1
        if missing and not missing_is_zero:
            what = "1 step is missing" if missing == 1 else f"{missing:,} steps are missing"
            raise CannotRead(
                f"Line {after.line}: {what} before {after.text}. Add them, or say --missing zero if no line means nobody came."
            )
        if len(counts) + missing > MOST_LINES:
            raise CannotRead(
                f"Line {after.line}: with the missing steps there are more than {MOST_LINES:,} counts."
            )
        times += [_written(before.at + length * (i + 1)) for i in range(missing)]
        counts += [0] * missing
        times.append(after.text)
        counts.append(after.count)
    return Series(tuple(times), tuple(counts), step)


def _written(at: datetime) -> str:
    plain = at.tzinfo is None and at == datetime.combine(date(at.year, at.month, at.day), datetime.min.time())
    return at.date().isoformat() if plain else at.isoformat(sep=" ")


def _step_in_words(step: Step) -> str:
    return {
        Step.HOUR: "whole number of hours",
        Step.THREE_HOURS: "whole number of steps of 3 hours",
        Step.DAY: "whole number of days",
        Step.WEEK: "whole number of weeks",
    }[step]


def _long(apart: timedelta) -> str:
    if apart % timedelta(days=1) == timedelta(0):
        return f"{apart.days} days" if apart.days != 1 else "1 day"
    hours = apart / timedelta(hours=1)
    return f"{hours:g} hours" if hours != 1 else "1 hour"
