"""P3: on a full or failing disk nothing is acknowledged that is not durable; the answer is 503 within two seconds; it heals.

First call by call (`failing`): the n-th write, sync or rename fails. Then a server under visitors.
*Full* is a file system of a few megabytes that is filled up (it needs the right to mount; `full` says whether it had it).
*Failing* is a limit on the size of files, set on the running server from outside: each write beyond it fails.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import failing, kill, place
from .posting import Visitors

VISITORS = 12
PROMISED = 2.0
# The disk: what an organisation takes at first, and what the visitors of one round leave on it.
SIZE, GROWS = 24 * 1024 * 1024, 1024 * 1024
RESERVE = 1024 * 1024
HEALS_WITHIN = 15.0


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Let n calls fail, one after another; then the disk of a server, a tenth as often, under visitors who try again.

    Both are shown first with something that answers too early.
    """
    calls = n or 400
    called = failing.enumerated(calls, seed)
    rounds = max(4, calls // 10)
    with place.scratch() as home:
        place.enter(home)
        place.found()
        early = place.Server(home, wsgi="tests.acceptance.early_wsgi:application")
        bite = _troubled(early, ["failing"] * 3, "bite", home)
        chance = random.Random(seed)
        with _small(home, SIZE + rounds * GROWS) as is_small:
            # The home is copied into the small disk, so that the server's files lie there.
            kinds = [chance.choice(("failing", "full")) if is_small else "failing" for _ in range(rounds)]
            real = _troubled(place.Server(home), kinds, "real", home)
            real["corrupt"] = _corrupt()
    slow = real["slowest_refusal"] > PROMISED
    fail = real["lost"] + real["doubled"] + len(real["odd"]) + real["unhealed"] + real["corrupt"] + slow
    fail += (bite["lost"] == 0) + (real["refused"] == 0) + called["fail"]
    found = {f"bite_{k}": bite[k] for k in ("acknowledged", "lost")}
    return {
        "cases": called["cases"] + rounds,
        "fail": int(fail),
        "full": "full" in kinds,
        **real,
        **found,
        "call_by_call": called,
    }


def _troubled(server: place.Server, kinds: list[str], prefix: str, home: Path) -> dict[str, Any]:
    visitors = Visitors(server.port, VISITORS, prefix)
    unhealed = 0
    try:
        server.start()
        visitors.prove("harbour")
        visitors.begin(pause=0.005)
        for kind in kinds:
            _wait_for_more(visitors)
            with _full(home) if kind == "full" else _failing(server):
                _wait_for_refusals(visitors)
            unhealed += not _wait_for_more(visitors)
        visitors.end()
    finally:
        server.kill()
    refusals = [took for status, took in visitors.refused if status == 503]
    told = kill.judged(visitors, prefix)
    told["odd"] = [status for status in visitors.odd if status != 503][:5]
    return told | {
        "refused": len(refusals),
        "slowest_refusal": round(max(refusals, default=0.0), 2),
        "unhealed": unhealed,
    }


def _wait_for_more(visitors: Visitors) -> bool:
    """Wait until somebody more is acknowledged; False when nobody is."""
    before, until = len(visitors.acknowledged), time.monotonic() + HEALS_WITHIN
    while len(visitors.acknowledged) < before + VISITORS:
        if time.monotonic() > until:
            return False
        _renew()
        time.sleep(0.05)
    return True


def _wait_for_refusals(visitors: Visitors) -> None:
    """Stay until some were refused, or for so long that what fits is in."""
    before, until = len(visitors.refused), time.monotonic() + 3
    while len(visitors.refused) < before + VISITORS and time.monotonic() < until:
        time.sleep(0.05)


def _renew() -> None:
    # What the worker does every few seconds: lay the reserve up again.
    from django.conf import settings

    from strandline.store import upkeep

    place_ = Path(settings.DATABASES["default"]["NAME"]).parent
    if upkeep.ballast_path(place_).exists():
        upkeep.renew_ballast(place_, size=RESERVE)


@contextmanager
def _failing(server: place.Server) -> Iterator[None]:
    """Let every write of the server that goes beyond a few bytes of a file fail."""
    none = resource.RLIM_INFINITY
    for pid in server.processes():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, none))
    try:
        yield
    finally:
        for pid in server.processes():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (none, none))


@contextmanager
def _full(home: Path) -> Iterator[None]:
    """Fill the disk to the last block."""
    filler = home / "filler"
    with filler.open("wb") as file, suppress(OSError):
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while True:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _small(home: Path, size: int) -> Iterator[bool]:
    """Put the home onto a disk of its own with little room; False where that is not allowed."""
    from django.db import connections

    connections.close_all()
    kept = home.with_name(home.name + "-before")
    done = subprocess.run(["cp", "-a", str(home), str(kept)], check=False)
    options = f"size={size},mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(home)], capture_output=True, check=False
    )
    is_small = done.returncode == 0 and mounted.returncode == 0
    try:
        if is_small:
            subprocess.run(["cp", "-a", f"{kept}/.", str(home)], check=True)
            _lay_up()
        yield is_small
    finally:
        connections.close_all()
        if is_small:
            subprocess.run(["umount", "-l", str(home)], check=False)
        subprocess.run(["rm", "-rf", str(kept)], check=False)


def _lay_up() -> None:
    from django.conf import settings

    from strandline.store import upkeep

    upkeep.make_ballast(Path(settings.DATABASES["default"]["NAME"]).parent, size=RESERVE)


def _corrupt() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA integrity_check").fetchone()[0] != "ok")
