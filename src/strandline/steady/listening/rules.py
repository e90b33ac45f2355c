"""Which themes a text speaks of, by the words in which people say it, compared as plain folded text and sent nowhere;
how many remarks it takes until they are told, which themes rise, and how a remark is told without names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import comb
from typing import TypeVar

from strandline.lib.text import BadText, fold

MOST_WORDS = 60
# A beginning of fewer letters than this would be heard in everything.
LEAST_LETTERS, MOST_LETTERS = 3, 40
_WORD = re.compile(r"\w+")
# Fewer remarks than this are not told apart: they are told with those of the section above (DESIGN 3, Heard).
LEAST_REMARKS = 10
# A theme rises when the last 30 days hold more remarks than the 90 before lead one to expect, by more than luck gives one
# theme in a hundred, and at least five of them.
RECENT_DAYS, BEFORE_DAYS = 30, 90
LEAST_RISE, BY_LUCK = 5, 0.01
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


def is_rising(recent: int, before: int) -> bool:
    """Tell whether a theme is heard more than it was: how likely luck alone puts so many of all into the last days.

    Were nothing changed, each remark of the last 120 days would fall into the last 30 with a chance of one in four.
    """
    if recent < LEAST_RISE:
        return False
    of_all, share = recent + before, RECENT_DAYS / (RECENT_DAYS + BEFORE_DAYS)
    tail = sum(comb(of_all, n) * share**n * (1 - share) ** (of_all - n) for n in range(recent, of_all + 1))
    return tail < BY_LUCK


def told_in(section: K, remarks: Mapping[K, int], parents: Mapping[K, K | None]) -> K | None:
    """Return the section in which remarks of this one are told: itself, or the nearest above it with enough of them.

    None stands for everybody.
    """
    here: K | None = section
    while here is not None and remarks.get(here, 0) < LEAST_REMARKS:
        here = parents.get(here)
    return here


def nameless(text: str, names: Iterable[str]) -> str:
    """Return a remark with the words of these names left out, however they are written; what is left reads on."""
    known = {word for name in names for word in _WORD.findall(fold(name)) if len(word) > 1}
    said = _WORD.sub(lambda found: "\u2026" if known & set(_WORD.findall(fold(found[0]))) else found[0], text)
    return re.sub(r"\u2026(?:[ '\u2019-]*\u2026)+", "\u2026", said)
