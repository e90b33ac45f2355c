"""P1: an acknowledged sign-up survives kill -9, and is there once."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from . import place
from .posting import Visitors

VISITORS = 50


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Kill the server at random moments under fifty visitors who try again, and count what they were told is kept.

    First the same against a server that answers before the commit: there something must be missing.
    """
    kills = n or 300
    with place.scratch() as home:
        place.enter(home)
        place.found()
        bite = _kills(
            home, max(3, kills // 100), seed, "bite", wsgi="tests.acceptance.early_wsgi:application"
        )
        real = _kills(home, kills, seed, "real")
    found = {f"bite_{k}": v for k, v in bite.items() if k in ("acknowledged", "lost")}
    fail = real["lost"] + real["doubled"] + len(real["odd"]) + (bite["lost"] == 0)
    return {"cases": kills, "fail": fail, **real, **found}


def _kills(home: Path, kills: int, seed: int, prefix: str, *, wsgi: str = place.WSGI) -> dict[str, Any]:
    chance = random.Random(f"{seed}-{prefix}")
    server = place.Reborn(home, wsgi=wsgi)
    visitors = Visitors(server.port, VISITORS, prefix)
    try:
        server.start()
        visitors.prove("harbour")
        visitors.begin()
        for _ in range(kills):
            time.sleep(chance.uniform(0.3, 1.5))
            server.kill()
            server.start()
        if prefix == "real":
            time.sleep(1)  # whoever was cut off tries again, and that too may not double anyone
        visitors.end()
    finally:
        server.end()
    return judged(visitors, prefix)


def judged(visitors: Visitors, prefix: str) -> dict[str, Any]:
    from strandline.steady.intake.models import Submission
    from strandline.steady.people.models import Person

    stored = Counter(
        Submission.objects.filter(token__startswith=f"{prefix}-").values_list("token", flat=True)
    )
    named = Counter(
        Person.objects.filter(full_name__startswith=f"V {prefix}-").values_list("full_name", flat=True)
    )
    told = set(visitors.acknowledged)
    return {
        "acknowledged": len(told),
        "retried": len(visitors.retried),
        "lost": sum(stored[token] == 0 or named[f"V {token}"] == 0 for token in told),
        "doubled": sum(count > 1 for count in (*stored.values(), *named.values())),
        "odd": visitors.odd[:5],
    }
