"""What stands in a single cell: a yes, a list of tags, an id, a country, a text that a spreadsheet would run."""

import functools
import re

from babel import Locale

from strandline.lib.text import fold

_FORMULA = "=+@＝＋－＠-"
_RUNS = re.compile(
    rf"\A(?=['\s]*[{_FORMULA}]|'*[\t\r\n])|(?<=[;\t\r\n])(?=['\s]*[{_FORMULA}])",
)
_RAN = re.compile(
    rf"\A'(?=['\s]*[{_FORMULA}]|'*[\t\r\n])|(?<=[;\t\r\n])'(?=['\s]*[{_FORMULA}])",
)
_PROTECTED = re.compile(rf"'(?=['\s]*[0-9({_FORMULA}])")

NOTHING = frozenset(
    {"", "n/a", "na", "none", "null", "nil", "-", "--", "---", "?", "unknown", "no email", "no phone", "0"}
)
"""What people write into a cell for an address or a number where there is none."""
_NO = frozenset(
    {"", "n", "no", "false", "f", "0", "nein", "nej", "non", "off", "falso", "falsch", "faux", "falskt"}
)
_STOPPED = frozenset({
    "unsubscribed", "unsubscribe", "u", "opt out", "opt-out", "optout", "opt_out", "opted out", "opted_out", "stop",
    "stopped", "n", "no", "not subscribed", "spam complaint", "previous spam complaint", "complained", "blocked",
    "cleaned", "suppressed",
})  # fmt: skip
_BOUNCING = frozenset(
    {"bouncing", "bounced", "previous bounce", "hard bounce", "invalid", "on hold", "on hold bounce"}
)
_BODIES = frozenset({
    "organization", "organisation", "org", "household", "group", "location", "1", "company", "business", "haushalt",
})  # fmt: skip

_TAG_MARKS = {
    "google": re.compile(r"\s*:::\s*"),
    "actionnetwork": re.compile(r",\s+|\s+/\s+"),
    "nationbuilder": re.compile(r"\s*,\s*"),
    "civicrm": re.compile(r"\s*,\s*"),
}
_ANY_MARK = re.compile(r"\s*(?::::|[;|])\s*")
_COMMA = re.compile(r"\s*,\s*")


def neutralised(text: str) -> str:
    """The text such that no spreadsheet runs it, wherever it cuts: a ' before what would begin a formula.

    A cell may also be cut at `;`, TAB or a line break, by a spreadsheet that reads commas as text.
    """
    return _RUNS.sub("'", text)


def as_written(text: str) -> str:
    """What `neutralised` was given: its exact inverse."""
    return _RAN.sub("", text)


def unprotected(text: str) -> str:
    """A cell of another system without the ' that kept a spreadsheet from touching a number or running a formula."""
    return text[1:] if _PROTECTED.match(text) else text


def is_yes(text: str) -> bool:
    """Whether a flag is set; whatever is neither empty nor a no (a date, a tick) sets it."""
    return text.strip().lower() not in _NO


def is_no(text: str) -> bool:
    """Whether a flag says no; an empty cell says nothing."""
    return bool(text.strip()) and not is_yes(text)


def is_stopped(text: str) -> bool:
    """Whether a subscription status means that the person wants nothing sent."""
    return text.strip().lower() in _STOPPED


def is_bouncing(text: str) -> bool:
    """Whether a subscription status means that the address does not work."""
    return text.strip().lower() in _BOUNCING


def is_body(text: str) -> bool:
    """Whether a contact type is an organisation, a household or a list rather than a person."""
    return text.strip().lower() in _BODIES


def split_tags(text: str, system: str) -> tuple[str, ...]:
    """The tags of one cell, each once, parted as the system parts them; our own export escapes `;` within one."""
    if system == "strandline":
        return unescaped(text)
    mark = _TAG_MARKS.get(system)
    if mark is None:
        mark = _ANY_MARK if _ANY_MARK.search(text) else _COMMA
    tags = (tag.strip() for tag in mark.split(text))
    if system == "google":
        tags = (tag.removeprefix("* ") for tag in tags if tag not in {"* myContacts", "* My Contacts"})
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def escaped(parts: tuple[str, ...]) -> str:
    """Several texts in one cell, parted by `; `."""
    return "; ".join(part.replace("\\", "\\\\").replace(";", "\\;") for part in parts)


def unescaped(text: str) -> tuple[str, ...]:
    """The texts that `escaped` joined; empty ones are left out."""
    parts = re.findall(r"(?:\\.|[^;\\]|\\$)+", text, re.DOTALL)
    plain = (re.sub(r"\\(.)", r"\1", part.removeprefix(" "), flags=re.DOTALL) for part in parts)
    return tuple(dict.fromkeys(part for part in plain if part))


@functools.cache
def _regions() -> dict[str, str]:
    """Names of countries in the languages that files come in, and their codes of two and three letters."""
    known = {"uk": "GB", "u.k.": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US", "england": "GB", "scotland": "GB",
             "wales": "GB", "northern ireland": "GB", "gbr": "GB", "deu": "DE", "esp": "ES", "fra": "FR",
             "swe": "SE", "mex": "MX", "holland": "NL"}  # fmt: skip
    for language in ("en", "es", "de", "fr", "sv"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known.setdefault(fold(name), code)
                known.setdefault(code.lower(), code)
    return known


@functools.lru_cache(maxsize=4096)
def region_of(country: str) -> str:
    """The two-letter code of a country by its name or code; '' where it is not known."""
    return _regions().get(fold(country), "")


_ENTRY = re.compile(r"(.+?)(?: \((.*)\))?( !)?", re.DOTALL)


def entry(contact: str, label: str, is_bad: bool) -> str:
    """An address or number with its label, and a `!` where it does not work, for a cell that holds several."""
    return f"{contact}{f' ({label})' if label else ''}{' !' if is_bad else ''}"


def entries(cell: str) -> list[tuple[str, str, bool]]:
    """What `entry` wrote, several parted by ` | `: each contact, its label, and whether it does not work."""
    found = (_ENTRY.fullmatch(part.strip()) for part in cell.split(" | "))
    return [(match[1], match[2] or "", bool(match[3])) for match in found if match]
