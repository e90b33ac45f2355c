"""What of a sign-up the database takes: its statements and its commit, alone and in groups of 128, with fsync and without.

    python -m benchmarks.intake_sql HOME SECONDS        # `benchmarks.intake` calls it; last line one JSON object

The sign-ups are real ones, through the action and the group writer; what is counted is the time inside statements and
commits. Beside them stands how often a file can be appended to and synced.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MANY = 128
BYTES = 300  # appended before each sync, about what a sign-up holds


class Watch:
    """Counts seconds inside what it is wound around; what happens within counts once."""

    def __init__(self) -> None:
        self.seconds, self._depth = 0.0, 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            with self.running():
                return call(*given, **named)

        return timed

    @contextmanager
    def running(self) -> Iterator[None]:
        self._depth += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.seconds += time.perf_counter() - began


def main(home: Path, seconds: float) -> dict[str, float]:
    from tests.acceptance import place

    place.enter(home)
    from django.db import connection

    from strandline.store import attempts, bulk, driver, writer

    watch, through = Watch(), writer.Writer(most=MANY)
    connection.ensure_connection()
    connection.commit = watch.around(connection.commit)  # type: ignore[method-assign]
    attempts.begin = watch.around(attempts.begin)
    # Whoever watched through Django's wrappers would send the statements another way than they go.
    driver.ask, driver.run = watch.around(driver.ask), watch.around(driver.run)
    if connection.vendor == "postgresql":
        bulk.insert = watch.around(bulk.insert)  # COPY
    counted: dict[tuple[int, bool], list[float]] = {}

    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for size in (1, MANY):
            for is_durable in (True, False):
                _sync(connection, is_durable=is_durable)
                watch.seconds = 0.0
                began = time.perf_counter()
                for _ in range(MANY // size if size == 1 else 4):
                    through._write(_jobs(writer._Job, size))
                whole = time.perf_counter() - began
                done = MANY if size == 1 else 4 * MANY
                got = counted.setdefault((size, is_durable), [0.0, 0.0, 0.0])
                for at, more in enumerate((done, watch.seconds, whole)):
                    got[at] += more
    found = {"syncs": _synced(home, min(seconds, 3.0))}
    for (size, is_durable), (done, inside, whole) in counted.items():
        words = f"{'alone' if size == 1 else 'grouped'}_{'durable' if is_durable else 'without_fsync'}"
        found |= {f"{words}_sql": round(done / inside, 1), f"{words}_whole": round(done / whole, 1)}
    return found


def _jobs(job: Any, size: int) -> list[Any]:
    from strandline.organisation.receipts.rules import fingerprint
    from strandline.steady.intake import actions
    from strandline.steady.intake.rules import Sheet

    made = []
    for _ in range(size):
        token = secrets.token_hex(8)
        typed = {"name": f"V {token}", "reach": f"{token}@example.org", "consent": "yes", "postcode": "N1"}
        sheet = Sheet("harbour", token, fingerprint(token), typed, datetime.now(UTC))
        made.append(job(actions.sign_up, sheet, Future()))
    return made


def _sync(connection: Any, *, is_durable: bool) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'OFF'}")
        else:
            cursor.execute(f"SET synchronous_commit TO {'on' if is_durable else 'off'}")


def _synced(home: Path, seconds: float) -> float:
    """Return how often a second a file of this disk can be appended to and synced."""
    path, count = home / "appended", 0
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        os.write(file, b"x" * BYTES)
        os.fdatasync(file)
        count += 1
    os.close(file)
    path.unlink()
    return round(count / seconds, 1)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]))), flush=True)
