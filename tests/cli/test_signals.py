"""`strandline signals detect`: what it prints, and what it refuses."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from strandline.cli.signals import MOST_BYTES, app
from strandline.surge.signals.rules import alarm, watch

QUIET = [10] * 40
SURGE = [*QUIET, 30, 40]


def _days(counts: list[int], heading: str = "time,count", mark: str = ",", every: int = 1) -> str:
    first = date(2026, 1, 1)
    rows = [f"{first + timedelta(days=every * i)}{mark}{count}" for i, count in enumerate(counts)]
    return "\n".join([heading, *rows] if heading else rows) + "\n"


def _detect(tmp_path: Path, content: str | bytes, *options: str) -> Result:
    file = tmp_path / "counts.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(app, ["detect", str(file), *options])


def _printed(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_step_in_watch_or_alarm_is_a_json_line(tmp_path: Path) -> None:
    printed = _printed(_detect(tmp_path, _days(SURGE, every=7)))

    assert printed == [
        {
            "time": "2026-10-08",
            "tier": "watch",
            "count": 30,
            "expected": 10.0,
            "why": (
                "30 this week; about 10 is usual. This many in one week is more than luck has given us in a year. "
                "Look at it, and wait for the next count."
            ),
        },
        {
            "time": "2026-10-15",
            "tier": "alarm",
            "count": 40,
            "expected": 10.0,
            "why": (
                "70 in 2 weeks, 40 of them this week; about 20 is usual. This many in so few weeks is more than "
                "luck has given us in a year. It is confirmed: decide whether this is a surge."
            ),
        },
    ]


@pytest.mark.parametrize("tier", ["watch", "alarm"])
def test_a_tier_prints_its_own_steps(tmp_path: Path, tier: str) -> None:
    counts = [10] * 40 + [16, 22, 30, 45, 60, 41, 12, 10]

    printed = _printed(_detect(tmp_path, _days(counts, every=7), "--tier", tier))

    wanted = {"watch": watch, "alarm": alarm}[tier](counts, "week")
    first = date(2026, 1, 1)
    assert [line["time"] for line in printed] == [
        str(first + timedelta(weeks=i)) for i, said in enumerate(wanted) if said
    ]
    assert {line["tier"] for line in printed} == {tier}


def test_a_quiet_series_prints_nothing(tmp_path: Path) -> None:
    assert _printed(_detect(tmp_path, _days(QUIET))) == []


def test_a_young_series_says_so(tmp_path: Path) -> None:
    printed = _printed(_detect(tmp_path, _days([1, 2, 3]), "--tier", "alarm"))

    assert printed == [
        {
            "time": "2026-01-03",
            "tier": "too little history",
            "count": 3,
            "expected": None,
            "why": "Too little history: 5 more days are needed.",
        }
    ]


@pytest.mark.parametrize("heading", ["", "t,count", "Day,Sign-ups"])
def test_headings_are_optional(tmp_path: Path, heading: str) -> None:
    with_heading = _detect(tmp_path, _days(SURGE, heading), "--tier", "watch")

    assert _printed(with_heading) == _printed(_detect(tmp_path, _days(SURGE), "--tier", "watch"))


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_other_marks_and_a_byte_order_mark_are_read(tmp_path: Path, mark: str, start: str) -> None:
    content = start + _days(SURGE, f"time{mark}count", mark)

    assert _printed(_detect(tmp_path, content)) == _printed(_detect(tmp_path, _days(SURGE)))


def test_a_byte_order_mark_before_the_first_count_is_read(tmp_path: Path) -> None:
    content = "\ufeff" + _days(SURGE, "")

    assert _printed(_detect(tmp_path, content)) == _printed(_detect(tmp_path, _days(SURGE)))


def test_windows_lines_quotes_and_blank_lines_are_read(tmp_path: Path) -> None:
    content = _days(SURGE).replace("\n", "\r\n").replace(",10", ',"10"') + "\r\n\r\n"

    assert _printed(_detect(tmp_path, content)) == _printed(_detect(tmp_path, _days(SURGE)))


def test_hours_are_read_with_their_zone(tmp_path: Path) -> None:
    first = datetime.fromisoformat("2026-01-01")
    counts = [5] * (24 * 12) + [60] * 24
    rows = [f"{(first + timedelta(hours=i)).isoformat()}+02:00,{count}" for i, count in enumerate(counts)]

    printed = _printed(_detect(tmp_path, "\n".join(rows), "--tier", "watch"))

    assert [line["time"] for line in printed] == [
        rows[i].split(",")[0] for i, said in enumerate(watch(counts, "hour")) if said
    ]
    assert printed


def test_missing_steps_can_count_as_zero(tmp_path: Path) -> None:
    lines = _days([0 if i % 3 else 4 for i in range(60)] + [40, 60]).splitlines()
    sparse = "\n".join(line for line in lines if not line.endswith(",0"))

    filled = _detect(tmp_path, sparse, "--missing", "zero")

    assert _printed(filled) == _printed(_detect(tmp_path, "\n".join(lines)))
    assert _printed(filled)


def test_more_streams_ask_for_more_evidence(tmp_path: Path) -> None:
    content = _days([10] * 40 + [18, 19], every=7)

    assert len(_printed(_detect(tmp_path, content))) > len(
        _printed(_detect(tmp_path, content, "--streams", "5000"))
    )


GOOD = _days([1, 2, 3, 4])


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        ("", [], "There are no counts in the file."),
        ("time,count\n", [], "There are no counts in the file."),
        ("\n\n", [], "There are no counts in the file."),
        (GOOD + "2026-01-05,many\n", [], "Line 6: the count “many” is not a whole number."),
        (GOOD + "2026-01-05,2.5\n", [], "Line 6: the count “2.5” is not a whole number."),
        (GOOD + "2026-01-05,NaN\n", [], "Line 6: the count “NaN” is not a whole number."),
        (GOOD + "2026-01-05,inf\n", [], "Line 6: the count “inf” is not a whole number."),
        (GOOD + "2026-01-05,٣\n", [], "Line 6: the count “٣” is not a whole number."),
        (GOOD + "2026-01-05,\n", [], "Line 6: there is no count."),
        (GOOD + "2026-01-05,-3\n", [], "Line 6: the count -3 is negative."),
        (GOOD + "2026-01-05,2000000000000\n", [], "Line 6: the count 2000000000000 is too large."),
        (GOOD + ",3\n", [], "Line 6: there is no time. Write 2026-01-20 or 2026-01-20 14:00."),
        (
            GOOD + "05/01/2026,3\n",
            [],
            "Line 6: “05/01/2026” is not a time. Write 2026-01-20 or 2026-01-20 14:00.",
        ),
        (GOOD + "2026-01-04,9\n", [], "Line 6: 2026-01-04 is there twice."),
        (GOOD + "2026-01-02,9\n", [], "Line 6: 2026-01-02 is earlier than the line before. Sort by time."),
        (
            GOOD + "2026-01-07,9\n",
            [],
            "Line 6: 2 steps are missing before 2026-01-07. "
            "Add them, or say --missing zero if no line means nobody came.",
        ),
        (
            GOOD + "2026-01-06,9\n",
            [],
            "Line 6: 1 step is missing before 2026-01-06. "
            "Add them, or say --missing zero if no line means nobody came.",
        ),
        (
            GOOD + "2026-01-06 12:00,9\n",
            [],
            "Line 6: 2026-01-06 12:00 is 60 hours after the line before, which is no whole number of days.",
        ),
        (GOOD + "2026-01-05T00:00:00Z,9\n", [], "Line 6: some times have a time zone and some have none."),
        (GOOD + "2026-01-05,1,2,3,4\n", [], "Line 6 has 5 columns; there must be two, time and count."),
        ("a,b,c,d,e\n1,2,3,4,5\n", [], "Line 1 has 5 columns; there must be two, time and count."),
        (GOOD + "2026-01-05\n", [], "Line 6 has 1 column; there must be two, time and count."),
        (
            "2026-01-01,3\n",
            [],
            "One count does not show how long a step is. Say --step hour, 3h, day or week.",
        ),
        (
            "2026-01-01 10:00,3\n2026-01-01 10:15,4\n",
            [],
            "The counts are 0.25 hours apart; they must be an hour, 3 hours, a day or a week.",
        ),
        (
            "2026-01-01,3\n2026-02-01,4\n",
            [],
            "The counts are 31 days apart; they must be an hour, 3 hours, a day or a week.",
        ),
        (
            GOOD,
            ["--step", "week"],
            "Line 3: 2026-01-02 is 1 day after the line before, which is no whole number of weeks.",
        ),
        (b"\x00\x01\x02\xff\xfe,\x80\n", [], "Line 1 is not text. Give a CSV file in UTF-8."),
        (b"time,count\n2026-01-01,\xe9\n", [], "Line 2 is not text. Give a CSV file in UTF-8."),
        (
            "2026-01-01,99999999999999999999\n",
            [],
            "Line 1: the count 99999999999999999999 is too large.",
        ),
        (GOOD.encode("utf-16"), [], "The file is in UTF-16. Save it as UTF-8."),
        ("x" * 5000, [], "Line 1 has more than 200 characters."),
        ("\n" * 200_001, [], "The file has more than 200,000 lines."),
        (b" " * (MOST_BYTES + 1), [], "The file is larger than 20 MB."),
        (
            "0001-01-01 00:00,1\n0001-01-01 01:00,1\n9999-01-01 00:00,1\n",
            ["--missing", "zero"],
            "Line 3: with the missing steps there are more than 200,000 counts.",
        ),
        (
            "0001-01-01 00:00+05:00,1\n",
            [],
            "Line 1: “0001-01-01 00:00+05:00” is not a time. Write 2026-01-20 or 2026-01-20 14:00.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_line_and_reason(
    tmp_path: Path, content: str | bytes, options: list[str], reason: str
) -> None:
    result = _detect(tmp_path, content, *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path / 'counts.csv'}: {reason}\n"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["detect", str(tmp_path / "nowhere.csv")])

    assert (result.exit_code, result.stderr) == (
        2,
        f"{tmp_path / 'nowhere.csv'}: The file cannot be read: No such file or directory.\n",
    )


def test_what_is_piped_in_is_read_as_a_file_is(tmp_path: Path) -> None:
    piped = CliRunner().invoke(app, ["detect", "-"], input=GOOD)

    assert (piped.exit_code, piped.stdout) == (0, _detect(tmp_path, GOOD).stdout)
    assert (
        CliRunner().invoke(app, ["detect", "-"], input="").stderr == "-: There are no counts in the file.\n"
    )


def test_a_stream_without_end_is_refused() -> None:
    result = CliRunner().invoke(app, ["detect", "/dev/zero"])

    assert (result.exit_code, result.stderr) == (2, "/dev/zero: The file is larger than 20 MB.\n")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["detect", str(tmp_path)])

    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}: The file cannot be read: Is a directory.\n")


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(GOOD)

    def refused(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root may read everything, so the refusal is planted
    result = CliRunner().invoke(app, ["detect", str(file)])

    assert (result.exit_code, result.stderr) == (2, f"{file}: The file cannot be read: Permission denied.\n")


@pytest.mark.parametrize(("option", "value"), [("--step", "month"), ("--tier", "panic"), ("--streams", "0")])
def test_an_unknown_option_is_refused_without_a_traceback(tmp_path: Path, option: str, value: str) -> None:
    result = _detect(tmp_path, GOOD, option, value)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
