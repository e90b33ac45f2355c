"""P3 by enumeration: the n-th write, sync or rename of the database's files fails, for every n, under sign-ups and an import.

Once with EIO, as a disk fails that is worn; and from the n-th on with ENOSPC until somebody makes room. `iofail` starts
this with `failing.c` preloaded. Each case is a process of its own, born of one that has everything loaded.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import lists_to_import, place
from .importing import Found, Rig, Whole

VISITORS, TURNS = 6, 12
CALLS = 400  # the promise's; a turn of either makes more
PROMISED = 2.0  # seconds within which a refusal is said
ERRORS = (errno.EIO, errno.ENOSPC)


def enumerated(n: int, seed: int) -> dict[str, Any]:
    """Run this in a process of its own over a new home, with the library that lets calls fail; return what it found."""
    with place.scratch() as around:
        library, home = around / "failing.so", around / "home"
        home.mkdir(mode=0o700)
        source = Path(__file__).with_suffix(".c")
        subprocess.run(
            ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True
        )
        environ = os.environ | {
            "PYTHONPATH": f"{place.ROOT / 'src'}:{place.ROOT}",
            "LD_PRELOAD": str(library),
            "FAILING_UNDER": str(home),
        }
        command = [sys.executable, "-m", "tests.acceptance.failing", str(home), str(n), str(seed)]
        done = subprocess.run(
            command, cwd=place.ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@dataclass
class Failing:
    """A home whose disk fails at a given call, and what was found wrong with what became of it."""

    rig: Rig
    home: Path
    library: ctypes.CDLL
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def sign_ups(self, at: int, error: int, *, too_early: bool = False) -> None:
        """Let visitors sign up while the call fails, end without a tidy end, and count what is there."""
        where = f"sign-ups, call {at}, {errno.errorcode[error]}"
        kept, said = self.home / "kept.txt", self.home / "said.json"
        for path in (kept, said):
            path.unlink(missing_ok=True)
        self.rig.restore()
        done = self.rig.child(lambda: _visit(self.library, at, error, kept, said, too_early))
        self._expect(done.code == 0, f"{where}: ended with {done.code}, {done.said}")
        story = json.loads(said.read_text())
        told = kept.read_text().split()
        stored = _stored()
        lost = [token for token in told if not stored[token]]
        self.told.update(acknowledged=len(told), failed=story["failed"], refused=story["refused"])
        self._expect(not lost, f"{where}: {len(lost)} lost")
        self._expect(max(stored.values(), default=0) <= 1, f"{where}: doubled")
        self._expect(story["slowest"] <= PROMISED, f"{where}: refused after {story['slowest']:.1f} s")
        self._expect(
            error == errno.EIO or story["healed"], f"{where}: room was made, and it was still refused"
        )
        self._expect(_is_sound(), f"{where}: damaged")

    def bring_in(self, whole: Whole, at: int, error: int) -> None:
        """Let a list come in while the call fails, look, and let it come in again with nothing failing."""
        where = f"import, call {at}, {errno.errorcode[error]}"

        def failing() -> None:
            self.library.failing_begin(ctypes.c_long(at), error, int(error == errno.ENOSPC))
            whole_by_command()

        whole_by_command: Callable[[], None] = self.rig.by_command(whole.path)
        self.rig.restore()
        self.rig.child(failing)
        self._expect(self.rig.shows_all_or_nothing(whole), f"{where}: half of it is seen")
        again = self.rig.child(whole_by_command)
        self._expect(again.code == 0, f"{where}: did not go on, {again.code} {again.said}")
        self._expect(self.rig.shows_all(whole), f"{where}: other than undisturbed")
        self._expect(_is_sound(), f"{where}: damaged")

    def _expect(self, is_so: bool, words: str) -> None:
        if not is_so:
            self.wrong.append(words)


def _visit(library: ctypes.CDLL, at: int, error: int, kept: Path, said: Path, too_early: bool) -> None:
    from strandline.organisation.receipts.rules import fingerprint
    from strandline.steady.intake import actions
    from strandline.steady.intake.rules import Outcome, Sheet
    from strandline.store import writer
    from strandline.store.errors import NotSaved

    slowest, refused, gate = [0.0], [0], threading.Lock()
    told = os.open(kept, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def is_kept(token: str) -> bool:
        typed = {"name": f"V {token}", "reach": f"{token}@example.org", "consent": "yes"}
        sheet = Sheet("harbour", token, fingerprint(token), typed, datetime.now(UTC))
        began = time.monotonic()
        try:
            answer = writer.get().submit(actions.sign_up, sheet).result()
        except NotSaved:
            with gate:
                refused[0] += 1
                slowest[0] = max(slowest[0], time.monotonic() - began)
            return too_early
        return answer.outcome is Outcome.KEPT

    def visit(number: int) -> None:
        for turn in range(TURNS):
            token = f"nth-{number}-{turn}-abcd"
            if any(is_kept(token) for _ in range(1 if too_early else 2)):
                os.write(told, f"{token}\n".encode())

    library.failing_begin(ctypes.c_long(at), error, int(error == errno.ENOSPC))
    threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = int(library.failing_failed())
    library.failing_stop()
    healed = is_kept("nth-after-abcd")
    said.write_text(
        json.dumps({"failed": failed, "refused": refused[0], "slowest": slowest[0], "healed": healed})
    )


def _stored() -> Counter[str]:
    from strandline.steady.intake.models import Submission
    from strandline.steady.people.models import Person

    tokens = Counter(Submission.objects.filter(token__startswith="nth-").values_list("token", flat=True))
    named = Counter(Person.objects.filter(full_name__startswith="V nth-").values_list("full_name", flat=True))
    # Half done is as bad as not done: both or neither.
    both = {token: max(count, named[f"V {token}"]) for token, count in tokens.items() if named[f"V {token}"]}
    return Counter(both)


def _is_sound() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        return bool(cursor.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def main(home: Path, n: int, seed: int) -> dict[str, Any]:
    rig, found = Rig(home, random.Random(f"failing-{seed}")), Found()
    whole = rig.undisturbed(lists_to_import.made(1, seed, size=40), found)
    failing = Failing(rig, home, ctypes.CDLL(os.environ["LD_PRELOAD"]), wrong=found.wrong)
    bite = Failing(rig, home, failing.library)
    bite.sign_ups(20, errno.ENOSPC, too_early=True)
    for turn in range(n):
        at = 1 + turn * CALLS // n if n < CALLS else 1 + turn  # few are spread over all
        for error in ERRORS:
            failing.sign_ups(at, error)
        failing.bring_in(whole, at, ERRORS[turn % 2])
    return {
        "calls": n,
        "cases": 3 * n,
        **failing.told,
        "wrong": failing.wrong[:10],
        "fail": len(failing.wrong) + (not bite.wrong) + (failing.told["failed"] == 0),
        "bite": len(bite.wrong),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))), flush=True)
