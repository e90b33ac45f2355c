"""A what-if: the wave, the people who meet it, and what is assumed of both."""

import math
from dataclasses import dataclass

from strandline.ledger.capacity.rules.bound import PlanError


@dataclass(frozen=True)
class Scenario:
    """A wave, the people who meet it, and what is assumed of both.

    `dispersion` is variance over mean of a day's sign-ups (0: as given, without chance); `size_spread` the uncertainty of
    the whole wave's size; `stays` how many of how many reached people were still here 90 days on in earlier waves.
    """

    arrivals: tuple[float, ...]
    organisers: int
    minutes_a_day: float
    minutes_a_try: float = 6.0
    reach: float = 0.5
    promise_days: int = 2
    theta: float = 0.05
    dispersion: float = 3.0
    size_spread: float = 0.0
    handling_spread: float = 0.5
    no_show: float = 0.1
    second_share: float = 0.5
    second_after: int = 7
    second_minutes: float = 20.0
    second_most: float = 0.5
    stays: tuple[int, int] = (0, 0)


_SHARES = ("reach", "no_show", "second_share", "second_most")
_POSITIVE = ("minutes_a_day", "minutes_a_try", "second_minutes")
_NOT_NEGATIVE = (
    "organisers",
    "promise_days",
    "theta",
    "dispersion",
    "size_spread",
    "handling_spread",
    "second_after",
)


def checked(scenario: Scenario) -> Scenario:
    """The same scenario, or PlanError naming the figure that cannot be."""
    wrong = [
        f"{name} is {getattr(scenario, name)}: it must lie between 0 and 1"
        for name in _SHARES
        if not 0 <= getattr(scenario, name) <= 1
    ]
    wrong += [
        f"{name} is {getattr(scenario, name)}: more than 0 is needed"
        for name in _POSITIVE
        if not 0 < getattr(scenario, name) < math.inf
    ]
    wrong += [
        f"{name} is {getattr(scenario, name)}: 0 or more is needed"
        for name in _NOT_NEGATIVE
        if not 0 <= getattr(scenario, name) < math.inf
    ]
    wrong += [
        f"day {place + 1} has {count} arrivals: 0 or more is needed"
        for place, count in enumerate(scenario.arrivals)
        if not 0 <= count < math.inf
    ]
    if 0 < scenario.dispersion < 1:
        wrong.append(f"dispersion is {scenario.dispersion}: 1 or more is needed, or 0 for none")
    if not 0 <= scenario.stays[0] <= scenario.stays[1]:
        wrong.append(f"{scenario.stays[0]} of {scenario.stays[1]} cannot have stayed")
    if not sum(scenario.arrivals) > 0:
        wrong.append("nobody comes: there is nothing to forecast")
    if wrong:
        raise PlanError(f"{wrong[0][0].upper()}{wrong[0][1:]}.".replace("_", " "))
    return scenario
