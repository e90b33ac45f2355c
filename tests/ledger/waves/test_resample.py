"""Drawing people again by circles: the short way against the long way."""

import numpy as np
import pytest

from strandline.ledger.waves.rules.resample import Contributions, draws, interval


def contributions(rows: list[tuple[int, int, int]], width: int) -> Contributions:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Contributions(columns[:, 0], columns[:, 1], columns[:, 2], width)


def test_mean_and_spread_agree_with_drawing_each_unit_one_by_one() -> None:
    rng = np.random.default_rng(4)
    people = 60
    circle = np.where(np.arange(people) < 30, np.arange(people) // 5, -1)
    given = contributions([(person, int(rng.integers(0, 3)), 1) for person in range(50)] * 1, 3)

    found = draws(given, circle, seed=1, count=20_000)

    units: list[np.ndarray] = []
    table = np.zeros((people, 3))
    np.add.at(table, (given.person, given.column), given.amount)
    units += [table[circle == one].sum(axis=0) for one in range(6)]
    units += [table[person] for person in range(30, people)]
    stacked = np.array(units)
    plain = stacked[rng.integers(0, len(stacked), (20_000, len(stacked)))].sum(axis=1)
    assert found.mean(axis=0) == pytest.approx(given.totals, rel=0.02)
    assert found.mean(axis=0) == pytest.approx(plain.mean(axis=0), rel=0.02)
    assert np.cov(found.T) == pytest.approx(np.cov(plain.T), rel=0.06, abs=0.3)


def test_circles_make_the_interval_wider() -> None:
    given = contributions([(person, 0, 1) for person in range(0, 100)], 1)
    together, apart = np.arange(200) // 10, np.full(200, -1)

    low, high = interval(draws(given, together, seed=1)[:, 0])
    narrow_low, narrow_high = interval(draws(given, apart, seed=1)[:, 0])

    assert high - low > 2 * (narrow_high - narrow_low)


def test_same_seed_draws_the_same() -> None:
    given = contributions([(0, 0, 1), (3, 1, 2)], 2)
    circle = np.array([-1, -1, 0, 0])

    assert np.array_equal(draws(given, circle, seed=9, count=150), draws(given, circle, seed=9, count=150))
    assert draws(given, circle, seed=9, count=150).shape == (150, 2)


def test_nobody_contributes_nothing() -> None:
    assert draws(contributions([], 2), np.full(10, -1), seed=1, count=5).tolist() == [[0.0, 0.0]] * 5


def test_interval_leaves_out_draws_without_an_answer() -> None:
    assert interval(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
