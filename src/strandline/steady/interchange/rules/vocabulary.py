"""What a column can be: a closed list of targets, and the mapping of a file's columns onto it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum


class Target(StrEnum):
    """What a cell becomes. The order of the first ones is that of the text fields of a person row."""

    FULL_NAME = "full name"
    GIVEN_NAME = "given name"
    ADDITIONAL_NAME = "middle name"
    FAMILY_NAME = "family name"
    PREFIX = "form of address"
    SUFFIX = "name suffix"
    NICKNAME = "nickname"
    STREET = "street"
    LOCALITY = "town"
    REGION = "region"
    POSTCODE = "postcode"
    COUNTRY = "country"
    LANGUAGE = "language"
    NOTE = "note"
    SOURCE = "source"
    OWNER = "owner's e-mail"
    INTRODUCER = "introduced by"
    EMAIL = "e-mail"
    EMAIL_LABEL = "e-mail label"
    EMAIL_BAD = "e-mail does not work"
    PHONE = "telephone"
    PHONE_LABEL = "telephone label"
    PHONE_BAD = "telephone does not work"
    BORN_ON = "birth date"
    TAGS = "tags"
    EXTERNAL_ID = "id elsewhere"
    NO_EMAIL = "no e-mail"
    NO_PHONE = "no calls"
    NO_SMS = "no text messages"
    NO_POST = "no post"
    NO_CONTACT = "no contact at all"
    EMAIL_CONSENT = "may be e-mailed"
    SMS_CONSENT = "may be texted"
    UNSUBSCRIBED = "unsubscribed"
    SUBSCRIPTION = "subscription status"
    CONTACT_KIND = "person or body"
    IS_DECEASED = "deceased"
    CREATED_AT = "recorded at"
    CUSTOM = "custom field"
    IGNORED = "not read"


TEXTS = tuple(Target)[: tuple(Target).index(Target.EMAIL)]
"""The targets that are one text each."""


class Special(StrEnum):
    """Why a column is not taken unless a lawful basis is stated for the file (GDPR Art. 9)."""

    NO = ""
    OPINION = "political opinion"
    BELIEF = "religion or belief"
    ORIGIN = "ethnic origin"
    UNION = "trade union membership"
    HEALTH = "health"
    INTIMATE = "sex life or orientation"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: where it stands, what it is called, and what it becomes.

    `slot` tells the first e-mail address from the second and ties a label to its own; `detail` is the system of an
    id, the label of an address or number, or the name of a custom field.
    """

    position: int
    header: str
    target: Target
    slot: int = 1
    detail: str = ""
    special: Special = Special.NO
    is_taken: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """What every column of a file becomes, and which system the file seems to come from."""

    system: str
    name: str
    columns: tuple[Column, ...]

    @property
    def not_taken(self) -> tuple[Column, ...]:
        """The columns of special-category data that stay out for want of a stated basis."""
        return tuple(column for column in self.columns if not column.is_taken)

    def with_basis(self, kinds: Collection[Special]) -> "Mapping":
        """The mapping with those special categories taken for which a lawful basis was stated for this file."""
        return replace(
            self,
            columns=tuple(
                replace(column, is_taken=column.special in kinds) if column.special else column
                for column in self.columns
            ),
        )

    def with_column(
        self,
        position: int,
        target: Target,
        *,
        slot: int = 1,
        detail: str = "",
        special: Special | None = None,
    ) -> "Mapping":
        """The mapping with one column changed by whoever looks at the check page.

        A column of special-category data stays one, whatever it is mapped to, unless `special` says that the words of
        its header misled; a column declared special is not taken until a basis is stated.
        """
        columns = list(self.columns)
        old = columns[position]
        kind = old.special if special is None else special
        columns[position] = replace(
            old,
            target=target,
            slot=slot,
            detail=detail or (old.header if target is Target.CUSTOM else ""),
            special=kind,
            is_taken=not kind or (old.is_taken and kind is old.special),
        )
        return replace(self, columns=tuple(columns))


CUSTOM_PREFIX = "custom: "
"""What stands before the name of a custom field in the header of our own export, to tell it from a field of ours."""

_SHORT = {
    "full": Target.FULL_NAME, "given": Target.GIVEN_NAME, "middle": Target.ADDITIONAL_NAME,
    "family": Target.FAMILY_NAME, "prefix": Target.PREFIX, "suffix": Target.SUFFIX, "nick": Target.NICKNAME,
    "email": Target.EMAIL, "email_label": Target.EMAIL_LABEL, "email_bad": Target.EMAIL_BAD,
    "phone": Target.PHONE, "phone_label": Target.PHONE_LABEL, "phone_bad": Target.PHONE_BAD,
    "street": Target.STREET, "town": Target.LOCALITY, "region": Target.REGION, "post": Target.POSTCODE,
    "country": Target.COUNTRY, "language": Target.LANGUAGE, "born": Target.BORN_ON, "tags": Target.TAGS,
    "note": Target.NOTE, "source": Target.SOURCE, "id": Target.EXTERNAL_ID, "owner": Target.OWNER,
    "introducer": Target.INTRODUCER, "no_email": Target.NO_EMAIL, "no_phone": Target.NO_PHONE,
    "no_sms": Target.NO_SMS, "no_post": Target.NO_POST, "no_contact": Target.NO_CONTACT,
    "email_ok": Target.EMAIL_CONSENT, "sms_ok": Target.SMS_CONSENT, "unsubscribed": Target.UNSUBSCRIBED,
    "subscription": Target.SUBSCRIPTION, "kind": Target.CONTACT_KIND, "deceased": Target.IS_DECEASED,
    "created": Target.CREATED_AT, "custom": Target.CUSTOM, "-": Target.IGNORED,
}  # fmt: skip
_SPECIAL = {
    "opinion": Special.OPINION, "belief": Special.BELIEF, "origin": Special.ORIGIN, "union": Special.UNION,
    "health": Special.HEALTH, "intimate": Special.INTIMATE,
}  # fmt: skip


def column(position: int, header: str, spec: str) -> Column:
    """A column from its short form in the tables of systems: `phone:2:work`, `id:van`, `opinion`, `-`."""
    word, _, rest = spec.partition(":")
    if word in _SPECIAL:
        name = header.removeprefix(CUSTOM_PREFIX)
        return Column(position, header, Target.CUSTOM, detail=name, special=_SPECIAL[word], is_taken=False)
    slot, detail = 1, rest
    if rest[:1].isdigit():
        number, _, detail = rest.partition(":")
        slot = int(number)
    target = _SHORT[word]
    if target is Target.CUSTOM and not detail:
        detail = header.removeprefix(CUSTOM_PREFIX)
    return Column(position, header, target, slot, detail)
