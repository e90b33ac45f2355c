"""When the next step is due, what a handoff may become, and how late is late."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no

# The days that are offered for a next step, as the form says them.
WORDS: dict[str, str] = {"tomorrow": "Tomorrow", "week": "In a week", "weeks": "In 3 weeks"}


class StepKind(StrEnum):
    """What is owed."""

    CALL = "call"
    VISIT = "visit"
    INVITE = "invite"
    SEND = "send"
    OTHER = "other"
    FIRST_CALL = "first_call"

    @property
    def words(self) -> str:
        """Return the step as the page says it."""
        return {
            StepKind.CALL: "Call back",
            StepKind.VISIT: "Visit",
            StepKind.INVITE: "Invite to circle",
            StepKind.SEND: "Send reading",
            StepKind.OTHER: "Something else",
            StepKind.FIRST_CALL: "First call",
        }[self]


class HandoffState(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


# From which state a handoff may move to which; completed by the first touch of the new owner.
HANDOFF_MOVES: dict[HandoffState, frozenset[HandoffState]] = {
    HandoffState.OFFERED: frozenset({HandoffState.ACCEPTED, HandoffState.DECLINED, HandoffState.WITHDRAWN}),
    HandoffState.ACCEPTED: frozenset({HandoffState.COMPLETED}),
    HandoffState.DECLINED: frozenset(),
    HandoffState.WITHDRAWN: frozenset(),
    HandoffState.COMPLETED: frozenset(),
}
# A step may be set this far ahead; beyond it a mistyped year is likelier than a plan.
MOST_AHEAD_DAYS = 730
SUNDAY = 6


@dataclass(frozen=True)
class HandoffStanding:
    """What is on record of an offer."""

    state: HandoffState
    offered_to: int | None
    offered_by: int


def may_move_handoff(handoff: HandoffStanding, to: HandoffState, *, by: int) -> Verdict:
    """Judge whether this account may answer or withdraw the offer."""
    if to not in HANDOFF_MOVES[handoff.state]:
        return no(f"This offer was already {handoff.state.value}.")
    if to in (HandoffState.ACCEPTED, HandoffState.DECLINED) and handoff.offered_to != by:
        return no("This was offered to someone else.")
    if to is HandoffState.WITHDRAWN and handoff.offered_by != by:
        return no("Only who offered it can withdraw it.")
    return YES


def may_owe(due: date, *, on: date, said_no: bool) -> Verdict:
    """Judge a next step: for a day that can be kept, and not with someone who said no."""
    if said_no:
        return no("They said no, so nothing is owed to them. If they came back, begin a tie with them first.")
    return may_set_due(due, on=on)


def may_set_due(due: date, *, on: date) -> Verdict:
    """Judge the day of a next step."""
    if due < on:
        return no("The day is in the past. Choose today or later.")
    if (due - on).days > MOST_AHEAD_DAYS:
        return no("The day is more than two years ahead. Check the year.")
    return YES


def not_a_sunday(day: date) -> date:
    """Return the day, or the Monday after it: nobody is called on a Sunday unless that was chosen."""
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


@dataclass(frozen=True)
class Proposal:
    """The next step that the log form proposes, and the days it offers beside it."""

    kind: StepKind
    due_on: date
    days: tuple[tuple[str, date], ...]


def propose(*, rhythm_days: int, on: date) -> Proposal:
    """Propose the next step from the tie's rhythm; never on a Sunday (DESIGN section 5)."""
    due = not_a_sunday(on + timedelta(days=max(1, rhythm_days)))
    days = (
        (WORDS["tomorrow"], on + timedelta(days=1)),
        (WORDS["week"], not_a_sunday(on + timedelta(days=7))),
        (WORDS["weeks"], not_a_sunday(on + timedelta(days=21))),
    )
    return Proposal(StepKind.CALL, due, days)


def days_late(due: date, *, on: date) -> int:
    """Return by how many days a step is overdue; 0 when it is not."""
    return max(0, (on - due).days)


# A pace is read from this many full weeks; fewer than this many with any work in them are no pace yet.
PACE_WEEKS = 8
LEAST_WEEKS = 2


def usual_pace(weeks: Sequence[int]) -> int | None:
    """Return how many touches someone usually makes in a week: the median of full weeks, from the first with work.

    `weeks` runs from the earliest to the latest. None while there is too little to tell.
    """
    began = next((place for place, touches in enumerate(weeks) if touches), len(weeks))
    worked = weeks[began:]
    if len(worked) < LEAST_WEEKS:
        return None
    return math.floor(statistics.median(worked))


def room(pace: int, *, done: int, owed: int) -> int:
    """Return for how many more there is room this week; below 0, by how many it is overfull."""
    return pace - done - owed


def end_of_week(on: date) -> date:
    """Return the Sunday that ends the week of this day."""
    return on + timedelta(days=SUNDAY - on.weekday())
