"""What one's own past waves teach, whether such forecasts would have been right before, and when it is too little."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.forecast import Range, forecast
from strandline.ledger.capacity.rules.interest import ASSUMED, Fading
from strandline.ledger.capacity.rules.scenario import Scenario

LEAST_WAVES = 2
LEAST_TRIES = 50
MIDDLE = ASSUMED[1]

# What a forecast has to assume where history does not tell it.
WORDS: dict[str, str] = {
    "shows": "no-shows",
    "second": "second conversations",
    "length": "length of a talk",
    "interest": "loss of interest",
    "stays": "what stays",
}


@dataclass(frozen=True)
class PastWave:
    """A wave that is over, in whole numbers: who came each day, who met them, and what came of it.

    `stayed` of `followed`: of those reached and followed for 90 days, who was still here.
    """

    name: str
    arrivals: tuple[int, ...]
    organisers: int
    minutes_a_day: float
    in_time: int
    tries: int
    reached: int
    stayed: int
    followed: int

    @property
    def came(self) -> int:
        return sum(self.arrivals)


@dataclass(frozen=True)
class Learnt:
    """What the past gives to a forecast, or why it gives too little; what it cannot tell is listed as assumed."""

    reach: float
    dispersion: float
    stays: tuple[int, int]
    thetas: tuple[float, ...]
    waves: int
    enough: bool
    reason: str
    assumed: tuple[str, ...]


def dispersion_of(arrivals: Sequence[int]) -> tuple[float, int]:
    """How much more than chance a day's sign-ups scatter, and over how many days that is known.

    Each day is compared with the geometric mean of its neighbours, which follows a rise or fall by constant shares; such
    a comparison scatters half as much again as the day itself.
    """
    counts = np.asarray(arrivals, dtype=np.float64)
    if len(counts) < 3:
        return 1.0, 0
    usual = np.sqrt(counts[:-2] * counts[2:])
    known = usual >= 5
    if not known.any():
        return 1.0, 0
    scatter = (counts[1:-1][known] - usual[known]) ** 2 / (1.5 * usual[known])
    return max(1.0, float(scatter.mean())), int(known.sum())


def learn(past: Sequence[PastWave], fading: Fading | None = None) -> Learnt:
    """Read the assumptions of a forecast off one's own waves. `fading` is theta as fitted from first tries."""
    tries, reached = sum(wave.tries for wave in past), sum(wave.reached for wave in past)
    stays = sum(wave.stayed for wave in past), sum(wave.followed for wave in past)
    weighed = [dispersion_of(wave.arrivals) for wave in past]
    days = sum(known for _, known in weighed)
    dispersion = sum(value * known for value, known in weighed) / days if days else 3.0
    thetas = ASSUMED if fading is None else fading.to_show
    assumed = [WORDS["shows"], WORDS["second"], WORDS["length"]]
    assumed += [WORDS["interest"]] if len(thetas) > 1 else []
    assumed += [] if stays[1] else [WORDS["stays"]]
    reason, enough = "", True
    if len(past) < LEAST_WAVES:
        enough, reason = (
            False,
            f"Two past waves are needed to forecast from; {len(past)} on record. This is an example.",
        )
    elif tries < LEAST_TRIES:
        enough, reason = (
            False,
            f"{tries} tries to call are on record, {LEAST_TRIES} are needed. This is an example.",
        )
    else:
        reason = f"From {len(past)} own waves: {reached} of {tries} tries reached somebody."
    return Learnt(
        reach=reached / tries if tries >= LEAST_TRIES else 0.5,
        dispersion=dispersion,
        stays=stays,
        thetas=thetas,
        waves=len(past),
        enough=enough,
        reason=reason,
        assumed=tuple(assumed),
    )


def scenario_of(learnt: Learnt, arrivals: Sequence[float], organisers: int, minutes_a_day: float) -> Scenario:
    """A scenario with what was learnt; where interest fades at an unknown rate, the middle assumption."""
    theta = learnt.thetas[0] if len(learnt.thetas) == 1 else MIDDLE
    return Scenario(
        arrivals=tuple(float(count) for count in arrivals),
        organisers=organisers,
        minutes_a_day=minutes_a_day,
        reach=learnt.reach,
        theta=theta,
        dispersion=learnt.dispersion,
        stays=learnt.stays,
    )


@dataclass(frozen=True)
class Hindcast:
    """What the forecast would have said of a past wave, from the waves before it, and what came."""

    name: str
    said: Range
    came: float
    inside: bool


@dataclass(frozen=True)
class Backtest:
    """All hindcasts, and their sum in one sentence."""

    waves: tuple[Hindcast, ...]
    sentence: str


def backtest(past: Sequence[PastWave], *, seed: int = 0) -> Backtest:
    """Forecast the share called in time of each past wave from those before it, in their order.

    Sign-ups and organisers are taken as they were; the question is whether the rest of the picture holds.
    """
    found = []
    for place in range(1, len(past)):
        wave = past[place]
        if not wave.came:
            raise PlanError(f"Nobody came in the wave {wave.name}: it cannot be tested.")
        scenario = scenario_of(learn(past[:place]), wave.arrivals, wave.organisers, wave.minutes_a_day)
        said, came = forecast(scenario, seed=seed).share_in_time, wave.in_time / wave.came
        doubt = 1.2816 * math.sqrt(came * (1 - came) / wave.came)  # what came is itself a count, not a rate
        found.append(Hindcast(wave.name, said, came, said.low - doubt <= came <= said.high + doubt))
    if not found:
        return Backtest((), "There is no past wave to test the forecast on.")
    inside = sum(one.inside for one in found)
    sentence = (
        f"Of {len(found)} past waves, {inside} lay inside the range that this forecast would have given."
    )
    if len(found) == 1:
        sentence = f"Of 1 past wave, {inside} lay inside the range that this forecast would have given."
    return Backtest(tuple(found), sentence)
