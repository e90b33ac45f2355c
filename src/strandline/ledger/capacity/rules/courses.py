"""The days of a wave, run a thousand times side by side."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, gamma

from strandline.ledger.capacity.rules.bound import MOST_TRIES, PlanError
from strandline.ledger.capacity.rules.chance import (
    Binomial,
    Luck,
    mean_of_talks,
    negative_binomial,
    rounded,
)
from strandline.ledger.capacity.rules.scenario import Scenario, checked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PRESENT, _HANDLING, _SECOND, _FADE_NEW, _FADE_AGAIN, _STAY = range(6)
_TRY = 6  # the first of six places, one for each try


@dataclass(frozen=True)
class Courses:
    """Each replication's outcome, one place for each."""

    came: Ints
    in_time: Ints
    called: Ints
    reached: Ints
    lost: Ints
    waiting: Ints
    crest: Ints
    ties: Ints | None

    @property
    def share_in_time(self) -> Floats:
        return np.divide(self.in_time, self.came, out=np.ones(len(self.came)), where=self.came > 0)


def arrivals_of(scenario: Scenario, drawn: Luck) -> Ints:
    """The sign-ups of every replication and day; they depend on the wave alone, so that variants share them."""
    if len(scenario.arrivals) > drawn.days:
        raise PlanError(
            f"The wave lasts {len(scenario.arrivals)} days, the forecast looks {drawn.days} days ahead."
        )
    mean = np.zeros((drawn.replications, drawn.days))
    mean[:, : len(scenario.arrivals)] = scenario.arrivals
    if scenario.size_spread > 0:
        shape = scenario.size_spread**-2
        mean *= gamma.ppf(drawn.size, shape, scale=1 / shape)[:, None]
    return negative_binomial(drawn.arrivals, mean, scenario.dispersion)


@dataclass
class _State:
    """Where everybody is on a day: who waits for a first try by day of arrival, who for a further try, who is due."""

    new: Ints
    again: Ints
    due: Ints
    in_time: Ints
    called: Ints
    reached: Ints
    lost: Ints
    crest: Ints


class _Rules:
    """The chances of a scenario, made ready once for all days."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.present = Binomial(1 - scenario.no_show)
        self.reach = Binomial(scenario.reach)
        self.second = Binomial(scenario.second_share)
        self.fade = float(1 - math.exp(-scenario.theta))


def courses(scenario: Scenario, drawn: Luck, arrivals: Ints | None = None) -> Courses:
    """Run every replication through the days. `arrivals` may be handed in where variants share them."""
    rules = _Rules(checked(scenario))
    came = arrivals_of(scenario, drawn) if arrivals is None else arrivals
    state = _begin(scenario, came)
    for day in range(came.shape[1]):
        state.new[:, day] = came[:, day]
        uniform = drawn.purposes[day]
        before, yesterday = state.reached.copy(), state.again.copy()
        room = _room(rules, state, day, uniform)
        room = _first_tries(rules, state, day, room, uniform)
        _further_tries(rules, state, yesterday, room, uniform)
        owed = rules.second(state.reached - before, uniform[_SECOND])
        state.due[:, day + max(scenario.second_after, 1)] += owed
        _fade(rules, state, day, uniform)
    return Courses(
        came=came.sum(axis=1).astype(np.int64),
        in_time=state.in_time,
        called=state.called,
        reached=state.reached,
        lost=state.lost,
        waiting=state.new.sum(axis=1).astype(np.int64),
        crest=state.crest,
        ties=_ties(scenario, state, drawn),
    )


def _begin(scenario: Scenario, came: Ints) -> _State:
    """The day before the wave: nobody waits and nobody is owed anything."""
    size, days = came.shape

    def none(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return _State(
        new=none(size, days),
        again=none(MOST_TRIES, size),
        due=none(size, days + max(scenario.second_after, 1) + 1),
        in_time=none(size),
        called=none(size),
        reached=none(size),
        lost=none(size),
        crest=none(size),
    )


def _room(rules: _Rules, state: _State, day: int, uniform: Floats) -> Ints:
    """How many tries the day has room for, once the second conversations that are due have had their part."""
    scenario = rules.scenario
    present = rules.present(np.full(len(state.called), scenario.organisers), uniform[_PRESENT])
    minutes = present * scenario.minutes_a_day
    most = np.floor(minutes * scenario.second_most / scenario.second_minutes).astype(np.int64)
    held = np.minimum(state.due[:, day], most)
    state.due[:, day + 1] += state.due[:, day] - held
    room = (minutes - held * scenario.second_minutes) / scenario.minutes_a_try
    if scenario.handling_spread > 0:
        room = room / mean_of_talks(uniform[_HANDLING], room, scenario.handling_spread)
    whole: Ints = np.floor(room + 1e-9).astype(np.int64)
    return whole


def _first_tries(rules: _Rules, state: _State, day: int, room: Ints, uniform: Floats) -> Ints:
    """Who has waited longest is tried first; the answer is the room that is left."""
    waiting = state.new[:, : day + 1]
    before = np.cumsum(waiting, axis=1) - waiting
    served = np.clip(room[:, None] - before, 0, waiting)
    tried: Ints = served.sum(axis=1).astype(np.int64)
    state.called += tried
    state.in_time += served[:, max(0, day - rules.scenario.promise_days) :].sum(axis=1)
    waiting -= served
    _answer(rules, state, tried, 0, uniform)
    left: Ints = room - tried
    return left


def _answer(rules: _Rules, state: _State, tried: Ints, already: int, uniform: Floats) -> None:
    """Some are reached; the others may be tried again, until the sixth try."""
    reached = rules.reach(tried, uniform[_TRY + already])
    state.reached += reached
    if already + 1 < MOST_TRIES:
        state.again[already + 1] += tried - reached


def _further_tries(rules: _Rules, state: _State, yesterday: Ints, room: Ints, uniform: Floats) -> None:
    """What room is left goes to those tried on an earlier day, the least tried first; nobody is tried twice a day."""
    for already in range(1, MOST_TRIES):
        tried = np.minimum(yesterday[already], room)
        room = room - tried
        state.again[already] -= tried
        _answer(rules, state, tried, already, uniform)


def _fade(rules: _Rules, state: _State, day: int, uniform: Floats) -> None:
    """Overnight some of those who wait lose interest; the crest of the queue is noted before."""
    waiting = state.new[:, : day + 1]
    state.crest = np.maximum(state.crest, waiting.sum(axis=1))
    if rules.fade == 0:
        return
    gone = rounded(waiting * rules.fade, uniform[_FADE_NEW])
    waiting -= gone
    fading = rounded(state.again.T * rules.fade, uniform[_FADE_AGAIN]).T
    state.again -= fading
    state.lost += gone.sum(axis=1) + fading.sum(axis=0)


def _ties(scenario: Scenario, state: _State, drawn: Luck) -> Ints | None:
    """Of those reached, how many are there 90 days on, with the doubt that a few past waves leave."""
    kept, of = scenario.stays
    if of == 0:
        return None
    chance = beta.ppf(drawn.purposes[0, _STAY], kept + 1, of - kept + 1)
    ties: Ints = np.floor(state.reached * chance + drawn.purposes[-1, _STAY]).astype(np.int64)
    return ties
