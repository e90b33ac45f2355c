"""One write lock for every process and thread that writes to one database file.

SQLite's own busy handler starves writers for seconds under load; a file lock taken before the transaction begins
does not. flock is neither timed nor fair, so both are added: it is tried until a deadline, and who waits first
takes the turn file, so that whoever writes in a loop cannot slip in again before the one who waits.
"""

import fcntl
import os
import random
import time

from django.db.utils import OperationalError

from strandline.store.errors import LockTimeout

DEADLINE = 10.0  # seconds; PROMISES section 4, the same as the busy timeout
_POLL_TURN = (0.0005, 0.01)  # seconds between tries while others are before us: from, up to
_POLL_LOCK = (0.0002, 0.001)  # the next in turn looks more often


class FileLock:
    """A lock that a connection takes before it writes; it is given up when the process ends, however it ends.

    A forked child inherits the open files, and with them the parent's lock: the child forgets them and opens its own.
    """

    def __init__(self, path: str, *, deadline: float = DEADLINE) -> None:
        self.path = path
        self.deadline = deadline
        self._held = False
        self._pid = 0
        self._lock_file = -1
        self._turn_file = -1

    @property
    def is_held(self) -> bool:
        return self._held and self._pid == os.getpid()

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for it: who holds it for something long then ends the transaction early."""
        if not self.is_held:
            return False
        try:
            fcntl.flock(self._turn_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._turn_file, fcntl.LOCK_UN)
        return False

    def take(self) -> None:
        """Wait for the lock. Raises LockTimeout after the deadline; taking it twice is harmless."""
        if self.is_held:
            return
        self._open()
        until = time.monotonic() + self.deadline
        self._wait(self._turn_file, until, *_POLL_TURN)
        try:
            self._wait(self._lock_file, until, *_POLL_LOCK)
        finally:
            fcntl.flock(self._turn_file, fcntl.LOCK_UN)
        self._held = True

    def free(self) -> None:
        if self.is_held:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)
        self._held = False

    def close(self) -> None:
        """Free the lock and close its files."""
        self.free()
        if self._pid == os.getpid():
            os.close(self._lock_file)
            os.close(self._turn_file)
        self._pid = 0

    def __del__(self) -> None:
        # A thread that ends without closing its connection must not keep every other writer out.
        self.close()

    def _open(self) -> None:
        if self._pid == os.getpid():
            return
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
        try:
            lock_file = os.open(f"{self.path}.lock", flags, 0o600)
            try:
                turn_file = os.open(f"{self.path}.turn", flags, 0o600)
            except BaseException:
                os.close(lock_file)
                raise
        except OSError as error:
            raise OperationalError(
                f"The write lock {self.path}.lock cannot be opened: {error.strerror}."
            ) from error
        self._lock_file, self._turn_file, self._pid, self._held = lock_file, turn_file, os.getpid(), False

    def _wait(self, file: int, until: float, pause: float, longest: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                left = until - time.monotonic()
                if left <= 0:
                    raise LockTimeout(
                        f"Another writer held the write lock {self.path}.lock for {self.deadline:g} s: nothing was written."
                    ) from None
                time.sleep(min(left, pause * random.uniform(0.5, 1)))  # noqa: S311 -- spreads the tries, hides nothing
                pause = min(longest, pause * 1.5)
            else:
                return
