"""Kinds of tie and touch, what counts as two-way, and what makes a tie live (METHODS 0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no


class TieKind(StrEnum):
    """What the relationship is. Kinds, not ranks: one person may have several."""

    CONTACT = "contact"
    SUPPORTER = "supporter"
    INTERLOCUTOR = "interlocutor"
    ALLY = "ally"
    ORGANISER = "organiser"


ORGANISED_KINDS = frozenset({TieKind.SUPPORTER, TieKind.INTERLOCUTOR, TieKind.ALLY, TieKind.ORGANISER})
# A touch keeps a tie live for this many days unless the organisation sets a window for the kind (METHODS 0).
DEFAULT_WINDOW_DAYS = 45

# Sound defaults; an administrator edits them.
DEFAULT_STAGES: dict[TieKind, tuple[str, ...]] = {
    TieKind.CONTACT: ("Met", "First conversation", "In touch"),
    TieKind.SUPPORTER: ("Interested", "Comes along", "Takes a task", "Carries a task"),
    TieKind.INTERLOCUTOR: ("First talk", "Exchange of texts", "Regular exchange"),
    TieKind.ALLY: ("Approached", "Common ground", "First joint step", "Standing agreement"),
    TieKind.ORGANISER: ("Learning", "Works with a second", "Holds own ties", "Brings on others"),
}


class Status(StrEnum):
    """Where a tie stands."""

    ACTIVE = "active"
    WAITING = "waiting"
    RESTING = "resting"
    STEPPED_BACK = "stepped_back"
    OPPOSED = "opposed"
    ENDED = "ended"

    @property
    def words(self) -> str:
        """Return the status as the page says it."""
        return {
            Status.ACTIVE: "active",
            Status.WAITING: "waiting for them",
            Status.RESTING: "resting",
            Status.STEPPED_BACK: "stepped back",
            Status.OPPOSED: "opposed",
            Status.ENDED: "ended",
        }[self]


LIVE_STATUSES = frozenset({Status.ACTIVE, Status.WAITING, Status.RESTING})
# These end what is owed: no further outreach to who said no (SYSTEM 21).
CLOSED_STATUSES = frozenset({Status.STEPPED_BACK, Status.OPPOSED, Status.ENDED})
NEEDS_REASON = frozenset({Status.STEPPED_BACK, Status.OPPOSED, Status.ENDED})


class TouchKind(StrEnum):
    """How an interaction or a personal attempt went about."""

    ONE_TO_ONE = "one_to_one"
    CALL = "call"
    MESSAGE = "message"
    MEETING = "meeting"
    EVENT = "event"
    LETTER = "letter"
    ATTENDANCE = "attendance"
    PROMISE = "promise"
    SUPPORT = "support"

    @property
    def words(self) -> str:
        """Return the kind as the page says it."""
        return {
            TouchKind.ONE_TO_ONE: "One to one",
            TouchKind.CALL: "Call",
            TouchKind.MESSAGE: "Message",
            TouchKind.MEETING: "Meeting",
            TouchKind.EVENT: "Event",
            TouchKind.LETTER: "Letter",
            TouchKind.ATTENDANCE: "Attendance",
            TouchKind.PROMISE: "Promise",
            TouchKind.SUPPORT: "Support",
        }[self]


class Outcome(StrEnum):
    """What came of a touch."""

    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    MOVED = "moved"
    SENT = "sent"
    ANSWERED = "answered"
    ATTENDED = "attended"
    KEPT_PROMISE = "kept_promise"
    GAVE_SUPPORT = "gave_support"
    DECLINED = "declined"

    @property
    def words(self) -> str:
        """Return the outcome as the page says it."""
        return {
            Outcome.SPOKE: "Spoke",
            Outcome.NO_ANSWER: "No answer",
            Outcome.LEFT_MESSAGE: "Left a message",
            Outcome.MOVED: "Moved to another day",
            Outcome.SENT: "Sent",
            Outcome.ANSWERED: "Answered",
            Outcome.ATTENDED: "Came",
            Outcome.KEPT_PROMISE: "Kept a promise",
            Outcome.GAVE_SUPPORT: "Gave support",
            Outcome.DECLINED: "Said no",
        }[self]


TWO_WAY = frozenset(
    {
        Outcome.SPOKE,
        Outcome.ANSWERED,
        Outcome.ATTENDED,
        Outcome.KEPT_PROMISE,
        Outcome.GAVE_SUPPORT,
        Outcome.DECLINED,
    }
)


def is_two_way(outcome: Outcome) -> bool:
    """Tell whether the person did something: answered, met, attended, kept a promise, gave support (METHODS 0)."""
    return outcome in TWO_WAY


@dataclass(frozen=True)
class TieStanding:
    """What is on record of a tie on one day."""

    kind: TieKind
    status: Status
    owner_accepted: bool
    last_two_way_on: date | None
    window_days: int = DEFAULT_WINDOW_DAYS


def is_live(tie: TieStanding, *, on: date) -> bool:
    """Tell whether the tie is live on this day (METHODS 0)."""
    if tie.status not in LIVE_STATUSES or not tie.owner_accepted or tie.last_two_way_on is None:
        return False
    return 0 <= (on - tie.last_two_way_on).days <= tie.window_days


class Bond(StrEnum):
    """What holds a tie: that we talk, that they come to a circle or to what we hold, that they lend a hand."""

    TALK = "talk"
    CIRCLE = "circle"
    EVENT = "event"
    SUPPORT = "support"


BONDS: dict[TouchKind, Bond] = {
    TouchKind.ONE_TO_ONE: Bond.TALK,
    TouchKind.CALL: Bond.TALK,
    TouchKind.MESSAGE: Bond.TALK,
    TouchKind.LETTER: Bond.TALK,
    TouchKind.MEETING: Bond.TALK,
    TouchKind.ATTENDANCE: Bond.CIRCLE,
    TouchKind.EVENT: Bond.EVENT,
    TouchKind.PROMISE: Bond.SUPPORT,
    TouchKind.SUPPORT: Bond.SUPPORT,
}


@dataclass(frozen=True)
class Hold:
    """One thing that holds a tie: when it last did, and on which day it no longer will."""

    bond: Bond
    last_on: date
    until: date
    is_fading: bool
    has_faded: bool


def holds(last: Mapping[TouchKind, date], *, window_days: int, fades_within: int, on: date) -> list[Hold]:
    """Return what holds a tie, from the last two-way touch of each kind; what holds longest comes first.

    Each holds for the window of the tie's kind, as a touch keeps the tie live; it fades in the last days of that.
    """
    latest: dict[Bond, date] = {}
    for kind, day in last.items():
        bond = BONDS[kind]
        latest[bond] = max(day, latest.get(bond, day))
    found = []
    for bond, day in latest.items():
        until = day + timedelta(days=window_days)
        gone = until < on
        found.append(Hold(bond, day, until, not gone and (until - on).days <= fades_within, gone))
    return sorted(found, key=lambda one: (-one.until.toordinal(), one.bond))


def is_organised(tie: TieStanding, *, on: date) -> bool:
    """Tell whether this is an organised tie: live, and of a kind that carries (METHODS 0)."""
    return tie.kind in ORGANISED_KINDS and is_live(tie, on=on)


def may_set_status(present: Status, to: Status, *, reason: str, until: date | None, on: date) -> Verdict:
    """Judge a change of status: a closing one needs a reason, resting needs a day on which it ends."""
    if to is present and to is not Status.RESTING:
        return no(f"The tie is already {to.words}.")
    if to in NEEDS_REASON and not reason.strip():
        return no("Say why, in a few words: it is what the next person will ask.")
    if to is Status.RESTING and (until is None or until <= on):
        return no("Say until which day the tie rests; it has to be after today.")
    return YES


def may_log(at: datetime, *, now: datetime) -> Verdict:
    """Judge the moment of a touch: it has to lie in the past, and not before anyone now alive could have met."""
    if at > now:
        return no("This is in the future. Put it in as a next step instead.")
    if at.year < 1950:
        return no("The year is before 1950. Check the date.")
    return YES
