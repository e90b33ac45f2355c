"""`strandline absorption survive` at the prompt."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from strandline.cli.absorption import app

FREIREICH = [(6, 1), (6, 1), (6, 1), (7, 1), (10, 1), (13, 1), (16, 1), (22, 1), (23, 1)] + [
    (week, 0) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "durations.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def freireich(folder: Path, delimiter: str = ",", header: str = "duration,event\n") -> Path:
    rows = "".join(f"{week}{delimiter}{event}\n" for week, event in FREIREICH)
    return written(folder, header.replace(",", delimiter) + rows)


def survive(*arguments: str) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, ["survive", *arguments])
    return result.exit_code, json.loads(result.stdout) if result.stdout else {}, result.stderr


@pytest.mark.parametrize(
    ("delimiter", "header"), [(",", "duration,event\n"), (";", "Weeks,Ended\n"), ("\t", "")]
)
def test_survive_prints_the_published_curve(tmp_path: Path, delimiter: str, header: str) -> None:
    code, told, _ = survive(str(freireich(tmp_path, delimiter, header)))

    assert code == 0
    assert (told["people"], told["ended"], told["median"]) == (21, 9, 23.0)
    curve = told["curve"]
    assert isinstance(curve, list)
    at_ten = next(point for point in curve if point["time"] == 10)
    assert at_ten["survival"] == pytest.approx(0.7529, abs=5e-5)
    assert (at_ten["lower"], at_ten["upper"]) == pytest.approx((0.503, 0.889), abs=5e-4)
    assert (at_ten["at_risk"], at_ten["ended"]) == (15, 1)


def test_survive_tells_single_times_and_the_mean(tmp_path: Path) -> None:
    code, told, _ = survive(str(freireich(tmp_path)), "--at", "8", "--at", "30", "--until", "35")

    assert code == 0
    early, late = told["at"]
    assert (early["survival"], early["standing"]) == (pytest.approx(0.8067, abs=5e-5), "shown")
    assert (late["at_risk"], late["standing"]) == (4, "too early")
    assert told["mean_stayed"]["value"] == pytest.approx(23.29, abs=0.01)


def test_survive_reads_a_byte_order_mark_and_utf_16(tmp_path: Path) -> None:
    text = "duration,event\n5,yes\n7,no\n"

    assert survive(str(written(tmp_path, b"\xef\xbb\xbf" + text.encode())))[1]["people"] == 2
    assert survive(str(written(tmp_path, text.encode("utf-16"))))[1]["people"] == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("duration,event\n5,1\n-3,1\n", "Line 3, duration: This must be 0 or more."),
        ("duration,event\n5,1\nnan,1\n", "Line 3, duration: This is not a finite number."),
        ("duration,event\n1e999,1\n", "Line 2, duration: This is written as a power of ten; write it out."),
        (
            "duration;event\n1,5;1\n",
            "Line 2, duration: Numbers are read with '.' as the decimal mark here; 1,5 can be read in two ways.",
        ),
        ("duration,event\n5,maybe\n", "Line 2, event: maybe is neither 1 (ended) nor 0 (still watched)."),
        ("duration,event\n5,\n", "Line 2, event: nothing is neither 1 (ended) nor 0 (still watched)."),
        ("duration,event\n5,1\n5\n", "Line 3: 1 cells, where 2 are expected."),
        ("duration,what\n5,1\n", "Line 1: there is no column event; duration and event are needed."),
        ("duration,duration,event\n5,5,1\n", "Line 1: the column duration is there 2 times."),
        ("5\n6\n", "Line 1: 1 cells, where 2 are needed: duration, event."),
        ('duration,event\n"5,1\n6,0\n', "Line 2: a quotation mark is opened and never closed."),
        (b"duration,event\n5,1\n\xc3\x28,1\n", "Line 3: this is not UTF-8 text. Save the file as UTF-8."),
        ("duration,event\n5,1\n5\0,1\n", "Line 3: this holds a NUL character."),
        ("duration,event\n" + "9" * 5000 + ",1\n", "Line 2: a cell of 5,000 characters is no figure."),
        ("", "durations.csv holds no figures."),
        ("duration,event\n\n", "durations.csv holds no figures."),
        (
            'duration,event\n5,1\n"5"6,1\n',
            "Line 3: the cells cannot be told apart (',' expected after '\"').",
        ),
        ("duration,event\n" + "9" * 140_000 + ",1\n", "Line 2: a cell is too long."),
    ],
)
def test_survive_names_line_and_reason(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    code, told, error = survive(str(written(tmp_path, text)))

    assert (code, told, error.strip()) == (2, {}, sentence)


def test_survive_names_a_file_that_is_not_there_and_a_time_that_cannot_be(tmp_path: Path) -> None:
    assert (
        survive(str(tmp_path / "none.csv"))[2].strip()
        == "none.csv cannot be read: No such file or directory."
    )
    assert survive(str(tmp_path))[0] == 2
    assert survive("\0")[0] == 2
    assert survive("-")[2].strip() == "What is piped in holds no figures."
    bad = survive(str(freireich(tmp_path)), "--at", "nan")
    assert (bad[0], bad[2].strip()) == (2, "--at: nan is no time; 0 or more is needed.")


def test_survive_refuses_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = freireich(tmp_path)

    monkeypatch.setattr("strandline.cli.columns.MOST_ROWS", 5)
    assert survive(str(path))[2].strip() == "Line 7: there are more than 5 rows."
    monkeypatch.setattr("strandline.cli.columns.MOST_BYTES", 5)
    assert survive(str(path))[2].strip() == "durations.csv is larger than 0 MB."
