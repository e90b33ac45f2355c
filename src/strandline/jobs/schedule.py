"""What is done by itself, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from . import tasks
from .slots import Daily, Every, When


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One entry of the schedule: the name stays for good, for slots are remembered by it."""

    name: str
    task: Any
    when: When


SCHEDULE = (
    Scheduled("wake-rested", tasks.wake_rested, Daily(time(4, 0))),
    Scheduled("forget-old", tasks.forget_old, Daily(time(3, 20))),
    Scheduled("watch-signals", tasks.watch_signals, Daily(time(4, 30))),
    Scheduled("follow-surges", tasks.follow_surges, Daily(time(4, 10))),
    Scheduled("keep-ledger", tasks.keep_ledger, Daily(time(4, 30))),
    Scheduled("clear-sessions", tasks.clear_sessions, Every(60)),
    Scheduled("look-after-incoming", tasks.look_after_incoming, Every(1)),
    Scheduled("index-readings", tasks.index_readings, Every(5)),
)
