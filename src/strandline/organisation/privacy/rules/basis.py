"""Whether an opinion may be recorded of a person (PROMISES, consequence 1; GDPR Art. 9(2)(a), (d), (e))."""

from dataclasses import dataclass
from datetime import date

from strandline.lib.verdicts import YES, Verdict, no

# Regular contact: two two-way touches on different days within this many days.
REGULAR_WITHIN_DAYS = 365
REGULAR_TOUCH_DAYS = 2


@dataclass(frozen=True)
class BasisStanding:
    """What is on record on the day of asking that could carry an opinion."""

    has_consent: bool = False
    two_way_days: tuple[date, ...] = ()
    has_public_statement: bool = False
    organisation_is_body: bool = False


def is_regular_contact(days: tuple[date, ...], *, on: date) -> bool:
    """Tell whether there were two-way touches on two different days within the last twelve months."""
    recent = {day for day in days if 0 <= (on - day).days <= REGULAR_WITHIN_DAYS}
    return len(recent) >= REGULAR_TOUCH_DAYS


def may_record_opinion(standing: BasisStanding, *, on: date) -> Verdict:
    """Judge whether themes, alignment or a remark about views may be kept of this person."""
    if standing.has_consent or standing.has_public_statement:
        return YES
    if standing.organisation_is_body and is_regular_contact(standing.two_way_days, on=on):
        return YES
    return no("This note is for practical matters. Views can be noted once the person has agreed to it.")
