"""What may be asked of the ledger, and by whom it is told in bands."""

from datetime import date

from strandline.lib.verdicts import YES, Verdict, no


def may_recount(on: date, *, today: date) -> Verdict:
    """Whether a day may be counted again: it has to be over."""
    if on >= today:
        return no("This day is not over. Choose an earlier one.")
    if on.year < 1950:
        return no("The year is before 1950. Check the date.")
    return YES
