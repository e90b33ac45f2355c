"""The six figures of a wave's first half year: M0 to M5 of the methods."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import ArrayLike

from strandline.surge.absorption.rules.survival import (
    Z95,
    Curve,
    Incidence,
    cumulative_incidence,
    kaplan_meier,
    restricted_mean,
)

FEWEST = 10  # fewer people at risk than this carry no share; METHODS 2
PROMISE_HOURS = 48.0
STILL_HERE_DAYS = (30, 90, 180)


class Standing(StrEnum):
    """Whether a figure may be shown."""

    SHOWN = "shown"
    TOO_EARLY = "too early"


class FirstAct(IntEnum):
    """What happened first to somebody who was asked to come to a circle or a task."""

    NOTHING_YET = 0
    ACTED = 1
    DECLINED = 2
    UNREACHABLE = 3  # after six tries
    LEFT = 4  # erased, moved away or died


@dataclass(frozen=True)
class Figure:
    """A share or a mean with its 95 % interval; no value at all while it is too early to show one."""

    value: float | None
    lower: float | None
    upper: float | None
    variance: float
    at_risk: int
    people: int
    standing: Standing
    reason: str

    @property
    def is_shown(self) -> bool:
        return self.standing is Standing.SHOWN


def _too_early(at_risk: int, people: int, reason: str) -> Figure:
    return Figure(None, None, None, 0.0, at_risk, people, Standing.TOO_EARLY, reason)


def _points(share: float) -> str:
    return f"{100 * share:.0f}"


def promise_kept(hours: ArrayLike, called: ArrayLike, promise: float = PROMISE_HOURS) -> Figure:
    """M0: the share of whom somebody tried to call within the promise."""
    return _in_time(
        hours,
        called,
        promise,
        early=lambda known, of: (
            f"Too early: {known:,} of {of:,} have been called or have waited {promise:g} hours."
        ),
        told=lambda share: f"{share} of 100 were called within {promise:g} hours.",
    )


def reached_in_time(hours: ArrayLike, reached: ArrayLike, promise: float = PROMISE_HOURS) -> Figure:
    """M1: the share with whom there was a two-way touch within the promise."""
    return _in_time(
        hours,
        reached,
        promise,
        early=lambda known, of: (
            f"Too early: {known:,} of {of:,} have been reached or have waited {promise:g} hours."
        ),
        told=lambda share: f"{share} of 100 were reached within {promise:g} hours.",
    )


def _in_time(
    hours: ArrayLike,
    done: ArrayLike,
    promise: float,
    *,
    early: Callable[[int, int], str],
    told: Callable[[str], str],
) -> Figure:
    """The share of whom it was done within the promise; who still waits counts for as long as they have waited."""
    waited, is_done = np.asarray(hours, dtype=np.float64), np.asarray(done, dtype=bool)
    known, people = int((is_done | (waited >= promise)).sum()), len(waited)
    if known < FEWEST:
        return _too_early(known, people, early(known, people))
    curve = kaplan_meier(waited, is_done)
    low, high = curve.interval(promise)
    value = 1 - curve.share(promise)
    return Figure(
        value, 1 - high, 1 - low, curve.variance(promise), known, people, Standing.SHOWN, told(_points(value))
    )


def first_act(days: ArrayLike, outcome: ArrayLike, within: float) -> Figure:
    """M2: the share who came to something within so many days, where declining, staying out of reach and leaving
    end the chance to (Aalen-Johansen)."""
    waited, what = np.asarray(days, dtype=np.float64), np.asarray(outcome)
    known = int(((what != FirstAct.NOTHING_YET) | (waited >= within)).sum())
    if known < FEWEST:
        reason = f"Too early: only {known:,} of {len(waited):,} have had their {within:g} days."
        return _too_early(known, len(waited), reason)
    incidence: Incidence = cumulative_incidence(waited, what, FirstAct.ACTED)
    share = incidence.at(within)
    reason = f"{_points(share.value)} of 100 came to a circle or a task within {within:g} days."
    return Figure(
        share.value, share.lower, share.upper, share.variance, known, len(waited), Standing.SHOWN, reason
    )


def _not_followed(curve: Curve, day: float) -> int:
    """How many of those no longer at risk on `day` were not seen to leave."""
    gone = int(curve.events[curve.times < day].sum())
    return curve.people - curve.watched_to(day) - gone


def still_here(curve: Curve, day: float) -> Figure:
    """M3: the share still here `day` days after they came, or "too early" with fewer than ten at risk that day."""
    at_risk = curve.watched_to(day)
    if at_risk < FEWEST:
        reason = (
            f"Too early: {at_risk:,} of {curve.people:,} have been followed for {day:g} days, {FEWEST} are needed."
            if _not_followed(curve, day)
            else f"Too few: {at_risk} of {curve.people} were still here by day {day:g}, {FEWEST} are needed."
        )
        return _too_early(at_risk, curve.people, reason)
    value, (low, high) = curve.share(day), curve.interval(day)
    reason = f"Of 100 who came, {_points(value)} are still with us after {day:g} days."
    return Figure(value, low, high, curve.variance(day), at_risk, curve.people, Standing.SHOWN, reason)


def lift(wave: Curve, baseline: Curve, day: float) -> Figure:
    """M4: the wave's share still here minus that of the cohort before it, +- 1.96 sqrt(V_W + V_0)."""
    here, before = still_here(wave, day), still_here(baseline, day)
    at_risk, people = min(here.at_risk, before.at_risk), wave.people + baseline.people
    if here.value is None or before.value is None:
        reason = here.reason if here.value is None else f"The cohort before the wave: {before.reason}"
        return _too_early(at_risk, people, reason)
    variance = here.variance + before.variance
    value, spread = here.value - before.value, Z95 * float(np.sqrt(variance))
    reason = (
        f"Of 100 who came in the wave, {_points(here.value)} are still with us after {day:g} days; "
        f"before the wave it was {_points(before.value)}."
    )
    return Figure(value, value - spread, value + spread, variance, at_risk, people, Standing.SHOWN, reason)


def days_stayed(curve: Curve, until: float = 180.0) -> Figure:
    """M5: the mean number of days stayed of the first `until`.

    Too early while fewer than ten have been followed that long; but once everybody's stay is known, it is known.
    """
    at_risk = curve.watched_to(until)
    if curve.people < FEWEST or (at_risk < FEWEST and _not_followed(curve, until)):
        return _too_early(at_risk, curve.people, still_here(curve, until).reason)
    mean = restricted_mean(curve, until)
    reason = f"They stayed {mean.value:.0f} of the first {until:g} days."
    return Figure(
        mean.value, mean.lower, mean.upper, mean.variance, at_risk, curve.people, Standing.SHOWN, reason
    )
