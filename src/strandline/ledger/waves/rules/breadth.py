"""M7, breadth: in how many sections of people the organisation is held, and how evenly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.ebb.rules.cells import LEAST, Cell, roll_up
from strandline.ledger.waves.rules.history import Held, History
from strandline.ledger.waves.rules.resample import DRAWS, Contributions, draws, interval
from strandline.ledger.waves.rules.spells import Spells
from strandline.lib.arrays import distinct

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sections:
    """Constituencies as a tree (`parent`, -1 at the top) and who belongs to which, from when until when."""

    parent: tuple[int, ...]
    membership: Spells  # of a person
    constituency: Ints

    @property
    def count(self) -> int:
        return len(self.parent)


@dataclass(frozen=True)
class Breadth:
    """Sections with at least five organised ties, and the effective number of sections, 1 / sum p^2."""

    reached: int
    effective: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class BreadthChange:
    """Breadth before and after; the interval is of the change in the effective number."""

    before: Breadth
    after: Breadth
    lower: float
    upper: float

    @property
    def change(self) -> float:
        return self.after.effective - self.before.effective

    @property
    def fell(self) -> bool:
        """Whether fewer sections are reached, or the evenness fell by more than chance."""
        return self.after.reached < self.before.reached or self.upper < 0

    @property
    def sentence(self) -> str:
        return (
            f"Sections with five organised ties or more: {self.before.reached} before, {self.after.reached} after; "
            f"as even as {self.before.effective:.1f} sections of one size before, {self.after.effective:.1f} after."
        )


def members_held(history: History, held: Held, sections: Sections, day: int) -> tuple[Ints, Ints]:
    """Pairs of person and constituency for everybody with an organised tie on `day`, each pair once."""
    rows = sections.membership
    now = (rows.start <= day) & (rows.end > day)
    person = history.identity[rows.of[now]]
    constituency = sections.constituency[now]
    kept = held.on(day)[person]
    pairs = distinct(person[kept] * sections.count + constituency[kept])
    return pairs // sections.count, pairs % sections.count


def effective_number(counts: Floats) -> Floats:
    """1 / sum p^2 along the last axis: as many sections of one size as would be as even; 0 where there is nobody."""
    total = counts.sum(axis=-1)
    squares = (counts**2).sum(axis=-1)
    number: Floats = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    return number


def _breadth(counts: Ints, sections: Sections) -> Breadth:
    number = effective_number(counts.astype(np.float64))
    return Breadth(int((counts >= LEAST).sum()), float(number), roll_up(counts.tolist(), sections.parent))


def breadth_on(history: History, held: Held, sections: Sections, day: int) -> Breadth:
    """The breadth of the organised ties on one day."""
    _, constituency = members_held(history, held, sections, day)
    return _breadth(np.bincount(constituency, minlength=sections.count), sections)


def breadth_change(
    history: History,
    held: Held,
    sections: Sections,
    before: int,
    after: int,
    circle: Ints,
    *,
    seed: int = 0,
    count: int = DRAWS,
) -> BreadthChange:
    """Breadth on two days, with the 95 % interval of the change by drawing people again, circle by circle."""
    was_person, was = members_held(history, held, sections, before)
    is_person, now = members_held(history, held, sections, after)
    width = sections.count
    given = Contributions(
        person=np.concatenate([was_person, is_person]),
        column=np.concatenate([was, now + width]),
        amount=np.ones(len(was) + len(now), dtype=np.int64),
        width=2 * width,
    )
    drawn = draws(given, circle, seed=seed, count=count)
    low, high = interval(effective_number(drawn[:, width:]) - effective_number(drawn[:, :width]))
    return BreadthChange(
        _breadth(np.bincount(was, minlength=width), sections),
        _breadth(np.bincount(now, minlength=width), sections),
        low,
        high,
    )
