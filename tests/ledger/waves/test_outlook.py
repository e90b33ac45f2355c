"""Where a running wave may end, going by earlier ones: wide where they differ, and right eight times in ten."""

import numpy as np

from strandline.ledger.waves.rules.outlook import Outlook, outlook

DAYS = [10, 30, 40, 20, 0]


def test_middle_is_what_earlier_waves_left_for_each_who_had_come_by_the_same_day() -> None:
    told = outlook(100, DAYS[:3], [(40, DAYS), (40, DAYS)])

    assert told is not None
    assert (told.middle, told.waves) == (140, 2)
    # Earlier waves that are alike leave the luck of one wave: t(.9, 1) sqrt(40) = 3.078 * 6.325.
    assert (told.low, told.high) == (121, 159)


def test_waves_that_differ_make_the_range_wide() -> None:
    told = outlook(100, DAYS, [(20, DAYS), (60, DAYS), (40, DAYS)])

    # r = .2, .6, .4: t(.9, 2) sqrt(100^2 * .04 * 4/3) = 1.886 * 23.09
    assert told == Outlook(96, 140, 184, 3)


def test_range_never_goes_below_nothing() -> None:
    told = outlook(3, DAYS, [(-30, DAYS), (60, DAYS)])

    assert told is not None
    assert told.low == 0


def test_too_few_waves_or_days_say_nothing() -> None:
    assert outlook(10, DAYS, [(5, DAYS)]) is None
    assert outlook(10, DAYS[:2], [(5, DAYS), (6, DAYS)]) is None
    assert outlook(10, DAYS, [(5, DAYS), (6, [1, 0, 1, 0, 0])]) is None


def test_eight_in_ten_waves_end_inside() -> None:
    """Waves of known make: each keeps a share of its own, and the first days tell the size only roughly."""
    rng = np.random.default_rng(5)

    def wave() -> tuple[int, list[int]]:
        daily = rng.poisson(rng.lognormal(5, 0.2) * np.array([0.1, 0.2, 0.25, 0.2, 0.15, 0.1])).tolist()
        return int(rng.binomial(sum(daily), np.clip(rng.normal(0.35, 0.08), 0, 1))), daily

    inside = []
    for _ in range(1500):
        past = [wave() for _ in range(int(rng.integers(2, 6)))]
        net, daily = wave()
        told = outlook(50, daily[:4], past)
        assert told is not None
        inside.append(told.low <= 50 + net <= told.high)

    assert 0.76 < np.mean(inside) < 0.88
