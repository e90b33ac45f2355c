"""`strandline capacity plan` and `simulate` at the prompt."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from strandline.cli.capacity import app

WAVE = [600, 300, 150, 75, 40, 20, 10] + [5] * 23


def run(*arguments: str) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, json.loads(result.stdout) if result.stdout else {}, result.stderr


def written(folder: Path, text: str) -> str:
    path = folder / "wave.csv"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(("days", "calls"), [(0, 600), (1, 300), (2, 225), (4, 150), (7, 105)])
def test_plan_prints_the_worked_example(tmp_path: Path, days: int, calls: int) -> None:
    path = written(tmp_path, "arrivals\n" + "\n".join(map(str, WAVE)))

    code, told, _ = run("plan", path, "--days", str(days))

    assert (code, told["capacity_per_day"], told["arrivals"]) == (0, calls, 1310)


def test_plan_says_what_decides_and_how_many_organisers_that_is(tmp_path: Path) -> None:
    path = written(tmp_path, "arrivals\n" + "\n".join(map(str, WAVE)))

    _, told, _ = run(
        "plan", path, "--days", "2", "--reach", "0.5", "--minutes", "6", "--minutes-per-day", "120"
    )

    assert (
        told["sentence"]
        == "To reach everybody within 2 days we need 225 calls a day; the first 2 days decide that."
    )
    assert told["decided_by"] == {"first_day": 1, "last_day": 2, "people": 900}
    assert told["organisers"] == pytest.approx(225 * 1.96875 * 6 / 120)
    assert [row["theta"] for row in told["if_interest_fades"]] == [0.02, 0.05, 0.1]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01,9\n2026-01-03,1\n2026-01-04,2\n",
        "day,sign-ups\n1,9\n3,1\n4,2\n",
        "count;day\n9;2026-01-01\n1;2026-01-03\n2;2026-01-04\n",
        "9\n0\n1\n2\n",
    ],
)
def test_plan_reads_days_and_fills_in_those_left_out(tmp_path: Path, text: str) -> None:
    code, told, _ = run("plan", written(tmp_path, text), "--days", "3")

    assert (code, told["capacity_per_day"], told["arrivals"]) == (0, 2.25, 12)
    assert told["whole_calls_per_day"] == 3


@pytest.mark.parametrize(
    ("text", "days", "sentence"),
    [
        ("arrivals\n5\n-2\n", "2", "Line 3, arrivals: This must be 0 or more."),
        ("arrivals\n99999999999999999999\n", "2", "Line 2, arrivals: This number is too large to be kept."),
        ("arrivals\n5.5\n", "2", "Line 2, arrivals: 5.5 is no whole number of people."),
        ("arrivals\nmany\n", "2", "Line 2, arrivals: This is not a number."),
        ("day,arrivals\n3,5\n3,5\n", "2", "Line 3, day: 3 is not after the day before it."),
        ("day,arrivals\n5,5\n3,5\n", "2", "Line 3, day: 3 is not after the day before it."),
        (
            "day,arrivals\n03/04/2026,5\n",
            "2",
            "Line 2, day: 03/04/2026 is neither a number nor a date like 2026-01-09.",
        ),
        ("day,arrivals\n1,5\n9000,5\n", "2", "Line 3, day: more than 4,000 days after the first."),
        ("5\n" * 4001, "2", "Line 4001: more than 4,000 days."),
        ("5\n6\n", "-1", "The promise is -1 days: 0 or more are needed."),
        ("name,other\nx,5\n", "2", "Line 1: there is no column arrivals; arrivals are needed."),
    ],
)
def test_plan_names_line_and_reason(tmp_path: Path, text: str, days: str, sentence: str) -> None:
    code, told, error = run("plan", written(tmp_path, text), "--days", days)

    assert (code, told, error.strip()) == (2, {}, sentence)


def test_plan_refuses_assumptions_that_cannot_be(tmp_path: Path) -> None:
    path = written(tmp_path, "5\n6\n")

    assert "must lie between 0 and 1" in run("plan", path, "--days", "2", "--reach", "2")[2]
    assert "more than 0 are needed" in run("plan", path, "--days", "2", "--minutes-per-day", "0")[2]


RATES = ("--arrival-rate", "2", "--service-rate", "1", "--abandon-rate", "0.5", "--servers", "3")


def test_simulate_exactly_prints_the_check_values() -> None:
    code, told, _ = run("simulate", *RATES, "--exact")

    assert code == 0
    assert told["p_wait"] == pytest.approx(0.35480, abs=5e-6)
    assert told["p_abandon"] == pytest.approx(0.08068, abs=5e-6)
    assert told["mean_queue"] == pytest.approx(0.32271, abs=5e-6)
    assert told["method"] == "exact"
    assert "standard_errors" not in told


def test_simulate_prints_figures_within_three_of_their_standard_errors() -> None:
    _, true, _ = run("simulate", *RATES, "--exact")

    code, told, _ = run("simulate", *RATES, "--replications", "100")

    assert code == 0
    for name in ("p_wait", "p_abandon", "mean_queue", "mean_wait", "busy"):
        assert abs(told[name] - true[name]) <= 3 * told["standard_errors"][name]
        assert told["standard_errors"][name] > 0


def test_simulate_repeats_itself_by_seed() -> None:
    few = ("simulate", *RATES, "--replications", "10", "--seed")

    assert run(*few, "3") == run(*few, "3")
    assert run(*few, "3")[1]["p_wait"] != run(*few, "4")[1]["p_wait"]


def test_simulate_names_the_figure_that_cannot_be() -> None:
    bad = run("simulate", "--arrival-rate", "nan", *RATES[2:])
    full = run(
        "simulate", "--arrival-rate", "4", "--service-rate", "1", "--abandon-rate", "0", "--servers", "3"
    )

    assert (bad[0], bad[2].strip()) == (
        2,
        "The arrival rate is nan: more than 0 is needed, and at most a thousand million.",
    )
    assert (full[0], full[2].strip()) == (
        2,
        "More people come than can be served and nobody gives up: the queue grows without end.",
    )
    assert run("simulate", "--arrival-rate", "many", *RATES[2:])[0] == 2
