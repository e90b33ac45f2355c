"""Take turns: ours, then the baseline, so that a machine that slows down slows both."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

Task = Callable[[], object]


class Times(list[float]):
    """How long each round took by the clock, in milliseconds; `cpu` is what was computed in it, by us and the database."""

    def __init__(self, wall: Iterable[float] = (), cpu: Iterable[float] = ()) -> None:
        super().__init__(wall)
        self.cpu = list(cpu)


@dataclass(frozen=True)
class Figure:
    """One row of the table: what was measured, beside what, and what was to be reached."""

    task: str
    database: str
    people: int
    ours: float
    ours_from: float
    ours_to: float
    baseline: str
    theirs: float
    unit: str = "ms"
    ratio: float = 0.0
    goal: str = ""
    is_reached: bool | None = None
    notes: list[str] = field(default_factory=list)
    # What was computed, whoever else wanted the cores: medians, and their ratio. 0 where it was not measured.
    our_cpu: float = 0.0
    their_cpu: float = 0.0
    cpu_ratio: float = 0.0

    def words(self) -> str:
        """Say it in one line."""
        standing = "" if self.is_reached is None else (" reached" if self.is_reached else " MISSED")
        return (
            f"{self.task} [{self.database}, {self.people:,}]: {self.ours:,.2f} {self.unit} "
            f"({self.ours_from:,.2f} to {self.ours_to:,.2f}); {self.baseline}: {self.theirs:,.2f} {self.unit}; "
            f"ratio {self.ratio:,.2f}; of CPU {self.our_cpu:,.2f} to {self.their_cpu:,.2f}, "
            f"ratio {self.cpu_ratio:,.2f}; goal {self.goal or '-'}{standing}"
        )


def clock(task: Task) -> float:
    """Return how many milliseconds it took."""
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) * 1000


def take_turns(*tasks: Task, rounds: int, warm: int = 2) -> list[Times]:
    """Run the tasks one after another, many times over; return the times of each, in milliseconds."""
    from benchmarks import worlds

    for _ in range(warm):
        for task in tasks:
            task()
    times = [Times() for _ in tasks]
    gc.collect()
    for _ in range(rounds):
        for at, task in enumerate(tasks):
            before = worlds.cpu()
            times[at].append(clock(task))
            times[at].cpu.append((worlds.cpu() - before) * 1000)
    return times


def spread(times: list[float]) -> tuple[float, float]:
    """Return the middle half: from the first quartile to the third."""
    if len(times) < 4:
        return min(times), max(times)
    low, _, high = statistics.quantiles(times, n=4)
    return low, high


def figure(
    task: str,
    *,
    database: str,
    people: int,
    ours: list[float],
    baseline: str,
    theirs: list[float],
    goal: str = "",
    reached: Callable[[float, float], bool] | None = None,
    unit: str = "ms",
    notes: list[str] | None = None,
) -> Figure:
    """Make a row of two lists of times; `reached` judges our median and the ratio (theirs to ours)."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    low, high = spread(ours)
    ratio = (other / mine) if unit == "ms" else (mine / other)
    judged = reached(mine, ratio) if reached else None
    our_cpu, their_cpu = (statistics.median(getattr(times, "cpu", None) or [0.0]) for times in (ours, theirs))
    return Figure(
        task, database, people, round(mine, 3), round(low, 3), round(high, 3), baseline, round(other, 3),
        unit, round(ratio, 3), goal, judged, notes or [],
        round(our_cpu, 3), round(their_cpu, 3), round(their_cpu / our_cpu, 3) if our_cpu else 0.0,
    )  # fmt: skip


def keep(name: str, figures: list[Figure], *, database: str, people: int, rounds: int) -> None:
    """Keep the figures for `benchmarks.report`."""
    from benchmarks import worlds

    folder = worlds.ROOT / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-{database}-{people}.json").write_text(
        json.dumps(
            {
                "name": name,
                "at": datetime.now(UTC).isoformat(timespec="minutes"),
                "machine": worlds.machine(),
                "rounds": rounds,
                "figures": [asdict(each) for each in figures],
            },
            indent=1,
        )
    )


def tell(figures: list[Figure]) -> None:
    """Print each in a line, and all of them as JSON in the last."""
    for each in figures:
        print(each.words(), flush=True)
        for note in each.notes:
            print(f"    {note}")
    print(json.dumps([asdict(each) for each in figures]), flush=True)
