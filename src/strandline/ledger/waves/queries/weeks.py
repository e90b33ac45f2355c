"""What stood at the end of each week, counted from the record; and as it was released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.ledger.waves.models import WeeklyTotal
from strandline.ledger.waves.rules.breadth import Sections, breadth_on
from strandline.ledger.waves.rules.history import ORGANISED, Held, live_spells
from strandline.ledger.waves.rules.spells import NEVER, Spells, count_by_day, runs
from strandline.organisation.branches.models import Branch

from .record import Branches, Ints, Roll

SUNDAY = 6
ACTIVE_DAYS = 30
MOST_YEARS = 10


@dataclass(frozen=True)
class Week:
    """The sums of one branch at the end of one week, as `WeeklyTotal` keeps them."""

    on: date
    organised: int
    active: int
    came: int
    kinds: tuple[int, ...] = ()
    sections: dict[str, int] = field(default_factory=dict)


def sunday_before(day: date) -> date:
    """The last day of the latest week that is over."""
    return day - timedelta(days=(day.weekday() - SUNDAY) % 7 or 7)


def sundays(first: date, last: date) -> list[date]:
    """Every last day of a week from one day to another, both included."""
    begin = first + timedelta(days=(SUNDAY - first.weekday()) % 7)
    return (
        [begin + timedelta(days=7 * n) for n in range(((last - begin).days // 7) + 1)]
        if begin <= last
        else []
    )


def active_by_day(roll: Roll, first: int, last: int) -> Ints:
    """How many people had a two-way touch in the thirty days to each day."""
    history = roll.history
    kept = ~history.erased[history.toucher]
    order = np.lexsort((history.touch_day[kept], history.toucher[kept]))
    spells = runs(history.toucher[kept][order], history.touch_day[kept][order], ACTIVE_DAYS)
    return count_by_day(spells, first, last)


def came_by_day(roll: Roll, first: int, last: int) -> Ints:
    """How many people came first on each day."""
    history = roll.history
    own = (history.identity == np.arange(history.people)) & ~history.erased
    day = history.came[own]
    inside = day[(day >= first) & (day <= last)] - first
    return np.bincount(inside, minlength=last - first + 1).astype(np.int64)


def kinds_by_day(roll: Roll, branch: int, first: int, last: int) -> Ints:
    """How many live ties of each organised kind one branch alone held on each day: a row for each kind."""
    history = roll.history
    rows = []
    for kind in ORGANISED:
        spells = live_spells(history, (kind,))
        person = history.person_of_tie[spells.of]
        kept = (roll.tie_branch[spells.of] == branch) & ~history.erased[person]
        end = np.minimum(spells.end, history.left_on[person])
        rows.append(count_by_day(Spells(spells.of[kept], spells.start[kept], end[kept]), first, last))
    return np.stack(rows)


def weeks(
    *,
    roll: Roll,
    held: Held,
    branch: int,
    ends: Sequence[date],
    tree: tuple[Sections, Sequence[str]] | None = None,
) -> list[Week]:
    """Return the sums of a branch at the end of each of these weeks. Sums only."""
    if not ends:
        return []
    first, last = ends[0].toordinal() - 6, ends[-1].toordinal()
    organised, active = held.by_day(first, last), active_by_day(roll, first, last)
    came, kinds = came_by_day(roll, first, last), kinds_by_day(roll, branch, first, last)
    found = []
    for end in ends:
        at = end.toordinal() - first
        found.append(
            Week(
                on=end,
                organised=int(organised[at]),
                active=int(active[at]),
                came=int(came[at - 6 : at + 1].sum()),
                kinds=tuple(int(one) for one in kinds[:, at]),
                sections=_sections(roll, held, tree, end) if tree else {},
            )
        )
    return found


def _sections(roll: Roll, held: Held, tree: tuple[Sections, Sequence[str]], end: date) -> dict[str, int]:
    """The cells that stand alone, and the codes of those in which fewer than five are held, as 0."""
    sections, codes = tree
    cells = breadth_on(roll.history, held, sections, end.toordinal()).cells
    return {codes[cell.constituency]: cell.count if cell.stands else 0 for cell in cells}


def first_day(roll: Roll, today: int) -> int:
    """The first day of which the record tells anything, at most ten years ago."""
    known = roll.history.known
    told = known[known < NEVER]
    earliest = int(told.min()) if len(told) else today
    return max(earliest, today - 365 * MOST_YEARS)


def released(*, branch: int, since: date | None = None) -> list[WeeklyTotal]:
    """Return the weeks of a branch as they were released, in their order. Sums only."""
    rows = WeeklyTotal.objects.filter(branch=branch)
    if since is not None:
        rows = rows.filter(on__gte=since)
    return list(rows.order_by("on"))


def erased(*, branches: Branches = None) -> int:
    """Return how many people have been erased so far: nothing else of them is kept. Sums only."""
    rows = Departure.objects.filter(how=Leaving.ERASED.value)
    # One who belonged to several branches, or to none any more, is told of at the centre alone.
    if branches is not None and not Branch.objects.filter(pk__in=branches, parent=None).exists():
        rows = rows.filter(branch__in=branches)
    return rows.count()
