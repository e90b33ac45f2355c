"""One wave's account: every figure of its line in the ledger, as far as it is known on a day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.waves.rules.breadth import BreadthChange, Sections, breadth_change
from strandline.ledger.waves.rules.history import Held, History, organised
from strandline.ledger.waves.rules.ratchet import Kept, Ratchet, kept_share, ratchet
from strandline.ledger.waves.rules.resample import DRAWS
from strandline.ledger.waves.rules.verdict import Judgement, judge
from strandline.ledger.waves.rules.without import WithoutWave, against_no_wave, circles_of
from strandline.surge.absorption.rules.cohorts import Wave, baseline_cohort, stays, wave_cohort
from strandline.surge.absorption.rules.measures import STILL_HERE_DAYS, Figure, days_stayed, lift, still_here
from strandline.surge.absorption.rules.survival import Curve, kaplan_meier

Bools = NDArray[np.bool_]

HORIZONS = (90, 180)


@dataclass(frozen=True)
class Balance:
    """What was there so many days after the wave: the ratchet, its kept share, and the comparison with no wave."""

    ratchet: Ratchet
    kept: Kept
    without: WithoutWave


@dataclass(frozen=True)
class Account:
    """A wave's line in the ledger. What is not known yet is absent, never a guess."""

    wave: Wave
    came: int
    before: int
    curve: Curve | None
    still_here: tuple[Figure, ...]
    lift: tuple[Figure, ...]
    stayed: Figure | None
    balances: dict[int, Balance]
    breadth: BreadthChange | None
    judgement: Judgement


@dataclass(frozen=True)
class Book:
    """The history with what is computed once for all waves: who held a tie when."""

    history: History
    held: Held
    today: int

    def curve(self, cohort: Bools) -> Curve | None:
        """How long the people of a cohort stayed; None where there is nobody. The erased are left out."""
        chosen = np.flatnonzero(
            cohort & ~self.history.erased & (self.history.identity == np.arange(len(cohort)))
        )
        if not len(chosen):
            return None
        place = np.full(len(cohort), -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        person = place[self.history.toucher]
        mine = person >= 0
        found = stays(
            self.history.came[chosen],
            person[mine],
            self.history.touch_day[mine],
            self.today,
            left_on=self.history.left_on[chosen],
        )
        return kaplan_meier(found.days, found.ended)


def open_book(history: History, today: int) -> Book:
    """Prepare the record for as many waves as there are."""
    return Book(history, organised(history), today)


def account(
    book: Book,
    wave: Wave,
    others: Sequence[Wave] = (),
    sections: Sections | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Account:
    """Every figure of one wave. Figures of day e + d appear once that day has passed."""
    history, held, today = book.history, book.held, book.today
    curve = book.curve(wave_cohort(history.came, wave, today))
    before = book.curve(baseline_cohort(history.came, wave, others))
    balances: dict[int, Balance] = {}
    for after in HORIZONS:
        if wave.end is None or wave.end + after > today:
            continue
        result = ratchet(history, held, wave, after)
        against = against_no_wave(history, held, wave, after, others, seed=seed, count=draws)
        balances[after] = Balance(result, kept_share(held, wave, result), against)
    breadth = None
    if sections is not None and balances and wave.end is not None:
        last = wave.end + max(balances)
        breadth = breadth_change(
            history, held, sections, wave.start - 1, last, circles_of(history), seed=seed, count=draws
        )
    final = balances.get(180)
    return Account(
        wave=wave,
        came=0 if curve is None else curve.people,
        before=held.number(wave.start - 1),
        curve=curve,
        still_here=() if curve is None else tuple(still_here(curve, day) for day in STILL_HERE_DAYS),
        lift=()
        if curve is None or before is None
        else tuple(lift(curve, before, day) for day in STILL_HERE_DAYS),
        stayed=None if curve is None else days_stayed(curve),
        balances=balances,
        breadth=breadth,
        judgement=judge(final.without if final else None, breadth if final else None),
    )
