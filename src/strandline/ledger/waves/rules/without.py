"""What would have been there without the wave: the ordinary fading of old ties, and the ordinary coming of new ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.waves.rules.history import Held, History
from strandline.ledger.waves.rules.resample import DRAWS, Contributions, draws, interval
from strandline.ledger.waves.rules.spells import Spells
from strandline.surge.absorption.rules.cohorts import BASELINE_DAYS, Wave

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_HELD = 10
LEAST_DAYS = 60
_NOW, _EVE, _REFERENCE, _STAYED, _STARTS, _AGES = range(6)


@dataclass(frozen=True)
class WithoutWave:
    """Net after a wave, less what ordinary times would have brought; no value where history is too short.

    `stayed` is S_old, the share of old ties that last as long as the wave and its after-time; `a_day` is lambda_0, new
    or returning ties on an ordinary day; `days_held` is the integral of S_0, the days such a tie is then held.
    """

    value: float | None
    lower: float | None
    upper: float | None
    expected: float | None
    stayed: float
    a_day: float
    days_held: float
    reason: str


def _too_little(reason: str) -> WithoutWave:
    return WithoutWave(None, None, None, None, float("nan"), float("nan"), float("nan"), reason)


def _ordinary_days(wave: Wave, others: Sequence[Wave]) -> Ints:
    """The days of the 180 before the wave on which no other wave ran."""
    days = np.arange(wave.start - BASELINE_DAYS, wave.start)
    quiet = np.ones(len(days), dtype=bool)
    for other in others:
        quiet &= (days < other.start) | (days > other.last(wave.start))
    return days[quiet]


def _ordinary_starts(history: History, held: Held, days: Ints, others: Sequence[Wave], eve: int) -> Spells:
    """Ties that began or were taken up again on ordinary days; the first ties of another wave's people are its own."""
    spells = held.spells
    first = np.append(True, spells.of[1:] != spells.of[:-1])[: len(spells)]
    from_wave = np.zeros(len(spells), dtype=bool)
    for other in others:
        came = history.came[spells.of]
        from_wave |= (came >= other.start) & (came <= other.last(eve))
    return spells.chosen(np.isin(spells.start, days) & ~(first & from_wave))


def _sums(history: History, held: Held, wave: Wave, now: int, starts: Spells) -> Contributions:
    """Each person's part in every sum that the comparison needs, so that it can be drawn again."""
    eve, span = wave.start - 1, now - wave.start
    reference = eve - span
    rows: list[tuple[Ints, Ints | int]] = [
        (np.flatnonzero(held.on(now)), _NOW),
        (np.flatnonzero(held.on(eve)), _EVE),
        (np.flatnonzero(held.on(reference)), _REFERENCE),
    ]
    whole = held.spells.chosen((held.spells.start <= reference) & (held.spells.end > eve))
    rows.append((whole.of, _STAYED))
    rows.append((starts.of, _STARTS))
    ended = starts.end <= eve
    age = np.minimum(np.where(ended, starts.end, eve) - starts.start, span)
    gone = ended & (starts.end - starts.start <= span)
    rows.append((starts.of[gone], _AGES + age[gone]))
    rows.append((starts.of, _AGES + span + 1 + age))
    person = np.concatenate([row for row, _ in rows])
    column = np.concatenate([np.broadcast_to(np.asarray(place), row.shape) for row, place in rows])
    return Contributions(
        person, column.astype(np.int64), np.ones(len(person), dtype=np.int64), _AGES + 2 * (span + 1)
    )


def _compared(sums: Floats, span: int, days: int) -> tuple[Floats, Floats, Floats, Floats]:
    """For each row of sums: the difference, and its three parts S_old, lambda_0 and the integral of S_0."""
    gone = sums[:, _AGES : _AGES + span + 1]
    watched = sums[:, _AGES + span + 1 :]
    at_risk = watched[:, ::-1].cumsum(axis=1)[:, ::-1]
    hazard = np.divide(gone, at_risk, out=np.zeros_like(gone), where=at_risk > 0)
    held_for = np.cumprod(1 - hazard, axis=1)[:, :span].sum(axis=1)
    reference = sums[:, _REFERENCE]
    stayed = np.divide(sums[:, _STAYED], reference, out=np.full(len(sums), np.nan), where=reference > 0)
    a_day = sums[:, _STARTS] / days
    expected = sums[:, _EVE] * stayed + a_day * held_for - sums[:, _EVE]
    return sums[:, _NOW] - sums[:, _EVE] - expected, stayed, a_day, held_for


def against_no_wave(
    history: History,
    held: Held,
    wave: Wave,
    after: int,
    others: Sequence[Wave] = (),
    *,
    seed: int = 0,
    count: int = DRAWS,
) -> WithoutWave:
    """Net_d - [N(s-1) S_old(d') + lambda_0 integral S_0 - N(s-1)], d' = e + d - s, with its 95 % interval.

    All three parts are read before the wave, because during it nothing is ordinary: S_old from those who held a tie
    d' days before the eve, the other two from ties begun or taken up again in the 180 days before.
    Beyond the ages that those 180 days can show, S_0 stays where it was: this favours the ordinary course.
    """
    if wave.end is None:
        return _too_little("The wave still runs: what it left is not known yet.")
    now = wave.end + after
    eve, span = wave.start - 1, now - wave.start
    before = held.number(eve - span)
    days = _ordinary_days(wave, others)
    if before < LEAST_HELD:
        return _too_little(
            f"Too little history: {before} organised ties are on record {span} days before the wave, {LEAST_HELD} are "
            "needed to know how ties last in ordinary times."
        )
    if len(days) < LEAST_DAYS:
        return _too_little(
            f"Too little ordinary time: {len(days)} of the 180 days before the wave were outside other waves, "
            f"{LEAST_DAYS} are needed."
        )
    given = _sums(history, held, wave, now, _ordinary_starts(history, held, days, others, eve))
    value, stayed, a_day, held_for = _compared(given.totals[None, :], span, len(days))
    drawn, *_ = _compared(draws(given, circles_of(history), seed=seed, count=count), span, len(days))
    low, high = interval(drawn)
    net = int(given.totals[_NOW] - given.totals[_EVE])
    expected = net - float(value[0])
    reason = f"{net:+d} ties; without the wave about {expected:+.0f}; so {value[0]:+.0f} ({low:+.0f} to {high:+.0f})."
    return WithoutWave(
        float(value[0]), low, high, expected, float(stayed[0]), float(a_day[0]), float(held_for[0]), reason
    )


def circles_of(history: History) -> Ints:
    """The circle of each person after merges; records that were merged away or erased are drawn with nothing."""
    found = np.full(history.people, -1, dtype=np.int64)
    if history.circle is not None:
        np.maximum.at(found, history.identity, history.circle)
    return found
