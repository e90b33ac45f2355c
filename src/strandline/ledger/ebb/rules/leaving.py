"""Ways in which someone can no longer be met, and when that may be said of them."""

from datetime import date
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no

MOST_TRIES = 6  # METHODS 2: after six tries without an answer someone is out of reach


class Leaving(StrEnum):
    """Why someone can no longer be met. None of these is a failure, theirs or ours."""

    MOVED = "moved"
    DIED = "died"
    UNREACHABLE = "unreachable"
    ERASED = "erased"

    @property
    def words(self) -> str:
        """The way as the page says it."""
        return {
            Leaving.MOVED: "moved away",
            Leaving.DIED: "died",
            Leaving.UNREACHABLE: "out of reach after six tries",
            Leaving.ERASED: "erased",
        }[self]


# Exits that compete with staying, and are nobody's failure (METHODS 0); of the erased nothing is left to count.
COMPETING = (Leaving.MOVED, Leaving.DIED)
SAID_BY_SOMEONE = (Leaving.MOVED, Leaving.DIED, Leaving.UNREACHABLE)


def may_note(how: Leaving, *, since: date, on: date, tries: int) -> Verdict:
    """Whether it may be noted that someone left in this way. `tries` are those since the last answer."""
    if how is Leaving.ERASED:
        return no("Erasing is an action of its own; it cannot be noted.")
    if since > on:
        return no("This day is in the future. Note it when it has come.")
    if since.year < 1950:
        return no("The year is before 1950. Check the date.")
    if how is Leaving.UNREACHABLE and tries < MOST_TRIES:
        tried = "once" if tries == 1 else f"{tries} times"
        return no(
            f"Tried {tried} since they last answered: after {MOST_TRIES} tries someone is out of reach."
        )
    return YES
