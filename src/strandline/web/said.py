"""What rules say, in the reader's language.

Rules are pure and know no languages, and what they said is kept as they said it: in the log, beside the rows of a list,
under an alert. So a sentence with values in it is recognised when it is shown. `locale/said.txt` has every such sentence
with its places; `tests/words.py` gathers it from the rules, and a sentence without a translation fails the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext

_FILE = Path(__file__).with_name("locale") / "said.txt"
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?%?|[+-]?\d+(\.\d+)?%?")
_SENTENCE_ENDS = re.compile(r"(?<=[.:?!]) (?=\S)")
_MOST_LETTERS = 2_000
# The most sentences of a longer text that stand in the catalogue as one.
_MOST_SENTENCES = 6


@dataclass(frozen=True)
class _Pattern:
    """A sentence with places: its words, the pieces around the places, and their names."""

    words: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def longest(self) -> str:
        """Return the piece that tells it soonest from others."""
        return max(self.pieces, key=len)

    def values(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places; None when the text is another sentence.

        Each piece is taken where it stands first, which finds a reading if there is one, in one pass: what people typed
        is tried here too, and must not be able to hold a page up.
        """
        first, *inner, last = self.pieces
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, found, end = len(first), [], len(text) - len(last)
        for piece in inner:
            place = text.find(piece, at + 1, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        return dict(zip(self.names, [*found, text[at:end]], strict=True)) if at < end else None


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
        ends = range(at + 1, min(at + _MOST_SENTENCES, len(parts)) + 1)
        runs = ((end, _whole(" ".join(parts[at:end]), language)) for end in ends)
        end, words = next(((end, words) for end, words in runs if words is not None), (at + 1, parts[at]))
        made.append(words)
        at = end
    return " ".join(made)


def _whole(text: str, language: str) -> str | None:
    if (plain := gettext(text)) != text:
        return plain
    for pattern in _patterns():
        if pattern.longest in text and (found := pattern.values(text)):
            return gettext(pattern.words).format(
                **{name: _value(value, language) for name, value in found.items()}
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
        parts = _PLACE.split(words)
        made.append(_Pattern(words, tuple(parts[::2]), tuple(parts[1::2])))
    return sorted(made, key=lambda one: -len(_PLACE.sub("", one.words)))
