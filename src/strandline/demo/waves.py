"""The surges of the demo: when people came, how well they were met, what held them. Facts only; no figure comes from here.

How a wave went differs by how soon people were called and how many found a circle, so that the pages have something to
tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from .rules import DAYS, STEADY


@dataclass(frozen=True, slots=True)
class Wave:
    """One surge. Days are counted from the first day of the demo; `coming` is how many came on each day, as weights."""

    name: str
    slug: str
    title: str
    branch: int  # 0 is the whole organisation
    share: float  # of the people of that branch
    start: int
    coming: tuple[int, ...]
    declared: int
    closed: int | None
    kept: float  # called within the promise
    never: float  # nobody got round to calling
    acts: float  # came to something within a month
    circle: float  # found a circle
    fades: float  # after each later touch, the strand is let go
    neglects: float = (
        0.0  # in its first ten weeks, after each touch with somebody known before, they are let go
    )
    promise_hours: int = 48

    @property
    def last(self) -> int:
        """Return the last day on which people came."""
        return self.start + len(self.coming) - 1


WAVES = (
    Wave(
        "Damp", "damp", "Damp on the walls? Write it down with us.", 1, 0.16, STEADY + 58,
        (1, 2, 4, 8, 13, 17, 16, 13, 10, 8, 6, 5, 4, 3, 3, 2, 2, 1, 1, 1),
        declared=STEADY + 62, closed=STEADY + 94, kept=0.34, never=0.15, acts=0.22, circle=0.1, fades=0.22, neglects=0.6,
    ),
    Wave(
        "Rent letter", "rent", "Had the rent letter? Do not answer it alone.", 0, 0.12, STEADY + 156,
        (2, 9, 16, 15, 12, 9, 7, 6, 5, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1),
        declared=STEADY + 158, closed=STEADY + 195, kept=0.56, never=0.08, acts=0.33, circle=0.22, fades=0.15,
    ),
    Wave(
        "Stairwell lights", "lights", "Dark stairs? Say which, we go together.", 1, 0.12, STEADY + 256,
        (1, 3, 6, 10, 12, 11, 8, 6, 4, 3, 3, 2, 2, 1, 1),
        declared=STEADY + 259, closed=STEADY + 288, kept=0.86, never=0.03, acts=0.5, circle=0.46, fades=0.07,
    ),
    Wave(
        "Heating cut-offs", "harbour", "", 1, 0.2, DAYS - 10,
        (1, 2, 4, 7, 11, 15, 14, 13, 11, 9),
        declared=DAYS - 7, closed=None, kept=0.6, never=0.0, acts=0.3, circle=0.2, fades=0.1,
    ),
)  # fmt: skip
LIVE = len(WAVES) - 1
_BUSY = 75
# The form that is always open, and how many of those who came otherwise came through it.
STANDING = ("website", "Join the tenants' union", 0.08)


def wave_of(branch: int, chance: Random) -> int | None:
    """Draw in which wave somebody of this branch came, if in any."""
    drawn = chance.random()
    for number, wave in enumerate(WAVES):
        if wave.branch not in (0, branch):
            continue
        if drawn < wave.share:
            return number
        drawn -= wave.share
    return None


@cache
def neglect(branch: int, day: int) -> float:
    """Return how often somebody known before is let go on this day, because all hands are with a wave."""
    return max(
        (
            wave.neglects
            for wave in WAVES
            if wave.branch in (0, branch) and wave.start <= day < wave.start + _BUSY
        ),
        default=0.0,
    )


def day_of(wave: Wave, chance: Random) -> int:
    """Draw the day on which somebody of this wave came."""
    return wave.start + chance.choices(range(len(wave.coming)), wave.coming)[0]
