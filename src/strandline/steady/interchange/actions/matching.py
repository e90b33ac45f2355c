"""Which rows of a file are people on record, which meet each other, and which only share a channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from strandline.lib.text import fold
from strandline.organisation.accounts.rules import Viewer
from strandline.steady.interchange.models import Import
from strandline.steady.interchange.rules.people import PersonRow
from strandline.steady.interchange.rules.standing import is_same_name
from strandline.steady.people.models import Channel, Identifier, Person
from strandline.steady.people.sight import Visible
from strandline.store import bulk
from strandline.store.records import FieldClass

OWN = "strandline"


class Candidate(NamedTuple):
    """A row with what it is compared by: its name, as written and folded, its channels, and its ids elsewhere.

    What has neither channel nor id is known by its place in the file.
    """

    row: PersonRow
    name: str
    folded: str
    keys: list[tuple[str, str]]
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a row met: one person for sure, several, or only people with the same channel and another name."""

    person: int | None = None
    several: tuple[int, ...] = ()
    twins: tuple[int, ...] = ()


@dataclass
class Known:
    """The people on record whom a few thousand rows could be, by what would tell."""

    by_id: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    by_channel: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def meet(self, one: Candidate) -> Meeting:
        """Say whom a row is: by an id of its own, else by a channel and a name that can be one person's."""
        sure: set[int] = set()
        for pair in one.ids if self.by_id else ():
            sure |= self.by_id.get(pair, set())
        shared: set[int] = set()
        for key in one.keys if self.by_channel else ():
            shared |= self.by_channel.get(key, set())
        if not sure:
            if not shared:
                return _NOBODY
            sure = {pk for pk in shared if is_same_name(one.folded, self.names[pk])}
            if len(sure) > 1:
                exact = {pk for pk in sure if self.names[pk] == one.folded}
                sure = exact or sure
        if len(sure) == 1:
            return Meeting(person=next(iter(sure)))
        if sure:
            return Meeting(several=tuple(sorted(sure)))
        return Meeting(twins=tuple(sorted(shared)))


_NOBODY = Meeting()


def candidates(of: Import, rows: Iterable[PersonRow]) -> list[Candidate]:
    """Return rows with what they are compared by."""
    found = []
    for row in rows:
        keys = [("email", e[1]) for e in row.emails]
        if row.phones:
            keys += [("phone", p[1]) for p in row.phones]
        ids = row.external_ids
        if not keys and not any(system != OWN for system, _ in ids):
            ids = (*ids, fallback_id(of, row))
        name = row.name or row.nickname
        found.append(tuple.__new__(Candidate, (row, name, fold(name), keys, ids)))
    return found


def fallback_id(of: Import, row: PersonRow) -> tuple[str, str]:
    """Return the id by which a row without any channel is known again when the same file comes twice."""
    return (f"file:{of.digest[:16]}", str(row.line))


def known_to(*, viewer: Viewer, rows: Sequence[Candidate]) -> Known:
    """Gather the people whom the importer may see and whom these rows could be.

    Who came with this very file is not among them before its last row: it is brought in as it was checked, and the
    same person further down is told by what the rows say.
    """
    reach = Q(Visible(viewer, FieldClass.CONTACT))
    found = Known()
    pairs = {pair for one in rows for pair in one.ids}
    codes = [value for system, value in pairs if system == OWN]
    ids = _identified(pairs)
    channels = _channelled(key for one in rows for key in one.keys)
    wanted = {pk for _, _, pk in ids} | {pk for _, _, pk in channels}
    for pk, folded, code in _people(reach, wanted, codes):
        found.names[pk] = folded
        found.by_id.setdefault((OWN, code), set()).add(pk)
    for system, value, pk in ids:
        if pk in found.names:
            found.by_id.setdefault((system, value), set()).add(pk)
    for kind, normal, pk in channels:
        if pk in found.names:
            found.by_channel.setdefault((kind, normal), set()).add(pk)
    return found


def _people(reach: Q, wanted: set[int], codes: list[str]) -> Iterable[Any]:
    columns = ("pk", "folded", "code")
    ordered = sorted(wanted)
    for start in range(0, len(ordered), 500):
        yield from (
            Person.objects.filter(pk__in=ordered[start : start + 500]).filter(reach).values_list(*columns)
        )
    for start in range(0, len(codes), 500):
        yield from (
            Person.objects.filter(code__in=codes[start : start + 500]).filter(reach).values_list(*columns)
        )


def _identified(pairs: set[tuple[str, str]]) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    by_system: dict[str, list[str]] = {}
    for system, value in pairs:
        if system != OWN:
            by_system.setdefault(system, []).append(value)
    for system, values in by_system.items():
        rows = bulk.look_up(
            connection,
            Identifier,
            ("value", "person_id"),
            having={"system": system},
            column="value",
            values=values,
        )
        found += [(system, value, pk) for value, pk in rows]
    return found


def _channelled(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    by_kind: dict[str, set[str]] = {}
    for kind, normal in keys:
        by_kind.setdefault(kind, set()).add(normal)
    for kind, normals in by_kind.items():
        rows = bulk.look_up(
            connection,
            Channel,
            ("normal", "person_id"),
            having={"kind": kind},
            column="normal",
            values=normals,
        )
        found += [(kind, normal, pk) for normal, pk in rows]
    return found
