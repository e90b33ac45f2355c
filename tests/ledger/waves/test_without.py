"""Against no wave: nothing where nothing happened, and the planted number where something did."""

import numpy as np
import pytest

from strandline.ledger.waves.rules.history import Held, History
from strandline.ledger.waves.rules.spells import NEVER, Spells
from strandline.ledger.waves.rules.without import against_no_wave
from strandline.surge.absorption.rules.cohorts import Wave
from tests.ledger.waves.test_history import one_tie
from tests.ledger.waves.worlds import spells

WAVE = Wave(1000, 1014)


def ordinary(seed: int, *, more: int = 0, gone: int = 0) -> tuple[History, Held]:
    """An organisation in its steady course: 1.5 ties a day begin and last 150 days on average.

    `more` newcomers of the wave stay for good; `gone` of the old leave on its first day.
    """
    rng = np.random.default_rng(seed)
    days = np.arange(0, 1400)
    start = np.repeat(days, rng.poisson(1.5, len(days)))
    end = start + 1 + rng.exponential(150, len(start)).astype(np.int64)
    old = np.flatnonzero((start < 1000) & (end > 1000))[:gone]
    end[old] = 1000
    start = np.concatenate([start, np.full(more, 1005)])
    end = np.concatenate([end, np.full(more, NEVER)])
    people = len(start)
    world = one_tie(met=[1], touches=[])
    history = History(
        **{**vars(world.history()), "met": start, "circle": np.full(people, -1), "same_as": None}
    )
    return history, Held(Spells(np.arange(people), start, end), people)


def test_no_wave_is_told_as_none() -> None:
    found = [against_no_wave(*ordinary(seed), WAVE, 90, seed=seed, count=200) for seed in range(60)]

    values = [one.value for one in found if one.value is not None]
    covered = [
        one.lower <= 0 <= one.upper for one in found if one.lower is not None and one.upper is not None
    ]
    assert len(values) == len(covered) == 60
    assert abs(float(np.mean(values))) < 12  # of some 225 ties held at any time
    assert sum(covered) >= 52


def test_planted_gain_and_loss_are_found() -> None:
    gain = against_no_wave(*ordinary(1, more=150), WAVE, 90)
    plain = against_no_wave(*ordinary(1), WAVE, 90)
    loss = against_no_wave(*ordinary(1, gone=150), WAVE, 90)

    assert gain.value is not None
    assert plain.value is not None
    assert loss.value is not None
    assert gain.value - plain.value == pytest.approx(150)
    assert gain.lower is not None
    assert gain.lower > 0
    assert loss.upper is not None
    assert loss.upper < 0


def test_three_parts_are_what_they_say() -> None:
    found = against_no_wave(*ordinary(5), WAVE, 90, count=50)

    assert found.a_day == pytest.approx(1.5, abs=0.3)
    assert found.stayed == pytest.approx(np.exp(-104 / 150), abs=0.12)
    assert found.days_held == pytest.approx(150 * (1 - np.exp(-104 / 150)), rel=0.12)


def test_parts_of_a_small_record_by_hand() -> None:
    # d' = 14 + 6 = 20. Eve is day 999, the reference day 979. Twelve old ties: nine last beyond the eve.
    rows = [(person, 0, NEVER) for person in range(9)] + [(person, 0, 990) for person in range(9, 12)]
    # Three ties begin in the 180 days: one lasts 5 days, one 10, one is still held on the eve.
    rows += [(12, 900, 905), (13, 900, 910), (14, 940, NEVER)]
    world = one_tie(met=[start for _, start, _ in rows], touches=[], same_as=list(range(15)))
    held = Held(spells(rows), 15)

    found = against_no_wave(world.history(), held, WAVE, 6, count=20)

    assert found.stayed == pytest.approx(10 / 13)  # on day 979 also person 14 held one, who still does
    assert found.a_day == pytest.approx(3 / 180)
    # S_0 is 1 for five days, 2/3 for five, and 1/3 for the ten to d' = 20.
    assert found.days_held == pytest.approx(5 + 5 * 2 / 3 + 10 / 3)
    expected = 10 * 10 / 13 + 3 / 180 * (5 + 10 / 3 + 10 / 3) - 10
    assert found.expected == pytest.approx(expected)
    assert found.value == pytest.approx(0 - expected)
    assert found.reason.startswith("+0 ties; without the wave about -2; so +2")


def test_other_waves_are_not_ordinary_times() -> None:
    history, held = ordinary(3, more=0)
    other = Wave(880, 900)
    burst = np.arange(300)
    spells_with = Spells(
        np.concatenate([held.spells.of, len(held.spells) + burst]),
        np.concatenate([held.spells.start, np.full(300, 890)]),
        np.concatenate([held.spells.end, np.full(300, 940)]),
    )
    people = held.people + 300
    came = np.concatenate([history.met, np.full(300, 890)])
    fuller = History(**{**vars(ordinary(3)[0]), "met": came, "circle": np.full(people, -1)})

    told = against_no_wave(fuller, Held(spells_with, people), WAVE, 90, [other], count=20)
    untold = against_no_wave(fuller, Held(spells_with, people), WAVE, 90, count=20)

    assert told.a_day == pytest.approx(1.5, abs=0.3)
    assert untold.a_day > 2.5


def test_too_little_is_said() -> None:
    history, held = ordinary(1)

    assert against_no_wave(history, held, Wave(1000), 90).reason.startswith("The wave still runs")
    young = against_no_wave(history, held, Wave(100, 114), 90)
    assert young.value is None
    assert young.reason.startswith(
        "Too little history: 0 organised ties are on record 104 days before the wave"
    )
    crowded = against_no_wave(history, held, WAVE, 90, [Wave(825, 990)])
    assert crowded.reason == (
        "Too little ordinary time: 14 of the 180 days before the wave were outside other waves, 60 are needed."
    )
