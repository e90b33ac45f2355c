"""Rows in bulk: many thousands a second, below the ORM, into a database that nobody else uses yet.

Columns, defaults and conversions are taken from the models, so that a field added to a model needs no word here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models
from psycopg.types.json import Jsonb

from strandline.store import bulk

Convert = Callable[[Any], Any]
_KEPT = frozenset({str, type(None)})


class Rows(NamedTuple):
    """Rows of one model column by column, and what they all have alike: nothing but values, so that a process can hand
    them to another. What is `drawn` anew for each row, such as its code, is drawn when they are stored.
    """

    model: str
    columns: dict[str, Sequence[Any]]
    alike: dict[str, Any]
    drawn: list[str]


def store(some: Iterable[Rows]) -> None:
    """Store rows, in the transaction of whoever asks."""
    for rows in some:
        model, columns = apps.get_model(rows.model), dict(rows.columns)
        count = len(next(iter(columns.values())))
        for name in rows.drawn:
            field = model._meta.get_field(name)
            columns[field.column] = [field.default() for _ in range(count)]
        bulk.insert_columns(connection, model, columns, alike=rows.alike)


class Bulk:
    """Rows of one model, given as values of the named columns; the other columns get their defaults.

    Moments are given in UTC, or as the text that `moments` makes of them; JSON as values, or as the text of it.
    """

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.model = model
        self.rows: list[tuple[Any, ...]] = []
        self._last = 0
        names = columns.split()
        fields: dict[str, Any] = {f.attname: f for f in model._meta.concrete_fields}
        if unknown := set(names) - fields.keys():
            raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
        left = [f for name, f in fields.items() if name not in names and (f.has_default() or not f.null)]
        # Drawn anew for each row, such as a code; the same for all rows; and what the database stores otherwise.
        drawn = [f for f in left if callable(f.default) and f.default not in (list, dict)]
        same = [f for f in left if f not in drawn and not f.primary_key]
        self._drawn = [f.name for f in drawn]
        self._same = {f.column: f.get_db_prep_save(f.get_default(), connection) for f in same}
        self._converts = [(n, to) for n, name in enumerate(names) if (to := _conversion(fields[name]))]
        self._columns = [fields[name].column for name in names]
        if any(_conversion(f) for f in drawn):
            raise ValueError(f"{model.__name__} draws a default that has to be converted: name its column")

    def add(self, *values: Any) -> None:
        """Add a row; it is given by the next `take`."""
        self.rows.append(values)

    def number(self, *values: Any) -> int:
        """Add a row whose first column is its number, the one after that of the last row; return the number."""
        self._last += 1
        self.rows.append((self._last, *values))
        return self._last

    def take(self) -> list[Rows]:
        """Return the rows that were added, in order, as the database keeps them, and forget them."""
        if not self.rows:
            return []
        values: list[Any] = list(zip(*self.rows, strict=True))
        self.rows = []
        for place, convert in self._converts:
            # What the database takes as it is was made so when it was added, most often.
            if not _KEPT.issuperset(map(type, values[place])):
                values[place] = [None if value is None else convert(value) for value in values[place]]
        columns = dict(zip(self._columns, values, strict=True))
        return [Rows(self.model._meta.label, columns, self._same, self._drawn)]


def _conversion(field: Any) -> Convert | None:
    """Return what the backends make of a value, without asking the field a million times; None for as it is."""
    on_server = connection.vendor == "postgresql"
    if isinstance(field, models.JSONField):
        write = Jsonb if on_server else json.dumps
        return lambda value: value if type(value) is str else write(value)
    if on_server:
        return None
    if isinstance(field, models.DateTimeField):
        return lambda moment: moment if type(moment) is str else str(moment.replace(tzinfo=None))
    if isinstance(field, models.DateField | models.TimeField):
        return lambda value: value.isoformat()
    return None


def days(first: date) -> Callable[[int], Any]:
    """Return what turns the number of a day, counted from `first`, into a date as the database keeps it."""
    is_text = connection.vendor != "postgresql"

    @cache
    def day(number: int) -> Any:
        on = first + timedelta(days=number)
        return on.isoformat() if is_text else on

    return day


def moments(start: datetime, days: int) -> Callable[[int | None], Any]:
    """Return what turns minutes since `start`, at most so many days, into moments as the database keeps them.

    What happens at one moment stands in several rows, one after another: the last few thousand are remembered.
    """
    base = start.replace(tzinfo=None)
    shift = base.hour * 60 + base.minute
    # A million texts are put together from two short tables faster than from a million moments.
    dates = [str(base.date() + timedelta(days=day)) for day in range(days + 2)]
    times = [f" {hour:02d}:{minute:02d}:00" for hour in range(24) for minute in range(60)]

    def text(minute: int | None) -> str | None:
        if minute is None:
            return None
        day, rest = divmod(minute + shift, len(times))
        return dates[day] + times[rest]

    def moment(minute: int | None) -> datetime | None:
        return None if minute is None else start + timedelta(minutes=minute)

    return lru_cache(maxsize=4096)(moment if connection.vendor == "postgresql" else text)


def count_on(tables: Iterable[type[models.Model]]) -> None:
    """Let new rows be numbered behind those that came with numbers of their own; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 -- names of models
                f"greatest((SELECT coalesce(max(id), 0) FROM {table}), 1))"
            )
