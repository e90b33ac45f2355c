"""Learning from past waves, saying when they are too few, and asking whether it would have been right."""

from dataclasses import replace

import numpy as np
import pytest

from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.chance import luck
from strandline.ledger.capacity.rules.courses import courses
from strandline.ledger.capacity.rules.history import PastWave, backtest, dispersion_of, learn, scenario_of
from strandline.ledger.capacity.rules.interest import ASSUMED, Fading
from strandline.ledger.capacity.rules.scenario import Scenario

SHAPE = tuple(round(400 * 0.8**day) for day in range(20))


def past(name: str, organisers: int, seed: int) -> PastWave:
    """A wave that went as the model says, one course of it."""
    truth = Scenario(tuple(map(float, SHAPE)), organisers, 60.0, reach=0.4, theta=0.05, dispersion=0.0)
    found = courses(truth, luck(seed, replications=1))
    tries = int(found.called[0] * 1.8)
    return PastWave(name, SHAPE, organisers, 60.0, int(found.in_time[0]), tries, round(0.4 * tries), 40, 100)


PAST = [past("first", 12, 1), past("second", 20, 2), past("third", 30, 3), past("fourth", 16, 4)]


def test_own_waves_teach_reach_scatter_and_what_stays() -> None:
    found = learn(PAST)

    assert found.enough
    assert found.reach == pytest.approx(0.4, abs=0.001)
    assert found.stays == (160, 400)
    assert found.dispersion == 1.0
    assert found.thetas == ASSUMED
    assert found.assumed == ("no-shows", "second conversations", "length of a talk", "loss of interest")
    assert found.reason.startswith("From 4 own waves: ")


def test_fitted_loss_of_interest_is_no_longer_an_assumption() -> None:
    found = learn(PAST, Fading(0.07, 0.04, 0.1, 0.5, 500, ""))

    assert found.thetas == (0.07,)
    assert "loss of interest" not in found.assumed
    assert scenario_of(found, SHAPE, 10, 60).theta == 0.07
    assert scenario_of(learn(PAST), SHAPE, 10, 60).theta == 0.05


def test_too_few_waves_or_tries_are_said() -> None:
    one = learn(PAST[:1])
    quiet = learn([replace(wave, tries=20, reached=9, followed=0, stayed=0) for wave in PAST[:2]])

    assert not one.enough
    assert one.reason == "Two past waves are needed to forecast from; 1 on record. This is an example."
    assert not quiet.enough
    assert quiet.reason == "40 tries to call are on record, 50 are needed. This is an example."
    assert (quiet.reach, quiet.assumed[-1]) == (0.5, "what stays")
    assert learn([]).dispersion == 3.0


def test_scatter_is_found_again_on_a_falling_wave() -> None:
    rng = np.random.default_rng(2)
    mean = 400 * 0.9 ** np.arange(25)
    scattered = [dispersion_of(rng.negative_binomial(mean / 3, 0.25).tolist())[0] for _ in range(200)]
    plain = [dispersion_of(rng.poisson(mean).tolist())[0] for _ in range(200)]

    assert np.mean(scattered) == pytest.approx(4.0, rel=0.15)
    assert np.mean(plain) == pytest.approx(1.1, abs=0.15)
    assert dispersion_of([5, 5]) == (1.0, 0)
    assert dispersion_of([1, 9, 1]) == (1.0, 0)


def test_backtest_finds_courses_of_the_model_inside() -> None:
    found = backtest(PAST, seed=1)

    assert [one.name for one in found.waves] == ["second", "third", "fourth"]
    assert sum(one.inside for one in found.waves) >= 2
    assert found.sentence == (
        f"Of 3 past waves, {sum(one.inside for one in found.waves)} lay inside the range that this forecast would have "
        "given."
    )


def test_backtest_finds_a_wave_that_went_otherwise_outside() -> None:
    odd = replace(PAST[1], in_time=5)

    found = backtest([PAST[0], odd])

    assert [one.inside for one in found.waves] == [False]
    assert found.sentence == "Of 1 past wave, 0 lay inside the range that this forecast would have given."


def test_backtest_of_too_little_says_so() -> None:
    assert backtest(PAST[:1]).sentence == "There is no past wave to test the forecast on."
    with pytest.raises(PlanError, match="Nobody came in the wave second"):
        backtest([PAST[0], replace(PAST[1], arrivals=(0, 0))])
