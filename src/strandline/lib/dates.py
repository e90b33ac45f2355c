"""Days and moments: read under a stated order and never guessed; local time where the clock jumps; working days."""

import datetime as dt
import functools
import re
import unicodedata
import zoneinfo
from collections.abc import Collection
from enum import StrEnum

from babel import Locale

EARLIEST = dt.date(1850, 1, 1)
LATEST = dt.date(2150, 12, 31)
SUNDAY = frozenset({6})
"""The days of the week on which nothing falls due unless an organisation sets others; Monday is 0."""
WIDEST_OFFSET = dt.timedelta(hours=14)


class Order(StrEnum):
    """How a file or a form writes a date in figures."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


class BadDate(ValueError):
    """A date or a time that cannot be read; `reason` is a sentence for the reader of the screen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Ambiguous(BadDate):
    """A date in figures that is two days, depending on the order; whoever asks must be asked."""

    def __init__(self, typed: str, day_first: dt.date, month_first: dt.date) -> None:
        super().__init__(
            f"{typed} is {spelt(day_first)} with the day first and {spelt(month_first)} with the month first: "
            "say which."
        )
        self.day_first = day_first
        self.month_first = month_first


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEAR_FIRST = re.compile(r"(\d{4})[./\-年 ]\s?(\d{1,2})[./\-月 ]\s?(\d{1,2})[.日]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIGURES = re.compile(r"(\d{1,2})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{4,5})\.?")
_SHORT_YEAR = re.compile(r"\d{1,2}[./\- ]\d{1,2}[./\- ]\d{2}")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s*(?:de\s+|of\s+)?([^\W\d]+)\.?,?\s*(?:de\s+|del\s+)?(\d{4}))"
)
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NAMED_DASHED = re.compile(r"(\d{1,2})[-/]([^\W\d]+)\.?[-/](\d{4})")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$")
_MOMENT = re.compile(
    r"(.+?)(?:T|\s+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
)
_SECONDS = re.compile(r"-?\d{9,10}(?:\.\d+)?|-?\d{12,13}")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_MONTH_LOCALES = ("en", "es", "de", "fr", "sv", "pt", "it")


def spelt(day: dt.date) -> str:
    """A day that cannot be misread: 4 March 2026."""
    return f"{day.day} {Locale('en').months['format']['wide'][day.month]} {day.year}"


def read_day(
    text: str, order: Order | None = None, *, earliest: dt.date = EARLIEST, latest: dt.date = LATEST
) -> dt.date:
    """Read a day. Figures are read in the stated order; without one, only where one reading alone is possible.

    ISO dates, dates with the month in words, and a date with midnight behind it are read in any order. Raises
    Ambiguous where two readings stand (it carries both), BadDate with the reason otherwise.
    """
    typed = text.strip()
    if not typed:
        raise BadDate("Nothing was filled in.")
    if len(typed) > 40:
        raise BadDate("This is too long for a date.")
    plain = _MIDNIGHT.sub("", _ascii_digits(typed))
    if iso := _ISO.fullmatch(plain) or _COMPACT.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain):
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]), typed)
    elif figures := _FIGURES.fullmatch(plain):
        day = _from_figures(int(figures[1]), int(figures[2]), int(figures[3]), order, typed)
    else:
        day = _from_words(plain, typed)
    if not earliest <= day <= latest:
        raise BadDate(
            f"The year {day.year} is out of range: dates run from {spelt(earliest)} to {spelt(latest)}."
        )
    return day


def _from_figures(first: int, second: int, year: int, order: Order | None, typed: str) -> dt.date:
    if year > 9999:
        raise BadDate(f"The year {year} is out of range.")
    if order is Order.DAY_FIRST:
        return _day(year, second, first, typed)
    if order is Order.MONTH_FIRST:
        return _day(year, first, second, typed)
    if first > 12 or first == second:
        return _day(year, second, first, typed)
    if second > 12:
        return _day(year, first, second, typed)
    raise Ambiguous(typed, _day(year, second, first, typed), _day(year, first, second, typed))


def _from_words(plain: str, typed: str) -> dt.date:
    if _SHORT_YEAR.fullmatch(plain):
        raise BadDate(f"Write the year of {typed} with four figures.")
    if named := _NAMED.fullmatch(plain) or _NAMED_DASHED.fullmatch(plain):
        return _day(int(named[3]), _month(named[2], typed), int(named[1]), typed)
    if named := _NAMED_MONTH_FIRST.fullmatch(plain):
        return _day(int(named[3]), _month(named[1], typed), int(named[2]), typed)
    raise BadDate(f"{typed} is not a date; write it as 2026-03-04.")


