"""The whole answer to a what-if, as plain values: exact first, then by a thousand courses, then the smallest change."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from strandline.ledger.capacity.rules.bound import attempts, least_capacity, organisers_needed, whole_people
from strandline.ledger.capacity.rules.forecast import Forecast, forecast
from strandline.ledger.capacity.rules.history import Learnt, PastWave, backtest, learn, scenario_of
from strandline.ledger.capacity.rules.interest import ASSUMED, Fading, run_down
from strandline.ledger.capacity.rules.question import Question, arrivals_of, checked
from strandline.ledger.capacity.rules.remedy import smallest_change
from strandline.ledger.capacity.rules.scenario import Scenario

PROMISES = (0, 1, 2, 4, 7)
REMEDY_RUNS = 200  # the middle course of 200 is within a hundredth of that of 1,000, in a fifth of the time
TOO_WIDE = 1.5  # a range wider than this many times its middle is no help to plan with


class Stage(StrEnum):
    """What a long answer is at."""

    COURSES = "courses"
    REMEDY = "remedy"
    BACKTEST = "backtest"


# Told before each part: what it is, how many parts are behind, and how many there are.
Tell = Callable[[Stage, int, int], None]


def _silent(stage: Stage, done: int, of: int) -> None:
    """Tell nobody."""


def exact(asked: Question, past: Sequence[PastWave] = (), fading: Fading | None = None) -> dict[str, Any]:
    """What is known at once: the bound, the organisers it takes, and what waiting costs. Raises PlanError."""
    checked(asked)
    arrivals = arrivals_of(asked, past)
    learnt = learn(past, fading)
    reach = learnt.reach if asked.reach is None else asked.reach
    tries = attempts(reach)
    minutes = asked.hours_a_day * 60
    bound = least_capacity(arrivals, asked.promise_days)
    needed = organisers_needed(float(bound.a_day), tries, asked.minutes_a_try, minutes)
    calls = asked.organisers * minutes / asked.minutes_a_try
    thetas = learnt.thetas if asked.theta is None else (asked.theta,)
    courses = []
    for theta in thetas:
        if calls == 0 and theta == 0:
            continue
        course = run_down(arrivals, calls / tries, theta)
        courses.append(
            {
                "theta": theta,
                "reached": round(course.reached),
                "lost": round(course.lost),
                "came": round(course.came),
                "longest_wait": course.longest_wait,
                "sentence": course.sentence,
            }
        )
    return {
        "arrivals": list(arrivals),
        "came": sum(arrivals),
        "bound": {"whole": bound.whole, "sentence": bound.sentence, "first": bound.first, "last": bound.last},
        "organisers": whole_people(needed),
        "tries": round(tries, 2),
        "reach": reach,
        "calls_a_day": round(calls),
        "by_promise": [[days, least_capacity(arrivals, days).whole] for days in PROMISES],
        "interest": courses,
    }


def _ranges(told: Forecast) -> dict[str, Any]:
    names = ("came", "share_in_time", "reached", "lost", "crest", "ties")
    found = {name: getattr(told, name) for name in names}
    return {name: None if one is None else asdict(one) for name, one in found.items()} | {
        "theta": told.scenario.theta,
        "sentence": told.sentence,
    }


def _stated(asked: Question) -> bool:
    """Whether somebody states what history cannot tell."""
    return asked.reach is not None and asked.theta is not None


def scenario_for(asked: Question, past: Sequence[PastWave], learnt: Learnt) -> Scenario:
    """The scenario of a question: learnt from one's own waves, and what was stated instead."""
    made = scenario_of(learnt, arrivals_of(asked, past), asked.organisers, asked.hours_a_day * 60)
    given: dict[str, Any] = {"minutes_a_try": asked.minutes_a_try, "promise_days": asked.promise_days}
    given |= {} if asked.reach is None else {"reach": asked.reach}
    given |= {} if asked.theta is None else {"theta": asked.theta}
    return replace(made, **given)


def courses(
    asked: Question,
    past: Sequence[PastWave] = (),
    fading: Fading | None = None,
    *,
    seed: int = 0,
    tell: Tell = _silent,
) -> dict[str, Any]:
    """A thousand courses of the wave, the smallest change that keeps the promise, and the same forecast of past waves.

    It takes seconds: before each part it tells how far it is, and whoever listens may raise to stop it. With too little
    history, and nothing stated instead, it is refused with the reason. Raises PlanError.
    """
    checked(asked)
    learnt = learn(past, fading)
    about = {
        "enough": learnt.enough or _stated(asked),
        "reason": learnt.reason,
        "assumed": list(learnt.assumed),
    }
    if not about["enough"]:
        return {"learnt": about, "forecasts": [], "remedy": "", "backtest": None, "too_wide": ""}
    scenario = scenario_for(asked, past, learnt)
    thetas = (scenario.theta,) if asked.theta is not None or len(learnt.thetas) == 1 else ASSUMED
    of = len(thetas) + 2
    told = []
    for done, theta in enumerate(thetas):
        tell(Stage.COURSES, done, of)
        told.append(forecast(replace(scenario, theta=theta), seed=seed))
    middle = told[len(told) // 2]
    tell(Stage.REMEDY, of - 2, of)
    change = smallest_change(middle.scenario, seed=seed, replications=REMEDY_RUNS).sentence
    tell(Stage.BACKTEST, of - 1, of)
    tested = backtest(past, seed=seed) if len(past) > 1 else None
    return {
        "learnt": about,
        "forecasts": [_ranges(one) for one in told],
        "remedy": change,
        "too_wide": _too_wide(middle),
        "backtest": None
        if tested is None
        else {
            "sentence": tested.sentence,
            "waves": [
                {"name": one.name, "said": asdict(one.said), "came": one.came, "inside": one.inside}
                for one in tested.waves
            ],
        },
    }


def _too_wide(told: Forecast) -> str:
    """A word of warning where the range tells little."""
    share = told.share_in_time
    if share.high - share.low > TOO_WIDE * max(share.median, 0.01) or share.high - share.low > 0.5:
        return "The range is too wide to plan with: more waves on record would narrow it."
    return ""


EXAMPLE = Question(
    size=1310,
    days=30,
    organisers=14,
    hours_a_day=2,
    promise_days=2,
    reach=0.5,
    theta=0.05,
    name="An example, not your organisation",
)
