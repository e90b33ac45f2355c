"""Which encoding a text file is in, found out over the whole of it: one wrong row is named, never read as mojibake."""

import codecs
import re
from dataclasses import dataclass, replace
from typing import BinaryIO

from strandline.steady.interchange.rules.refusals import CannotRead, Limits

CHUNK = 1 << 20
"""Bytes looked at in one go; smaller than the longest line allowed, so that a chunk holds no line too long."""

CHOICES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "iso-8859-15": "ISO 8859-15",
    "mac-roman": "Mac OS Roman",
    "shift_jis": "Shift JIS",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc-kr": "EUC-KR",
}
"""The encodings that someone may state for a file, with their names on screen."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_NOT_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HIGH_LETTERS = re.compile(rb"[\xc0-\xff]{3,}")
_ASCII = bytes(range(128))
_READ_TWICE = re.compile("Ã[\u0080-\u00bf©«±¡³º¼½]|â€[œ™“¦]")
_SAVE_AS_UTF8 = 'Save the file again as "CSV UTF-8", or state its encoding.'


@dataclass(frozen=True, slots=True)
class Encoding:
    """What was found: the codec, its name on screen, how lines end, how many there are, and what to look at."""

    codec: str
    name: str
    line_ends: str = ""
    lines: int = 0
    notes: tuple[str, ...] = ()


class _NotText(Exception):
    """The bytes are not in the encoding tried; `line` is where that shows first."""

    def __init__(self, line: int) -> None:
        self.line = line


def detect(stream: BinaryIO, limits: Limits, *, stated: str = "") -> Encoding:
    """Find the encoding and go through the whole file once in it. Raises CannotRead, with the line.

    What stands at the front decides first, then what was `stated`, then whether all of it is UTF-8; what is not is
    Windows-1252 only if no UTF-8 letter stands in it.
    """
    stream.seek(0)
    head = stream.read(4096)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return _walked(stream, limits, Encoding(codec, codec.removesuffix("-sig").upper() + ", marked"))
    if stated:
        if stated not in CHOICES:
            raise CannotRead(
                0, f"{stated[:40]} is not an encoding that can be chosen.", "Choose one of the list."
            )
        return _walked(stream, limits, Encoding(stated, CHOICES[stated]))
    if wide := _without_bom(head):
        return _walked(stream, limits, Encoding(wide, wide.upper()))
    try:
        return _walk(stream, limits, Encoding("utf-8", CHOICES["utf-8"]))
    except _NotText as wrong:
        return _walked(stream, limits, _eight_bit(stream, wrong.line))


def _without_bom(head: bytes) -> str:
    """UTF-16 that does not say so: every other byte of Western text is nought."""
    if len(head) < 4 or b"\0" not in head:
        return ""
    half = len(head) // 2
    first, second = head[0 : half * 2 : 2].count(0) / half, head[1 : half * 2 : 2].count(0) / half
    if second > 0.4 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.4 and second < 0.05 else ""


def _walked(stream: BinaryIO, limits: Limits, encoding: Encoding) -> Encoding:
    try:
        return _walk(stream, limits, encoding)
    except _NotText as wrong:
        raise CannotRead(
            wrong.line, f"This line is not in {encoding.name}, as the file seems to be.", _SAVE_AS_UTF8
        ) from None


def _walk(stream: BinaryIO, limits: Limits, encoding: Encoding) -> Encoding:
    """Decode all of it once, a chunk at a time, counting lines and refusing what no row may hold."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    stream.seek(0)
    feeds = returns = both = since = 0
    ends_in_return = read_twice = False
    while True:
        chunk = stream.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as wrong:
            width = 2 if "16" in encoding.codec else 1
            before = wrong.object[: wrong.start]
            more = max(before.count(b"\n"), before.count(b"\r")) if width == 1 else 0
            raise _NotText(max(feeds, returns) + more + 1) from None
        if "\0" in text:
            line = max(feeds, returns) + text[: text.index("\0")].count("\n") + 1
            raise CannotRead(line, "This line holds a NUL character, which no text has.", _SAVE_AS_UTF8)
        if ends_in_return and text.startswith("\n"):
            both += 1
        ends_in_return = text.endswith("\r")
        since = _longest(text, since, limits, max(feeds, returns))
        feeds += text.count("\n")
        returns += text.count("\r")
        both += text.count("\r\n")
        if max(feeds, returns) > limits.rows:
            raise CannotRead(
                limits.rows + 1,
                f"The file has more than {limits.rows:,} lines.",
                "Cut it into several files.",
            )
        read_twice = read_twice or (not text.isascii() and _READ_TWICE.search(text) is not None)
        if not chunk:
            break
    notes = encoding.notes
    if read_twice:
        notes += (
            "Some letters look as though they had been read wrongly before (Ã© for é). Look at the sample.",
        )
    ends = "CR LF" if both and both >= feeds / 2 else "LF" if feeds else "CR" if returns else ""
    return replace(encoding, line_ends=ends, lines=max(feeds, returns) + (since > 0), notes=notes)


def _longest(text: str, since: int, limits: Limits, line: int) -> int:
    """The characters since the last line break. Raises CannotRead as soon as a line outgrows its limit."""
    first = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=-1)
    if first < 0:
        since += len(text)
        longest, after = since, since
    else:
        longest, after = since + first, len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))
    if longest > limits.line:
        raise CannotRead(
            line + 1,
            f"This line is longer than {limits.line:,} characters.",
            "No list of people has such a line: export it again, one person a line.",
        )
    return after


def _eight_bit(stream: BinaryIO, line: int) -> Encoding:
    """Windows-1252, if that is what the bytes allow. Raises CannotRead where two encodings are mixed, or none fits."""
    stream.seek(0)
    letters = outside = runs = 0
    carried = b""
    while chunk := stream.read(CHUNK):
        cut = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1 or len(chunk)
        piece, carried = carried + chunk[:cut], chunk[cut:]
        found, other, run = _judge(piece)
        letters, outside, runs = letters + found, outside + other, runs + run
    found, other, run = _judge(carried)
    letters, outside, runs = letters + found, outside + other, runs + run
    if letters > outside * 0.02:
        raise CannotRead(
            line,
            "This line is not in UTF-8, while others are: two encodings are mixed in the file.",
            "Open this line in a text editor and type its accented letters again, then save as UTF-8.",
        )
    notes = ("The accents were read as Windows-1252. Look at the sample.",)
    if runs * 3 > outside * 0.2:
        notes = (
            "The encoding could not be told for sure. Look at the sample, and state another if it is wrong.",
        )
    return Encoding("cp1252", CHOICES["cp1252"], notes=notes)


def _judge(piece: bytes) -> tuple[int, int, int]:
    """UTF-8 letters in a piece, other bytes beyond ASCII, and runs of such letters as Western words never have."""
    rest, letters = _UTF8_LETTER.subn(b"", piece)
    if _NOT_IN_1252.search(rest):
        raise CannotRead(0, "The encoding of this file cannot be told.", _SAVE_AS_UTF8)
    return letters, len(rest.translate(None, _ASCII)), len(_HIGH_LETTERS.findall(rest))