def _day(year: int, month: int, day: int, typed: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        if not 1 <= year <= 9999:
            raise BadDate(f"The year {year} is out of range.") from None
        raise BadDate(f"There is no such day as {typed}.") from None


@functools.cache
def _months() -> dict[str, int]:
    """The names of months, full and short, in the languages that files come in."""
    names: dict[str, int] = {}
    for code in _MONTH_LOCALES:
        forms = Locale(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in forms[context][width].items():
                    names[name.rstrip(".").lower()] = number
    return names | {"sept": 9}


def _month(name: str, typed: str) -> int:
    number = _months().get(unicodedata.normalize("NFC", name).lower())
    if number is None:
        raise BadDate(f"{typed} is not a date; write it as 2026-03-04.")
    return number


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in unicodedata.normalize("NFC", text))


def zone(name: str) -> dt.tzinfo:
    """A time zone by its IANA name, older names too, or by its offset ("+05:30"). Raises BadDate."""
    if offset := _OFFSET.fullmatch(name):
        return _offset(offset)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadDate(f"There is no time zone called {name[:60]!r}.") from None


def _offset(found: re.Match[str]) -> dt.tzinfo:
    apart = dt.timedelta(hours=int(found[2]), minutes=int(found[3]))
    if int(found[3]) > 59 or apart > WIDEST_OFFSET:
        raise BadDate(f"No clock is {found[0]} from UTC.")
    return dt.timezone(apart if found[1] == "+" else -apart)


def read_moment(text: str, *, zone: dt.tzinfo, order: Order | None = None) -> dt.datetime:
    """Read a moment and give it in UTC; local time is that of `zone` and follows `at_local` where the clock jumps.

    Seconds or milliseconds since 1970 are read too; a day alone is its first moment. Raises BadDate.
    """
    typed = text.strip()
    plain = _ascii_digits(typed)
    if len(plain) > 60:
        raise BadDate("This is too long for a date and time.")
    if _SECONDS.fullmatch(plain) and not _COMPACT.fullmatch(plain):
        seconds = float(plain) / (1000 if len(plain.lstrip("-")) in (12, 13) and "." not in plain else 1)
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    parts = _MOMENT.fullmatch(plain)
    if parts is None:
        return at_local(read_day(plain, order), dt.time(0), zone)
    day = read_day(parts[1], order)
    hour, minute, second = int(parts[2]), int(parts[3]), int(parts[4] or 0)
    if parts[6]:
        if not 1 <= hour <= 12:
            raise BadDate(f"There is no such time as {typed}.")
        hour = hour % 12 + (12 if parts[6][0] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise BadDate(f"There is no such time as {typed}.")
    time = dt.time(hour, minute, second, int((parts[5] or "0")[:6].ljust(6, "0")))
    if not parts[7]:
        return at_local(day, time, zone)
    offset = _OFFSET.fullmatch(parts[7])
    return dt.datetime.combine(day, time, _offset(offset) if offset else dt.UTC).astimezone(dt.UTC)


def local_day(at: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The day on which a moment falls in a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return at.astimezone(zone).date()


def at_local(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The moment, in UTC, when the clocks on the wall show a time.

    A time that the spring change leaves out comes after the gap (02:30 is 03:30); of a repeated hour, the first.
    """
    return dt.datetime.combine(day, time.replace(tzinfo=None, fold=0), zone).astimezone(dt.UTC)


def is_in_gap(day: dt.date, time: dt.time, zone: dt.tzinfo) -> bool:
    """Whether the clocks on the wall never show this time on this day."""
    back = at_local(day, time, zone).astimezone(zone)
    return (back.date(), back.time()) != (day, time.replace(tzinfo=None, fold=0))


def on_working_day(
    day: dt.date, *, rest: Collection[int] = SUNDAY, closed: Collection[dt.date] = frozenset()
) -> dt.date:
    """The day itself, or the first after it that is neither a day of rest (Monday is 0) nor closed."""
    if len({weekday for weekday in rest if 0 <= weekday <= 6}) == 7:
        raise ValueError("a week without a working day")
    while day.weekday() in rest or day in closed:
        day += dt.timedelta(days=1)
    return day
