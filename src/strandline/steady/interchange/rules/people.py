"""What a row becomes: a person as the file tells of them, a row passed over, or a row that cannot be read."""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from strandline.lib.phones import Doubt
from strandline.steady.interchange.rules.vocabulary import Special


class Channel(StrEnum):
    """A way of reaching someone that they may have refused."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"


class EmailEntry(NamedTuple):
    """An address as typed and in its normal form, what the file calls it, and whether mail to it is known to fail."""

    as_typed: str
    normal: str
    label: str = ""
    is_bad: bool = False


class PhoneEntry(NamedTuple):
    """A number as typed and in E.164, what the file calls it, whether it is known not to work, and what is doubtful."""

    as_typed: str
    e164: str
    extension: str = ""
    label: str = ""
    is_bad: bool = False
    doubt: Doubt = Doubt.NONE


class Sensitive(NamedTuple):
    """A value of a special category, taken because a basis was stated for the file."""

    name: str
    value: str
    kind: Special


class Flag(NamedTuple):
    """Something in a row that was taken with a doubt, or left out, while the rest of the row is good."""

    field: str
    value: str
    reason: str


class Skipped(NamedTuple):
    """A row that holds no person, rightly: a body, a household, a distribution list."""

    line: int
    reason: str


class PersonRow(NamedTuple):
    """One row as a person. Text is as typed; nothing is guessed that the file does not say.

    A named tuple and not a dataclass: a hundred thousand are made in a second or two. The texts stand in the order
    of `vocabulary.TEXTS`.
    """

    line: int
    full_name: str = ""
    given_name: str = ""
    additional_name: str = ""
    family_name: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    street: str = ""
    locality: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    language: str = ""
    note: str = ""
    source: str = ""
    owner_email: str = ""
    introduced_by: str = ""
    emails: tuple[EmailEntry, ...] = ()
    phones: tuple[PhoneEntry, ...] = ()
    born_on: dt.date | None = None
    tags: tuple[str, ...] = ()
    external_ids: tuple[tuple[str, str], ...] = ()
    opt_outs: frozenset[Channel] = frozenset()
    unsubscribed_at: dt.datetime | None = None
    is_deceased: bool = False
    recorded_at: dt.datetime | None = None
    custom: tuple[tuple[str, str], ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def name(self) -> str:
        """The name to show: the full one if the file has it, else its parts in the order they are said."""
        return self.full_name or " ".join(
            part for part in (self.given_name, self.additional_name, self.family_name) if part
        )

    @property
    def as_read(self) -> list[str]:
        """What was read of the row beside the name, to be looked at before it comes in; views and notes stay out."""
        place = " ".join(part for part in (self.postcode, self.locality, self.region, self.country) if part)
        return [
            *(email.as_typed for email in self.emails),
            *(phone.e164 or phone.as_typed for phone in self.phones),
            *(part for part in (self.street, place, self.language) if part),
            *([self.born_on.isoformat()] if self.born_on else ()),
            *self.tags,
            *(f"{name}: {value}" for name, value in self.custom),
        ]

    @property
    def is_only_unlikely(self) -> bool:
        """Whether all that is doubtful are numbers that nobody seems to have been given: taken, and worth a look."""
        return all(flag.reason == Doubt.UNASSIGNED.value for flag in self.flags)
