"""Kinds of channel, source and consent, and what may be done with a person's record."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from strandline.lib import dates, numbers
from strandline.lib.text import BadText, clean, fold, ordered


class ChannelKind(StrEnum):
    """A way to reach someone."""

    EMAIL = "email"
    PHONE = "phone"
    OTHER = "other"


class SourceKind(StrEnum):
    """How someone was met (SYSTEM 2)."""

    EVENT = "event"
    TABLE = "table"
    FORM = "form"
    CAMPAIGN = "campaign"
    INTRODUCTION = "introduction"
    IMPORT = "import"
    CONVERSATION = "conversation"

    @property
    def words(self) -> str:
        """Return how the source reads in a sentence: *Met at an event*."""
        return {
            SourceKind.EVENT: "Met at an event",
            SourceKind.TABLE: "Met at a table",
            SourceKind.FORM: "Signed up on a form",
            SourceKind.CAMPAIGN: "Came through a campaign",
            SourceKind.INTRODUCTION: "Introduced",
            SourceKind.IMPORT: "Brought in from a list",
            SourceKind.CONVERSATION: "Met in conversation",
        }[self]


class ConsentPurpose(StrEnum):
    """What someone agreed to."""

    CONTACT = "contact"
    VIEWS = "views"
    PARTNERS = "partners"


class CustomKind(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes_no"


def read_custom(kind: CustomKind, typed: str, *, choices: Sequence[str], name: str) -> str:
    """Return what a custom field keeps of what was typed, '' for nothing. Raises BadText, which names the field."""
    text = clean(typed, field=name, most=1000, required=False)
    if not text:
        return ""
    try:
        if kind is CustomKind.NUMBER:
            return str(numbers.decimal(text, field=name))
        if kind is CustomKind.DAY:
            return dates.read_day(text).isoformat()
    except (numbers.BadNumber, dates.BadDate) as bad:
        raise BadText(name, bad.reason) from bad
    if kind is CustomKind.CHOICE and text not in choices:
        raise BadText(name, "Choose one of those that are offered.")
    if kind is CustomKind.YES_NO and text not in ("yes", "no"):
        raise BadText(name, "Answer yes or no.")
    return text


class GrantKind(StrEnum):
    """Why one account may see one person beyond its own scope."""

    SHARED = "shared"
    BREAK_GLASS = "break_glass"


# A person has at most this many channels of one kind, identifiers and tags: beyond it a file is wrong, not rich.
MOST_CHANNELS = 20
MOST_TAGS = 200
MOST_NAME = 300
# How long each line of an address may be.
MOST_ADDRESS = {"street": 300, "locality": 120, "region": 120, "postcode": 20, "country": 60}


def name_keys(full_name: str, also_known_as: str, code: str) -> tuple[str, str]:
    """Return what a name is searched by, and what it is ordered by, which ends in the code and so is unique."""
    return folded_keys(fold(full_name), also_known_as, code)


def folded_keys(name: str, also_known_as: str, code: str) -> tuple[str, str]:
    """Return the same of a name that is folded already."""
    folded = f"{name} {fold(also_known_as)}".strip() if also_known_as else name
    return folded[:700], f"{ordered(name)[:600]}\x1f{code}"
