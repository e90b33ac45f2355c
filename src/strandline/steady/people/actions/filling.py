"""Adding to people on record what a list says of them: steps of bringing it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from strandline.lib.text import clean
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
from strandline.steady.people.rules import ChannelKind, CustomKind, name_keys
from strandline.store.records import FieldClass, create_all, save_all

# People to a step: enough that each question and statement is shared, few enough to be held at once.
_AT_ONCE = 500
# What a name carries with it when it changes: for search, for order, for whoever edits at the same time.
_BESIDE = ("folded", "order_key", "version")


@dataclass(slots=True)
class Filling:
    """What a list adds to or changes of one person on record; channels are kind, typed, normal, label, bad, refused."""

    person: int
    values: dict[str, Any] = field(default_factory=dict)
    channels: list[tuple[str, str, str, str, bool, datetime | None]] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    refused_at: datetime | None = None
    tags: list[str] = field(default_factory=list)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    # Street, locality, region, postcode, country.
    address: tuple[str, ...] = ()


@transaction.atomic(savepoint=False)
def fill_in(*, fillings: Sequence[Filling], branch: Branch) -> None:
    """Add to people on record what a list says of them, each thing once: a step of the action that brings it.

    Whoever else wants to write waits meanwhile, so it takes a number of statements that hardly grows with the people.
    """
    tags: dict[str, int] = {}
    for name in dict.fromkeys(name for f in fillings for name in f.tags):
        tags[name], _ = tag_named(name=clean(name, field="tag", most=100), branch=branch)
    for start in range(0, len(fillings), _AT_ONCE):
        _fill_in(fillings[start : start + _AT_ONCE], tags)


def _fill_in(fillings: Sequence[Filling], tags: Mapping[str, int]) -> None:
    ids = {f.person for f in fillings}
    people = {p.pk: p for p in Person.objects.select_for_update(of=("self",)).filter(pk__in=ids)}
    _change_fields(fillings, people)
    _add_channels(fillings, people)
    create_all(_new_tags(fillings, people, tags))
    create_all(_new_identifiers(fillings, people))
    lines = ("street", "locality", "region", "postcode", "country")
    addresses = dict.fromkeys((f.person, f.address) for f in fillings if f.address)
    create_all([Address(person=people[pk], **dict(zip(lines, a, strict=True))) for pk, a in addresses])


def _change_fields(fillings: Sequence[Filling], people: Mapping[int, Person]) -> None:
    changed: dict[int, set[str]] = {}
    for f in fillings:
        if f.values:
            changed.setdefault(f.person, set()).update(f.values)
    alike: dict[tuple[str, ...], list[Person]] = {}
    for pk, names in changed.items():
        alike.setdefault((*sorted(names), *_BESIDE), []).append(people[pk])
    before = {
        person.pk: person.values(list(together)) for together, those in alike.items() for person in those
    }
    for f in fillings:
        if not f.values:
            continue
        person = people[f.person]
        for name, value in f.values.items():
            setattr(person, name, value)
        person.folded, person.order_key = name_keys(person.full_name, person.also_known_as, person.code)
        person.version += 1
    for together, those in alike.items():
        save_all(those, together, before=before)


def _add_channels(fillings: Sequence[Filling], people: Mapping[int, Person]) -> None:
    """Add ways to be reached, and note which ways are refused; an earlier refusal stays as it was."""
    present: dict[int, list[Channel]] = {pk: [] for pk in people}
    for channel in Channel.objects.filter(person__in=present).order_by("pk"):
        channel.person = people[channel.person_id]
        present[channel.person_id].append(channel)
    new: list[Channel] = []
    refused: dict[int, Channel] = {}
    for f in fillings:
        theirs = present[f.person]
        for kind, typed, normal, label, is_bad, refused_at in f.channels:
            if any((c.kind, c.normal) == (kind, normal) for c in theirs):
                continue
            made = Channel(
                person=people[f.person],
                kind=kind,
                value=typed,
                normal=normal,
                backwards=normal.lstrip("+")[::-1][:20] if kind == ChannelKind.PHONE else "",
                label=label,
                is_bad=is_bad,
                opted_out_at=refused_at,
                is_primary=all(c.kind != kind for c in theirs),
            )
            theirs.append(made)
            new.append(made)
        for channel in theirs:
            if channel.kind in f.refused and channel.opted_out_at is None:
                channel.opted_out_at = f.refused_at
                if channel.pk:
                    refused[channel.pk] = channel
    create_all(new)
    save_all(list(refused.values()), ["opted_out_at"], before={pk: {"opted_out_at": None} for pk in refused})


def _new_tags(
    fillings: Sequence[Filling], people: Mapping[int, Person], tags: Mapping[str, int]
) -> list[PersonTag]:
    wanted = dict.fromkeys((f.person, tags[name]) for f in fillings for name in f.tags)
    put = set(
        PersonTag.objects.filter(person__in={pk for pk, _ in wanted}).values_list("person_id", "tag_id")
    )
    return [PersonTag(person=people[pk], tag_id=tag) for pk, tag in wanted if (pk, tag) not in put]


def _new_identifiers(fillings: Sequence[Filling], people: Mapping[int, Person]) -> list[Identifier]:
    wanted = dict.fromkeys(
        (f.person, system[:60], value[:200]) for f in fillings for system, value in f.identifiers
    )
    known = set(
        Identifier.objects.filter(person__in={pk for pk, *_ in wanted}).values_list(
            "person_id", "system", "value"
        )
    )
    return [
        Identifier(person=people[pk], system=system, value=value)
        for pk, system, value in wanted
        if (pk, system, value) not in known
    ]


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
