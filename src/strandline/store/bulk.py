"""Many rows at once, below the ORM: for loads in which the ORM's care for each row costs more than the row.

The caller gives every column a value in its database form; what the models declare as default does not happen here.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

from django.db import Error, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import driver

# Rows to a statement: beyond that nothing is gained, and 128 rows of 60 columns stay within what SQLite takes.
AT_ONCE = 128
_ROOM_KIB = 200_000  # BENCHMARKS, what the measuring taught
# Well before the log is so long that whoever commits next has to move it (see `sqlcipher.connection`).
_MUCH_PAGES = 3500
# Objects that come up between two looks for rings among them: a load makes some ten for a row, and rings of none.
_OBJECTS = 500_000


def reserve(connection: BaseDatabaseWrapper, model: type[models.Model], count: int) -> list[int]:
    """Return ids that no other row has or will get. Asked inside the transaction that inserts them."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [row[0] for row in driver.ask(connection, drawn, [table, count])[0]]
    last = (
        f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "  # noqa: S608 -- the table's name is ours
        "coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))"
    )
    first = int(driver.ask(connection, last, [table])[0][0][0]) + 1
    return list(range(first, first + count))


def is_awaited(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether another writer waits for this transaction to end; on PostgreSQL nobody waits for a load."""
    if connection.vendor == "postgresql" or connection.connection.lock is None:
        return False
    return bool(connection.connection.lock.is_awaited)


@contextmanager
def with_room(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let this connection keep more of the file in memory while it loads: rows go to places all over the indexes.

    A page that has to be read again is decrypted and verified again, which costs as much as writing it. Nor does a
    commit move the log into the file, as it would every few of them and with the lock in its hands: `settle` does.
    """
    if connection.vendor == "postgresql":
        yield
        return
    settings = {"cache_size": -_ROOM_KIB, "wal_autocheckpoint": 0}
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in settings}
        try:
            _set(cursor, settings)
            yield
        finally:
            _set(cursor, before)


def _set(cursor: Any, settings: Mapping[str, int]) -> None:
    for name, value in settings.items():
        cursor.execute(f"PRAGMA {name}={value}")


@contextmanager
def with_indexes_last(
    connection: BaseDatabaseWrapper, tables: Iterable[type[models.Model]]
) -> Iterator[None]:
    """Leave out the indexes of these tables while they are filled, and build each of them in one go afterwards.

    Only where nobody else is: what must be unique is told at the end, and questions read whole tables until then.
    What a table itself declares to be unique stays; on PostgreSQL everything does.
    """
    if connection.vendor == "postgresql":
        yield
        return
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name IN (SELECT value FROM json_each(%s))",
            [json.dumps(names)],
        )
        indexes = cursor.fetchall()
        with transaction.atomic(using=connection.alias, durable=True):
            for name, _ in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
        try:
            yield
        finally:
            with transaction.atomic(using=connection.alias, durable=True):
                for _, sql in indexes:
                    cursor.execute(sql)


def settle(connection: BaseDatabaseWrapper) -> None:
    """Move what was committed from the log into the file once it is much, between two transactions: nobody waits."""
    if connection.vendor == "postgresql" or connection.in_atomic_block or connection.connection is None:
        return
    # A disk that fails is told by the next commit: what stands in the log is safe there.
    with suppress(Error):
        ((_, logged, moved),), _ = driver.ask(connection, "PRAGMA wal_checkpoint(NOOP)", ())
        if logged - moved >= _MUCH_PAGES:
            driver.ask(connection, "PRAGMA wal_checkpoint(PASSIVE)", ())


@contextmanager
def with_few_collections() -> Iterator[None]:
    """Look for rings of objects rarely while rows by the thousand come and go, which are free without that."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _OBJECTS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def among_texts(connection: BaseDatabaseWrapper, values: Collection[str]) -> tuple[str, Any]:
    """Return the condition that a column is one of these texts, and its one parameter: the same words for any number."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


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
    table = model._meta.db_table
    names = ", ".join(f'there."{name}"' for name in columns)
    fixed = "".join(f'there."{name}" = %s AND ' for name in having)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'SELECT {names} FROM "{table}" there WHERE {fixed}there."{column}" = ANY(%s)',  # noqa: S608 -- names are ours
                [*having.values(), list(values)],
            )
        else:
            # Text by text through the index: asked with IN, SQLite without statistics reads the whole of it instead.
            cursor.execute(
                f'SELECT {names} FROM json_each(%s) wanted CROSS JOIN "{table}" there '  # noqa: S608 -- names are ours
                f'ON {fixed}there."{column}" = wanted.value',
                [json.dumps(list(values)), *having.values()],
            )
        return list(cursor.fetchall())


