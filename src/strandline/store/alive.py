"""A sign that a process is alive, which vanishes with the process however it ends.

On the encrypted file it is a file lock in the home; on PostgreSQL an advisory lock of a connection of its own, so that
workers on several machines see each other's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from strandline.store import files, key


class Sign:
    """Held by one process under a name of its own, from `raise_` until `lower` or the end of the process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._file: int | None = None
        self._connection: BaseDatabaseWrapper | None = None

    def raise_(self) -> None:
        """Show that this process is alive. Raises BlockingIOError when another shows the same name."""
        if _on_server():
            self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
            if not _ask(self._connection, "pg_try_advisory_lock", self.name):
                self.lower()
                raise BlockingIOError(f"another process shows the sign {self.name}")
            return
        path = _path(self.name)
        files.make_private_directory(path.parent)
        files.make_private_file(path)
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            self._file = None
            raise

    def lower(self) -> None:
        """Take the sign down."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._file is not None:
            _path(self.name).unlink(missing_ok=True)
            os.close(self._file)
            self._file = None


def is_up(name: str) -> bool:
    """Tell whether some process, this one included, shows this sign."""
    if _on_server():
        connection: Any = connections[DEFAULT_DB_ALIAS]
        if not _ask(connection, "pg_try_advisory_lock_shared", name):
            return True
        _ask(connection, "pg_advisory_unlock_shared", name)
        return False
    try:
        file = os.open(_path(name), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        _path(name).unlink(missing_ok=True)  # left behind by a process that was killed
        return False
    finally:
        os.close(file)


def _path(name: str) -> Path:
    return key.home_of(os.environ) / "alive" / name


def _on_server() -> bool:
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


def _ask(connection: Any, function: str, name: str) -> bool:
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        return bool(cursor.fetchone()[0])
