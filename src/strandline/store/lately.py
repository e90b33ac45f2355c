"""What was found a moment ago and need not be asked again yet: kept by this process, for a short time, up to a number.

For answers that may be a little old: which way a question is put, or that there are more than can be shown. Never for
what someone may see; and whatever tells of people carries the account in its key.
"""

from __future__ import annotations

import time
from collections.abc import Hashable


class Lately:
    """Keys that were noted in the last so many seconds."""

    def __init__(self, *, seconds: float, most: int = 1000) -> None:
        self.seconds = seconds
        self.most = most
        self._until: dict[Hashable, float] = {}

    def note(self, key: Hashable) -> None:
        """Keep the key for a while."""
        if len(self._until) >= self.most:
            self._until.clear()
        self._until[key] = time.monotonic() + self.seconds

    def has(self, key: Hashable) -> bool:
        """Tell whether the key was noted lately."""
        return self._until.get(key, 0.0) > time.monotonic()
