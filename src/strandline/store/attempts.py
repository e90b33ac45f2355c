"""How the group writer calls an action: all of it or nothing, and what is left of the transaction can go on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from strandline.store.errors import storage_trouble

Action = Callable[[list[Any]], Sequence[Any]]
Attempt = Callable[[BaseDatabaseWrapper, Action, list[Any]], Sequence[Any]]


class BrokenTransaction(Exception):
    """The transaction cannot be led back to before the action: the whole group has to begin again."""


def begin(connection: BaseDatabaseWrapper) -> None:
    """Begin: on SQLCipher with the file lock, then IMMEDIATE; PostgreSQL begins with the first statement."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def alone(connection: BaseDatabaseWrapper, action: Action, ones: list[Any]) -> Sequence[Any]:
    """Call the action in a transaction that holds nothing else: if it fails, that one is undone and another begun."""
    try:
        return _called(connection, action, ones)
    except BaseException as error:
        _refuse_broken(connection, error)
        try:
            connection.rollback()
            connection.set_autocommit(True)
            begin(connection)
        except Exception as broken:
            raise BrokenTransaction from broken
        raise


def beside(connection: BaseDatabaseWrapper, action: Action, ones: list[Any]) -> Sequence[Any]:
    """Call the action behind a savepoint, to which the transaction is led back if it fails."""
    hooks = len(connection.run_on_commit)
    name = connection.ops.quote_name("writer_attempt")
    with connection.cursor() as cursor:
        cursor.execute(f"SAVEPOINT {name}")
        try:
            values = _called(connection, action, ones)
        except BaseException as error:
            _refuse_broken(connection, error)
            del connection.run_on_commit[hooks:]
            connection.needs_rollback = False
            try:
                cursor.execute(f"ROLLBACK TO SAVEPOINT {name}")
                cursor.execute(f"RELEASE SAVEPOINT {name}")
            except Exception as broken:
                raise BrokenTransaction from broken
            raise
        cursor.execute(f"RELEASE SAVEPOINT {name}")
    return values


def _called(connection: BaseDatabaseWrapper, action: Action, ones: list[Any]) -> Sequence[Any]:
    """Call the action once; raise also if it gives too few answers, or its block was undone in silence."""
    with _watched(connection) as undone:
        values = action(ones)
    if len(values) != len(ones):
        raise RuntimeError(f"{name_of(action)} gave {len(values)} answers for {len(ones)}.")
    if undone or connection.needs_rollback:
        raise RuntimeError(f"{name_of(action)} caught the refusal of one of its steps: nothing was stored.")
    return values


def _refuse_broken(connection: BaseDatabaseWrapper, error: BaseException) -> None:
    """Raise on, when the disk fails or the action has left a block open: then the transaction cannot be led back."""
    if storage_trouble(error):
        raise error
    if connection.in_atomic_block or connection.savepoint_ids:
        raise BrokenTransaction from error


@contextmanager
def _watched(connection: BaseDatabaseWrapper) -> Iterator[list[str]]:
    """Note when the action's outermost block is rolled back though nothing was raised.

    Django does so if a step's refusal was caught on its way: the action returns as if all were well.
    """
    undone: list[str] = []
    roll_back = connection.savepoint_rollback

    def watching(sid: str) -> None:
        if not connection.savepoint_ids and sys.exc_info()[0] is None:
            undone.append(sid)
        roll_back(sid)

    connection.savepoint_rollback = watching  # type: ignore[method-assign]
    try:
        yield undone
    finally:
        del connection.savepoint_rollback


def name_of(action: Action) -> str:
    return getattr(action, "__qualname__", repr(action))
