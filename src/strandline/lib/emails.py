"""E-mail addresses: read without look-ups, kept as typed, compared in a normal form."""

import re
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES as _RESERVED
from email_validator import EmailNotValidError, validate_email

MOST = 254
"""The longest address a mail server takes (RFC 5321, path less its brackets)."""

# What nearly every address looks like. Whatever does not is judged by the library.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+'&=-][A-Za-z0-9_+'&=.-]*")
_PLAIN_DOMAIN = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,24}")
_LONGEST_LABEL = 63
_RESERVED_ENDS = tuple("." + name for name in _RESERVED)
_BRACKETED = re.compile(r"<([^<>]*)>")
_BETWEEN = re.compile(r"[;,|\r\n]+")
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


class BadEmail(ValueError):
    """An address that no mail can reach; `reason` is a sentence for the reader of the screen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Email:
    """An address as typed, and the form in which two of them are the same."""

    as_typed: str
    normal: str

    @property
    def match(self) -> str:
        """The mailbox behind the address: without +tag, and without the dots that Gmail ignores."""
        return match_form(self.normal)

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.normal.rpartition("@")[2]


def parse(raw: str) -> Email:
    """Read one address; `Name <address>` and `mailto:address` are read too. Raises BadEmail."""
    typed = raw.strip()
    normal = quick(typed)
    return Email(typed, normal) if normal else _parse_slowly(typed)


def quick(typed: str) -> str:
    """The normal form of an address of the common kind, without spaces around; '' where `parse` must be asked."""
    local, _, domain = typed.partition("@")
    normal = _known_domains.get(domain) or _plain_domain(domain)
    if not normal or len(typed) > MOST or not _PLAIN_LOCAL.fullmatch(local):
        return ""
    return "" if ".." in local or local[-1] == "." else f"{local.lower()}@{normal}"


_known_domains: dict[str, str] = {}
"""Domains already looked at, with their normal form: a list of people has few."""
_MOST_KNOWN = 20_000


def _plain_domain(domain: str) -> str:
    """The normal form of a domain of the common kind, '' for any other."""
    if (
        not _PLAIN_DOMAIN.fullmatch(domain)
        or "--" in domain
        or "-." in domain
        or len(domain) > _LONGEST_LABEL
    ):
        return ""
    normal = domain.lower()
    if normal.endswith(_RESERVED_ENDS):
        return ""
    if len(_known_domains) < _MOST_KNOWN:
        _known_domains[domain] = normal
    return normal


def _parse_slowly(typed: str) -> Email:
    if len(typed) > MOST + 400:
        raise BadEmail(f"This is too long for an e-mail address ({len(typed):,} characters).")
    if (bracketed := _BRACKETED.search(typed)) and typed.endswith(">"):
        typed = bracketed[1].strip()
    if typed[:7].lower() == "mailto:":
        typed = typed[7:].partition("?")[0]
    if not typed:
        raise BadEmail("Nothing was filled in.")
    try:
        read = validate_email(typed, check_deliverability=False)
    except EmailNotValidError as wrong:
        raise BadEmail(f"This is not an e-mail address: {_sentence(str(wrong))}") from None
    return Email(typed, read.normalized.lower())


def _sentence(text: str) -> str:
    first = text[:1].lower() + text[1:]
    return first if first.endswith(".") else first + "."


def match_form(normal: str) -> str:
    """The mailbox behind a normal address: +tag dropped, and the dots of Gmail, which it ignores."""
    local, _, domain = normal.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        return local.replace(".", "") + "@gmail.com"
    return f"{local}@{domain}"


def split(cell: str) -> list[str]:
    """The addresses that one cell holds, parted by comma, semicolon, bar, space or line; not yet judged.

    A name beside an address is dropped. A cell with one @ at most comes back whole, so that it can be judged whole.
    """
    if cell.count("@") <= 1:
        alone = cell.strip(" \t\r\n;,|")
        return [alone] if alone else []
    found: list[str] = []
    for part in _BETWEEN.split(cell):
        bracketed = _BRACKETED.findall(part)
        found.extend(address.strip() for address in bracketed or part.split() if "@" in address)
    return found
