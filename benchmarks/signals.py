"""The detector on the labelled series, on noise and on the clock, beside the methods in common use.

    PYTHONPATH=src python benchmarks/signals.py --shared ../shared [--methods] [--hours] [--quick]

Runs `bench/eval_signals.py` of the shared folder as it is; adds Wilson intervals, leave-one-series-out (the bar is
chosen on all other series), thinned and shortened series, the false watches on invented noise, and the time of one
update. `--methods` also reruns the common methods (half a minute more). The last line is JSON.
"""

import argparse
import importlib.util
import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from strandline.surge.signals.rules import SETTINGS, Settings, alarm, reach_back, update, watch

Tier = Callable[[Any, str], Any]
BARS = (3.0, 3.5, 4.0, 4.5, 5.0, 6.0)
NOISE: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "Poisson, mean 0.2": lambda rng, size: rng.poisson(0.2, size),
    "Poisson, mean 3": lambda rng, size: rng.poisson(3, size),
    "Poisson, mean 40": lambda rng, size: rng.poisson(40, size),
    "negative binomial, mean 20, size 3": lambda rng, size: rng.negative_binomial(3, 3 / 23, size),
    "negative binomial, mean 5, size 1": lambda rng, size: rng.negative_binomial(1, 1 / 6, size),
    "negative binomial, mean 500, size 10": lambda rng, size: rng.negative_binomial(10, 10 / 510, size),
}


def scorer_of(shared: Path) -> ModuleType:
    """Load the scorer as it is."""
    found = importlib.util.spec_from_file_location("eval_signals", shared / "bench" / "eval_signals.py")
    if found is None or found.loader is None:
        raise SystemExit(f"No scorer in {shared / 'bench'}.")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def read(scorer: ModuleType, folder: Path) -> tuple[dict[str, Any], Any]:
    """Read the series and their labels as the scorer does."""
    labels = scorer.pd.read_csv(folder / "labels.csv", parse_dates=["onset", "peak", "horizon_end"])
    files = [file for file in sorted(folder.glob("*.csv")) if file.stem not in ("labels", "manifest")]
    series = {file.stem: scorer.pd.read_csv(file, index_col=0, parse_dates=True)["count"] for file in files}
    return series, labels


def wilson(found: int, of: int) -> str:
    """Give a share with its 95 % Wilson interval."""
    if not of:
        return "-"
    share, z = found / of, 1.96
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * math.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return f"{found}/{of} ({max(middle - half, 0):.0%} to {min(middle + half, 1):.0%})"


def rates(result: tuple[Any, dict[str, int], dict[str, int], dict[str, float]]) -> dict[str, Any]:
    """Turn the scorer's rows into the columns of METHODS 1."""
    rows, false, spurious, years = result
    slow = [name for name in years if not name.endswith("_hourly")]
    hourly = [name for name in years if name.endswith("_hourly")]
    rises, instant = rows[rows.kind == "build-up"], rows[rows.kind == "instant"]
    in_hours = instant[instant.step == "hour"]

    def per_year(counted: dict[str, int], names: list[str]) -> float:
        return round(sum(counted[n] for n in names) / max(sum(years[n] for n in names), 1e-9), 3)

    return {
        "found": wilson(int(rises.found.sum()), len(rises)),
        "before peak": wilson(int((rises.found & (rises.lead > 0)).sum()), len(rises)),
        "by 25 %": wilson(int((rises.found & (rises.ascent <= 0.25)).sum()), len(rises)),
        "by half": wilson(int((rises.found & (rises.ascent <= 0.5)).sum()), len(rises)),
        "instant": wilson(int(instant.found.sum()), len(instant)),
        "of them not hourly": f"{int(instant.found.sum() - in_hours.found.sum())}/{len(instant) - len(in_hours)}",
        "false a year": per_year(false, slow),
        "spurious a year": per_year(spurious, slow),
        "hourly false a month": round(per_year(false, hourly) / 12, 3),
    }


