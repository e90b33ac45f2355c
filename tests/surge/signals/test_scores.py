"""The goal of METHODS 1 on the labelled series: what is reached stays reached, by the scorer itself."""

import importlib.util
import os
from types import ModuleType
from typing import Any

import pytest

from strandline.surge.signals.rules import alarm, watch
from tests.surge.signals.plain import SHARED, series_folder


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    """The scorer as it is; skipped where it is not."""
    series_folder()
    named = SHARED / "bench" / "eval_signals.py"
    found = importlib.util.spec_from_file_location("eval_signals", named)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _scored(scorer: ModuleType, tier: Any) -> dict[str, float]:
    pandas = scorer.pd
    folder = series_folder()
    labels = pandas.read_csv(folder / "labels.csv", parse_dates=["onset", "peak", "horizon_end"])
    series = {
        name.removesuffix(".csv"): pandas.read_csv(folder / name, index_col=0, parse_dates=True)["count"]
        for name in sorted(os.listdir(folder))
        if name.endswith(".csv") and name not in ("labels.csv", "manifest.csv")
    }
    rows, false, spurious, years = scorer.evaluate(tier, series, labels, check=True)
    rises = rows[rows.kind == "build-up"]
    slow = [name for name in series if not name.endswith("_hourly")]
    hourly = [name for name in series if name.endswith("_hourly")]

    def rate(counted: dict[str, int], names: list[str]) -> float:
        return sum(counted[name] for name in names) / sum(years[name] for name in names)

    return {
        "found": int(rises.found.sum()),
        "before": int((rises.found & (rises.lead > 0)).sum()),
        "half": int((rises.found & (rises.ascent <= 0.5)).sum()),
        "false": rate(false, slow),
        "spurious": rate(spurious, slow),
        "hourly": rate(false, hourly) / 12,
    }


def test_watch_keeps_what_it_reached(scorer: ModuleType) -> None:
    scored = _scored(scorer, watch)

    # Ten rises, of which one peaks in its fifth week, before the eight that METHODS asks for.
    assert scored["found"] >= 9
    assert scored["before"] >= 9
    assert scored["half"] >= 8
    assert scored["false"] <= 0.8
    assert scored["spurious"] <= 0.3
    assert scored["hourly"] <= 1.0


def test_alarm_keeps_what_it_reached(scorer: ModuleType) -> None:
    scored = _scored(scorer, alarm)

    assert scored["found"] >= 9
    assert scored["false"] <= 0.5
    assert scored["spurious"] <= 0.1
