"""Adding to people on record what a list says of them: steps of bringing it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from strandline.organisation.branches.models import Branch
from strandline.steady.people.models import (
    Address,
    Channel,
    CustomField,
    CustomValue,
    Identifier,
    Person,
    PersonTag,
    Tag,
)
from strandline.steady.people.rules import ChannelKind, CustomKind
from strandline.store.records import FieldClass


@transaction.atomic(savepoint=False)
def add_known_channel(
    *,
    person: Person,
    kind: str,
    value: str,
    normal: str,
    label: str,
    is_bad: bool,
    refused_at: datetime | None,
) -> None:
    """Add a channel that was read and normalised already, once: a step of the action that brings it."""
    if Channel.objects.filter(person=person, kind=kind, normal=normal).exists():
        return
    Channel.objects.create(
        person=person,
        kind=kind,
        value=value,
        normal=normal,
        backwards=normal.lstrip("+")[::-1][:20] if kind == ChannelKind.PHONE else "",
        label=label,
        is_bad=is_bad,
        opted_out_at=refused_at,
        is_primary=not Channel.objects.filter(person=person, kind=kind).exists(),
    )


@transaction.atomic(savepoint=False)
def refuse_channels(*, person: Person, kinds: Iterable[str], at: datetime) -> None:
    """Note that these ways of contact are refused; an earlier refusal stays as it was. The stricter word holds."""
    for channel in Channel.objects.filter(person=person, kind__in=list(kinds), opted_out_at=None):
        channel.opted_out_at = at
        channel.save(update_fields=["opted_out_at"])


@transaction.atomic(savepoint=False)
def add_identifiers(*, person: Person, pairs: Iterable[tuple[str, str]]) -> None:
    """Add what other systems call this person, each once."""
    for system, value in pairs:
        Identifier.objects.get_or_create(person=person, system=system[:60], value=value[:200])


@transaction.atomic(savepoint=False)
def add_address(*, person: Person, lines: Sequence[str]) -> None:
    """Add an address: street, locality, region, postcode, country."""
    street, locality, region, postcode, country = lines
    Address.objects.create(
        person=person, street=street, locality=locality, region=region, postcode=postcode, country=country
    )


@transaction.atomic(savepoint=False)
def tag_named(*, name: str, branch: Branch) -> tuple[int, bool]:
    """Return the id of a branch's tag, made if it is not there yet, and whether it was."""
    tag, is_new = Tag.objects.get_or_create(branch=branch, name=name)
    return tag.pk, is_new


@transaction.atomic(savepoint=False)
def custom_field_named(*, name: str, opinion: bool) -> tuple[int, bool]:
    """Return the id of a custom field of this name, made if it is not there yet, and whether it was."""
    kind = FieldClass.OPINION if opinion else FieldClass.OPERATIONAL
    row, is_new = CustomField.objects.get_or_create(
        name=name, defaults={"kind": CustomKind.TEXT.value, "field_class": kind.value}
    )
    return row.pk, is_new


@transaction.atomic(savepoint=False)
def forget_names(*, tags: Sequence[int], fields: Sequence[int]) -> None:
    """Remove tags and custom fields that nobody on record has: a step of taking back what made them."""
    carried = PersonTag.objects.filter(tag=OuterRef("pk"))
    Tag.objects.filter(~Exists(carried), pk__in=tags).delete()
    held = CustomValue.objects.filter(field=OuterRef("pk"))
    CustomField.objects.filter(~Exists(held), pk__in=fields).delete()