def left_out(scorer: ModuleType, series: dict[str, Any], labels: Any) -> dict[str, Any]:
    """Score each series with the lowest bar that keeps the false alarms of all the others within the goal."""
    slow = {name: one for name, one in series.items() if not name.endswith("_hourly")}
    scored: dict[float, dict[str, Any]] = {}
    for bar in BARS:
        chosen = replace(SETTINGS, bar=bar, bar_alone=2 * bar)
        scored[bar] = {
            name: scorer.evaluate(_with(chosen), {name: one}, _of(labels, name), check=True)
            for name, one in slow.items()
        }
    rows, picked, false, spurious, years = [], {}, {}, {}, {}
    for name in slow:
        picked[name] = next((bar for bar in BARS if _within(scored[bar], name)), BARS[-1])
        row, one_false, one_spurious, one_years = scored[picked[name]][name]
        rows.append(row)
        false.update(one_false)
        spurious.update(one_spurious)
        years.update(one_years)
    together = scorer.pd.concat([row for row in rows if len(row)])
    return {"bars": picked, **rates((together, false, spurious, years))}


def _within(scored: dict[str, Any], without: str) -> bool:
    others = [result for name, result in scored.items() if name != without]
    years = sum(sum(result[3].values()) for result in others)
    false, spurious = (sum(sum(result[i].values()) for result in others) / years for i in (1, 2))
    return bool(false <= 0.8 and spurious <= 0.3)


def _of(labels: Any, name: str) -> Any:
    return labels[labels.series == name]


def _with(settings: Settings) -> Tier:
    return lambda counts, step: watch(counts, step, settings)


def disturbed(scorer: ModuleType, series: dict[str, Any], labels: Any) -> dict[str, dict[str, Any]]:
    """Score thinned series (each person is seen with a chance) and series that begin later."""
    rng = np.random.default_rng(7)
    slow = {name: one for name, one in series.items() if not name.endswith("_hourly")}
    answer = {}
    for chance in (0.4, 0.7):
        thinned = {
            name: scorer.pd.Series(rng.binomial(one.values, chance), index=one.index)
            for name, one in slow.items()
        }
        answer[f"each person seen with a chance of {chance}"] = rates(
            scorer.evaluate(watch, thinned, labels[labels.series.isin(slow)], check=True)
        )
    for later in (5, 12):
        # A series whose wave would then begin before its eighth step stays as it is.
        early = {name for name, one in slow.items() if _first_wave(one, _of(labels, name)) < later + 8}
        short = {name: one if name in early else one.iloc[later:] for name, one in slow.items()}
        answer[f"begun {later} steps later"] = rates(
            scorer.evaluate(watch, short, labels[labels.series.isin(slow)], check=True)
        )
    return answer


MONTH_OF_HOURS = 720
USUAL_DAYS = 28


def by_the_hour(scorer: ModuleType, series: dict[str, Any], labels: Any) -> dict[str, dict[str, Any]]:
    """Score rules on single hours: an hour that is one of the k busiest of the last month, as it is or over its time of day."""
    hourly = {name: one for name, one in series.items() if name.endswith("_hourly")}
    mine = labels[labels.series.isin(hourly)]
    answer = {}
    for over_usual in (False, True):
        for most in (1, 2, 3, 4):

            def rule(counts: Any, step: str, most: int = most, over: bool = over_usual) -> Any:
                return _among_the_busiest(_over_usual(counts) if over else counts.astype(float), most)

            told = rates(scorer.evaluate(rule, hourly, mine, check=True))
            name = f"among the {most} busiest" + (", over the time of day" if over_usual else "")
            answer[name] = {key: told[key] for key in ("instant", "hourly false a month")}
    return answer


