"""Attendance over twelve weeks: a bar for each meeting, how many came of those who belonged to the circle then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.steady.circles.queries import Column
from strandline.web.templatetags.words import day

HEIGHT, TOP, BASE, LEFT = 148, 12, 112, 26
LETTER = 8.3  # how wide a letter is at most, about: on the narrowest phones it is drawn larger
GAP = 36  # between two days, of which the last may be moved in from the edge


@dataclass(frozen=True)
class Bar:
    """One meeting as it is drawn: who came, a tick for how many belonged to it, the day below."""

    x: float
    width: float
    y: float
    height: float
    tick_y: float
    middle: float
    label: str
    title: str


@dataclass(frozen=True)
class Drawing:
    """The picture at one width."""

    css: str
    width: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Picture:
    """The finding in words, the drawings, and the same numbers as rows."""

    finding: str
    drawings: tuple[Drawing, ...]
    columns: tuple[Column, ...]
    most: int
    top: int = TOP
    base: int = BASE
    left: int = LEFT
    height: int = HEIGHT


def attendance_picture(meetings: Sequence[Column]) -> Picture | None:
    """Draw the meetings of the last weeks; None while there was none."""
    if not meetings:
        return None
    most = max([*(c.came + c.guests for c in meetings), *(c.members for c in meetings), 1])
    came = sum(c.came for c in meetings)
    expected = sum(c.members for c in meetings)
    finding = ngettext(
        "%(came)s came of %(expected)s who belonged to it, at one meeting.",
        "%(came)s came of %(expected)s who belonged to it, on average over %(meetings)s meetings.",
        len(meetings),
    ) % {
        "came": round(came / len(meetings)),
        "expected": round(expected / len(meetings)),
        "meetings": len(meetings),
    }
    drawings = tuple(
        _draw(meetings, most, css, width) for css, width in (("chart-broad", 640), ("chart-slim", 330))
    )
    return Picture(finding, drawings, tuple(meetings), most)


def _draw(meetings: Sequence[Column], most: int, css: str, width: int) -> Drawing:
    step = (width - LEFT) / len(meetings)
    bar = min(step * 0.7, 40)
    # So that days do not run into each other, only as many are written as there is room for.
    longest = max(len(day(one.on)) for one in meetings)
    every = ceil((LETTER * longest + GAP) / step)
    bars = []
    for number, one in enumerate(meetings):
        x = LEFT + number * step + (step - bar) / 2
        there = one.came + one.guests
        y = BASE - (BASE - TOP) * there / most
        label = day(one.on) if (len(meetings) - 1 - number) % every == 0 else ""
        bars.append(
            Bar(
                round(x, 1),
                round(bar, 1),
                round(y, 1),
                round(BASE - y, 1),
                round(BASE - (BASE - TOP) * one.members / most, 1),
                round(min(x + bar / 2, width - LETTER * len(label) / 2), 1),
                label,
                _("%(day)s: %(came)s came, %(members)s belonged to it, %(guests)s guests")
                % {"day": day(one.on), "came": one.came, "members": one.members, "guests": one.guests},
            )
        )
    return Drawing(css, width, tuple(bars))
