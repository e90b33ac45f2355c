"""Who tells the demo: all lives from first to last as rows, and the log of them. It asks no database anything."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from strandline.lib.codes import seeded
from strandline.store import bulk

from . import log, people, rules
from .arrivals import live
from .halls import Halls
from .rows import Rows

# So many people are told before they are handed over: memory stays flat.
CHUNK = 2000
ENTRIES = 50_000


@dataclass(frozen=True)
class Task:
    """All that the lives follow from."""

    seed: str
    size: int
    plan: rules.Plan
    start: datetime
    first: date
    zone: ZoneInfo
    past: log.Past
    places: people.Places


class Teller:
    """Tells the lives, then writes the log of them."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._scribe: log.Scribe | None = None

    def people(self) -> Generator[tuple[int, list[Rows]], None, int]:
        """Give the rows of some people after others, each time with how many that are; return the number of touches."""
        task = self._task
        seed, plan, first = task.seed, task.plan, task.first
        diary = rules.Diary(first, Random(f"{seed} diary"))
        halls = Halls(plan, first=first, zone=task.zone, chance=Random(f"{seed} halls"))
        writer = people.Writer(
            plan, start=task.start, first=first, past=task.past, halls=halls, places=task.places
        )
        with bulk.with_few_collections():
            for begin in range(0, task.size, CHUNK):
                end = min(begin + CHUNK, task.size)
                for number in range(begin, end):
                    story = live(number, plan, diary, halls, Random(f"{seed} person {number}"))
                    with seeded(seed, f"person {number}"):
                        writer.add(story)
                yield end - begin, writer.take()
        self._scribe = log.Scribe(task.past, writer.subjects, chunk=ENTRIES)
        return writer.touches

    def log(self, top: log.Top, until: datetime | None) -> Generator[list[Rows], None, log.Top]:
        """Give the entries of the log behind `top` up to a moment, once all lives are told; return the new top."""
        if self._scribe is None:
            raise ValueError("First the lives, then the log of them.")
        with bulk.with_few_collections():
            return (yield from self._scribe.write(top, until))
