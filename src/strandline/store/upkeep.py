"""Keeping house on the disk: one thread moves the write-ahead log into the file, and a reserve lies ready.

The log grows while readers hold old snapshots; above 64 MB somebody should look. When the disk is full, the ballast
file is given up, so that deleting and exporting still work.
"""

import fcntl
import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from strandline.store import files
from strandline.store.errors import storage_trouble

WAL_ALARM = 64 * 1024 * 1024  # PROMISES section 4
BALLAST = 64 * 1024 * 1024
_TRUNCATE_ABOVE = 16 * 1024 * 1024  # a log that was once large keeps its size on the disk until it is cut
_EVERY = 5.0  # seconds
_ROOM = 4  # the ballast is made again when this many times its size are free
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is left in the log after one round, and whether that is too much."""

    wal_bytes: int
    is_complete: bool

    @property
    def is_alarm(self) -> bool:
        return self.wal_bytes > WAL_ALARM


def wal_bytes(database: Path) -> int:
    try:
        return database.with_name(database.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0


def checkpoint(alias: str = DEFAULT_DB_ALIAS) -> Checkpoint:
    """Move what is committed from the log into the file, without making anybody wait; cut a log that grew large.

    Cutting needs a moment without writers, so it takes the write lock as every writer does.
    """
    connection = connections[alias]
    database = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        _, logged, moved = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if logged == moved and wal_bytes(database) > _TRUNCATE_ABOVE:
            lock = connection.connection.lock
            lock.take()
            try:
                # Readers of old snapshots are not waited for: the next round tries again.
                cursor.execute("PRAGMA busy_timeout=100")
                _, logged, moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                timeout = connection.get_connection_params()["timeout"]
                cursor.execute(f"PRAGMA busy_timeout={int(timeout * 1000)}")
                lock.free()
    found = Checkpoint(wal_bytes(database), logged == moved)
    if found.is_alarm:
        log.error("The write-ahead log has grown to %d MB: a reader does not end.", found.wal_bytes >> 20)
    return found


def ballast_path(directory: Path) -> Path:
    return directory / "ballast"


def make_ballast(directory: Path, *, size: int = BALLAST) -> bool:
    """Lay up the reserve; False when there is no room for it. The blocks are taken, not only promised."""
    path = ballast_path(directory)
    if path.exists() and path.stat().st_size >= size:
        return True
    files.make_private_directory(directory)
    files.make_private_file(path)
    try:
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, size)
            os.fsync(file.fileno())
    except OSError as error:
        os.truncate(path, 0)
        log.warning("No room for the reserve of %d MB: %s", size >> 20, error.strerror)
        return False
    return True


def free_ballast(directory: Path) -> bool:
    """Give the reserve up, leaving its empty file as the sign of it; False when there was none to give."""
    if not has_ballast(directory):
        return False
    try:
        os.truncate(ballast_path(directory), 0)
    except OSError:
        return False
    log.error("The disk is full: the reserve was given up. Make room soon.")
    return True


def make_room(alias: str = DEFAULT_DB_ALIAS) -> None:
    """When the disk is full: give up the reserve and, with what that gives, empty the log, so that it is used again."""
    if free_ballast(Path(connections[alias].settings_dict["NAME"]).parent):
        try:
            checkpoint(alias)
        except Exception as error:
            log.warning("The write-ahead log could not be emptied: %s", storage_trouble(error) or error)


def has_ballast(directory: Path) -> bool:
    try:
        return ballast_path(directory).stat().st_size > 0
    except FileNotFoundError:
        return False


def is_room_short(alias: str = DEFAULT_DB_ALIAS) -> bool:
    """Say whether the reserve is in use: then it is for deleting and exporting, and intake should refuse.

    False on PostgreSQL, and where no reserve was ever laid up.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite":
        return False
    try:
        return ballast_path(Path(connection.settings_dict["NAME"]).parent).stat().st_size == 0
    except FileNotFoundError:
        return False


def renew_ballast(directory: Path, *, size: int = BALLAST) -> bool:
    """Lay the reserve up again once there is plenty of room."""
    if has_ballast(directory):
        return True
    free = os.statvfs(directory)
    if free.f_bavail * free.f_frsize < _ROOM * size:
        return False
    return make_ballast(directory, size=size)


class Upkeep(threading.Thread):
    """Does a round every few seconds. Of several processes on one database only one does, until it ends."""

    def __init__(self, *, alias: str = DEFAULT_DB_ALIAS, every: float = _EVERY) -> None:
        super().__init__(name=f"upkeep-{alias}", daemon=True)
        self.alias = alias
        self.every = every
        self.last: Checkpoint | None = None
        self._over = threading.Event()

    def run(self) -> None:
        database = Path(connections[self.alias].settings_dict["NAME"])
        place: int | None = None
        while not self._over.wait(self.every):
            place = _take_place(database) if place is None else place
            if place is not None:
                self._round(database)
        connections[self.alias].close()
        if place is not None:
            os.close(place)

    def stop(self, timeout: float = 10) -> None:
        self._over.set()
        self.join(timeout)

    def _round(self, database: Path) -> None:
        try:
            self.last = checkpoint(self.alias)
            renew_ballast(database.parent)
        except Exception as error:
            # A failing disk is told to those who write; this thread has to go on.
            log.warning("Upkeep failed: %s", storage_trouble(error) or error)
            with suppress(Exception):
                connections[self.alias].close()


def _take_place(database: Path) -> int | None:
    """Be the one that does it: the lock is held as long as the file is open."""
    try:
        file = os.open(f"{database}.upkeep", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    return file
