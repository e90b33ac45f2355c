"""Numbers as people and programs write them: read exactly, under a stated decimal mark, or refused with a reason."""

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation

LARGEST = 2**63 - 1
"""The largest whole number that both databases hold."""
MOST_DIGITS = 40

_PLAIN = re.compile(r"[+-]?\d{1,18}")
_MARKS = {
    "٫": ".",
    "٬": ",",
    "−": "-",
    "﹣": "-",
    "－": "-",
    "＋": "+",
    "’": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
}
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:([, '])\d{3})(?:\1\d{3})*(?:\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:([. '])\d{3})(?:\1\d{3})*(?:,\d+)?"),
}
_UNGROUPED = {
    ".": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    ",": re.compile(r"[+-]?(?:\d+(?:,\d*)?|,\d+)"),
}
_NOT_FINITE = frozenset({"nan", "inf", "infinity"})


class BadNumber(ValueError):
    """A number that cannot be read or kept; `reason` is a sentence for the reader of the screen."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def whole(
    value: object, *, field: str, least: int = -LARGEST - 1, most: int = LARGEST, mark: str = "."
) -> int:
    """Read a whole number from text or from a parsed JSON value. Raises BadNumber.

    `mark` is the decimal mark of the stated locale: with "." 1,500 is fifteen hundred, with "," it is one and a
    half, and not whole.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        read = int(value)
    else:
        exact = _read(value, field=field, mark=mark)
        if exact != exact.to_integral_value():
            raise BadNumber(field, f"This must be a whole number, and {_shown(value)} is not.")
        read = int(exact)
    if not least <= read <= most:
        raise BadNumber(field, _outside(read, least, most))
    return read


def decimal(
    value: object,
    *,
    field: str,
    least: Decimal | int | None = None,
    most: Decimal | int | None = None,
    places: int = 6,
    mark: str = ".",
) -> Decimal:
    """Read a decimal number exactly, at most `places` behind the mark. Raises BadNumber; -0 is 0."""
    exact = _read(value, field=field, mark=mark)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places and exact != round(exact, places):
        raise BadNumber(field, f"This has more than {places} places behind the decimal mark.")
    low = Decimal(-LARGEST - 1) if least is None else Decimal(least)
    high = Decimal(LARGEST) if most is None else Decimal(most)
    if not low <= exact <= high:
        raise BadNumber(field, _outside(exact, low, high))
    return exact


def _read(value: object, *, field: str, mark: str) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise BadNumber(field, "This must be a number.")
    if isinstance(value, int):
        if abs(value) > LARGEST + 1:
            raise BadNumber(field, "This number is too large.")
        return Decimal(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadNumber(field, "This is not a finite number.")
        return Decimal(repr(value)) + 0
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise BadNumber(field, "This is not a finite number.")
        return value + 0
    if not isinstance(value, str):
        raise BadNumber(field, "This must be a number.")
    return _read_text(value, field=field, mark=mark)


def _read_text(value: str, *, field: str, mark: str) -> Decimal:
    typed = value.strip()
    if not typed:
        raise BadNumber(field, "Nothing was filled in.")
    if len(typed) > MOST_DIGITS:
        raise BadNumber(field, f"This number is too long ({len(typed):,} characters).")
    text = "".join(_ascii(char) for char in typed)
    if text.lower().lstrip("+-") in _NOT_FINITE:
        raise BadNumber(field, "This is not a finite number.")
    if grouped := _GROUPED[mark].fullmatch(text):
        text = text.replace(grouped[1], "")
    elif not _UNGROUPED[mark].fullmatch(text):
        raise BadNumber(field, _unreadable(text, mark))
    try:
        return Decimal(text.replace(",", ".")) + 0
    except InvalidOperation:  # pragma: no cover -- the expressions above let only numbers through
        raise BadNumber(field, "This is not a number.") from None


def _ascii(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    return str(digit) if digit is not None else _MARKS.get(char, char)


def _unreadable(text: str, mark: str) -> str:
    other = "," if mark == "." else "."
    if _UNGROUPED[other].fullmatch(text):
        return f"Numbers are read with '{mark}' as the decimal mark here; {text} can be read in two ways."
    if re.fullmatch(r"[+-]?[\d.,]+[eE][+-]?\d+", text):
        return "This is written as a power of ten; write it out."
    return "This is not a number."


def _outside(read: Decimal | int, least: Decimal | int, most: Decimal | int) -> str:
    if most >= LARGEST and (least <= -LARGEST or read > most):
        return "This number is too large to be kept."
    if most >= LARGEST:
        return f"This must be {least:,} or more."
    return f"This must be between {least:,} and {most:,}."


def _shown(value: object) -> str:
    return str(value).strip()[:MOST_DIGITS]
