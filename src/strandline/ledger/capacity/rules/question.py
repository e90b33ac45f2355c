"""A what-if as somebody asks it: how large a wave, in how many days, met by whom, and what is promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.history import PastWave

MOST_PEOPLE = 1_000_000
MOST_DAYS = 90
LONGEST_PROMISE = 30


class Shape(StrEnum):
    """How the people who come are spread over the days."""

    OWN = "own"
    HALVING = "halving"
    EVEN = "even"


@dataclass(frozen=True)
class Question:
    """What is asked. `so_far` are the arrivals of a running wave; `size` and `days` then say what is still to come.

    `reach` and `theta` are stated assumptions; None leaves them to one's own history.
    """

    size: int
    days: int
    organisers: int
    hours_a_day: float
    promise_days: int = 2
    minutes_a_try: float = 6.0
    reach: float | None = None
    theta: float | None = None
    shape: Shape = Shape.HALVING
    so_far: tuple[int, ...] = ()
    name: str = ""


def checked(asked: Question) -> Question:
    """The same question, or PlanError with the figure that cannot be, and why."""
    limits = (
        ("people", asked.size, 0 if any(asked.so_far) else 1, MOST_PEOPLE),
        ("days", asked.days, 1, MOST_DAYS),
        ("callers", asked.organisers, 1, 100_000),
        ("hours a day", asked.hours_a_day, 0.1, 24),
        ("days of the promise", asked.promise_days, 0, LONGEST_PROMISE),
        ("minutes a try", asked.minutes_a_try, 0.5, 240),
        ("chance to reach somebody", 0.5 if asked.reach is None else asked.reach, 0.01, 1),
        ("loss of interest", 0.0 if asked.theta is None else asked.theta, 0, 5),
    )
    for name, value, least, most in limits:
        if not least <= value <= most:
            raise PlanError(f"The {name}: {value:g} is given; it has to lie between {least:g} and {most:,}.")
    if len(asked.so_far) + asked.days > MOST_DAYS:
        raise PlanError(
            f"The days: the wave would last more than {MOST_DAYS}, which is further than can be told."
        )
    return asked


def spread_over(size: int, days: int, shape: Shape, past: Sequence[PastWave] = ()) -> tuple[int, ...]:
    """The arrivals of each day: whole numbers that add up to `size`.

    As in one's own past waves, half as many each day as on the day before, or the same every day. Without a past wave
    the first of these is the second.
    """
    if shape is Shape.EVEN:
        weights = [1.0] * days
    elif shape is Shape.OWN and any(wave.came for wave in past):
        weights = _own(days, [wave.arrivals for wave in past if wave.came])
    else:
        weights = [0.5**day for day in range(days)]
    total, whole, done = sum(weights), [], 0
    grown = 0.0
    for weight in weights:
        grown += weight
        now = round(size * grown / total)
        whole.append(now - done)
        done = now
    return tuple(whole)


def _own(days: int, waves: Sequence[Sequence[int]]) -> list[float]:
    """The mean share of each day over past waves, each stretched to this many days."""
    shares = [0.0] * days
    for arrivals in waves:
        came, length = sum(arrivals), len(arrivals)
        for place, count in enumerate(arrivals):
            first, last = place * days / length, (place + 1) * days / length
            for day in range(int(first), min(days, int(last) + 1)):
                part = min(last, day + 1) - max(first, day)
                shares[day] += count / came * max(part, 0.0) / (last - first)
    return shares


def arrivals_of(asked: Question, past: Sequence[PastWave] = ()) -> tuple[int, ...]:
    """Who comes each day: those who came so far, then those still to come."""
    return (*asked.so_far, *spread_over(asked.size, asked.days, asked.shape, past))
