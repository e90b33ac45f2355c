"""Statements of ours that go straight to the driver.

Django passes a statement through a dozen hands, which log it, watch it and see to the connection: it takes them longer
than a short statement. Where nobody watches and the connection is known to be well, the driver is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def here() -> Any:
    """Return this thread's connection itself: `django.db.connection` looks it up anew for each thing asked of it."""
    return connections[DEFAULT_DB_ALIAS]


def ask(here: Any, sql: str, params: Sequence[Any]) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
    """Return the rows of a question and what the driver says of their columns."""
    if not _is_straight(here):
        with here.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall()), cursor.description
    with here.wrap_database_errors, closing(_cursor(here)) as asked:
        asked.execute(sql, params)
        return asked.fetchall(), asked.description


def run(here: Any, sql: str, params: Sequence[Any]) -> None:
    """Carry out a statement that gives no rows."""
    if not _is_straight(here):
        with here.cursor() as cursor:
            cursor.execute(sql, params)
        return
    with here.wrap_database_errors, closing(_cursor(here)) as running:
        running.execute(sql, params)


def _is_straight(here: Any) -> bool:
    is_known = here.connection is not None and (here.health_check_done or not here.health_check_enabled)
    return is_known and not (here.execute_wrappers or here.queries_logged or here.needs_rollback)


def _cursor(here: Any) -> Any:
    """Return the driver's cursor; on PostgreSQL one that hands the values over beside the words.

    What is asked often is then planned once and not each time: planning takes longer than most of our answers.
    """
    if here.vendor != "postgresql":
        return here.create_cursor()
    from psycopg import Cursor  # only where it is the driver

    return Cursor(here.connection)
