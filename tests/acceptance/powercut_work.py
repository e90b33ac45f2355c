"""What runs while the power is cut: sign-ups from many threads through the group writer, with checkpoints between."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path


def main(count: int, settings: str) -> None:
    from tests.acceptance import place

    home = Path(os.environ["POWERCUT_HOME"])
    place.enter(home, settings)
    from strandline.organisation.receipts.rules import fingerprint
    from strandline.steady.intake import actions
    from strandline.steady.intake.rules import Outcome, Sheet
    from strandline.store import writer

    acknowledged = ctypes.CDLL(os.environ["LD_PRELOAD"]).powercut_acknowledged

    def visit(number: int) -> None:
        for turn in range(count // 8):
            token = f"cut-{number}-{turn}-abcd"
            typed = {"name": f"V {token}", "reach": f"{token}@example.org", "consent": "yes"}
            sheet = Sheet("harbour", token, fingerprint(token), typed, datetime.now(UTC))
            answer = writer.get().submit(actions.sign_up, sheet).result()
            if answer.outcome is Outcome.KEPT:
                acknowledged(token.encode())

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The last thing seen is a running process: the cut comes before a tidy end.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
