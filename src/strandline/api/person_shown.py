"""A person as the API gives them: which fields there are, which are left out for whom, and what can be brought along."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Required

from pydantic import with_config
from typing_extensions import TypedDict

from strandline.organisation.accounts.rules import Sensitivity
from strandline.steady.people import queries
from strandline.steady.people.rules import ChannelKind, ConsentPurpose, SourceKind
from strandline.store.records import FieldClass

from .answers import Shown
from .shapes import Code
from .shown import CLOSED, Named, named

if TYPE_CHECKING:
    from strandline.steady.people.models import Person


@with_config(CLOSED)
class ChannelShown(TypedDict):
    """One way to reach someone."""

    code: Code
    kind: ChannelKind
    value: str
    label: str
    is_primary: bool
    is_bad: bool
    opted_out_at: datetime | None


@with_config(CLOSED)
class AddressShown(TypedDict):
    """Where someone lives or gets post."""

    code: Code
    street: str
    locality: str
    region: str
    postcode: str
    country: str


@with_config(CLOSED)
class SourceShown(TypedDict):
    """How someone was met, when, and by whom of us."""

    code: Code
    kind: SourceKind
    label: str
    met_on: date
    by: Named | None
    branch: Named
    team: Named | None


@with_config(CLOSED)
class ConsentShown(TypedDict):
    """What someone agreed to, and until when."""

    code: Code
    purpose: ConsentPurpose
    words: str
    given_at: datetime
    withdrawn_at: datetime | None


@with_config(CLOSED)
class PersonShown(TypedDict, total=False):
    """A person, as far as the account may see: contact data is left out for whom it is not."""

    code: Required[Code]
    full_name: str
    given_name: str
    family_name: str
    also_known_as: str
    born_on: date | None
    languages: list[str]
    practical_note: str
    sensitivity: Sensitivity
    is_deceased: bool
    added_at: datetime
    version: int
    channels: list[ChannelShown]
    addresses: list[AddressShown]
    tags: list[str]
    sources: list[SourceShown]
    consents: list[ConsentShown]
    custom: dict[str, str]


FIELDS = tuple(name for name in PersonShown.__annotations__ if name not in queries.PARTS)


def person(row: Any, *, parts: Collection[str] = ()) -> Shown:
    """Return a person with these parts; what the viewer may not see of them is left out, not blank."""
    hidden = set() if row.sees_contact else {"languages"}
    if not row.sees_opinion:
        # Meant for practical matters, but free text: whoever sees no notes does not see this one either.
        hidden.add("practical_note")
    shown: Shown = {name: getattr(row, name) for name in FIELDS if name not in hidden}
    for part in queries.PARTS:
        if part in parts and (row.sees_contact or part not in _CONTACT):
            shown[part] = _PARTS[part](row)
    return shown


def _channels(row: Person) -> list[Shown]:
    return [{name: getattr(c, name) for name in ChannelShown.__annotations__} for c in row.channels.all()]


def _addresses(row: Person) -> list[Shown]:
    return [{name: getattr(a, name) for name in AddressShown.__annotations__} for a in row.addresses.all()]


def _tags(row: Person) -> list[str]:
    return list(dict.fromkeys(worn.tag.name for worn in row.person_tags.all()))


def _sources(row: Person) -> list[Shown]:
    return [
        {
            "code": source.code,
            "kind": source.kind,
            "label": source.label,
            "met_on": source.met_on,
            "by": named(source.by),
            "branch": named(source.branch),
            "team": named(source.team),
        }
        for source in row.sources.all()
    ]


def _consents(row: Person) -> list[Shown]:
    return [{name: getattr(c, name) for name in ConsentShown.__annotations__} for c in row.consents.all()]


def _custom(row: Any) -> dict[str, str]:
    hidden = set()
    if not row.sees_contact:
        hidden.add(FieldClass.CONTACT)
    if not row.sees_opinion:
        hidden.add(FieldClass.OPINION)
    values = row.custom_values.all()
    return {
        value.field.name: value.value for value in values if FieldClass(value.field.field_class) not in hidden
    }


_CONTACT = frozenset({"channels", "addresses"})
_PARTS: dict[str, Callable[[Any], Any]] = {
    "channels": _channels,
    "addresses": _addresses,
    "tags": _tags,
    "sources": _sources,
    "consents": _consents,
    "custom": _custom,
}
