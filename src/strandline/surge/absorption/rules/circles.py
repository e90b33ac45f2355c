"""Circles from arrivals: who could meet where, in which language, when, with whom as convenor.

A pure proposal: nobody is in a circle until somebody has asked them and they have come.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from strandline.lib.verdicts import YES, Verdict, no

LEAST, MOST = 6, 12  # people in a circle, SYSTEM 20; the convenor comes on top
AIM = 9  # new circles aim here, so that one may miss a session and two may bring a friend
NOTICE_DAYS = 3  # days between asking and the first session


@dataclass(frozen=True, order=True)
class Slot:
    """An hour of the week: weekday 0 is Monday, `hour` is when the circle begins."""

    weekday: int
    hour: int


@dataclass(frozen=True)
class Arrival:
    """Somebody who might join a circle: where, in which languages, when they could come."""

    person: str
    place: str
    languages: frozenset[str]
    times: frozenset[Slot]


@dataclass(frozen=True)
class Convenor:
    """Somebody who would lead a circle, and how many more they can take on."""

    organiser: str
    places: frozenset[str]
    languages: frozenset[str]
    times: frozenset[Slot]
    circles: int = 1


@dataclass(frozen=True)
class CircleProposal:
    """A circle that could begin on `first_day`."""

    place: str
    language: str
    slot: Slot
    convenor: str
    people: tuple[str, ...]
    first_day: int
    reason: str


@dataclass(frozen=True)
class CirclePlan:
    """What could begin, and why each of the others is not in it yet."""

    circles: tuple[CircleProposal, ...]
    unplaced: Mapping[str, str] = field(default_factory=dict)


Meeting = tuple[str, str, Slot]


def may_form(circles: Sequence[Sequence[str]]) -> Verdict:
    """Judge the circles that somebody chose to form, each given by its people: neither too small nor too large,
    and nobody in two of them.
    """
    if not circles:
        return no("Choose at least one circle to form.")
    for people in circles:
        if not LEAST <= len(set(people)) <= MOST:
            return no(f"A circle has {LEAST} to {MOST} people; one of these has {len(set(people))}.")
    everybody = [person for people in circles for person in set(people)]
    if len(everybody) != len(set(everybody)):
        return no("Somebody is in two of these circles. Leave them in one.")
    return YES


def first_session(slot: Slot, today: int) -> int:
    """The first day of that weekday which leaves people three days' notice (day 1 of the calendar is a Monday)."""
    earliest = today + NOTICE_DAYS
    return earliest + (slot.weekday - (earliest - 1)) % 7


def _meetings(arrival: Arrival) -> list[Meeting]:
    """Every meeting they could come to."""
    return [(arrival.place, language, slot) for language in arrival.languages for slot in arrival.times]


def _candidates(arrivals: Sequence[Arrival]) -> dict[Meeting, dict[str, Arrival]]:
    """Everybody who could come, by place, language and time."""
    meetings: dict[Meeting, dict[str, Arrival]] = defaultdict(dict)
    for arrival in arrivals:
        for meeting in _meetings(arrival):
            meetings[meeting][arrival.person] = arrival
    return meetings


def _convenor(
    meeting: Meeting, convenors: Sequence[Convenor], room: Mapping[str, int], busy: set[tuple[str, Slot]]
) -> str | None:
    """Who is free to lead it; the one who could lead the fewest others is asked first."""
    place, language, slot = meeting
    free = [
        one
        for one in convenors
        if place in one.places
        and language in one.languages
        and slot in one.times
        and room[one.organiser] > 0
        and (one.organiser, slot) not in busy
    ]
    if not free:
        return None
    best = min(free, key=lambda one: (len(one.places) * len(one.languages) * len(one.times), one.organiser))
    return best.organiser


def propose_circles(arrivals: Sequence[Arrival], convenors: Sequence[Convenor], today: int) -> CirclePlan:
    """Circles of 6 to 12 whose people share a place, a language and an hour, each with a convenor and a first date.

    The meeting that most of those still unplaced could come to is made first; who has the fewest other chances
    gets the chair. Who is left over joins a circle that has room, else is told what is missing.
    """
    waiting = {arrival.person: arrival for arrival in arrivals}
    room = {one.organiser: one.circles for one in convenors}
    busy: set[tuple[str, Slot]] = set()
    made: list[tuple[Meeting, str, list[str]]] = []
    meetings = _candidates(arrivals)
    while True:
        ranked = sorted(
            (key for key, people in meetings.items() if len(people) >= LEAST),
            key=lambda key: (-len(meetings[key]), key),
        )
        chosen = next(
            ((key, who) for key in ranked if (who := _convenor(key, convenors, room, busy)) is not None), None
        )
        if chosen is None:
            break
        meeting, convenor = chosen
        people = _seat(meetings[meeting], meetings)
        room[convenor] -= 1
        busy.add((convenor, meeting[2]))
        made.append((meeting, convenor, people))
        for person in people:
            for other in _meetings(waiting.pop(person)):
                del meetings[other][person]
    _fill(made, waiting)
    circles = tuple(_proposal(meeting, convenor, people, today) for meeting, convenor, people in made)
    return CirclePlan(circles, _why_not(waiting, convenors))


def _size(people: int) -> int:
    """How many of `people` to seat, so that those left over can still make circles of at least six."""
    if people <= MOST:
        return people
    circles = max(1, round(people / AIM))
    while people / circles > MOST:
        circles += 1
    return min(MOST, max(LEAST, -(-people // circles)))


def _seat(candidates: Mapping[str, Arrival], meetings: Mapping[Meeting, Mapping[str, Arrival]]) -> list[str]:
    """Those who get a chair: first who could come to the fewest other meetings that may still happen."""

    def chances(arrival: Arrival) -> int:
        return sum(len(meetings[meeting]) >= LEAST for meeting in _meetings(arrival))

    ranked = sorted(candidates.values(), key=lambda one: (chances(one), one.person))
    return [one.person for one in ranked[: _size(len(candidates))]]


def _fill(made: Sequence[tuple[Meeting, str, list[str]]], waiting: dict[str, Arrival]) -> None:
    """Offer the free chairs of the smallest fitting circle to those left over."""
    for person, arrival in sorted(waiting.items()):
        fitting = [
            people
            for (place, language, slot), _, people in made
            if place == arrival.place
            and language in arrival.languages
            and slot in arrival.times
            and len(people) < MOST
        ]
        if fitting:
            min(fitting, key=len).append(person)
            del waiting[person]


def _proposal(meeting: Meeting, convenor: str, people: Sequence[str], today: int) -> CircleProposal:
    place, language, slot = meeting
    reason = (
        f"{len(people)} people in {place} speak {language} and can come at this hour; {convenor} can lead it."
    )
    return CircleProposal(place, language, slot, convenor, tuple(people), first_session(slot, today), reason)


def _why_not(waiting: Mapping[str, Arrival], convenors: Sequence[Convenor]) -> dict[str, str]:
    """For each person left over, what is missing."""
    meetings = _candidates(list(waiting.values()))
    reasons = {}
    for person, arrival in waiting.items():
        if not arrival.times:
            reasons[person] = "No hour is known at which they can come."
            continue
        if not arrival.languages:
            reasons[person] = "No language is known in which they would talk."
            continue
        most = max(len(meetings[meeting]) for meeting in _meetings(arrival))
        if most >= LEAST:
            reasons[person] = f"{most} could meet in {arrival.place}, but nobody is free to convene it."
        else:
            reasons[person] = (
                f"{most} of the {LEAST} a circle needs can come at the same hour in {arrival.place}."
            )
    return reasons
