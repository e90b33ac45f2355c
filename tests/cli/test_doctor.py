"""`strandline doctor` and `strandline audit verify`: what is wrong is said, and shown by the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.homes import python, strandline

CHANGE = "from django.db import connection\nwith connection.cursor() as c: c.execute({!r})"


def wrong(home: Path) -> tuple[int, list[str]]:
    done = strandline(home, "doctor")
    return done.returncode, [
        line.split("  ", 1)[1] for line in done.stdout.splitlines() if line.startswith("WRONG")
    ]


def test_doctor_finds_a_new_home_well(demo_home: Path) -> None:
    assert wrong(demo_home) == (0, [])


def test_doctor_finds_what_is_open_to_others_and_what_is_missing(own_home: Path) -> None:
    (own_home / "strandline.db.keycheck").chmod(0o644)

    code, words = wrong(own_home)

    assert code == 1
    assert words == [
        f"Open to other users of this machine: strandline.db.keycheck. Run `chmod -R go= {own_home}`.",
        "The reserve for a full disk was given up: make room, and it is laid up again.",
    ]


def test_doctor_finds_a_log_that_was_cut(own_home: Path) -> None:
    python(
        own_home,
        CHANGE.format(
            "DELETE FROM organisation_auditentry WHERE seq = (SELECT max(seq) FROM organisation_auditentry)"
        ),
    )

    code, words = wrong(own_home)

    assert code == 1
    assert "The log does not end as its head says: run `strandline audit verify`." in words


def test_doctor_finds_a_clock_that_is_behind(own_home: Path) -> None:
    python(own_home, CHANGE.format("UPDATE organisation_auditentry SET at = '2099-01-01 00:00:00'"))

    code, words = wrong(own_home)

    assert code == 1
    assert "The clock is behind what was last written (2099-01-01 00:00 UTC): set it right." in words


def test_verify_leads_through_an_anchor(demo_home: Path) -> None:
    head = strandline(demo_home, "audit", "verify").stdout.split()[-1]

    same = strandline(demo_home, "audit", "verify", "--anchor", head)
    other = strandline(
        demo_home, "audit", "verify", "--anchor", head[:-1] + ("0" if head[-1] != "0" else "1")
    )

    assert (same.returncode, other.returncode) == (0, 1)
    assert other.stdout.endswith("the log was rebuilt since the anchor was kept.\n")


@pytest.mark.parametrize("anchor", ["12", "twelve:" + "0" * 64, "12:" + "G" * 64])
def test_verify_refuses_what_is_no_anchor(demo_home: Path, anchor: str) -> None:
    done = strandline(demo_home, "audit", "verify", "--anchor", anchor)

    assert (done.returncode, done.stderr.startswith("--anchor: an anchor is a number")) == (2, True)


def test_verify_names_the_entry_that_was_changed(own_home: Path) -> None:
    python(own_home, CHANGE.format("UPDATE organisation_auditentry SET actor = 'somebody' WHERE seq = 40"))

    done = strandline(own_home, "audit", "verify")

    assert done.returncode == 1
    assert done.stdout.startswith("The log is broken at entry 40: ")
