"""Long work: how far it is, in words, and an honest guess of what is left (DESIGN section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

ESTIMATE_AFTER = 5  # seconds before anything is guessed
IN_MINUTES_FROM = 100  # seconds from which minutes are told


@dataclass(frozen=True)
class Going:
    """How far work is: in words, in parts of all, what is left once it can be guessed, and the last quarter reached."""

    words: str
    done: int = 0
    of: int = 0
    left: str = ""
    milestone: int = 0


def going(
    words: str, done: int, of: int, *, began_at: datetime | None, at: datetime, before: int = 0
) -> Going:
    """Say how far work is that began then; `before` is what was done already when it began, or began again."""
    left = ""
    since = (at - began_at).total_seconds() if began_at else 0.0
    if since > ESTIMATE_AFTER and done > before and of >= done:
        left = _left(round(since / (done - before) * (of - done)))
    return Going(words, done, of, left, 100 * done // of // 25 * 25 if of else 0)


def _left(seconds: int) -> str:
    if seconds >= IN_MINUTES_FROM:
        minutes = round(seconds / 60)
        return ngettext("About %(n)s minute more.", "About %(n)s minutes more.", minutes) % {"n": minutes}
    seconds = max(1, seconds)
    return ngettext("About %(n)s second more.", "About %(n)s seconds more.", seconds) % {"n": seconds}
