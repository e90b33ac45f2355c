"""Growth after an alarm, against scipy's optimiser and known curves."""

import numpy as np
import pytest
from scipy.optimize import minimize

from strandline.surge.signals.rules import Tier, ascent, replay


def _alarmed(counts: list[int], step: str = "week"):  # type: ignore[no-untyped-def] -- a pair of the two below
    said = replay(counts, step)[-1]
    assert said.tier is Tier.ALARM
    return counts, said


def test_a_clean_doubling_is_found() -> None:
    counts, said = _alarmed([10] * 40 + [20, 40, 80, 160])

    found = ascent(counts, "week", said)

    assert found is not None
    assert found.growth == pytest.approx(np.log(2))
    assert found.doubling == pytest.approx(1.0)
    # Twice as many a week, two weeks between one arrival and those it brings: 2 x 2 - 1.
    assert found.branching == pytest.approx(3.0)
    assert found.steps == 4


def test_slope_is_the_maximum_of_the_likelihood() -> None:
    counts, said = _alarmed([10] * 40 + [25, 31, 66, 81])
    window = np.array(counts[-4:])
    along = np.arange(4) - 1.5

    def loss(given: np.ndarray) -> float:
        fitted = given[0] + given[1] * along
        return float((np.exp(fitted) - window * fitted).sum())

    best = minimize(loss, [4.0, 0.0], tol=1e-12)
    found = ascent(counts, "week", said)

    assert found is not None
    assert found.growth == pytest.approx(best.x[1], abs=1e-5)
    fitted = np.exp(best.x[0] + best.x[1] * along)
    spread = max(1.0, float(((window - fitted) ** 2 / fitted).sum() / 2))
    information = np.array([[fitted.sum(), fitted @ along], [fitted @ along, fitted @ along**2]])
    error = np.sqrt(spread * np.linalg.inv(information)[1, 1])
    assert (found.low, found.high) == pytest.approx(
        (best.x[1] - 1.96 * error, best.x[1] + 1.96 * error), abs=1e-4
    )


def test_a_surge_past_its_peak_has_no_doubling() -> None:
    counts, said = _alarmed([10] * 40 + [200, 150, 90, 60])

    found = ascent(counts, "week", said)

    assert found is not None
    assert found.growth < 0
    assert found.doubling is None
    assert found.branching < 1


def test_branching_of_a_steady_crowd_is_one() -> None:
    counts, said = _alarmed([10] * 40 + [100, 100, 100, 100])

    found = ascent(counts, "week", said)

    assert found is not None
    assert (found.growth, found.branching) == pytest.approx((0.0, 1.0), abs=1e-9)


def test_hours_grow_by_the_day() -> None:
    counts, said = _alarmed([10] * (24 * 30) + [20] * 24 + [40] * 24 + [80] * 24 + [160] * 24, "hour")

    found = ascent(counts, "hour", said)

    assert found is not None
    assert found.growth == pytest.approx(np.log(2))


def test_all_in_one_step_has_a_finite_answer() -> None:
    counts, said = _alarmed([0] * 40 + [0, 0, 0, 400])

    found = ascent(counts, "week", said)

    assert found is not None
    assert np.isfinite([found.growth, found.low, found.high, found.branching]).all()


def test_growth_is_not_shown_before_an_alarm() -> None:
    counts = [10] * 44

    assert ascent(counts, "week", replay(counts, "week")[-1]) is None


def test_growth_is_not_shown_for_a_handful() -> None:
    counts, said = _alarmed([0] * 60 + [3, 4])

    assert ascent(counts, "week", said) is None
