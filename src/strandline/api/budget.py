"""How much one token may ask in a minute: a bucket that fills evenly, kept in the memory of this process."""

from __future__ import annotations

import threading

# Beyond this many holders the fullest buckets are forgotten: to forget one is to fill it.
MOST_HOLDERS = 10_000


class Budget:
    """A budget of requests per minute for each holder; a minute's worth may be spent at once."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}
        self._gate = threading.Lock()

    def spend(self, holder: str, *, per_minute: int, now: float) -> float:
        """Take one from the holder's budget; return for how many seconds to wait when there is none, else 0."""
        with self._gate:
            left, since = self._left.get(holder, (float(per_minute), now))
            left = min(float(per_minute), left + max(0.0, now - since) * per_minute / 60)
            if left < 1:
                self._left[holder] = (left, now)
                return (1 - left) * 60 / per_minute
            self._left[holder] = (left - 1, now)
            if len(self._left) > MOST_HOLDERS:
                self._forget()
            return 0.0

    def clear(self) -> None:
        """Fill every bucket."""
        with self._gate:
            self._left.clear()

    def _forget(self) -> None:
        fullest = sorted(self._left, key=lambda holder: self._left[holder][0], reverse=True)
        for holder in fullest[: MOST_HOLDERS // 2]:
            del self._left[holder]
