"""What a row changes of someone on record, and writing it so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from strandline.lib.text import fold
from strandline.steady.interchange.rules.people import PersonRow
from strandline.steady.interchange.rules.standing import FIELDS, changed
from strandline.steady.people import actions as people

from . import matching


@dataclass
class Present:
    """What is on record of someone whom a row may change."""

    values: dict[str, Any]
    channels: set[tuple[str, str]] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    ids: set[tuple[str, str]] = field(default_factory=set)
    addresses: set[tuple[str, ...]] = field(default_factory=set)


@dataclass
class Update:
    """What one row changes of one person."""

    person: int
    values: dict[str, Any] = field(default_factory=dict)
    channels: list[tuple[str, str, str, str, bool]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ids: list[tuple[str, str]] = field(default_factory=list)
    address: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.values or self.channels or self.tags or self.ids or self.address)

    def words(self) -> str:
        """Say what would change."""
        parts = [FIELDS.get(name, "refusals" if name == "refuses" else name) for name in self.values]
        parts += [{"email": "e-mail", "phone": "telephone"}[kind] for kind, *_ in self.channels]
        parts += ["address"] if self.address else []
        parts += ["tags"] if self.tags else []
        parts += ["id elsewhere"] if self.ids else []
        return "Changes: " + ", ".join(dict.fromkeys(parts)) + "."


def present_of(rows: Any) -> dict[int, Present]:
    """Gather what is on record of these people, in a fixed number of questions."""
    found: dict[int, Present] = {}
    for person in rows.prefetch_related("channels", "addresses", "identifiers", "person_tags__tag"):
        found[person.pk] = Present(
            values={**{name: getattr(person, name) for name in FIELDS}, "refuses": person.refuses},
            channels={(c.kind, c.normal) for c in person.channels.all()},
            tags={t.tag.name for t in person.person_tags.all()},
            ids={(i.system, i.value) for i in person.identifiers.all()},
            addresses={tuple(map(fold, _lines(a))) for a in person.addresses.all()},
        )
    return found


def _lines(address: Any) -> tuple[str, ...]:
    return (address.street, address.locality, address.region, address.postcode, address.country)


def values_of(row: PersonRow) -> dict[str, Any]:
    """Return what a row says of the fields that an import can change."""
    return {
        "full_name": (row.name or row.nickname)[:300],
        "given_name": row.given_name[:150],
        "additional_name": row.additional_name[:150],
        "family_name": row.family_name[:150],
        "prefix": row.prefix[:60],
        "suffix": row.suffix[:60],
        "also_known_as": row.nickname[:300] if row.name else "",
        "languages": [row.language] if row.language else [],
        "born_on": row.born_on,
        "practical_note": row.note,
        "is_deceased": row.is_deceased,
    }


def address_of(row: PersonRow) -> tuple[str, str, str, str, str]:
    """Return the address of a row, within what is kept of one."""
    return (row.street[:300], row.locality[:120], row.region[:120], row.postcode[:20], row.country[:60])


def update_of(row: PersonRow, present: Present, rules: Mapping[str, str]) -> Update:
    """Say what a row changes: fields by their rule; channels, tags, ids and refusals are added, never taken away."""
    made = Update(0, changed(present.values, values_of(row), rules))
    refuses = sorted({*present.values["refuses"], *(way.value for way in row.opt_outs)})
    if refuses != sorted(present.values["refuses"]):
        made.values["refuses"] = refuses
    made.channels = [
        channel for channel in channels_of(row) if (channel[0], channel[2]) not in present.channels
    ]
    made.tags = [tag for tag in row.tags if tag[:100] not in present.tags]
    made.ids = [pair for pair in row.external_ids if pair[0] != matching.OWN and pair not in present.ids]
    address = address_of(row)
    if any(address) and not any(_is_within(address, known) for known in present.addresses):
        made.address = address
    return made


def _is_within(address: tuple[str, ...], known: tuple[str, ...]) -> bool:
    return all(not part or fold(part) == other for part, other in zip(address, known, strict=True))


def channels_of(row: PersonRow) -> list[tuple[str, str, str, str, bool]]:
    """Return the channels of a row: kind, as typed, normal form, label, does not work."""
    found = [("email", e.as_typed[:320], e.normal, e.label[:60], e.is_bad) for e in row.emails]
    for entry in row.phones:
        typed = entry.as_typed
        if entry.extension and "x" not in typed:
            typed += f" x{entry.extension}"
        found.append(("phone", typed[:320], entry.e164, entry.label[:60], entry.is_bad))
    return found


def refused_at(row: PersonRow, kind: str, at: datetime) -> datetime | None:
    """Return since when a channel of this kind is refused, as the file tells; None when it is not."""
    ways = {way.value for way in row.opt_outs}
    if kind in ways:
        return row.unsubscribed_at or at
    return None


def filling_of(row: PersonRow, update: Update, at: datetime) -> people.Filling:
    """Return what a row changes as it is written."""
    return people.Filling(
        person=update.person,
        values=update.values,
        channels=[(*channel, refused_at(row, channel[0], at)) for channel in update.channels],
        refused=tuple(way.value for way in row.opt_outs),
        refused_at=row.unsubscribed_at or at,
        tags=[tag[:100] for tag in update.tags],
        identifiers=update.ids,
        address=update.address,
    )


def day_of(at: datetime | None) -> date | None:
    """Return the day of a moment, if there is one."""
    return at.date() if at else None
