"""What a thousand courses of a wave say: who is called in time, who is reached, what stays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strandline.ledger.capacity.rules.chance import luck
from strandline.ledger.capacity.rules.courses import Courses, arrivals_of, courses
from strandline.ledger.capacity.rules.scenario import Scenario, checked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Range:
    """The middle of a thousand courses and where eight in ten of them lie."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What the thousand courses say, as ranges; `ties` is None where no earlier wave tells what stays."""

    scenario: Scenario
    came: Range
    share_in_time: Range
    reached: Range
    lost: Range
    crest: Range
    ties: Range | None
    sentence: str


def spread(values: Sequence[float] | Floats | Ints) -> Range:
    """The median and the 10 to 90 % range."""
    low, median, high = np.quantile(np.asarray(values, dtype=np.float64), (0.1, 0.5, 0.9))
    return Range(float(median), float(low), float(high))


def told(scenario: Scenario, found: Courses) -> Forecast:
    """The ranges and their sentence."""
    share, came = spread(found.share_in_time), spread(found.came)
    ties = None if found.ties is None else spread(found.ties)
    sentence = (
        f"Of {came.median:,.0f} who come, {100 * share.median:.0f} of 100 are called within {scenario.promise_days} days "
        f"({100 * share.low:.0f} to {100 * share.high:.0f})."
    )
    if ties is not None:
        sentence += f" Of them {ties.median:,.0f} stay ({ties.low:,.0f} to {ties.high:,.0f})."
    ranges = {name: spread(getattr(found, name)) for name in ("reached", "lost", "crest")}
    return Forecast(scenario=scenario, came=came, share_in_time=share, ties=ties, sentence=sentence, **ranges)


def forecast(scenario: Scenario, *, seed: int = 0) -> Forecast:
    """A thousand courses of 120 days from a seed. Raises PlanError for a figure that cannot be."""
    return told(scenario, courses(scenario, luck(seed)))


def variants(scenario: Scenario, organisers: Sequence[int], *, seed: int = 0) -> tuple[Forecast, ...]:
    """The same wave met with different numbers of organisers, all with the same luck."""
    checked(scenario)
    drawn = luck(seed)
    came = arrivals_of(scenario, drawn)
    plans = [replace(scenario, organisers=number) for number in organisers]
    return tuple(told(plan, courses(plan, drawn, came)) for plan in plans)
