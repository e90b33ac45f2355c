"""Find on a page what the code says in English and another language says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

PLACE = re.compile(r"\{\w+\}|%\(\w+\)s")
SENTENCE_ENDS = re.compile(r"(?<=[.:?!]) ")
READ_ALOUD = ("aria-label", "placeholder", "title", "alt", "data-label")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_code = tag in ("script", "style")
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]

    def handle_data(self, data: str) -> None:
        if not self.is_code and data.strip():
            self.found.append(" ".join(data.split()))


class English:
    """What is said in English, by what the catalogue of another language says of it."""

    def __init__(self, catalogue: dict[object, str]) -> None:
        self.plain: set[str] = set()
        self.patterns: list[re.Pattern[str]] = []
        for key, words in catalogue.items():
            text = key[0] if isinstance(key, tuple) else str(key)
            # Short words are also names of people and things.
            if not text or text == words or len(re.findall(r"[^\W\d]{2,}", PLACE.sub("", text))) < 3:
                continue
            if PLACE.search(text):
                self.patterns.append(re.compile(".+?".join(map(re.escape, PLACE.split(text))), re.DOTALL))
            else:
                self.plain.add(text)

    def on(self, page: str) -> Iterator[str]:
        """Yield every text and sentence of a page that is still English."""
        for text in texts(page):
            for part in {text, *SENTENCE_ENDS.split(text)}:
                if part in self.plain or any(one.fullmatch(part) for one in self.patterns):
                    yield part


def texts(page: str) -> list[str]:
    """Return what a page says, with what is read aloud."""
    return _parsed(page).found


def links(page: str) -> list[str]:
    """Return where the links of a page lead."""
    return _parsed(page).links


def _parsed(page: str) -> _Texts:
    parser = _Texts()
    parser.feed(page)
    return parser
