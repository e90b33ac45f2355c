"""The raw connection: it is given its key, and it takes and frees the write lock by itself."""

import datetime
import decimal
import functools
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import tee
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base as stock
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database  # noqa: N812 -- Django's name for a driver

from strandline.store.lock import FileLock

# Before this release a write-ahead log could be reset wrongly and damage the file (STACK.md).
OLDEST = (3, 51, 3)
KEY_BYTES = 32
_ALL_ROWS = 2**31 - 1
_AUTOCHECKPOINT_PAGES = 4000  # 16 MB: a backstop for when no upkeep thread runs

for _kind, _read in {
    "bool": b"1".__eq__,
    "date": stock.decoder(parse_date),
    "time": stock.decoder(parse_time),
    "datetime": stock.decoder(parse_datetime),
    "timestamp": stock.decoder(parse_datetime),
}.items():
    Database.register_converter(_kind, _read)
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, stock.adapt_date)
Database.register_adapter(datetime.datetime, stock.adapt_datetime)
# The driver takes these as they are, but only after it has looked in vain for how else: six times as long.
Database.register_adapter(bool, int)
Database.register_adapter(type(None), {}.get)

_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|REINDEX|ANALYZE|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)"
    r"|VACUUM(?!\s+(?:\w+\s+)?INTO))\b",
    re.IGNORECASE,
)


def refuse_old(version: tuple[int, ...]) -> None:
    """Raise ImproperlyConfigured for an SQLite that may damage the file."""
    if version < OLDEST:
        found, needed = ".".join(map(str, version)), ".".join(map(str, OLDEST))
        raise ImproperlyConfigured(
            f"SQLite {found} can damage a database in WAL mode: Strandline needs {needed} or newer. "
            "Install the pinned sqlcipher3, and remove sqlcipher3-wheels and pysqlcipher3 if they are there."
        )


class Connection(Database.Connection):  # type: ignore[misc]  # the driver has no types
    """A connection to one encrypted file. `lock` is None only for a database in memory."""

    lock: FileLock | None = None

    def unlock(self, key: bytes) -> None:
        """Set the raw key and read the first page with it; the driver's error tells that it does not fit."""
        self.execute("PRAGMA cipher_log_level=NONE")
        self.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        self.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def set_pragmas(self, *, cache_kib: int) -> None:
        """PROMISES section 4. Nothing here lowers what keeps an answered write through a power cut."""
        settings = {
            "synchronous": "FULL",
            "foreign_keys": "ON",
            "legacy_alter_table": "OFF",
            "temp_store": "MEMORY",
            "mmap_size": 0,
            "trusted_schema": "OFF",
            "cell_size_check": "ON",
            "secure_delete": "ON",
            "cache_size": -cache_kib,
            "wal_autocheckpoint": _AUTOCHECKPOINT_PAGES,
            # ANALYZE counts all rows but takes no samples: with samples at hand SQLite plans a question anew for each
            # value that is given, which takes longer than most answers.
            "analysis_limit": _ALL_ROWS,
        }
        if sys.platform == "darwin":  # plain fsync does not reach the platter there
            settings |= {"fullfsync": 1, "checkpoint_fullfsync": 1}
        for name, value in settings.items():
            self.execute(f"PRAGMA {name}={value}")

    def use_wal(self) -> None:
        """Turn the write-ahead log on; only the first connection ever has to, and it may not race another."""
        if self.lock is None or self._journal() == "wal":
            return
        self.lock.take()
        try:
            if self._journal() != "wal" and self._journal("=WAL") != "wal":
                raise Database.OperationalError("the write-ahead log cannot be turned on here")
        finally:
            self.lock.free()

    def _journal(self, value: str = "") -> str:
        return str(self.execute(f"PRAGMA journal_mode{value}").fetchone()[0]).lower()

    def before(self, statement: str) -> None:
        """Take the write lock if the statement is going to write, or begins what will."""
        if self.lock is not None and not self.lock.is_held and _WRITES.match(statement):
            self.lock.take()

    def after(self) -> None:
        """Free the write lock once no transaction is open, whoever ended it: us, an error, or SQLite itself."""
        if self.lock is not None and self.lock.is_held and not self.in_transaction:
            self.lock.free()

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.after()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.after()

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.lock is not None:
                self.lock.close()


@functools.lru_cache(maxsize=1000)
def _with_marks(query: str) -> str:
    """Return a statement with the driver's marks for Django's: a load asks the same one, of thousands, over and over."""
    return stock.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(Database.Cursor):  # type: ignore[misc]  # the driver has no types
    """Django's cursor for SQLite, on this driver, with the write lock around what writes."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """Write Django's marks for parameters as the driver's; what was converted lately is remembered."""
        if param_names is None:
            return _with_marks(query)
        named: str = stock.SQLiteCursorWrapper.convert_query(self, query, param_names=param_names)
        return named

    def execute(self, query: str, params: Any = None) -> Any:
        self.connection.before(query)
        try:
            if params is None:
                return super().execute(query)
            if isinstance(params, Mapping):
                return super().execute(self.convert_query(query, param_names=list(params)), params)
            return super().execute(_with_marks(query), params)
        finally:
            self.connection.after()

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        self.connection.before(query)
        try:
            # A generator may be passed: look at the first without losing it.
            peekable, rows = tee(iter(param_list))
            first = next(peekable, None)
            names = list(first) if isinstance(first, Mapping) else None
            return super().executemany(self.convert_query(query, param_names=names), rows)
        finally:
            self.connection.after()


refuse_old(Database.sqlite_version_info)
