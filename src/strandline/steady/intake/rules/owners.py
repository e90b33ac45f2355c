"""Who should look after someone who has just signed up: by place, language, constituency and load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Above this many first calls waiting, another organiser is proposed however well the first fits.
MOST_WAITING = 40

# What speaks for an organiser, as the page says it.
WORDS: dict[str, str] = {
    "language": "same language",
    "team": "same team",
    "remit": "works with them",
    "load": "least waiting",
}


@dataclass(frozen=True)
class Arrival:
    """Someone who waits for an owner."""

    code: str
    team: int | None
    branch: int
    language: str = ""
    constituency: str = ""


@dataclass(frozen=True)
class Organiser:
    """Someone who could call them: their teams, language, what their team's remit names, and what waits for them."""

    account: int
    teams: frozenset[int]
    branches: frozenset[int]
    language: str = "en"
    remits: tuple[str, ...] = ()
    waiting: int = 0


@dataclass(frozen=True)
class Proposal:
    """An owner for an arrival, with the reasons in words."""

    arrival: str
    account: int | None
    reasons: tuple[str, ...] = field(default=())


def propose(arrivals: Iterable[Arrival], organisers: Sequence[Organiser]) -> list[Proposal]:
    """Propose an owner for each, in order, counting what this proposal already gives to each organiser."""
    load = {o.account: o.waiting for o in organisers}
    made = []
    for arrival in arrivals:
        near = [o for o in organisers if arrival.branch in o.branches]
        free = [o for o in near if load[o.account] < MOST_WAITING]
        if not free:
            made.append(Proposal(arrival.code, None, ("everyone here has too many waiting",) if near else ()))
            continue
        best = min(
            free, key=lambda o: (*(not fits for fits, _ in _fits(arrival, o)), load[o.account], o.account)
        )
        load[best.account] += 1
        reasons = tuple(words for fits, words in _fits(arrival, best) if fits)
        made.append(Proposal(arrival.code, best.account, reasons or (WORDS["load"],)))
    return made


def _fits(arrival: Arrival, organiser: Organiser) -> tuple[tuple[bool, str], ...]:
    """Say what speaks for this organiser, the weightiest first."""
    speaks = arrival.language.split("-")[0] == organiser.language.split("-")[0]
    named = arrival.constituency.casefold()
    return (
        (bool(arrival.language) and speaks, WORDS["language"]),
        (arrival.team is not None and arrival.team in organiser.teams, WORDS["team"]),
        (bool(named) and any(named in remit.casefold() for remit in organiser.remits), WORDS["remit"]),
    )
