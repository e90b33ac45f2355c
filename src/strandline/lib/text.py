"""Text as people type it: what is refused, what is kept as typed, and the folded form that search compares.

What is stored is what was typed. Only keys (`fold`, `sort_key`, `grams`, `skeleton`) bend it, and keys are never shown.
"""

import re
import unicodedata
from collections.abc import Iterable

MOST_MARKS = 8
"""Marks on one base letter: Vietnamese needs 2, pointed Hebrew with cantillation 4, a Tibetan stack 6."""

# Letters that NFKD leaves whole, with what people type instead of them.
_WHOLE_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƶ": "z", "ə": "e", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ƙ": "k", "ƴ": "y",
    "ŀ": "l", "ɨ": "i", "ʉ": "u", "ɫ": "l", "ȼ": "c", "ɍ": "r", "ɏ": "y", "ƀ": "b", "ǥ": "g", "ɛ": "e",
    "ɔ": "o", "ς": "σ", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "",
    "‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "′": "'", "`": "'", "´": "'", "ʹ": "'", "＇": "'", "‛": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
}  # fmt: skip

# Fillers that carry no format category and still draw nothing.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

# Capitals and small letters of Cyrillic and Greek that are drawn as Latin ones are.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкморсухԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι",
    "ABESIJKMHOPCTYXaesijkmopcyxdhqwABEZHIKMNOPTYXoavi",
)
_MIXABLE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts whose letters are taken for one another; one word holding two of them is worth a look."""

_LATIN_ONLY = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u02ff]*")
"""Letters that stand for themselves: no marks, no invisible or control characters, no spaces but the plain one."""
_REFUSED_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK_INSIDE = re.compile(r"[^\s][\s]*[\n\r\u2028\u2029][\s]*[^\s]")


class BadText(ValueError):
    """Text that cannot be kept; `reason` is a sentence for the reader of the screen."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def is_invisible(char: str) -> bool:
    """Whether a character draws nothing and takes no room: format, tag, zero-width, variation selector, filler."""
    if char in _BLANK_LETTERS:
        return True
    code = ord(char)
    return unicodedata.category(char) == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


_MOST_LEARNT = 100_000


class _FoldTable(dict[int, str]):
    """What each code point of decomposed lower-case text becomes in a key; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(self) < _MOST_LEARNT:
            self[code] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in _WHOLE_LETTERS:
        return _WHOLE_LETTERS[char]
    if unicodedata.combining(char) or is_invisible(char):
        return ""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in {"Cc", "Cs", "Me"} else char


_FOLDED = _FoldTable()


def fold(text: str) -> str:
    """The form in which names are compared and searched: no case, no marks, no invisible characters.

    Lower case, then NFKD without marks, then the letters that NFKD leaves whole (ø, đ, ł, ı, ß, æ, œ...);
    digits of any script become 0 to 9, runs of white space one space. Folding twice changes nothing.
    """
    if text.isascii() and text.isprintable() and "`" not in text:
        return " ".join(text.lower().split())
    lowered = unicodedata.normalize("NFKD", text.lower()).lower()
    folded = unicodedata.normalize("NFKD", lowered).translate(_FOLDED)
    return " ".join(folded.split())


def sort_key(name: str) -> str:
    """The key that lists of names are ordered by, bytewise and alike on both databases.

    Apostrophes do not count, hyphens count as spaces: *O'Brien* stands with *Obrien*, *Lee-Ann* with *Lee Ann*.
    """
    return ordered(fold(name))


def ordered(folded: str) -> str:
    """The same key, of a name that is folded already."""
    return " ".join(folded.replace("'", "").replace("-", " ").replace(",", " ").split())


def grams(folded: str) -> list[str]:
    """The distinct runs of three characters, spaces included, in the order they appear.

    It is what FTS5's trigram tokenizer and `strandline_grams` on PostgreSQL cut; under three characters none.
    """
    return list(dict.fromkeys(folded[start : start + 3] for start in range(len(folded) - 2)))


def clean(text: str, *, field: str, most: int = 200, multiline: bool = False, required: bool = True) -> str:
    """The text as typed, without spaces around it and line breaks after it, if it can be kept.

    A TAB or a line break before the text is kept: what is neutralised is the export, not the record. Where
    `required` is false nothing at all gives ''. Raises BadText with the reason.
    """
    if not isinstance(text, str):
        raise BadText(field, "This must be text.")
    if len(text) > most + 10_000:
        raise _too_long(field, len(text), most)
    kept = text.strip(" ").rstrip(" \r\n")
    if not _LATIN_ONLY.fullmatch(kept):
        _refuse_unkeepable(kept, field=field, multiline=multiline)
    if not kept.strip():
        if required or kept:
            raise BadText(
                field, "Nothing was filled in." if not kept else "This holds nothing that can be seen."
            )
        return ""
    if len(kept) > most:
        raise _too_long(field, len(kept), most)
    return kept


def _too_long(field: str, length: int, most: int) -> BadText:
    return BadText(field, f"This is too long: {length:,} characters, and at most {most:,} fit.")


def _refuse_unkeepable(text: str, *, field: str, multiline: bool) -> None:
    if "\0" in text:
        raise BadText(field, "This holds a NUL character, which no text has.")
    if _SURROGATE.search(text):
        raise BadText(field, "This holds half a character (a lone surrogate). Type it again.")
    if control := _REFUSED_CONTROL.search(text):
        raise BadText(field, f"This holds a control character (U+{ord(control[0]):04X}).")
    if not multiline and _BREAK_INSIDE.search(text):
        raise BadText(field, "This must be on one line.")
    marks = 0
    seen = False
    for char in text:
        code = ord(char)
        if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            raise BadText(field, f"This holds a code that is not a character (U+{code:04X}).")
        if code < 0x300:
            marks = 0
            seen = seen or not (char.isspace() or code == 0xAD)
            continue
        if unicodedata.category(char) in {"Mn", "Me"} and not is_invisible(char):
            marks += 1
            if marks > MOST_MARKS:
                raise BadText(field, f"One letter carries more than {MOST_MARKS} marks.")
        elif not is_invisible(char):
            marks = 0
            seen = seen or not char.isspace()
    if text and not seen:
        raise BadText(field, "This holds nothing that can be seen.")


def decode(raw: bytes, *, field: str) -> str:
    """UTF-8 bytes as text. Raises BadText and says where they stop being UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadText(field, f"This is not valid UTF-8 (at byte {wrong.start + 1}).") from None


