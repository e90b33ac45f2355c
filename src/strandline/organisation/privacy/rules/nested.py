"""Bands of counts that stand in a tree, such as sections of people: a part, and the whole that holds it.

Each count in its own band would tell too much. Of two parts "under 5" and a whole "about 10", either part has somebody in it
for whoever knows that everyone of the whole belongs to one of its parts. So the steps at which the band of a whole changes
are chosen by what is shown of its parts, never by its own count: that a step is missing tells nothing.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from strandline.organisation.privacy.rules.bands import SMALL, WIDTH, Band, band

K = TypeVar("K", bound=Hashable)


def nested_bands(counts: Mapping[K, int], parents: Mapping[K, K | None]) -> dict[K, Band]:
    """The band of each count, so that no bands together prove that there is anybody in a part that may be empty.

    `parents` has every key of `counts`; what stands under nothing that is counted stands at the top. It is taken that a
    reader knows everybody of a whole to be in its parts; where some are not, less can be worked out.
    """
    below: dict[K, list[K]] = {key: [] for key in counts}
    tops: list[K] = []
    for key in counts:
        above = parents[key]
        (below[above] if above is not None and above in below else tops).append(key)
    shown: dict[K, Band] = {}
    for top in tops:
        _told(top, counts, below, shown)
    return shown


def _told(
    key: K, counts: Mapping[K, int], below: Mapping[K, list[K]], shown: dict[K, Band]
) -> tuple[int, dict[K, int]]:
    """Set the bands from here down. Return the most there may be here, and the most without each part that may be empty."""
    parts = [_told(part, counts, below, shown) for part in below[key]]
    if not parts:
        shown[key] = band(counts[key])
        return shown[key].high, {key: 0} if shown[key].low == 0 else {}
    most = sum(high for high, _ in parts)
    without = {part: most - high + rest for high, spared in parts for part, rest in spared.items()}
    shown[key] = _without_steps(band(counts[key]), min(without.values(), default=most), most)
    if shown[key].low > most:  # somebody belongs to the whole alone, and nothing follows for its parts
        return shown[key].high, dict.fromkeys(without, shown[key].high)
    high = min(shown[key].high, most)
    spared = {part: min(high, rest) for part, rest in without.items()}
    return high, spared | ({key: 0} if shown[key].low == 0 else {})


def _without_steps(plain: Band, least: int, most: int) -> Band:
    """The band where the steps above `least` and up to `most` are left out."""
    low, high = plain.low, plain.high
    while least < low <= most:
        low = low - WIDTH if low > SMALL else 0
    while least < high + 1 <= most:
        high += WIDTH
    return Band(low, high)