def _among_the_busiest(values: Any, most: int) -> Any:
    """Whether each hour is above all but the `most` - 1 busiest of the month that ends with it."""
    found = np.zeros(len(values), dtype=bool)
    for at in range(7, len(values)):
        month = values[max(0, at - MONTH_OF_HOURS + 1) : at]
        found[at] = (month >= values[at]).sum() < most
    return found


def _over_usual(counts: Any) -> Any:
    """Each hour over the mean of the same hour on the four weeks of days before."""
    values = np.asarray(counts, dtype=float)
    found = np.ones(len(values))
    for at in range(24, len(values)):
        same = values[max(at % 24, at - 24 * USUAL_DAYS) : at : 24]
        found[at] = values[at] / max(float(same.mean()), 0.5)
    return found


def _first_wave(one: Any, labels: Any) -> int:
    return min((int(one.index.searchsorted(onset)) for onset in labels.onset), default=len(one))


def noise(years: int) -> dict[str, dict[str, float]]:
    """Count the false watches and alarms a year on invented series where nothing happens."""
    rng, answer = np.random.default_rng(5), {}
    for name, drawn in NOISE.items():
        row = {}
        for step, a_year in (("week", 52.18), ("day", 365.25)):
            counts = drawn(rng, int(years * a_year))
            for tier, said in (("watch", watch(counts, step)), ("alarm", alarm(counts, step))):
                episodes = int((said & ~np.concatenate([[False], said[:-1]])).sum())
                row[f"{tier}, {step}"] = round(episodes / years, 2)
        answer[name] = row
    return answer


def timing(repeat: int) -> dict[str, dict[str, float]]:
    """Measure one update of a series that is longer than it needs, by the wall clock and by the processor's."""
    answer = {}
    for step in ("week", "day", "3h", "hour"):
        counts = np.random.default_rng(1).poisson(20, reach_back(step) + 50)
        wall, busy = [], []
        for _ in range(repeat):
            start, begun = time.perf_counter(), time.process_time()
            update(counts, step)
            wall.append(1000 * (time.perf_counter() - start))
            busy.append(1000 * (time.process_time() - begun))
        answer[step] = {
            "wall ms, median": round(statistics.median(wall), 2),
            "wall ms, worst of 20": round(statistics.quantiles(wall, n=20)[-1], 2),
            "processor ms, median": round(statistics.median(busy), 2),
        }
    return answer


def main() -> None:
    """Run all, print each part, and all of it once more as one line of JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    asked.add_argument("--methods", action="store_true", help="rerun the common methods too")
    asked.add_argument(
        "--quick", action="store_true", help="leave out leave-one-out and the disturbed series"
    )
    asked.add_argument("--hours", action="store_true", help="score rules on single hours too")
    asked.add_argument("--repeat", type=int, default=60)
    given = asked.parse_args()
    scorer = scorer_of(given.shared)
    series, labels = read(scorer, given.shared / "data" / "series")
    parts: dict[str, Any] = {}
    for name, tier in (("watch", watch), ("alarm", alarm)):
        result = scorer.evaluate(tier, series, labels, check=True)
        parts[name] = rates(result)
        print(scorer.pd.DataFrame([scorer.summary(name, *result)]).to_string(index=False))
    if given.methods:
        for name, method in scorer.METHODS.items():
            result = scorer.evaluate(method, series, labels)
            print(scorer.pd.DataFrame([scorer.summary(name, *result)]).to_string(index=False, header=False))
    if not given.quick:
        parts["left out"] = left_out(scorer, series, labels)
        parts["disturbed"] = disturbed(scorer, series, labels)
    if given.hours:
        parts["hours"] = by_the_hour(scorer, series, labels)
    parts["noise"] = noise(200)
    parts["update"] = timing(given.repeat)
    for name, part in parts.items():
        print(f"\n{name}")
        for key, value in part.items():
            print(f"  {key}: {value}")
    print(json.dumps(parts, default=str))


if __name__ == "__main__":
    main()
