"""How long a what-if takes: what is answered at once, and what the worker works out.

    python -m benchmarks what_if [--rounds 5]

No database: both are pure functions of the question and of one's own past waves. CPU time, the median of the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from strandline.ledger.capacity.rules import answer
from strandline.ledger.capacity.rules.history import PastWave
from strandline.ledger.capacity.rules.question import Question

SHAPE = (0.02, 0.09, 0.2, 0.18, 0.15, 0.11, 0.1, 0.07, 0.05, 0.03)
PAST = [
    PastWave(
        name=name,
        arrivals=tuple(round(size * part) for part in SHAPE),
        organisers=12,
        minutes_a_day=120,
        in_time=round(0.7 * size),
        tries=2 * size,
        reached=round(0.8 * size),
        stayed=round(0.3 * size),
        followed=size,
    )
    for name, size in (("Damp", 900), ("Rent letter", 1_600), ("Stairwell lights", 600))
]
STATED = {"reach": 0.5, "theta": 0.05}
QUESTIONS = {
    "4,000 sign-ups in 10 days, loss of interest assumed": Question(4_000, 10, 30, 2),
    "4,000 sign-ups in 10 days, all stated": Question(4_000, 10, 30, 2, **STATED),
    "100,000 sign-ups in 30 days, all stated": Question(100_000, 30, 400, 2, **STATED),
}


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks what_if", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for name, asked in QUESTIONS.items():
        at_once = _cpu(lambda asked=asked: answer.exact(asked, PAST), rounds)
        later = _cpu(lambda asked=asked: answer.courses(asked, PAST), rounds)
        print(f"{name}: at once {1000 * at_once:.0f} ms, worked out {later:.2f} s of CPU")
    return 0


def _cpu(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    raise SystemExit(main())
