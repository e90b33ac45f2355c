"""The same figures worked out the long way, one step at a time, to check the arrays against."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import poisson

SHARED = Path(os.environ.get("STRANDLINE_SHARED", Path(__file__).parents[4] / "shared"))


def series_folder() -> Path:
    """The labelled series; a test that needs them is skipped where they are not, and fails on the build server."""
    folder = SHARED / "data" / "series"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The labelled series are missing; set STRANDLINE_SHARED.")
        pytest.skip("The labelled series are not here; set STRANDLINE_SHARED.")
    return folder


def clipped(window: list[float]) -> list[float]:
    """Cut the top 5 %, or the largest down to the second in a short window."""
    cap = float(np.quantile(window, 0.95)) if len(window) >= 20 else sorted(window)[-2]
    return [min(value, cap) for value in window]


def weekly_baseline(counts: list[int]) -> list[tuple[float, float, int] | None]:
    """Mean, dispersion and size of the window for each week, with loops."""
    own: list[float] = []
    answer: list[tuple[float, float, int] | None] = []
    for t in range(len(counts)):
        window = [float(value) for value in counts[max(0, t - 28) : max(0, t - 2)]]
        if len(window) < 7:
            window = [float(value) for value in counts[:t]]
        if len(window) < 7:
            answer.append(None)
            own.append(float("nan"))
            continue
        cut = clipped(window)
        mean, variance = float(np.mean(cut)), float(np.var(cut, ddof=1))
        recent = [float(value) for value in counts[max(0, t - 9) : max(0, t - 1)]]
        fallen = len(recent) == 8 and max(recent) < 0.7 * mean
        short = clipped(recent) if len(recent) >= 7 else []
        if fallen:
            level = max(float(np.mean(short)), 0.1)
            spread = float(np.var(short, ddof=1)) / level
        else:
            level = max(mean, float(np.median(recent)) if short else 0.0, 0.1)
            spread = variance / max(mean, 0.1)
        past = [value for value in own[max(0, t - 104) :] if not np.isnan(value)]
        kept = (float(np.median(past)) if past else 1.0) - 1
        scale = level / max(mean, 0.1) if fallen else 1.0
        answer.append(
            (level, max(spread, 1 + 0.01 * level, 1 + kept * scale), len(recent if fallen else window))
        )
        own.append(max(variance / max(mean, 0.1), 1.0))
    return answer


def best_ratio(seen: int, expected: float, behind: float) -> float:
    """The log likelihood ratio of two rates against one, by searching for the common rate."""

    def loss(log_rate: float) -> float:
        rate = np.exp(log_rate)
        return -_log_poisson(seen, expected * rate) - _log_poisson(
            expected * behind, expected * behind * rate
        )

    common = minimize_scalar(loss, bounds=(-20, 20), method="bounded", options={"xatol": 1e-12}).fun
    free = _log_poisson(seen, float(seen)) + _log_poisson(expected * behind, expected * behind)
    return float(free + common)


def _log_poisson(count: float, mean: float) -> float:
    """Without the factorial, which cancels, so that the count need not be whole."""
    return float(count * np.log(mean) - mean) if count else -mean


def rare(count: int, mean: float) -> float:
    """P(Poisson >= count)."""
    return float(poisson.sf(count - 1, mean))