def initials(name: str) -> str:
    """At most two letters that stand for a name, from its first and its last word; '?' where it has none."""
    words = [letters for word in name.split() if (letters := [char for char in word if char.isalnum()])]
    if not words:
        return "?"
    first = unicodedata.normalize("NFC", words[0][0].upper())[:1]
    return first if len(words) == 1 else first + unicodedata.normalize("NFC", words[-1][0].upper())[:1]


def scripts(text: str) -> frozenset[str]:
    """The scripts its letters come from, by their Unicode names: LATIN, CYRILLIC, ARABIC..."""
    found = set()
    for char in text:
        if char.isascii():
            if char.isalpha():
                found.add("LATIN")
        elif char.isalpha():
            found.add(unicodedata.name(char, "UNKNOWN").split()[0].split("-")[0])
    return frozenset(found)


def is_confusable(text: str) -> bool:
    """Whether a word mixes letters that pass for one another, as a Cyrillic А before *nna* does.

    It is a flag for a person to look at. Nothing is refused or merged by it.
    """
    if text.isascii() or _LATIN_ONLY.fullmatch(text):
        return False
    return any(len(scripts(word) & _MIXABLE) > 1 for word in re.split(r"[\s\-']+", text))


def skeleton(text: str) -> str:
    """The folded text with look-alike letters of Cyrillic and Greek as the Latin ones they are drawn like."""
    return fold(unicodedata.normalize("NFC", text).translate(_LOOKALIKES))


def distance(one: str, other: str, *, most: int = 2) -> int:
    """Letters to add, drop, change or swap with a neighbour to make one into the other; `most` + 1 when further.

    This is the optimal string alignment form of the Damerau-Levenshtein distance.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != against))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and (not before or min(before) > most):
            return most + 1
    return min(row[-1], most + 1)


def is_close(typed: str, word: str) -> bool:
    """Whether two folded words may be one, mistyped: one slip up to seven letters, two beyond, none under three."""
    shorter = min(len(typed), len(word))
    allowed = 0 if shorter < 3 else 1 if shorter < 8 else 2
    return distance(typed, word, most=allowed) <= allowed


def closest(typed: str, words: Iterable[str]) -> list[str]:
    """Those of the folded words that are close to what was typed, nearest first, then in alphabetical order."""
    near = ((distance(typed, word), word) for word in words if is_close(typed, word))
    return [word for _, word in sorted(near)]
