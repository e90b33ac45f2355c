"""The checks of the door in small: what runs for each commit. The promise's own numbers take hours and are in the notes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys

import pytest

from tests.acceptance import powercut
from tests.acceptance.place import ROOT

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize(
    ("name", "n"), [("kill", 2), ("powercut", 8), ("offline", 40), ("flood", 300), ("iofail", 4)]
)
def test_check_passes_in_small_and_bites(name: str, n: int) -> None:
    if name == "powercut" and not shutil.which("gcc"):
        pytest.fail("gcc is needed") if os.environ.get("CI") == "true" else pytest.skip(
            "gcc is not installed"
        )
    environ = {k: v for k, v in os.environ.items() if not k.startswith("STRANDLINE_")}

    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance", name, "--n", str(n)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=900,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["check"], found["fail"]) == (name, 0)


def test_replay_keeps_what_was_synced_and_loses_what_was_not() -> None:
    file = powercut.File(bytearray(b"aaaa"))
    file.since = [powercut.Step("W", "f", 2, b"bbbb"), powercut.Step("T", "f", 5, b"")]

    dropped = file.after_cut("drop", random.Random(1))
    file.settle()

    assert dropped == b"aaaa"
    assert file.after_cut("drop", random.Random(1)) == b"aabbb"


def test_torn_write_is_kept_in_pieces_of_a_sector() -> None:
    step = powercut.Step("W", "f", 100, bytes(1200))

    assert [(p.at, len(p.data)) for p in powercut.pieces(step)] == [(100, 512), (612, 512), (1124, 176)]
