"""How large a circle is, when it meets, and who of its people has faded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr

from strandline.lib.text import BadText
from strandline.lib.verdicts import YES, Verdict, no

# People in a circle (SYSTEM 20): fewer are a visit, more no longer all speak.
LEAST_CAPACITY, MOST_CAPACITY = 6, 12
MOST_RULE = 200
# Whoever missed so many meetings in a row, of those whose attendance was taken, has faded from the circle.
FADED_AFTER = 3
# Over so many weeks the page shows who came (DESIGN section 3).
SHOWN_WEEKS = 12
# The next meeting is looked for this far ahead; a rule that gives none in a year has run out.
LOOK_AHEAD_DAYS = 366
# Attendance is noted up to this long after a meeting; later it is a guess.
LATE_DAYS = 60
_PART = re.compile(r"[A-Z]+=[A-Z0-9,+-]+")
_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "COUNT", "UNTIL", "WKST"})
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY")
_FIELD = "how often"


@dataclass(frozen=True)
class Course:
    """When a circle meets: from a day on, by a rule, at an hour of the organisation's clocks."""

    recurrence: str
    starts_on: date
    starts_time: time


def read_recurrence(text: str) -> str:
    """Return a rule of RFC 5545 in its plain form, without its name. Raises BadText and says what is wrong with it."""
    rule = text.strip().upper().removeprefix("RRULE:")
    if not rule:
        raise BadText(_FIELD, "Say how often the circle meets.")
    if len(rule) > MOST_RULE:
        raise BadText(_FIELD, f"This rule is longer than {MOST_RULE} characters.")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        if not _PART.fullmatch(part):
            raise BadText(_FIELD, "This is no rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=TU.")
        name, _, value = part.partition("=")
        if name not in _PARTS:
            raise BadText(_FIELD, f"{name} is not used here. There are: {', '.join(sorted(_PARTS))}.")
        if name in parts:
            raise BadText(_FIELD, f"{name} stands there twice.")
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadText(_FIELD, f"FREQ has to be one of {', '.join(_FREQUENCIES)}.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadText(_FIELD, "A rule ends by COUNT or by UNTIL, not by both.")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdigit() and 1 <= int(parts[name]) <= 999):
            raise BadText(_FIELD, f"{name} has to be a whole number from 1 to 999.")
    if "UNTIL" in parts and not re.fullmatch(r"\d{8}", parts["UNTIL"]):
        raise BadText(_FIELD, "UNTIL has to be a day, such as UNTIL=20261231.")
    try:
        rrulestr(rule, dtstart=datetime(2026, 1, 5))  # noqa: DTZ001 -- a day on nobody's clock, only to read the rule
    except (ValueError, TypeError, OverflowError) as bad:
        raise BadText(_FIELD, "This is no rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=TU.") from bad
    return rule


def meetings(course: Course, *, since: date, until: date) -> list[date]:
    """Return the days on which the rule lets the circle meet, from one day to another, both included."""
    if until < since:
        return []
    begin = datetime.combine(course.starts_on, time())
    rule = rrulestr(course.recurrence, dtstart=begin)
    end = datetime.combine(until, time())
    found = takewhile(lambda at: at <= end, rule.xafter(datetime.combine(since, time()), inc=True))
    return [at.date() for at in found]


def next_meeting(course: Course, *, after: date, called_off: Sequence[date] = ()) -> date | None:
    """Return the next day on which the circle meets, from this one on, but for those called off."""
    off = set(called_off)
    days = meetings(course, since=after, until=after + timedelta(days=LOOK_AHEAD_DAYS))
    return next((day for day in days if day not in off), None)


def may_have_capacity(capacity: int) -> Verdict:
    """Judge the size of a circle."""
    if LEAST_CAPACITY <= capacity <= MOST_CAPACITY:
        return YES
    return no(f"A circle has room for {LEAST_CAPACITY} to {MOST_CAPACITY} people.")


def may_join(*, size: int, coming: int, capacity: int) -> Verdict:
    """Judge whether so many more may join."""
    if size + coming <= capacity:
        return YES
    return no(f"This circle has room for {capacity}, and {size} are in it. Form another one.")


def may_take_attendance(on: date, *, today: date, is_meeting: bool) -> Verdict:
    """Judge whether attendance of a day may be noted: of a meeting, not ahead of it, and not long after."""
    if not is_meeting:
        return no("The circle did not meet on this day.")
    if on > today:
        return no("This meeting is still to come. Attendance is taken on the day.")
    if (today - on).days > LATE_DAYS:
        return no(f"This meeting was more than {LATE_DAYS} days ago.")
    return YES


def has_faded(came: Sequence[bool]) -> bool:
    """Tell whether someone has faded: missed the last three meetings, given from the earliest to the latest."""
    return len(came) >= FADED_AFTER and not any(came[-FADED_AFTER:])
