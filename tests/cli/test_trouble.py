"""Trouble with the key, the file or the home is one sentence and exit code 2, whichever command meets it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.homes import strandline


@pytest.mark.parametrize(
    "command", [["serve"], ["doctor"], ["audit", "verify"], ["manage", "check"], ["worker"]]
)
def test_home_without_a_key_is_named(tmp_path: Path, command: list[str]) -> None:
    done = strandline(tmp_path / "home", *command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"There is no key: none in {tmp_path / 'home' / 'strandline.key'}")
    assert "Traceback" not in done.stderr


def test_wrong_key_is_called_a_wrong_key(own_home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text(os.urandom(32).hex())
    other.chmod(0o600)

    done = strandline(own_home, "doctor", STRANDLINE_KEY_FILE=str(other))

    assert done.returncode == 2
    assert done.stderr.startswith("Wrong key: ")
    assert len(done.stderr.splitlines()) == 1


def test_damaged_file_is_called_a_damaged_file(own_home: Path) -> None:
    with (own_home / "strandline.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 200)

    done = strandline(own_home, "doctor")

    assert done.returncode == 2
    assert done.stderr.startswith("Damaged file: ")
    assert len(done.stderr.splitlines()) == 1


def test_settings_that_cannot_be_used_are_named(own_home: Path) -> None:
    done = strandline(own_home, "doctor", STRANDLINE_DATABASE_URL="mysql://there/db")

    assert done.returncode == 2
    assert done.stderr == (
        "The settings cannot be used: STRANDLINE_DATABASE_URL has to begin with postgresql://\n"
    )
