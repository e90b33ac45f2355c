"""Questions in SQL of ours, for those that every page asks: building them anew by the ORM takes longer than the answer.

Names in the text are ours, values are parameters, always.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from . import bulk


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a question. Moments among the parameters are given as they are."""
    moment_of = bulk.moments(connection)
    given: list[Any] = [moment_of(value) if isinstance(value, datetime) else value for value in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


# Questions that were written out by the ORM: text and parameters follow from the key alone.
_written: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}
MOST_WRITTEN = 2000


def written(key: Hashable, make: Callable[[], QuerySet[Any, Any]]) -> tuple[str, tuple[Any, ...]]:
    """Return a question as SQL and its parameters, written out once for each key.

    Only the words of the question are kept, never an answer; `key` holds all that they follow from.
    """
    found = _written.get(key)
    if found is None:
        sql, params = make().query.sql_with_params()
        if len(_written) >= MOST_WRITTEN:
            _written.clear()
        found = _written[key] = (sql, tuple(params))
    return found


def marks(values: Sequence[Any] | frozenset[Any]) -> str:
    """Return the places of so many parameters, for IN; none of no values."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def moment(value: Any) -> datetime | None:
    """Return a moment as it came from either database, in UTC."""
    found: datetime | None = value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
