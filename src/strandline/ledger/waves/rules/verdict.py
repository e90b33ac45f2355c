"""Is the coalition stronger after the wave than before it: one word, and the reason in one sentence."""

from dataclasses import dataclass
from enum import StrEnum

from strandline.ledger.waves.rules.breadth import BreadthChange
from strandline.ledger.waves.rules.without import WithoutWave


class Finding(StrEnum):
    """The three answers."""

    STRONGER = "stronger"
    WEAKER = "weaker"
    CANNOT_TELL = "cannot tell yet"


@dataclass(frozen=True)
class Judgement:
    """The finding with its reason, as it stands on the page."""

    finding: Finding
    reason: str


def judge(against: WithoutWave | None, breadth: BreadthChange | None) -> Judgement:
    """Stronger when, after 180 days, more is left than without the wave even at the lower bound, and breadth held.

    Weaker when less is left even at the upper bound. Everything else is "cannot tell yet", with what is missing.
    """
    if against is None:
        return Judgement(Finding.CANNOT_TELL, "The 180 days after the wave are not over.")
    if against.value is None or against.lower is None or against.upper is None:
        return Judgement(Finding.CANNOT_TELL, against.reason)
    amount = f"about {abs(against.value):.0f} organised ties ({against.lower:+.0f} to {against.upper:+.0f})"
    if against.upper < 0:
        return Judgement(
            Finding.WEAKER, f"180 days on there are {amount} fewer than there would be without the wave."
        )
    if against.lower <= 0:
        reason = f"The difference to no wave lies between {against.lower:+.0f} and {against.upper:+.0f} ties: it may be chance."
        return Judgement(Finding.CANNOT_TELL, reason)
    if breadth is None:
        return Judgement(
            Finding.CANNOT_TELL, "More ties are left, but no sections are on record to judge breadth by."
        )
    if breadth.fell:
        return Judgement(Finding.CANNOT_TELL, f"More ties are left, but breadth fell. {breadth.sentence}")
    reason = (
        f"180 days on there are {amount} more than there would be without the wave, and breadth did not fall."
    )
    return Judgement(Finding.STRONGER, reason)
