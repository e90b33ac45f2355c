"""Many rows at once, below the ORM: for loads in which the ORM's care for each row costs more than the row.

The caller gives every column a value in its database form; what the models declare as default does not happen here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def reserve(connection: BaseDatabaseWrapper, model: type[models.Model], count: int) -> list[int]:
    """Return ids that no other row has or will get. Asked inside the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "  # noqa: S608 -- the table's name is ours
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        first = int(cursor.fetchone()[0]) + 1
    return list(range(first, first + count))


def look_up(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    *,
    having: Mapping[str, Any],
    column: str,
    values: Collection[str],
) -> list[tuple[Any, ...]]:
    """Return columns of the rows in which a column has one of these texts, in one question however many they are."""
    if not values:
        return []
    names = ", ".join(f'"{name}"' for name in columns)
    fixed = "".join(f'"{name}" = %s AND ' for name in having)
    given: Any
    if connection.vendor == "postgresql":
        among, given = "= ANY(%s)", list(values)
    else:
        among, given = "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {names} FROM "{model._meta.db_table}" WHERE {fixed}"{column}" {among}',  # noqa: S608 -- names are ours
            [*having.values(), given],
        )
        return list(cursor.fetchall())


def insert(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Insert rows by columns: one prepared statement on SQLite, COPY on PostgreSQL."""
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        into = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 -- names are ours
        cursor.executemany(into, cast("Any", rows))  # an iterator will do: only the stubs ask for more


def moment(connection: BaseDatabaseWrapper, at: datetime | None) -> object:
    """Return a moment in UTC as the database keeps it."""
    if at is None or connection.vendor == "postgresql":
        return at
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
