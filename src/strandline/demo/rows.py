"""Rows in bulk: many thousands a second, below the ORM, into a database that nobody else uses yet.

Columns, defaults and conversions are taken from the models, so that a field added to a model needs no word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

# Kinds of fields whose values the database stores in another form than Python holds them.
_CONVERTED = (models.DateTimeField, models.DateField, models.JSONField)
Row = Sequence[Any]


class Bulk:
    """Rows of one model, given as tuples of the named columns, `id` first; the other columns get their defaults."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.model = model
        self.rows: list[Row] = []
        names = columns.split()
        fields: list[Any] = list(model._meta.concrete_fields)
        unknown = set(names) - {f.attname for f in fields}
        if unknown:
            raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
        self._takes = [names.index(f.attname) if f.attname in names else _default(f) for f in fields]
        self._converts = [
            (place, _conversion(field)) for place, field in enumerate(fields) if isinstance(field, _CONVERTED)
        ]
        self._columns = [f.column for f in fields]

    def add(self, *values: Any) -> None:
        """Add a row; it is stored by the next `store`."""
        self.rows.append(values)

    def store(self) -> int:
        """Store the rows that were added, in order, and forget them; return how many."""
        count = len(self.rows)
        if count:
            _insert(self.model._meta.db_table, self._columns, self._whole())
        self.rows = []
        return count

    def _whole(self) -> Iterable[list[Any]]:
        takes, converts = self._takes, self._converts
        for row in self.rows:
            whole = [row[take] if isinstance(take, int) else take() for take in takes]
            for place, convert in converts:
                whole[place] = convert(whole[place])
            yield whole


def _default(field: Any) -> Callable[[], Any]:
    value: Callable[[], Any] = field.get_default
    return value


def _conversion(field: Any) -> Callable[[Any], Any]:
    return lambda value: value if value is None else field.get_db_prep_save(value, connection)


def _insert(table: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608 -- names of models


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
