"""JSON: people in a list, one a line, or inside an OSDI (HAL) page, read item by item so that memory stays flat."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn, TextIO

from strandline.steady.interchange.rules.delimited import decoded
from strandline.steady.interchange.rules.encodings import Encoding
from strandline.steady.interchange.rules.refusals import CannotRead, Limits, Row

LISTS = frozenset({"osdi:people", "people", "persons", "data", "results", "items", "records", "contacts"})
"""Under which names systems put their list of people."""
_INSIDE = frozenset({"_embedded"})
_DEPTH = 12
_CHUNK = 1 << 16
_SPACE = " \t\r\n"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=str, parse_float=str)


class _Feed:
    """Text that comes in pieces, with what is not yet read and the line it stands on."""

    def __init__(self, text: TextIO, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.held = ""
        self.at = 0
        self.line = 1

    def more(self) -> bool:
        piece = self.text.read(_CHUNK)
        if piece:
            self.held = self.held[self.at :] + piece
            self.at = 0
        return bool(piece)

    def _pass(self, to: int) -> None:
        self.line += self.held.count("\n", self.at, to)
        self.at = to

    def peek(self) -> str:
        """The next character that is not space, '' at the end."""
        while True:
            at = self.at
            while at < len(self.held) and self.held[at] in _SPACE:
                at += 1
            self._pass(at)
            if at < len(self.held):
                return self.held[at]
            if not self.more():
                return ""

    def take(self, char: str) -> bool:
        """Whether the next character is this one, which is then passed."""
        if self.peek() != char:
            return False
        self._pass(self.at + 1)
        return True

    def value(self) -> Any:
        """The next value, which may need more of the text. Raises CannotRead."""
        self.peek()
        while True:
            try:
                read, end = _DECODER.raw_decode(self.held, self.at)
            except RecursionError:
                raise CannotRead(
                    self.line, "This is nested too deeply.", "Export a plain list of people."
                ) from None
            except ValueError as wrong:
                if len(self.held) - self.at > self.limits.json_item:
                    raise self._too_large() from None
                if not self.more():
                    raise self.broken() from wrong
                continue
            if end == len(self.held) and self.more():
                continue  # a number may go on in the next piece
            if end - self.at > self.limits.json_item:
                raise self._too_large()
            self._pass(end)
            return read

    def _too_large(self) -> CannotRead:
        return CannotRead(
            self.line,
            f"An item here is longer than {self.limits.json_item:,} characters.",
            "Export fewer fields.",
        )

    def broken(self) -> CannotRead:
        return CannotRead(
            self.line, "From here on this is not JSON.", "Export the file again; it may be cut off."
        )


@dataclass(frozen=True, slots=True)
class Notation:
    """A JSON file of people, with the columns that all its items have together."""

    stream: BinaryIO
    encoding: Encoding
    limits: Limits
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """One row an item, with the line it begins on."""
        for line, item in _items(self.stream, self.encoding, self.limits):
            found = flatten(item)
            if any(found.values()):
                yield line, [found.get(name, "") for name in self.header]


def open_notation(stream: BinaryIO, encoding: Encoding, limits: Limits) -> Notation:
    """Go through all items once to learn their columns. Raises CannotRead with the line."""
    header: dict[str, None] = {}
    for line, item in _items(stream, encoding, limits):
        header.update(dict.fromkeys(flatten(item)))
        if len(header) > limits.columns:
            raise CannotRead(
                line, f"The items have more than {limits.columns} fields.", "Export fewer fields."
            )
    if not header:
        raise CannotRead(0, "No list of people was found in this file.", "Export a list of people.")
    return Notation(stream, encoding, limits, tuple(header))


def _items(stream: BinaryIO, encoding: Encoding, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    count = 0
    with decoded(stream, encoding) as text:
        feed = _Feed(text, limits)
        while feed.peek():
            for line, item in _top(feed):
                if not isinstance(item, dict):
                    raise CannotRead(line, "This item is not a person.", "Export a list of people.")
                count += 1
                if count > limits.rows:
                    raise CannotRead(
                        line, f"There are more than {limits.rows:,} items.", "Cut the file into several."
                    )
                yield line, item


def _top(feed: _Feed) -> Iterator[tuple[int, Any]]:
    """What stands at the top: a list, one person (of one a line), or a page that holds a list."""
    if feed.take("["):
        yield from _array(feed)
        return
    if not feed.take("{"):
        raise feed.broken()
    line = feed.line
    alone: dict[str, Any] = {}
    for key in _keys(feed):
        if key in _INSIDE and feed.take("{"):
            for inner in _keys(feed):
                if inner in LISTS and feed.take("["):
                    yield from _array(feed)
                else:
                    feed.value()
        elif key in LISTS and feed.take("["):
            yield from _array(feed)
            alone = {"": None}
        else:
            alone[key] = feed.value()
    if isinstance(alone.get("person"), dict):
        yield line, {**alone["person"], **{key: alone[key] for key in ("add_tags",) if key in alone}}
    elif "" not in alone and "_embedded" not in alone and not _is_page(alone):
        yield line, alone


def _is_page(found: dict[str, Any]) -> bool:
    """Whether an object is the cover of a page (of an OSDI list, say) rather than a person."""
    return (
        not found
        or {"total_pages", "per_page", "total_records", "page", "next", "count"} & found.keys() != set()
    )


def _keys(feed: _Feed) -> Iterator[str]:
    """The names in an object whose brace was passed; the caller takes the value after each."""
    if feed.take("}"):
        return
    while True:
        if feed.peek() != '"':
            raise feed.broken()
        key = feed.value()
        if not feed.take(":"):
            raise feed.broken()
        yield key
        if feed.take("}"):
            return
        if not feed.take(","):
            raise feed.broken()


def _array(feed: _Feed) -> Iterator[tuple[int, Any]]:
    """The items of a list whose bracket was passed."""
    if feed.take("]"):
        return
    while True:
        feed.peek()
        line = feed.line
        yield line, feed.value()
        if feed.take("]"):
            return
        if not feed.take(","):
            raise feed.broken()


def flatten(item: dict[str, Any]) -> dict[str, str]:
    """A nested item as columns: `email_addresses.1.address`; a list of plain values is joined with `; `.

    Links, and what is nested beyond any person, are left out.
    """
    found: dict[str, str] = {}
    pending: list[tuple[str, Any]] = [(key, value) for key, value in item.items() if key != "_links"]
    pending.reverse()
    while pending:
        name, value = pending.pop()
        if value is None or name.count(".") > _DEPTH:
            continue
        if isinstance(value, dict):
            pending.extend((f"{name}.{key}", inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            if all(isinstance(inner, dict) for inner in value):
                pending.extend(
                    (f"{name}.{at}", inner) for at, inner in reversed(list(enumerate(value, start=1)))
                )
            else:
                plain = (_as_text(inner) for inner in value if not isinstance(inner, (dict, list)))
                found[name] = "; ".join(text for text in plain if text)
        else:
            found[name] = _as_text(value)
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
