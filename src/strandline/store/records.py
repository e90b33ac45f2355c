"""What every row of ours has in common: it says whose data it holds, and it can tell what was changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from django.db import connections, models, router

from . import bulk


class FieldClass(StrEnum):
    """What a field tells about a person; a role grants classes, not fields (SYSTEM, Access)."""

    IDENTIFYING = "identifying"
    CONTACT = "contact"
    OPINION = "opinion"
    OPERATIONAL = "operational"


class Merge(StrEnum):
    """What becomes of a row when two people on record turn out to be one."""

    MOVE = "move"
    KEEP = "keep"
    SURVIVOR = "survivor"


class Retention(StrEnum):
    """How long a row is kept."""

    PERSON = "with the person"
    MONTH = "30 days"
    LEDGER = "always, without a name"
    ORGANISATION = "with the organisation"


@dataclass
class Journal:
    """The rows touched while it was open, first state and last state each, in order of first touch."""

    rows: dict[tuple[str, int], RowChange] = field(default_factory=dict)

    def note(self, record: Record, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        key = (record._meta.label, record.pk)
        known = self.rows.get(key)
        if known is None:
            self.rows[key] = RowChange(record._meta.label, record.pk, before, after, record.audit_ref())
            return
        if known.before is not None and before is not None:
            known.before = before | known.before
        if after is None:
            known.after = None
        else:
            known.after = (known.after or {}) | after


@dataclass
class RowChange:
    """One row's change: `before` is None when it was created, `after` None when it was deleted."""

    model: str
    pk: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    subject: str


_open_journal: ContextVar[Journal | None] = ContextVar("journal", default=None)


@contextmanager
def journal() -> Iterator[Journal]:
    """Keep what is created, changed and deleted in this block, so that it can be taken back."""
    opened = Journal()
    mark = _open_journal.set(opened)
    try:
        yield opened
    finally:
        _open_journal.reset(mark)


class Record(models.Model):
    """A row of ours. Saves name their fields; an open journal keeps the state before and after."""

    PersonalData: ClassVar[type]
    # Rows of the log itself are never taken back, so a journal does not keep them.
    is_journaled: ClassVar[bool] = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        opened = _open_journal.get()
        if opened is None or not self.is_journaled:
            super().save(*args, **kwargs)
            return
        if self._state.adding:
            super().save(*args, **kwargs)
            opened.note(self, None, self.values())
            return
        names = list(
            kwargs.get("update_fields") or [f.name for f in self._meta.concrete_fields if not f.primary_key]
        )
        before = type(self)._base_manager.get(pk=self.pk).values(names)
        super().save(*args, **kwargs)
        opened.note(self, before, self.values(names))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        opened = _open_journal.get()
        if opened is not None and self.is_journaled:
            opened.note(self, self.values(), None)
        return super().delete(*args, **kwargs)

    def values(self, names: list[str] | None = None) -> dict[str, Any]:
        """Return the stored form of the fields, as `serialize` would write them."""
        return {
            f.attname: f.value_to_string(self) if getattr(self, f.attname) is not None else None
            for f in self._meta.concrete_fields
            if not f.primary_key and (names is None or f.name in names or f.attname in names)
        }

    def audit_ref(self) -> str:
        """Return the random audit id of the person this row is about, or an empty text."""
        path = getattr(self.PersonalData, "about", None)
        if path is None:
            return ""
        person: Any = self
        for step in filter(None, path.split("__")):
            person = getattr(person, step, None)
            if person is None:
                return ""
        return str(person.audit_id)


R = TypeVar("R", bound=Record)


def create_all(records: Sequence[R]) -> None:
    """Put new rows of one kind on record, many to a statement; an open journal keeps them as if saved one by one."""
    if not records:
        return
    type(records[0])._base_manager.bulk_create(records, batch_size=bulk.AT_ONCE)
    if (opened := _open_journal.get()) is not None and records[0].is_journaled:
        for record in records:
            opened.note(record, None, record.values())


def save_all(records: Sequence[R], names: Sequence[str], *, before: Mapping[int, dict[str, Any]]) -> None:
    """Write these fields of rows of one kind, many to a statement.

    `before` has, by id, what `values(names)` was of each, read in the same transaction: an open journal keeps it.
    """
    if not records:
        return
    model = type(records[0])
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    rows = [(record.pk, *(getattr(record, field.attname) for field in fields)) for record in records]
    bulk.update(connections[router.db_for_write(model)], model, names, rows)
    if (opened := _open_journal.get()) is not None and records[0].is_journaled:
        for record in records:
            opened.note(record, before[record.pk], record.values(list(names)))


class Absent(Exception):
    """There is nothing there that the viewer may see: the same for what never was (SYSTEM, Access)."""


class Stale(Exception):
    """What was to be changed has been changed by someone else meanwhile; nothing was overwritten."""
