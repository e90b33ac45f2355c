"""Many people at once, into a batch that nobody sees until it is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction

from strandline.lib.codes import neighbours, new_codes
from strandline.lib.text import fold
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people.models import (
    Address,
    Batch,
    Belonging,
    Channel,
    Consent,
    CustomValue,
    Identifier,
    Person,
    PersonTag,
    Source,
)
from strandline.steady.people.rules import ConsentPurpose, SourceKind, folded_keys
from strandline.store import bulk, search


class Arrival(NamedTuple):
    """Someone who comes with many others: read, checked and normalised already."""

    row: int
    full_name: str
    # The same folded, where whoever brings them has folded it already.
    folded: str = ""
    given_name: str = ""
    additional_name: str = ""
    family_name: str = ""
    prefix: str = ""
    suffix: str = ""
    also_known_as: str = ""
    languages: tuple[str, ...] = ()
    born_on: date | None = None
    note: str = ""
    refuses: tuple[str, ...] = ()
    is_deceased: bool = False
    # Kind, as typed, normal form, label, does not work, when refused.
    channels: tuple[tuple[str, str, str, str, bool, datetime | None], ...] = ()
    # Street, locality, region, postcode, country.
    address: tuple[str, str, str, str, str] = ("", "", "", "", "")
    tags: tuple[int, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    custom: tuple[tuple[int, str], ...] = ()
    source_label: str = ""
    introduced_as: str = ""
    met_on: date | None = None
    # What the organisation stated as its ground for taking what the file says of views.
    views_basis: str = ""


@transaction.atomic(savepoint=False)
def load(
    *, arrivals: Sequence[Arrival], batch: Batch, by: Viewer, at: datetime, branch: Branch, team: Team | None
) -> list[int]:
    """Put many people on record with all that came with them; they stay unseen until the batch is opened.

    Returns their ids, in order. A step of the action that brings them in, which ends with `make_findable`.
    """
    ids = bulk.reserve(connection, Person, len(arrivals))
    moment = bulk.moments(connection)
    now, team_id = moment(at), team.pk if team else None
    pairs = list(zip(ids, arrivals, strict=True))
    # Enough for what each person can bring, drawn at once: a call to the system for each of them shows.
    codes = iter(neighbours(sum(4 + len(a.channels) for a in arrivals)))
    bulk.insert(connection, Person, _PERSON, _people(pairs, batch.pk, by.account_id, now, codes))
    _load_channels(pairs, moment, codes)
    kind, today = SourceKind.IMPORT.value, at.date()
    rest = by.account_id, branch.pk, team_id
    sources = [
        (
            next(codes),
            pk,
            kind,
            a.source_label,
            a.introduced_as,
            a.met_on or today,
            a.met_on is not None,
            *rest,
            a.row,
        )
        for pk, a in pairs
    ]
    bulk.insert(connection, Source, _SOURCE, sources)
    bulk.insert(
        connection,
        Belonging,
        ("person_id", "branch_id", "team_id", "owner_id"),
        [(pk, branch.pk, team_id, None) for pk in ids],
    )
    _load_rest(pairs, now, codes)
    return ids


def make_findable(*, first: int, last: int) -> None:
    """Take those who were loaded in this transaction into the index of names: its last step."""
    search.take_in(connection, table=Person._meta.db_table, column="folded", first=first, last=last)


def _people(
    pairs: list[tuple[int, Arrival]], batch: int, by: int, now: object, codes: Iterator[str]
) -> Iterator[tuple[object, ...]]:
    # What stands in the log for them must not hint at who came together: it shares no letters.
    for (pk, a), audit_id in zip(pairs, new_codes(len(pairs)), strict=True):
        code = next(codes)
        folded, order_key = folded_keys(a.folded or fold(a.full_name), a.also_known_as, code)
        yield (
            pk,
            code,
            audit_id,
            a.full_name,
            a.given_name,
            a.additional_name,
            a.family_name,
            a.prefix,
            a.suffix,
            a.also_known_as,
            folded,
            order_key,
            json.dumps(a.languages) if a.languages else "[]",
            a.born_on,
            "normal",
            a.note,
            json.dumps(a.refuses) if a.refuses else "[]",
            a.is_deceased,
            batch,
            by,
            now,
            1,
        )


_SOURCE = (
    "code",
    "person_id",
    "kind",
    "label",
    "introduced_as",
    "met_on",
    "is_dated",
    "by_id",
    "branch_id",
    "team_id",
    "row",
)
_PERSON = (
    "id",
    "code",
    "audit_id",
    "full_name",
    "given_name",
    "additional_name",
    "family_name",
    "prefix",
    "suffix",
    "also_known_as",
    "folded",
    "order_key",
    "languages",
    "born_on",
    "sensitivity",
    "practical_note",
    "refuses",
    "is_deceased",
    "batch_id",
    "added_by_id",
    "added_at",
    "version",
)


def _load_channels(
    pairs: list[tuple[int, Arrival]], moment: Callable[[datetime | None], object], codes: Iterator[str]
) -> None:
    rows = []
    for pk, arrival in pairs:
        before = ""
        for kind, value, normal, label, is_bad, refused_at in arrival.channels:
            backwards = normal.lstrip("+")[::-1][:20] if kind == "phone" else ""
            # All of a kind stand together, and the first of each is the one to use.
            is_first, before = kind != before, kind
            rows.append(
                (next(codes), pk, kind, value, normal, backwards, label, is_first, is_bad, moment(refused_at))
            )
    columns = [
        "code",
        "person_id",
        "kind",
        "value",
        "normal",
        "backwards",
        "label",
        "is_primary",
        "is_bad",
        "opted_out_at",
    ]
    bulk.insert(connection, Channel, columns, rows)


def _load_rest(pairs: list[tuple[int, Arrival]], now: object, codes: Iterator[str]) -> None:
    """Load what only some people come with."""
    addresses = [(next(codes), pk, *a.address) for pk, a in pairs if any(a.address)]
    columns = ("code", "person_id", "street", "locality", "region", "postcode", "country")
    if addresses:
        bulk.insert(connection, Address, columns, addresses)
    if identifiers := [(pk, system, value) for pk, a in pairs for system, value in a.identifiers]:
        bulk.insert(connection, Identifier, ("person_id", "system", "value"), identifiers)
    if tags := [(pk, tag) for pk, a in pairs for tag in a.tags]:
        bulk.insert(connection, PersonTag, ("person_id", "tag_id"), tags)
    if custom := [(pk, field, value) for pk, a in pairs for field, value in a.custom]:
        bulk.insert(connection, CustomValue, ("person_id", "field_id", "value"), custom)
    if grounds := [
        (next(codes), pk, ConsentPurpose.VIEWS.value, a.views_basis, now) for pk, a in pairs if a.views_basis
    ]:
        bulk.insert(connection, Consent, ("code", "person_id", "purpose", "words", "given_at"), grounds)


# A person's rows in the order in which they can be removed.
_PARTS = (Consent, CustomValue, PersonTag, Identifier, Address, Belonging, Source, Channel)


@transaction.atomic(savepoint=False)
def unload(*, people: Sequence[int]) -> None:
    """Remove people who were loaded and whom nobody has touched since: a step of taking a load back."""
    for part in _PARTS:
        rows = part.objects.filter(person__in=people)
        rows._raw_delete(rows.db)
    gone = Person.objects.filter(pk__in=people)
    gone._raw_delete(gone.db)


@transaction.atomic(savepoint=False)
def begin_batch() -> Batch:
    """Make a batch in which people can be put on record unseen: a step of the action that brings them in."""
    return Batch.objects.create()


@transaction.atomic(savepoint=False)
def open_batch(*, batch: Batch, at: datetime) -> None:
    """Let everyone in the batch be seen, in one moment."""
    batch.opened_at = at
    batch.save(update_fields=["opened_at"])


@transaction.atomic(savepoint=False)
def close_batch(*, batch: Batch, keep: Sequence[int]) -> None:
    """Let nobody in the batch be seen any more, but for those who are kept and leave it."""
    Person.objects.filter(pk__in=keep, batch=batch).update(batch=None)
    batch.opened_at = None
    batch.save(update_fields=["opened_at"])
