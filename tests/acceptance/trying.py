"""One value tried in one place, and the tally of what was tried."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance import hostile

BROKEN = re.compile(
    rb"Traceback|DatabaseError|IntegrityError|OperationalError|sqlite3?\.|psycopg|Exception\b"
)


@dataclass(frozen=True)
class Case:
    """One value in one field of one address."""

    route: str
    name: str
    kind: str

    def __str__(self) -> str:
        return f"/{self.route} {self.name} {self.kind}"


@dataclass
class Found:
    """What was tried, and what went wrong with it."""

    cases: int = 0
    fields: int = 0
    kept: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "cases": self.cases,
            "fail": len(self.wrong),
            "fields": self.fields,
            "kept": self.kept,
            "refused": self.refused,
            "wrong": self.wrong[:60],
        }


def drawn(n: int | None, chance: random.Random) -> list[tuple[str, str | bytes]]:
    """Return the values to try: all of them, or so many."""
    every: list[tuple[str, str | bytes]] = [*hostile.TEXTS.items(), *hostile.BYTES.items()]
    return every if n is None else chance.sample(every, min(n, len(every)))


def body_of(answer: Any) -> bytes:
    """Return what an answer holds, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
