"""Django's door to the encrypted file: the SQLite backend with another driver, a key, checks and one write lock."""

from pathlib import Path
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base as stock
from django.db.utils import DatabaseErrorWrapper
from django.utils.asyncio import async_unsafe
from django.utils.functional import cached_property
from sqlcipher3 import dbapi2 as Database  # noqa: N812 -- Django's name for a driver

from strandline.store import files, keycheck
from strandline.store.errors import CannotOpen, DamagedFile, WrongKey, is_damage
from strandline.store.lock import DEADLINE, FileLock
from strandline.store.sqlcipher.client import DatabaseClient
from strandline.store.sqlcipher.connection import KEY_BYTES, Connection, Cursor
from strandline.store.sqlcipher.creation import DatabaseCreation
from strandline.store.sqlcipher.features import DatabaseFeatures
from strandline.store.sqlcipher.functions import register as register_functions

_PLAIN_HEADER = b"SQLite format 3\x00"
_SMALLEST_PAGE = 512  # below this SQLite takes a file for a new one
_BUSY_SECONDS = 10.0
_CACHE_KIB = 64_000  # a connection takes only what it reads; a large server may give more


class Errors(DatabaseErrorWrapper):
    """Django's translation of driver errors, which besides tells damage of the file from all else."""

    wrapper: "DatabaseWrapper"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Database.DatabaseError) and is_damage(error):
            self.wrapper.errors_occurred = True
            raise _damaged(self.wrapper.settings_dict["NAME"], error) from error
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(stock.DatabaseWrapper):
    """One thread's connection to the encrypted database."""

    display_name = "SQLCipher"
    Database = Database
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    transaction_mode: str | None
    init_commands: list[str]

    @cached_property
    def wrap_database_errors(self) -> Errors:
        return Errors(self)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self.transaction_mode = self.transaction_mode or "IMMEDIATE"
        return {
            "timeout": _BUSY_SECONDS,
            "lock_deadline": DEADLINE,
            "cache_kib": _CACHE_KIB,
            "key": None,
            **params,
        }

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        params = dict(conn_params)
        key = _raw_key(params.pop("key"))
        deadline, cache_kib = params.pop("lock_deadline"), params.pop("cache_kib")
        if self.is_in_memory_db():
            connection = Connection(**params)
            connection.unlock(key)
        else:
            connection = _open(Path(params.pop("database")), key, deadline=deadline, params=params)
        try:
            connection.set_pragmas(cache_kib=cache_kib)
            register_functions(connection)
            for command in filter(None, map(str.strip, self.init_commands)):
                connection.execute(command)
        except BaseException:
            connection.close()
            raise
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor

    def _set_autocommit(self, autocommit: bool) -> None:
        # Where Django leaves the beginning to the driver, it shall begin IMMEDIATE too.
        with self.wrap_database_errors:
            self.connection.isolation_level = None if autocommit else self.transaction_mode


def _raw_key(given: Any) -> bytes:
    key = given() if callable(given) else given
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"OPTIONS['key'] of the database must be {KEY_BYTES} bytes, or a callable that returns them."
        )
    return key


def _open(path: Path, key: bytes, *, deadline: float, params: dict[str, Any]) -> Connection:
    """Open the file with its key, making it if it is not there; say which of key and file is at fault."""
    path = (
        path.absolute() if not path.is_symlink() else path.resolve()
    )  # one lock file, however it is spelled
    files.refuse_network_disk(path)
    files.make_private_directory(path.parent)
    files.make_private_file(path)
    answer = keycheck.ask(path, key)
    if answer is keycheck.Answer.WRONG:
        raise WrongKey(f"Wrong key: the database {path} was made with another one.")
    if answer is keycheck.Answer.RIGHT and path.stat().st_size < _SMALLEST_PAGE:
        raise DamagedFile(
            f"Damaged file: the database {path} is empty, though it was in use. Restore a backup."
        )
    connection = Connection(path, **params)
    connection.lock = FileLock(str(path), deadline=deadline)
    try:
        connection.unlock(key)
        connection.use_wal()
    except (Database.DatabaseError, MemoryError) as error:
        connection.close()
        if not isinstance(error, MemoryError) and not is_damage(error):
            raise
        if answer is keycheck.Answer.RIGHT:
            raise _damaged(path, error) from error
        raise _unreadable(path) from error
    except BaseException:
        connection.close()
        raise
    if answer is keycheck.Answer.UNKNOWN:
        keycheck.write(path, key)
    return connection


def _damaged(path: Path | str, error: BaseException) -> DamagedFile:
    return DamagedFile(
        f"Damaged file: the database {path} does not read back as written ({error}). Restore a backup."
    )


def _unreadable(path: Path) -> CannotOpen:
    with path.open("rb") as file:
        start = file.read(len(_PLAIN_HEADER))
    if start == _PLAIN_HEADER:
        return CannotOpen(f"The database {path} is a plain SQLite file, not an encrypted one of Strandline.")
    check = keycheck.path_for(path)
    return CannotOpen(
        f"The database {path} cannot be read, and {check.name}, which would tell a wrong key from a damaged file, is "
        "missing or damaged too. Try the other keys you have, then restore a backup."
    )
