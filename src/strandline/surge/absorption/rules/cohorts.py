"""Who came in the wave, who came in ordinary times before it, and for how long each of them was here.

Days are whole numbers (`date.toordinal`), so that a million people are columns and not objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = 4_000_000  # later than the last day of the calendar, year 9999
WINDOW = 45  # days without a two-way touch after which a tie is no longer live; METHODS 0
QUIET_DAYS = 14  # a wave is over when this many days in a row stay under the usual level; METHODS 2
BASELINE_DAYS = 180


@dataclass(frozen=True)
class Wave:
    """A surge's intake window, both days included; `end` is None while it still runs."""

    start: int
    end: int | None = None

    def last(self, today: int) -> int:
        """The last day of intake so far."""
        return today if self.end is None else min(self.end, today)


@dataclass(frozen=True)
class Stays:
    """How long each person stayed, in days, and whether the stay has ended or is only not over yet."""

    days: Ints
    ended: Bools


def first_contact(met: Ints, listed: Ints, spoke: Ints) -> Ints:
    """The day on which each person and the organisation first had to do with each other; NEVER where nobody can say.

    `met` is the earliest day on which a source says that they were met or signed up, `listed` the day on which a list
    without days brought them in, `spoke` that of the first two-way touch; NEVER where there is none. A talk entered
    late, but held before, moves the day. Whom an undated list names was known to somebody before it: when, nobody can
    say, and so what follows the list is no first contact.
    """
    arrived = (met <= listed) & (met < NEVER) | (spoke < listed)
    return np.where(arrived, np.minimum(met, spoke), NEVER)


def wave_cohort(first_contact: Ints, wave: Wave, today: int) -> Bools:
    """Whose first contact of all fell into the wave."""
    return (first_contact >= wave.start) & (first_contact <= wave.last(today))


def baseline_cohort(first_contact: Ints, wave: Wave, others: Sequence[Wave] = ()) -> Bools:
    """Whose first contact fell into the 180 days before the wave, and into no other wave."""
    chosen = (first_contact >= wave.start - BASELINE_DAYS) & (first_contact < wave.start)
    for other in others:
        chosen &= ~wave_cohort(first_contact, other, wave.start - 1)
    return chosen


def usual_upper_limit(daily: Sequence[int], days: int = 7, level: float = 0.975) -> float:
    """The most that `days` days of ordinary intake bring, but for one time in forty.

    A negative-binomial limit over the counts before the wave, its dispersion read from the same days and
    never taken as less than chance. Raises ValueError without at least four weeks of counts.
    """
    counts = np.asarray(daily, dtype=np.float64)
    if len(counts) < 28:
        raise ValueError(
            f"{len(counts)} days of ordinary intake are too few: 28 are needed to know what is usual."
        )
    mean = counts.mean()
    if mean == 0:
        return 0.0
    dispersion = max(1.0, float(counts.var(ddof=1) / mean)) * (1 + 1 / len(counts))  # above 1, always
    total = mean * days
    return float(nbinom.ppf(level, total / (dispersion - 1), 1 / dispersion))


def wave_end(daily: Sequence[int], start: int, limit: float) -> int | None:
    """The place in `daily` of the wave's last day, or None while it runs.

    It is the first day, from `start` on, of fourteen in a row on each of which the intake of the seven days
    up to it stays under `limit`. So it is known a fortnight later, never sooner.
    """
    total = np.concatenate([[0], np.cumsum(np.asarray(daily, dtype=np.int64))])
    last = np.arange(1, len(total))
    week = total[last] - total[np.maximum(last - 7, 0)]
    under = week < limit
    for day in range(start, len(under) - QUIET_DAYS + 1):
        if under[day : day + QUIET_DAYS].all():
            return day
    return None


def last_day(before: Sequence[int], daily: Sequence[int]) -> int | None:
    """The place in `daily` of the wave's last day, by the usual limit of the days before it; None while it runs.

    Where too little is known of ordinary times, or nobody came then, one person a week counts as usual.
    """
    limit = usual_upper_limit(before) if len(before) >= 28 else 0.0
    found = wave_end([*before, *daily], len(before), max(limit, 2.0))
    return None if found is None else found - len(before)


def stays(
    entry: Ints,
    touch_person: Ints,
    touch_day: Ints,
    today: int,
    *,
    window: int = WINDOW,
    left_on: Ints | None = None,
) -> Stays:
    """For how many days after entry each person was here, without a break.

    Entry is the person's own act and starts the clock. A stay ends `window` days after a two-way touch that no
    other follows by then, and is known to have ended on the day after; who comes back later is counted as returned in the ledger, not smoothed over here.
    `left_on` is the day of being erased, moving away or dying: from then on the person is no longer watched.
    """
    people = len(entry)
    known = (touch_day >= entry[touch_person]) & (touch_day <= today)
    person = np.concatenate([np.arange(people), touch_person[known]])
    day = np.concatenate([entry, touch_day[known]])
    order = np.lexsort((day, person))
    person, day = person[order], day[order]
    follows = np.append(person[1:] == person[:-1], False)
    following = np.append(day[1:], NEVER)
    lapses = ~follows | (following - day > window + 1)  # on the very next day there was no day without a tie
    breaks = np.flatnonzero(lapses)
    first_break = breaks[np.unique(person[breaks], return_index=True)[1]]
    until = day[first_break] + window
    watched = np.full(people, today) if left_on is None else np.minimum(left_on, today)
    ended = until < watched
    return Stays(days=np.maximum(np.where(ended, until, watched) - entry, 0), ended=ended)


def is_active(touch_person: Ints, touch_day: Ints, people: int, on: int) -> Bools:
    """Who had a two-way touch in the thirty days to `on`: the upper panel of the strandline picture."""
    active = np.zeros(people, dtype=bool)
    active[touch_person[(touch_day > on - 30) & (touch_day <= on)]] = True
    return active
