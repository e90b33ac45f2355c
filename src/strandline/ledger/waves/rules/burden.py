"""What a wave cost the steady work: people without an owner, load on organisers, promises to old friends (M8, M9)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from strandline.ledger.waves.rules.history import STANDING, History
from strandline.ledger.waves.rules.spells import union

Ints = NDArray[np.int64]

MOST_PEOPLE = 10  # span of care: more people than this for one organiser are too many; METHODS M8


@dataclass(frozen=True)
class Load:
    """M8: people whose tie nobody has accepted, and how many people each organiser carries."""

    without_owner: int
    organisers: int
    median: float
    over: float
    sentence: str


def people_without_owner(history: History, day: int) -> int:
    """How many people have a standing tie on `day` and no tie that an owner has accepted."""
    ties = len(history.tie_person)
    standing = union(history.statuses.being(*STANDING)).on(day, ties)
    owned = union(history.owned).on(day, ties)
    has_tie, has_owner = np.zeros(history.people, dtype=bool), np.zeros(history.people, dtype=bool)
    has_tie[history.person_of_tie[standing]] = True
    has_owner[history.person_of_tie[standing & owned]] = True
    return int((has_tie & ~has_owner & ~history.erased).sum())


def load(without_owner: int, people_per_organiser: Ints) -> Load:
    """The span of care on a day: the median and the share of organisers with more than ten people."""
    organisers = len(people_per_organiser)
    if not organisers:
        return Load(
            without_owner, 0, 0.0, 0.0, f"{without_owner} people without an owner, and no organiser has any."
        )
    median = float(np.median(people_per_organiser))
    over = float((people_per_organiser > MOST_PEOPLE).mean())
    words = (
        f"{without_owner} people without an owner; half of the organisers have {median:g} people or fewer, "
        f"{100 * over:.0f} of 100 have more than {MOST_PEOPLE}."
    )
    return Load(without_owner, organisers, median, over, words)


@dataclass(frozen=True)
class Rate:
    """Kept of due promises with Wilson's 95 % interval; no value where none was due."""

    kept: int
    due: int
    value: float | None
    lower: float
    upper: float


@dataclass(frozen=True)
class Cost:
    """M9: promises kept to old relationships during the wave against the 90 days before it."""

    during: Rate
    before: Rate
    change: float | None
    lower: float
    upper: float
    sentence: str


def wilson(kept: int, due: int) -> Rate:
    """The share of promises kept; a promise that was renegotiated in time is neither kept nor broken: leave it out."""
    if not 0 <= kept <= due:
        raise ValueError(f"{kept} of {due} promises cannot have been kept.")
    if due == 0:
        return Rate(0, 0, None, 0.0, 1.0)
    bounds = binomtest(kept, due).proportion_ci(confidence_level=0.95, method="wilson")
    return Rate(kept, due, kept / due, float(bounds.low), float(bounds.high))


def newcombe(first: Rate, second: Rate) -> tuple[float, float]:
    """The 95 % interval of first minus second, from the two Wilson intervals (Newcombe 1998, method 10)."""
    p, q = first.value or 0.0, second.value or 0.0
    low = p - q - float(np.hypot(p - first.lower, second.upper - q))
    high = p - q + float(np.hypot(first.upper - p, q - second.lower))
    return low, high


def cost_to_steady_work(during: Rate, before: Rate) -> Cost:
    """Whether the wave was paid for with promises to the people who were there before."""
    if during.value is None or before.value is None:
        when = "during the wave" if during.value is None else "in the 90 days before"
        words = f"No promise to people known before fell due {when}: there is nothing to compare."
        return Cost(during, before, None, -1.0, 1.0, words)
    low, high = newcombe(during, before)
    words = (
        f"Of 100 promises to people known before, {100 * during.value:.0f} were kept during the wave, "
        f"{100 * before.value:.0f} in the 90 days before."
    )
    if low <= 0 <= high:
        words += " The difference may be chance."
    return Cost(during, before, during.value - before.value, low, high, words)
