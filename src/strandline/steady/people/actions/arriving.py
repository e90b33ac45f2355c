"""People who come through a form: each with one channel and one source, put on record many at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from strandline.lib.codes import neighbours
from strandline.steady.people.models import Address, Belonging, Channel, Consent, Person, Source
from strandline.steady.people.rules import ConsentPurpose, name_keys
from strandline.store import bulk, driver


class Newcomer(NamedTuple):
    """Someone who came by themselves: read, checked and normalised already."""

    audit_id: str
    full_name: str
    kind: str
    value: str
    normal: str
    source: str
    label: str
    branch: int
    team: int | None
    at: datetime
    met_on: date
    language: str = ""
    postcode: str = ""
    # The words to which they agreed; empty when they agreed to nothing, or have yet to confirm it.
    agreed_to: str = ""
    by: int | None = None


@transaction.atomic(savepoint=False)
def put_newcomers_on_record(*, newcomers: Sequence[Newcomer]) -> list[int]:
    """Put people on record with channel, source, place and consent, seen at once. Returns their ids, in order.

    A step of the action that lets them in; written below the ORM, for thousands come in minutes.
    """
    here = driver.here()
    ids = bulk.reserve(here, Person, len(newcomers))
    pairs = list(zip(ids, newcomers, strict=True))
    codes, moment = iter(neighbours(4 * len(newcomers))), bulk.moments(here)
    bulk.insert(
        here,
        Person,
        _PERSON,
        [_person(pk, next(codes), n, moment) for pk, n in pairs],
    )
    bulk.insert(here, Channel, _CHANNEL, [_channel(pk, next(codes), n) for pk, n in pairs])
    bulk.insert(here, Source, _SOURCE, [_source(pk, next(codes), n) for pk, n in pairs])
    bulk.insert(
        here,
        Belonging,
        ("person_id", "branch_id", "team_id", "owner_id"),
        [(pk, n.branch, n.team, None) for pk, n in pairs],
    )
    if addresses := [(next(codes), pk, "", "", "", n.postcode, "") for pk, n in pairs if n.postcode]:
        columns = ("code", "person_id", "street", "locality", "region", "postcode", "country")
        bulk.insert(here, Address, columns, addresses)
    if agreed := [(pk, n.agreed_to, n.at) for pk, n in pairs if n.agreed_to]:
        agree(agreed=agreed)
    return ids


@transaction.atomic(savepoint=False)
def agree(*, agreed: Sequence[tuple[int, str, datetime]]) -> None:
    """Note that these people agreed to be contacted, in which words and when."""
    here = driver.here()
    moment = bulk.moments(here)
    rows = [
        (code, pk, ConsentPurpose.CONTACT.value, words, moment(at))
        for code, (pk, words, at) in zip(neighbours(len(agreed)), agreed, strict=True)
    ]
    bulk.insert(here, Consent, ("code", "person_id", "purpose", "words", "given_at"), rows)


_PERSON = (
    "id",
    "code",
    "audit_id",
    "full_name",
    "given_name",
    "family_name",
    "additional_name",
    "prefix",
    "suffix",
    "also_known_as",
    "folded",
    "order_key",
    "languages",
    "sensitivity",
    "practical_note",
    "refuses",
    "is_deceased",
    "added_by_id",
    "added_at",
    "version",
)
_CHANNEL = ("code", "person_id", "kind", "value", "normal", "backwards", "label", "is_primary", "is_bad")
_SOURCE = ("code", "person_id", "kind", "label", "introduced_as", "met_on", "by_id", "branch_id", "team_id")


def _person(
    pk: int, code: str, n: Newcomer, moment: Callable[[datetime | None], object]
) -> tuple[object, ...]:
    return (
        pk,
        code,
        n.audit_id,
        n.full_name,
        "",
        "",
        "",
        "",
        "",
        "",
        *name_keys(n.full_name, "", code),
        f'["{n.language}"]' if n.language else "[]",
        "normal",
        "",
        "[]",
        False,
        n.by,
        moment(n.at),
        1,
    )


def _channel(pk: int, code: str, n: Newcomer) -> tuple[object, ...]:
    backwards = n.normal.lstrip("+")[::-1][:20] if n.kind == "phone" else ""
    return (code, pk, n.kind, n.value, n.normal, backwards, "", True, False)


def _source(pk: int, code: str, n: Newcomer) -> tuple[object, ...]:
    return (code, pk, n.source, n.label, "", n.met_on, n.by, n.branch, n.team)
