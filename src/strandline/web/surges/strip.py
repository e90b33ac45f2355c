"""The strip on Today while a surge is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strandline.surge.moments import queries as moments

if TYPE_CHECKING:
    from strandline.surge.moments.models import Surge


@dataclass(frozen=True)
class LiveSurge:
    """A surge that takes people in today, and on which of its days it is."""

    code: str
    name: str
    day: int


def live_surges(request: Any) -> list[Surge]:
    """Return the live surges that the reader may see, the latest first; asked once a request."""
    found: list[Surge] | None = getattr(request, "live_surges", None)
    if found is None:
        found = request.live_surges = moments.live_surges(viewer=request.viewer, on=request.today)
    return found


def live(request: Any) -> list[LiveSurge]:
    """Return the lines of the strip."""
    return [
        LiveSurge(one.code, one.name, (request.today - one.starts_on).days + 1)
        for one in live_surges(request)
    ]
