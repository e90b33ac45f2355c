"""Which rows of a list are the same person as a row above: told exactly, in as much memory for a million as for ten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Self

from . import matching

# One for a row's name with each channel or id, so that few texts are held: what a process calls a text by (SipHash
# under a secret of that process) tells nobody else anything.
Key = int


class Earlier:
    """Remembers the rows of a list by what would tell the same person, the last few thousand in memory, all on disk.

    The disk's part is a file of numbers without a name, which the system takes away with the process. It is kept no
    longer than the list is read: used in a `with`.
    """

    def __init__(self) -> None:
        self._last: dict[Key, int] = {}
        self._before: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            self._before.close()

    def lines(self, people: Sequence[matching.Candidate]) -> list[int]:
        """Return, for each of the next rows, the line of the same person above, 0 when there is none."""
        keyed = [_keys(one) for one in people]
        known = self._known([key for keys in keyed for key in keys])
        fresh: dict[Key, int] = {}
        found = []
        for one, keys in zip(people, keyed, strict=True):
            above = 0
            for key in keys:
                above = above or known.get(key, 0) or fresh.get(key, 0)
            for key in keys:
                if key not in known:
                    fresh.setdefault(key, one.row.line)
            found.append(above)
        self._last = fresh
        return found

    def _known(self, keys: list[Key]) -> dict[Key, int]:
        """Put away what the last call met, and look up what this one asks for."""
        if self._before is None:
            if not self._last:
                return {}
            # "" is SQLite's own temporary file: its pages go to the disk when they are more than the cache holds.
            self._before = sqlite3.connect("", isolation_level=None)
            self._before.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000;"
                "CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER NOT NULL); BEGIN"
            )
        self._before.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(self._last.items()))
        asked = "SELECT key, line FROM seen WHERE key IN (SELECT value FROM json_each(?))"
        with closing(self._before.execute(asked, (json.dumps(keys),))) as rows:
            return dict(rows)


def _keys(one: matching.Candidate) -> list[Key]:
    keys = [hash((one.folded, *key)) for key in one.keys]
    if one.row.external_ids:
        keys += [hash(("id", *pair)) for pair in one.row.external_ids]
    return keys
