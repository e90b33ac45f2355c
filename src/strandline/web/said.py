"""What rules say, in the reader's language.

Rules are pure and know no languages, and what they said is kept as they said it: in the log, beside the rows of a list,
under an alert. So a sentence with values in it is recognised when it is shown. `locale/said.txt` has every such sentence
with its places; `tests/words.py` gathers it from the rules, and a sentence without a translation fails the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext

_FILE = Path(__file__).with_name("locale") / "said.txt"
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?%?|[+-]?\d+(\.\d+)?%?")
_SENTENCE_ENDS = re.compile(r"(?<=[.:?!]) (?=\S)")
_MOST_LETTERS = 2_000


@dataclass(frozen=True)
class _Pattern:
    """A sentence with places: its words, the longest piece without one, and how it is recognised."""

    words: str
    piece: str
    matches: re.Pattern[str]


def said(value: object) -> str:
    """Say what a rule said in the reader's language; what is not recognised stays as it is."""
    text = str(value or "")
    language = get_language() or "en"
    if not text or language.startswith("en") or len(text) > _MOST_LETTERS:
        return text
    return _said(text, language)


@lru_cache(maxsize=2_000)
def _said(text: str, language: str) -> str:
    """Translate a whole text, else each sentence of it, and the shortest run of sentences that is known."""
    if (whole := _whole(text, language)) is not None:
        return whole
    parts = _SENTENCE_ENDS.split(text)
    made, at = [], 0
    while at < len(parts):
        runs = ((end, _whole(" ".join(parts[at:end]), language)) for end in range(at + 1, len(parts) + 1))
        end, words = next(((end, words) for end, words in runs if words is not None), (at + 1, parts[at]))
        made.append(words)
        at = end
    return " ".join(made)


def _whole(text: str, language: str) -> str | None:
    if (plain := gettext(text)) != text:
        return plain
    for pattern in _patterns():
        if pattern.piece in text and (found := pattern.matches.fullmatch(text)):
            return gettext(pattern.words).format(
                **{name: _value(value, language) for name, value in found.groupdict().items()}
            )
    return None


def _value(value: str, language: str) -> str:
    """Say a value: figures as the reader writes them, words of rules in their language, names as they are."""
    if _NUMBER.fullmatch(value):
        marks = {",": get_format("THOUSAND_SEPARATOR"), ".": get_format("DECIMAL_SEPARATOR")}
        return "".join(marks.get(letter, letter) for letter in value)
    # Names begin with a capital; what rules put in begins small, or is a sentence of its own.
    return _said(value, language) if value[:1].islower() or value.endswith(".") else value


@lru_cache(maxsize=1)
def _patterns() -> list[_Pattern]:
    """The sentences with places; what says most of itself is tried first."""
    made = []
    for words in _FILE.read_text(encoding="utf-8").splitlines():
        pieces = _PLACE.split(words)
        shape = "".join(
            re.escape(piece) if n % 2 == 0 else f"(?P<{piece}>.+?)" for n, piece in enumerate(pieces)
        )
        made.append(_Pattern(words, max(pieces[::2], key=len), re.compile(shape, re.DOTALL)))
    return sorted(made, key=lambda one: -len(_PLACE.sub("", one.words)))
