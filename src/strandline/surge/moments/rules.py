"""Judgements about a surge: its phases, its window, its promise, and who may do what with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no

PROMISE_HOURS = 48
MOST_PROMISE_HOURS = 24 * 30
# A surge is followed until its last cohort has been here for half a year (SYSTEM, Words).
# The crest is judged on means of three days, so that one quiet Sunday is not taken for the turn.
SMOOTHED_DAYS = 3
# From this share of the crest on, intake still stands at its peak; under it, it ebbs.
STILL_AT_PEAK = 0.8
# Before this many people have come, there is no crest to speak of.
FEWEST_AT_PEAK = 5


class SurgePostKind(StrEnum):
    """The two posts of a surge."""

    LEAD = "lead"
    DEPUTY = "deputy"

    @property
    def words(self) -> str:
        """Return the post as the page shows it."""
        return self.value.capitalize()


class PhaseKind(StrEnum):
    """How far a surge has come. Closed is what a person decides, or the end of its intake window."""

    RISING = "rising"
    PEAK = "peak"
    EBB = "ebb"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """Return the phase as a sentence about intake has it."""
        return {
            PhaseKind.RISING: "rising",
            PhaseKind.PEAK: "at its peak",
            PhaseKind.EBB: "falling",
            PhaseKind.CLOSED: "closed",
        }[self]


class EditKind(StrEnum):
    """What of a surge was changed after it was declared."""

    NAME = "name"
    WINDOW = "window"
    PROMISE = "promise"
    LEAD = "lead"
    DEPUTY = "deputy"

    @property
    def words(self) -> str:
        """Return what was changed as the page shows it."""
        return self.value.capitalize()


@dataclass(frozen=True)
class Phase:
    """A phase and the first day it held; `is_by_hand` when a person said so."""

    kind: PhaseKind
    began_on: date
    is_by_hand: bool = False


@dataclass(frozen=True)
class Window:
    """An intake window, both days included; the last is None while it runs."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether people who come on this day come in the wave."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def last(self, on: date) -> date:
        """Return the last day of intake so far."""
        return on if self.ends_on is None else min(self.ends_on, on)


def crest(daily: Sequence[int]) -> int | None:
    """Return the place of the day on which most came, the first of them; None while too few came to speak of one."""
    if not daily or max(daily) < FEWEST_AT_PEAK:
        return None
    return max(range(len(daily)), key=lambda place: daily[place])


def _means(daily: Sequence[int]) -> list[float]:
    """The mean of each day with the two before it."""
    return [
        sum(daily[max(0, place - SMOOTHED_DAYS + 1) : place + 1]) / min(place + 1, SMOOTHED_DAYS)
        for place in range(len(daily))
    ]


def counted_phase(daily: Sequence[int], starts_on: date) -> Phase:
    """Return the phase that the daily intake since the first day shows, and since when.

    Rising until the mean of three days has come to its highest; at the peak while it stays above four fifths of
    that; falling from the first day under it that no such day follows. The last day given is a whole day: a day
    that has just begun would look like the ebb.
    """
    means = _means(daily)
    if not means or max(means) < FEWEST_AT_PEAK:
        return Phase(PhaseKind.RISING, starts_on)
    top = max(range(len(means)), key=lambda place: means[place])
    high = [place for place, mean in enumerate(means) if mean >= STILL_AT_PEAK * means[top]]
    if high[-1] < len(means) - 1:
        return Phase(PhaseKind.EBB, starts_on + timedelta(days=high[-1] + 1))
    if top == len(means) - 1:
        return Phase(PhaseKind.RISING, starts_on)
    return Phase(PhaseKind.PEAK, starts_on + timedelta(days=high[0]))


def standing_phase(counted: Phase, set_by_hand: Phase | None, *, closed_on: date | None, on: date) -> Phase:
    """Return the phase to show: closed once it is, else what a person said last, else what the counts say."""
    if closed_on is not None and closed_on <= on:
        return Phase(PhaseKind.CLOSED, closed_on, is_by_hand=True)
    return set_by_hand or counted


def is_live(window: Window, *, closed_on: date | None, on: date) -> bool:
    """Tell whether a surge still takes people in on this day."""
    return window.holds(on) and (closed_on is None or on < closed_on)


def may_open(*, leads_there: bool) -> Verdict:
    """Judge whether someone may declare a surge for a branch, or change one of it."""
    if leads_there:
        return YES
    return no("A surge is declared by a lead of a team in that branch, or by its branch lead.")


def may_change(*, has_post: bool, leads_there: bool) -> Verdict:
    """Judge whether someone may change a surge: its lead, its deputy, or who leads in its branch."""
    if has_post or leads_there:
        return YES
    return no("Only the surge's lead, its deputy and the leads of its branch change it.")


def is_promise(hours: int) -> Verdict:
    """Judge a promise in hours."""
    if 1 <= hours <= MOST_PROMISE_HOURS:
        return YES
    return no(f"Promise a call within 1 to {MOST_PROMISE_HOURS} hours.")


def is_window(window: Window, *, on: date) -> tuple[str, Verdict]:
    """Judge a window on the day it is set; a refusal comes with the name of the day that is wrong."""
    if window.starts_on > on:
        return "starts_on", no("The first day is still to come. Choose today or an earlier day.")
    if window.ends_on is not None and window.ends_on < window.starts_on:
        return "ends_on", no("The last day is before the first. Choose the first day or a later one.")
    if window.ends_on is not None and window.ends_on > on:
        return "ends_on", no("The last day is still to come. Leave it open while people still come.")
    return "", YES