def insert(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Insert rows by columns: many to a statement on SQLite, COPY on PostgreSQL.

    On SQLite each statement that fires a trigger of the search index has that index write out what it gathered:
    a statement for every row would have it do so for every row.
    """
    if connection.vendor == "postgresql":
        _copy(connection, model, columns, rows)
        return
    table, names, source = model._meta.db_table, tuple(columns), iter(rows)
    while piece := list(islice(source, AT_ONCE)):
        _insert(connection, table, names, list(zip(*piece, strict=True)))


def insert_columns(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    columns: Mapping[str, Sequence[Any]],
    *,
    alike: Mapping[str, Any],
) -> None:
    """Insert rows that are given column by column, and what they all have `alike` once; as `insert` does otherwise."""
    names, given, same = (*columns, *alike), list(columns.values()), list(alike.values())
    if connection.vendor == "postgresql":
        _copy(connection, model, names, zip(*given, *map(repeat, same), strict=False))
        return
    table, count = model._meta.db_table, len(given[0])
    for start in range(0, count, AT_ONCE):
        piece = [tuple(column[start : start + AT_ONCE]) for column in given]
        piece += [(value,) * len(piece[0]) for value in same]
        _insert(connection, table, names, piece)


def update(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Give fields of rows other values, many rows to a statement: each row is its id and the values, as Python has them."""
    fields: list[Any] = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    source = iter(rows)
    while piece := list(islice(source, AT_ONCE)):
        given = [
            field.get_db_prep_save(value, connection)
            for row in piece
            for field, value in zip(fields, row, strict=True)
        ]
        driver.run(connection, _updating(connection, model._meta.db_table, tuple(fields), len(piece)), given)


def _updating(connection: BaseDatabaseWrapper, table: str, fields: tuple[Any, ...], rows: int) -> str:
    # PostgreSQL takes what is handed over among others for text, unless it is told.
    is_told = connection.vendor == "postgresql"
    read = [
        f"CAST(v.column{n} AS {field.cast_db_type(connection)})" if is_told else f"v.column{n}"
        for n, field in enumerate(fields, start=1)
    ]
    columns = [f'"{field.column}"' for field in fields]
    said = ", ".join(f"{column} = {value}" for column, value in zip(columns[1:], read[1:], strict=True))
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    given = ", ".join([one] * rows)
    return f'UPDATE "{table}" SET {said} FROM (VALUES {given}) AS v WHERE "{table}".{columns[0]} = {read[0]}'  # noqa: S608 -- names are ours


def _copy(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    copying = f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN'
    # Django does not see a copy: what goes wrong in it is said in Django's words here.
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(copying) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert(here: Any, table: str, names: tuple[str, ...], columns: list[tuple[Any, ...]]) -> None:
    """Insert rows by one statement: what they have alike is said in it, the rest is handed over."""
    count = len(columns[0])
    # One row would be written out whole, and be another statement each time.
    alike = tuple(map(_said_once, columns)) if count > 1 else ("",) * len(columns)
    own = [column for column, said in zip(columns, alike, strict=True) if not said]
    given = list(chain.from_iterable(zip(*own, strict=True)))
    driver.run(here, _inserting(table, names, alike, count), given)


def _said_once(column: tuple[Any, ...]) -> str:
    """Return what all rows have alike, written as SQL, so that nobody hands it over row by row; "" when they differ.

    Only nothing, no text and numbers: half the columns of a load are that, and of no person.
    """
    first = column[0]
    if column.count(first) != len(column):
        return ""
    if first is None:
        return "NULL"
    if first == "":
        return "''"
    # 1 is equal to 1.0 and to True, and is not the same to a database.
    is_whole = set(map(type, column)) in ({int}, {bool}) and abs(first) < 2**63
    return str(int(first)) if is_whole else ""


@lru_cache(maxsize=1000)
def _inserting(table: str, columns: tuple[str, ...], alike: tuple[str, ...], rows: int) -> str:
    """Return the statement for so many rows: the same object each time, so that nobody reads it anew."""
    names = ", ".join(f'"{name}"' for name in columns)
    one = "(" + ", ".join([said or "%s" for said in alike]) + ")"
    return f'INSERT INTO "{table}" ({names}) VALUES ' + ", ".join([one] * rows)  # noqa: S608 -- names are ours


def moment(connection: BaseDatabaseWrapper, at: datetime | None) -> object:
    """Return a moment in UTC as the database keeps it."""
    return moments(connection)(at)


def moments(connection: BaseDatabaseWrapper) -> Callable[[datetime | None], object]:
    """Return what makes moments of this database's form: for whoever has thousands of them."""
    return _as_it_is if connection.vendor == "postgresql" else _as_text


def _as_it_is(at: datetime | None) -> object:
    return at


@lru_cache(maxsize=1000)
def _as_text(at: datetime | None) -> object:
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
