"""Which themes a text speaks of: by the words in which people say it, compared as plain folded text, sent nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from strandline.lib.text import fold

MOST_WORDS = 60
# A beginning of fewer letters than this would be heard in everything.
LEAST_LETTERS = 3
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
