"""Where the running wave may end: the dashed cone of the strandline picture."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_WAVES = 2


@dataclass(frozen=True)
class Outlook:
    """The least and the most organised ties 90 days on, if of those who came as many stay as in earlier waves."""

    low: int
    high: int
    waves: int


def outlook(before: int, came: int, past: Sequence[tuple[int, int]]) -> Outlook | None:
    """The range from earlier waves, given as who came and the net 90 days on; None with fewer than two of them.

    It is a range of what was seen, not an interval: two or three waves are no sample.
    """
    shares = [net / people for people, net in past if people > 0]
    if len(shares) < LEAST_WAVES:
        return None
    ends = [max(0, round(before + share * came)) for share in (min(shares), max(shares))]
    return Outlook(ends[0], ends[1], len(shares))
