"""What can go wrong with the file, the key, the lock or the disk, each with its own name and sentence."""

import errno
import sqlite3
from collections.abc import Iterator

from django.db.utils import Error as DjangoDatabaseError
from django.db.utils import OperationalError


class CannotOpen(OperationalError):
    """The database cannot be opened; when the check file is missing too, nobody can say why."""


class WrongKey(CannotOpen):
    """The file is sound as far as can be told, but this is not its key."""


class DamagedFile(CannotOpen):
    """The key is right, but what the file holds has been altered, cut off or overwritten."""


class LockTimeout(OperationalError):
    """The write lock was not free before the deadline."""


class NotSaved(Exception):
    """Nothing of this was stored, or it is unknown whether it was; trying again with the same token is safe."""


DISK_FULL = "the disk is full"

# SQLite's primary result codes (sqlite.org/rescode.html) that speak of the disk or the lock, not of the data.
_STORAGE = {
    sqlite3.SQLITE_BUSY: "the database is busy",
    sqlite3.SQLITE_LOCKED: "the database is busy",
    sqlite3.SQLITE_NOMEM: "memory has run out",
    sqlite3.SQLITE_READONLY: "the disk can only be read",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the database is busy",
    sqlite3.SQLITE_NOTADB: "the database file is damaged",
}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ERRNO = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EIO: "the disk fails",
    errno.EROFS: "the disk can only be read",
}
# PostgreSQL's classes (appendix A of its manual): 08 connection, 25006 read-only, 53 resources, 57P shutdown, 58 system.
_SQLSTATE = {
    "53100": DISK_FULL,
    "53": "the database server has run out of resources",
    "25006": "the database can only be read",
    "08": "the database server is away",
    "57P": "the database server is away",
    "58": "the disk fails",
}


def is_damage(error: BaseException) -> bool:
    """Say whether SQLite found the file itself altered."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in _DAMAGE


def storage_trouble(error: BaseException) -> str | None:
    """Say in a few words what is wrong with disk, lock or server; None when the data or the code is at fault."""
    for cause in _causes(error):
        if isinstance(cause, LockTimeout | CannotOpen | NotSaved):
            return str(cause)
        if isinstance(cause, OSError) and cause.errno in _ERRNO:
            return _ERRNO[cause.errno]
        code = getattr(cause, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _STORAGE:
            return _STORAGE[code & 0xFF]
        state = getattr(cause, "sqlstate", None)
        if isinstance(cause, Exception) and isinstance(state, str):
            for length in (5, 3, 2):
                if state[:length] in _SQLSTATE:
                    return _SQLSTATE[state[:length]]
    if isinstance(error, DjangoDatabaseError) and _server_is_gone(error):
        return "the database server is away"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__


def _server_is_gone(error: DjangoDatabaseError) -> bool:
    """psycopg gives a connection that broke under it no SQLSTATE, only the class OperationalError."""
    cause = error.__cause__
    return (
        isinstance(error, OperationalError)
        and type(cause).__module__.startswith("psycopg")
        and getattr(cause, "sqlstate", None) is None
    )
