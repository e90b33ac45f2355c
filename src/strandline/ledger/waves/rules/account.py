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
from strandline.surge.absorption.rules.cohorts import NEVER, Stays, Wave, baseline_cohort, stays, wave_cohort
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
    """The history with what is computed once for all waves: who held a tie when, and how long each stay was."""

    history: History
    held: Held
    stays: Stays
    today: int


def open_book(history: History, today: int) -> Book:
    """Prepare the record for as many waves as there are."""
    left = history.left_on.copy()
    touched = history.person_of_tie[history.touch_tie]
    came = np.where(history.came >= NEVER, today, history.came)
    lengths = stays(came, touched, history.touch_day, today, left_on=left)
    return Book(history, organised(history), lengths, today)


def _curve(book: Book, cohort: Bools) -> Curve | None:
    chosen = cohort & ~book.history.erased
    return kaplan_meier(book.stays.days[chosen], book.stays.ended[chosen]) if chosen.any() else None


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
    cohort = wave_cohort(history.came, wave, today) & (history.identity == np.arange(history.people))
    ordinary = baseline_cohort(history.came, wave, others) & (history.identity == np.arange(history.people))
    curve, before = _curve(book, cohort), _curve(book, ordinary)
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
        came=int((cohort & ~history.erased).sum()),
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
