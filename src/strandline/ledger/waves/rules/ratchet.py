"""M6, the ratchet: how many organised ties a wave left, in four whole numbers that always add up."""

from dataclasses import dataclass

from strandline.ledger.waves.rules.history import Held, History
from strandline.surge.absorption.rules.cohorts import Wave, wave_cohort

CREST_DAYS = 30  # the crest is sought up to this many days after the wave's last day


@dataclass(frozen=True)
class Ratchet:
    """Organised ties on the eve of a wave and some days after it, and who makes the difference.

    net = newcomers + others - lost + returned. `moved_or_died` are among the lost, and nobody's failure.
    """

    day: int
    before: int
    after: int
    newcomers: int
    others: int
    lost: int
    returned: int
    moved_or_died: int
    erased_since: int

    @property
    def net(self) -> int:
        """How many organised ties more, or fewer, than on the eve. A census: it has no interval."""
        return self.after - self.before

    @property
    def sentence(self) -> str:
        return (
            f"{self.before} before, {self.after} after: {self.newcomers} came in the wave and stayed, {self.others} "
            f"came later and stayed, {self.returned} returned, {self.lost} no longer hold a tie."
        )


def ratchet(history: History, held: Held, wave: Wave, after: int) -> Ratchet:
    """What is there `after` days after a finished wave, against its eve.

    Whoever held a tie on the eve is old, whatever the record says about the first contact, so that each person falls
    into exactly one of the four numbers. Returned are those known before the wave who held none on its eve; others are
    those who came after its last day, and those whom a list brought in since its first.
    """
    if wave.end is None:
        raise ValueError("The wave still runs: what it left is not known yet.")
    day = wave.end + after
    eve, now = held.on(wave.start - 1), held.on(day)
    gained = now & ~eve
    lost = eve & ~now
    in_wave = wave_cohort(history.came, wave, day)
    before = history.known < wave.start
    return Ratchet(
        day=day,
        before=int(eve.sum()),
        after=int(now.sum()),
        newcomers=int((gained & in_wave).sum()),
        others=int((gained & ~in_wave & ~before).sum()),
        lost=int(lost.sum()),
        returned=int((gained & before).sum()),
        moved_or_died=int((lost & (history.left_on <= day)).sum()),
        erased_since=int(history.erased.sum()),
    )


@dataclass(frozen=True)
class Kept:
    """K_d: of the rise to the crest, the share that is still there; None where there was no rise."""

    share: float | None
    crest: int
    reason: str


def kept_share(held: Held, wave: Wave, result: Ratchet) -> Kept:
    """Net over (most organised ties between the first day and 30 days after the last) minus those on the eve."""
    if wave.end is None:
        raise ValueError("The wave still runs: its crest is not known yet.")
    crest = int(held.by_day(wave.start, wave.end + CREST_DAYS).max())
    rise = crest - result.before
    if rise <= 0:
        return Kept(
            None, crest, "The number of organised ties did not rise in this wave: there is no share to keep."
        )
    share = result.net / rise
    return Kept(share, crest, f"Of {rise} more at the crest, {result.net} are there on the day of counting.")


@dataclass(frozen=True)
class Released:
    """A figure as it was released, and what a recomputation says today."""

    net: int
    recomputed: int
    erased_since: int
    sentence: str


def as_released(released: Ratchet, recomputed: Ratchet) -> Released:
    """The released figure stays; a later count leaves out the erased and says how many they are."""
    erased = recomputed.erased_since - released.erased_since
    words = f"Released as {released.net:+d}."
    if erased:
        words += f" {erased} erased since."
    if recomputed.net != released.net:
        words += f" Counted again today it is {recomputed.net:+d}."
    return Released(released.net, recomputed.net, erased, words)
