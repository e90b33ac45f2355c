"""Who should call whom: a proposal of owners for new arrivals, for a person to accept.

An organiser must share a language with the person and have room. Among those, the same place counts most, then
a shared constituency, then the lighter load in proportion to what each can carry. Nobody is assigned: the proposal
becomes a tie's owner only when the organiser accepts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Newcomer:
    """Somebody who came and has no owner yet; `waiting` is hours since they came."""

    person: str
    place: str | None = None
    languages: frozenset[str] = frozenset()
    constituencies: frozenset[str] = frozenset()
    waiting: float = 0.0


@dataclass(frozen=True)
class Caller:
    """An organiser who takes new people: what they carry now, and the most they can."""

    organiser: str
    places: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    constituencies: frozenset[str] = frozenset()
    load: int = 0
    capacity: int = 0


@dataclass(frozen=True)
class OwnerProposal:
    """An owner for a person, or None with the reason why the person stays on the queue that a lead sees."""

    person: str
    organiser: str | None
    reason: str


def _can_speak(newcomer: Newcomer, caller: Caller) -> bool:
    return not newcomer.languages or bool(newcomer.languages & caller.languages)


def _fit(newcomer: Newcomer, caller: Caller, load: int) -> tuple[bool, bool, float, str]:
    """The smaller, the better: place, constituency, load in proportion; the name only settles a draw."""
    return (
        newcomer.place is None or newcomer.place not in caller.places,
        not newcomer.constituencies & caller.constituencies,
        load / caller.capacity,
        caller.organiser,
    )


def _why(newcomer: Newcomer, caller: Caller, load: int) -> str:
    shared = []
    if newcomer.place is not None and newcomer.place in caller.places:
        shared.append(f"works in {newcomer.place}")
    common = newcomer.constituencies & caller.constituencies
    if common:
        shared.append(f"works with {min(common)}")
    spoken = newcomer.languages & caller.languages
    if spoken:
        shared.append(f"speaks {min(spoken)}")
    return ", ".join([*shared, f"has {load} of {caller.capacity}"])


def propose_owners(newcomers: Sequence[Newcomer], callers: Sequence[Caller]) -> list[OwnerProposal]:
    """One proposal for each newcomer, in the order given; who has waited longest is provided for first."""
    loads = {caller.organiser: caller.load for caller in callers}
    proposals: dict[str, OwnerProposal] = {}
    for newcomer in sorted(newcomers, key=lambda one: (-one.waiting, one.person)):
        speaking = [caller for caller in callers if _can_speak(newcomer, caller)]
        free = [caller for caller in speaking if loads[caller.organiser] < caller.capacity]
        if not free:
            proposals[newcomer.person] = OwnerProposal(newcomer.person, None, _why_none(newcomer, speaking))
            continue
        best = min(free, key=lambda caller: _fit(newcomer, caller, loads[caller.organiser]))
        reason = _why(newcomer, best, loads[best.organiser])
        loads[best.organiser] += 1
        proposals[newcomer.person] = OwnerProposal(newcomer.person, best.organiser, reason)
    return [proposals[newcomer.person] for newcomer in newcomers]


def _why_none(newcomer: Newcomer, speaking: Sequence[Caller]) -> str:
    if speaking:
        return "Everybody who could call has a full load."
    if newcomer.languages:
        return f"Nobody who takes new people speaks {' or '.join(sorted(newcomer.languages))}."
    return "Nobody takes new people at the moment."
