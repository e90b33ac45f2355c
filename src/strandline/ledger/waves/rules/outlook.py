"""Where the running wave may end: the dashed cone of the strandline picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

LEAST_WAVES = 2
LEAST_DAYS = 3  # whole days of the running wave before anything is said of its end
LEAST_CAME = 5  # with fewer an earlier wave's first days say nothing about its size
COVERS = 0.8  # eight in ten, as in every estimate that is drawn


@dataclass(frozen=True)
class Outlook:
    """Between which numbers of organised ties eight in ten such waves would stand 90 days on, and about which."""

    low: int
    middle: int
    high: int
    waves: int


def outlook(before: int, daily: Sequence[int], past: Sequence[tuple[int, Sequence[int]]]) -> Outlook | None:
    """The prediction interval from earlier waves, given as the net 90 days on and who came on each day.

    An earlier wave says how many ties came of each person who had come by the same day: what was still to come, what
    stayed of it and what old ties were lost meanwhile are all in that. The interval holds how much earlier waves
    differ (Student's t, for they are few), and never less than the luck of a single wave (Poisson), however alike two
    or three of them happened to be. None with fewer than two of them.
    """
    days = len(daily)
    came = sum(daily)
    by_then = [(net, sum(arrived[:days])) for net, arrived in past]
    ratios = np.array([net / people for net, people in by_then if people >= LEAST_CAME], dtype=np.float64)
    if days < LEAST_DAYS or len(ratios) < LEAST_WAVES:
        return None
    middle = float(ratios.mean()) * came
    differ = float(ratios.var(ddof=1)) * (1 + 1 / len(ratios)) * came**2
    reach = float(student.ppf((1 + COVERS) / 2, len(ratios) - 1)) * float(np.sqrt(max(differ, abs(middle))))
    low, at, high = (max(0, round(before + middle + way * reach)) for way in (-1, 0, 1))
    return Outlook(low, at, high, len(ratios))
