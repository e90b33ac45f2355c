from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from strandline.cli.main import main
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches.models import Organisation
from strandline.steady.interchange.models import Export
from tests.cast import Cast


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(str(ended.value.code or 0))


def out(cast: Cast, file: Path, name: str = "amina", *more: str) -> int:
    return run("export", "people", str(file), "--as", cast.accounts[name].email, *more)


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_people_go_out_as_whoever_asks_sees_them(cast: Cast, tmp_path: Path, ending: str) -> None:
    cast.person("Rosa Lind")
    cast.person("Tomasz Zielny", by="chen")
    file = tmp_path / f"people.{ending}"

    ended = out(cast, file)

    assert (ended, file.stat().st_mode & 0o777) == (0, 0o600)
    assert (Export.objects.get().count, Export.objects.get().kind) == (1, ending)
    assert set(AuditEntry.objects.filter(verb="people.exported").values_list("actor", flat=True)) == {
        cast.accounts["amina"].audit_id
    }
    if ending == "csv":
        assert [row["full_name"] for row in csv.DictReader(file.read_text("utf-8-sig").splitlines())] == [
            "Rosa Lind"
        ]
    if ending == "json":
        assert [row["full_name"] for row in json.loads(file.read_text())] == ["Rosa Lind"]


def test_filters_of_the_people_page_choose(cast: Cast, tmp_path: Path) -> None:
    cast.person("Rosa Lind")
    cast.person("Tomasz Zielny")
    file = tmp_path / "people.json"

    assert out(cast, file, "amina", "--where", "q=tomasz") == 0

    assert [row["full_name"] for row in json.loads(file.read_text())] == ["Tomasz Zielny"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--where", "knd=supporter"), "'knd' is no filter"),
        (("--where", "kind"), "is no filter"),
        (("--where", "kind=friend"), "Kind of tie: it is not one of"),
        (("--where", "q=a&q=b"), "stands there twice"),
    ],
)
def test_filter_that_cannot_be_read_lets_nobody_out(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], says: str
) -> None:
    cast.person("Rosa Lind")

    assert out(cast, tmp_path / "people.csv", "amina", *more) == 2

    assert says in capsys.readouterr().err
    assert not (tmp_path / "people.csv").exists()
    assert not Export.objects.exists()


def test_what_cannot_be_written_is_one_sentence(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there.csv"
    there.write_text("kept")

    ended = [
        out(cast, there),
        out(cast, tmp_path / "people.doc"),
        out(cast, tmp_path / "people.csv", "dede"),
        out(cast, tmp_path / "none" / "people.csv"),
        run("export", "people", str(tmp_path / "people.csv"), "--as", "nobody@example.org"),
    ]

    told = capsys.readouterr().err.splitlines()
    assert ended == [2] * 5
    assert there.read_text() == "kept"
    assert [line.split(": ", 1)[-1] for line in told] == [
        f"{there} is there already. Nothing was written.",
        "the name has to end in .csv, .xlsx, .json.",
        "there is nothing to write.",
        "No such file or directory.",
        "There is no account with the address nobody@example.org.",
    ]


def test_more_than_one_alone_may_take_needs_a_second_person(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Organisation.objects.update(export_alone=1)
    cast.person("Rosa Lind")
    cast.person("Tomasz Zielny")

    assert out(cast, tmp_path / "people.csv") == 2

    assert "a second person has to agree" in capsys.readouterr().err
    assert not (tmp_path / "people.csv").exists()
