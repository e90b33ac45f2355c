"""JSON read exactly or refused with the place and the reason: nothing is guessed, nothing is silently dropped."""

import json
import re
from typing import Any

MOST_DEPTH = 32
# What a signed 64-bit column holds; a longer number would be refused by the database or cost quadratic time.
MOST_INTEGER = 2**63 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadJSON(ValueError):
    """JSON that cannot be read; `pointer` is the place (RFC 6901), `reason` a sentence for the reader."""

    def __init__(self, reason: str, pointer: str = "") -> None:
        super().__init__(f"{pointer}: {reason}" if pointer else reason)
        self.reason = reason
        self.pointer = pointer


def read(raw: bytes, *, most_depth: int = MOST_DEPTH) -> Any:
    """Return what the bytes say.

    Raises BadJSON for anything but UTF-8 JSON, for nesting deeper than allowed, for the same key twice in one object,
    for numbers that no column holds, and for text with a NUL or half a character in it.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadJSON(f"This is not valid UTF-8 (at byte {wrong.start + 1}).") from None
    _refuse_depth(text, most_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_fraction,
        )
    except json.JSONDecodeError as wrong:
        raise BadJSON(
            f"This is not valid JSON: {wrong.msg} (line {wrong.lineno}, column {wrong.colno})."
        ) from None
    _refuse_unkeepable(value, "")
    return value


def _refuse_depth(text: str, most: int) -> None:
    if text.count("[") + text.count("{") <= most:
        return
    depth = 0
    is_inside, is_escaped = False, False
    for char in text:
        if is_inside:
            if is_escaped:
                is_escaped = False
            elif char == "\\":
                is_escaped = True
            elif char == '"':
                is_inside = False
        elif char == '"':
            is_inside = True
        elif char in "[{":
            depth += 1
            if depth > most:
                raise BadJSON(f"This is nested deeper than {most} levels.")
        elif char in "]}":
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadJSON(f"The key {shown(name)} stands here twice.", f"/{pointed(name)}")
        found[name] = value
    return found


def _constant(name: str) -> Any:
    raise BadJSON(f"{name} is not a number that JSON knows.")


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(int(digits)) > MOST_INTEGER:
        raise BadJSON("A whole number here is too large.")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits) if len(digits) <= 400 else float("inf")
    if number in (float("inf"), float("-inf")):
        raise BadJSON("A number here is too large.")
    return number


def _refuse_unkeepable(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise BadJSON("This holds a NUL character, which no text has.", pointer)
        if _SURROGATE.search(value):
            raise BadJSON("This holds half a character (a lone surrogate).", pointer)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _refuse_unkeepable(item, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_unkeepable(name, pointer)
            _refuse_unkeepable(item, f"{pointer}/{pointed(name)}")


def pointed(name: str) -> str:
    """Return one step of a JSON pointer, short and printable whatever the key was."""
    return shown(name).strip('"').replace("~", "~0").replace("/", "~1")


def shown(name: str) -> str:
    """Return a name that someone sent so that it can be quoted back: short, ASCII, in quotation marks."""
    return json.dumps(name[:60])
