"""vCard 2.1, 3.0 and 4.0, as a stream of rows.

An own line reader: address books hold cards that break the grammar, and vobject then gives up on the file without
saying where. It remains the oracle of the tests.
"""

import base64
import binascii
import quopri
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from strandline.steady.interchange.rules.delimited import decoded
from strandline.steady.interchange.rules.encodings import Encoding
from strandline.steady.interchange.rules.refusals import CannotRead, Limits, Row

SLOTS = 4
"""Addresses and numbers that have columns of their own; further ones share the last."""

HEADER = (
    "UID", "KIND", "FN", "N given", "N family", "N additional", "N prefix", "N suffix", "NICKNAME", "BDAY",
    *(f"EMAIL {slot}{what}" for slot in range(1, SLOTS + 1) for what in ("", " type")),
    *(f"TEL {slot}{what}" for slot in range(1, SLOTS + 1) for what in ("", " type")),
    "ADR street", "ADR locality", "ADR region", "ADR code", "ADR country", "LANG", "ORG", "TITLE", "CATEGORIES",
    "NOTE", "URL", "REV",
)  # fmt: skip
_POSITION = {name: position for position, name in enumerate(HEADER)}
_UNREAD = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT"})
_NOT_LABELS = frozenset({"PREF", "INTERNET", "VOICE", "X-INTERNET"})

_Property = tuple[str, dict[str, str], str]


def rows(stream: BinaryIO, encoding: Encoding, limits: Limits) -> Iterator[Row]:
    """One row a card, under `HEADER`, with the line its card begins on. Raises CannotRead for a card that never ends."""
    begun = 0
    card: list[str] = []
    counts = {"EMAIL": 0, "TEL": 0}
    for line, name, params, value in _properties(stream, encoding, limits):
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            if begun:
                raise _unfinished(begun)
            begun, card = line, [""] * len(HEADER)
            counts = {"EMAIL": 0, "TEL": 0}
        elif name == "END" and value.strip().upper() == "VCARD":
            if begun and any(card):
                yield begun, card
            begun = 0
        elif begun:
            _take(card, counts, (name, params, value))
    if begun:
        raise _unfinished(begun)


def _unfinished(line: int) -> CannotRead:
    return CannotRead(line, "The card that begins in this line does not end.", "Export the cards again.")


def _properties(
    stream: BinaryIO, encoding: Encoding, limits: Limits
) -> Iterator[tuple[int, str, dict[str, str], str]]:
    """The properties of all cards, unfolded, with the line each begins on."""
    held = ""
    begun = length = 0
    with decoded(stream, encoding) as text:
        for number, raw in enumerate(text, start=1):
            line = raw.rstrip("\r\n")
            length = 0 if line[:6].upper() == "BEGIN:" else length + len(line)
            if length > limits.card:
                raise CannotRead(
                    number, "The card in this line is too long.", "Export the cards without pictures."
                )
            if line[:1] in (" ", "\t") and held:
                held += line[1:]
            elif held.endswith("=") and _is_quoted_printable(held):
                held = held[:-1] + line
            else:
                if held and (read := _property(held)):
                    yield begun, *read
                held, begun = line, number
    if held and (read := _property(held)):
        yield begun, *read


def _is_quoted_printable(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _property(line: str) -> _Property | None:
    """`item1.TEL;TYPE=CELL,VOICE:+44...` as its name, parameters and value; None for what is not a property."""
    head, colon, value = _split_head(line)
    if not colon:
        return None
    words = _split_outside_quotes(head, ";")
    name = words[0].rpartition(".")[2].strip().upper()
    params: dict[str, str] = {}
    for word in words[1:]:
        key, equals, content = word.partition("=")
        key, content = (key.strip().upper(), content.strip('" ')) if equals else ("TYPE", key.strip())
        params[key] = f"{params[key]},{content}" if key in params else content
    if name in _UNREAD:
        return None
    coding = params.get("ENCODING", params.get("TYPE", "")).upper()
    charset = params.get("CHARSET", "utf-8")
    if "QUOTED-PRINTABLE" in coding:
        with suppress(LookupError):
            value = quopri.decodestring(value.encode("utf-8")).decode(charset, errors="replace")
    elif coding in {"B", "BASE64"}:
        with suppress(binascii.Error, ValueError, LookupError):
            value = base64.b64decode(value).decode(charset, errors="replace")
    return name, params, value


def _split_head(line: str) -> tuple[str, str, str]:
    """Cut at the first colon outside quotation marks."""
    if '"' not in line.partition(":")[0]:
        return line.partition(":")
    quoted = False
    for at, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:at], ":", line[at + 1 :]
    return line, "", ""


def _split_outside_quotes(text: str, mark: str) -> list[str]:
    if '"' not in text:
        return text.split(mark)
    parts, quoted = [""], False
    for char in text:
        quoted ^= char == '"'
        if char == mark and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _parts(value: str, mark: str) -> list[str]:
    """Cut a value at a mark that no backslash stands before, and take the backslashes away."""
    if "\\" not in value:
        return [part.strip() for part in value.split(mark)]
    parts, escaped = [""], False
    for char in value:
        if escaped:
            parts[-1] += "\n" if char in "nN" else char
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == mark:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _take(card: list[str], counts: dict[str, int], read: _Property) -> None:
    """Put one property into its cells; the first of a kind wins where there is one cell only."""
    name, params, value = read
    if name in counts:
        _take_contact(card, counts, read)
    elif name == "N":
        for part, column in zip(
            _parts(value, ";"), ("family", "given", "additional", "prefix", "suffix"), strict=False
        ):
            _set(card, f"N {column}", part)
    elif name == "ADR":
        parts = [*_parts(value, ";"), *[""] * 7]
        if not any(card[_POSITION[f"ADR {column}"]] for column in ("street", "locality", "code")):
            _set(card, "ADR street", ", ".join(part for part in (parts[2], parts[1], parts[0]) if part))
            for part, column in zip(parts[3:7], ("locality", "region", "code", "country"), strict=True):
                _set(card, f"ADR {column}", part)
    elif name in {"CATEGORIES", "NICKNAME"}:
        _set(card, name, "; ".join(part for part in _parts(value, ",") if part))
    elif name == "ORG":
        _set(card, name, ", ".join(part for part in _parts(value, ";") if part))
    elif name in _POSITION and params.get("VALUE", "").lower() != "binary":
        _set(card, name, _parts(value, "\0")[0])


def _take_contact(card: list[str], counts: dict[str, int], read: _Property) -> None:
    name, params, value = read
    content = _parts(value, "\0")[0].removeprefix("tel:").removeprefix("mailto:")
    if not content:
        return
    counts[name] += 1
    slot = min(counts[name], SLOTS)
    position = _POSITION[f"{name} {slot}"]
    if card[position]:
        card[position] += "; " + content
        return
    card[position] = content
    kinds = (kind.strip() for kind in params.get("TYPE", "").split(","))
    card[position + 1] = " ".join(kind.lower() for kind in kinds if kind and kind.upper() not in _NOT_LABELS)


def _set(card: list[str], column: str, value: str) -> None:
    position = _POSITION[column]
    if value and not card[position]:
        card[position] = value
