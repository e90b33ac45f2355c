"""The checks of the door in small, a twentieth of what is promised: what runs for each commit."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance import powercut
from tests.acceptance.place import ROOT

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty database once for all of the checks."""
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    script = "import sys; from pathlib import Path; from tests.acceptance import place; place.enter(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=ROOT, env=_environ(), check=True)
    return home


def _environ(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STRANDLINE_")}
    return plain | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"} | more


@pytest.mark.parametrize(
    ("name", "n"),
    [("kill", 15), ("powercut", 150), ("offline", 25), ("flood", 5_000), ("iofail", 20), ("import", 75)],
)
def test_check_passes_in_small_and_bites(name: str, n: int, made_home: Path) -> None:
    if name in ("powercut", "iofail") and not shutil.which("gcc"):
        pytest.fail("gcc is needed") if os.environ.get("CI") == "true" else pytest.skip(
            "gcc is not installed"
        )
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance", name, "--n", str(n)],
        cwd=ROOT,
        env=_environ(STRANDLINE_CHECK_HOME=str(made_home)),
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
