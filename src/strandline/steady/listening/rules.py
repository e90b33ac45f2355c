"""Which themes a text speaks of: by the words in which people say it, compared as plain folded text, sent nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from strandline.lib.text import BadText, fold

MOST_WORDS = 60
# A beginning of fewer letters than this would be heard in everything.
LEAST_LETTERS, MOST_LETTERS = 3, 40
_WORD = re.compile(r"\w+")
K = TypeVar("K")


def suggest(text: str, themes: Mapping[K, Sequence[str]]) -> tuple[K, ...]:
    """Return the themes of which a text speaks: those of which a word of it begins with one of the theme's words."""
    said = set(_WORD.findall(fold(text)))
    return tuple(
        theme
        for theme, beginnings in themes.items()
        if any(word.startswith(fold(beginning)) for beginning in beginnings if beginning for word in said)
    )


def read_words(text: str) -> list[str]:
    """Return the beginnings of words of a theme, apart by commas or lines. Raises BadText and says what is wrong."""
    found = [fold(word).strip() for word in re.split(r"[,;\n]", text)]
    words = list(dict.fromkeys(word for word in found if word))
    if not words:
        raise BadText("words", "Give at least one word by which the theme is heard.")
    if len(words) > MOST_WORDS:
        raise BadText("words", f"A theme has at most {MOST_WORDS} words.")
    for word in words:
        if not _WORD.fullmatch(word) or len(word) < LEAST_LETTERS or len(word) > MOST_LETTERS:
            raise BadText(
                "words", f"“{word[:40]}” is not one word of {LEAST_LETTERS} to {MOST_LETTERS} letters."
            )
    return words
