"""The pictures of a series: its counts against what is usual, with the steps in watch and alarm; and one of a line's height."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from strandline.surge.signals.queries import Replay
from strandline.surge.signals.rules import Tier, band
from strandline.web.pictures.drawing import SLIM, WIDE, Drawing, between
from strandline.web.pictures.picture import Key, Picture, Table, number
from strandline.web.pictures.scale import Scale, day_ticks, ticks, top_of
from strandline.web.templatetags.words import day

from .words import TIERS

COUNTED = "/help/counted/#signals"
TABLED = 60
# A picture of a phone shows the newest part, so that a bar is never thinner than its gap.
SLIM_STEPS = 60
ABOVE = (Tier.WATCH, Tier.ALARM)
LETTER = 7.2  # how wide a letter of 13 units is, about


def of(told: Replay, *, name: str, title: str) -> Picture:
    """Return the picture of a series as it stood at the end of a step."""
    low, high = band(told.usual)
    shown = list(told.shown)
    tiers = {said.index: said.tier for said in told.decisions}
    drawings = []
    for width, steps in ((WIDE, shown), (SLIM, shown[-SLIM_STEPS:])):
        drawing = Drawing(name, width=width, height=220, says=title)
        _draw(drawing, told, steps, low, high, tiers)
        drawings.append(drawing.markup())
    return Picture(
        name=name,
        title=title,
        broad=drawings[0],
        slim=drawings[1],
        table=_table(told, shown[-TABLED:], low, high, tiers),
        counted=COUNTED,
        legend=(
            Key("sea", _("Counts")),
            Key("well", _("8 in 10 usual ones lie here")),
            Key("dot-due", _("Watch or alarm")),
        ),
        is_wide=True,
    )


def _draw(
    drawing: Drawing,
    told: Replay,
    steps: Sequence[int],
    low: np.ndarray,
    high: np.ndarray,
    tiers: dict[int, Tier],
) -> None:
    counts, base, top = told.course.counts, drawing.height - 28, 18
    most = top_of(
        [*(float(counts[i]) for i in steps), *(float(high[i]) for i in steps if not np.isnan(high[i]))]
    )
    up = Scale(0, most, base, top)
    left, right = 44, drawing.width - 6
    across = Scale(steps[0], steps[-1] + 1, left, right)
    wide = across.span(1)
    for mark in ticks(most):
        drawing.line(left, up(mark), right, up(mark), "axis")
        drawing.text(left - 6, up(mark) + 4, number(mark), anchor="end")
    known = [i for i in steps if not np.isnan(high[i])]
    if known:
        upper = [(across(i) + wide / 2, up(float(high[i]))) for i in known]
        lower = [(across(i) + wide / 2, up(float(low[i]))) for i in known]
        drawing.path(between(upper, lower), "fill-well", hatch="well")
    for i in steps:
        gap = min(1.5, wide / 4)
        drawing.rect(
            across(i) + gap / 2, up(counts[i]), wide - gap, base - up(counts[i]), "fill-sea", hatch="sea"
        )
        if tiers.get(i) in ABOVE:
            x, size = across(i) + wide / 2, 5 if tiers[i] is Tier.ALARM else 3.5
            drawing.circle(
                x, max(up(counts[i]) - 8, 6), size, "fill-due", title=f"{_day(told, i)}: {TIERS[tiers[i]]}"
            )
    drawing.line(left, base, right, base, "base")
    first, last = told.course.day(steps[0]), told.course.day(steps[-1])
    for on in day_ticks(first, last, most=4 if drawing.is_slim else 8):
        words = date_format(on, "j M")
        at = min(across(told.course.index(on)) + 1, drawing.width - len(words) * LETTER)
        drawing.text(at, drawing.height - 8, words)


def _day(told: Replay, index: int) -> str:
    return day(told.course.day(index))


def _table(
    told: Replay, steps: Sequence[int], low: np.ndarray, high: np.ndarray, tiers: dict[int, Tier]
) -> Table:
    rows = []
    for i in reversed(steps):
        expected = told.usual.mean[i]
        usual = "–" if np.isnan(expected) else f"{expected:.1f}"
        between_ = (
            "–"
            if np.isnan(high[i])
            else _("%(low)s to %(high)s") % {"low": number(low[i]), "high": number(high[i])}
        )
        rows.append(
            (
                _day(told, i),
                number(told.course.counts[i]),
                usual,
                between_,
                str(TIERS[tiers.get(i, Tier.YOUNG)]),
            )
        )
    columns = (
        _("Week of") if told.course.step == "week" else _("Day"),
        _("Count"),
        _("Expected"),
        _("8 in 10 usual ones"),
        _("Said"),
    )
    return Table(_("Counts and what was said of them"), columns, tuple(rows), texts=(3, 4))


def spark(counts: Sequence[int], *, says: str) -> SafeString:
    """Return the newest counts as a picture of a line's height; the words beside it say the same."""
    if not counts:
        return SafeString("")
    width, height, most = 120, 28, max([*counts, 1])
    step = width / len(counts)
    parts = "".join(
        f"M{i * step:.1f} {height}h{max(step - 0.4, 0.4):.1f}V{height - count / most * (height - 2):.1f}h-{max(step - 0.4, 0.4):.1f}z"
        for i, count in enumerate(counts)
        if count
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        width,
        height,
        says,
        parts,
    )


def span_words(first: date, last: date) -> str:
    """Write from when to when something lasted: one day, or two."""
    return (
        day(first) if first == last else _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    )
