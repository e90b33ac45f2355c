"""Themes heard: months across, a row for each theme, small bars on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from strandline.steady.listening.queries import Heard
from strandline.web.pictures.drawing import HALF, SLIM, WIDE, Drawing
from strandline.web.pictures.picture import Key, Picture, Table, number

# A row holds the theme's name above its bars, so that long names have the whole width.
ROW, BARS, NAME, FOOT = 62, 34, 16, 22
MOST_THEMES = 12


def themes_picture(rows: Sequence[Heard], months: Sequence[date]) -> Picture | None:
    """Draw how often each theme was heard in each month; None where nothing was."""
    if not rows:
        return None
    shown = rows[:MOST_THEMES]
    most = max(max(one.months) for one in shown)
    first = shown[0]
    title = _("%(theme)s is what people speak of most: %(n)s of %(all)s remarks in twelve months.") % {
        "theme": first.theme.name,
        "n": number(first.all),
        "all": number(sum(one.all for one in rows)),
    }
    notes: tuple[str, ...] = (
        _("All rows have one scale: the tallest bar stands for %(most)s remarks.") % {"most": number(most)},
    )
    if len(rows) > len(shown):
        notes += (_("The table has the others too."),)
    return Picture(
        name="themes-heard",
        title=title,
        broad=_drawn(shown, months, most, WIDE, title).markup(),
        slim=_drawn(shown, months, most, SLIM, title).markup(),
        table=_table(rows, months),
        counted="/help/counted/themes/",
        legend=(Key("sea", _("remarks in a month")),),
        notes=notes,
        is_wide=True,
    )


def _drawn(rows: Sequence[Heard], months: Sequence[date], most: int, width: int, says: str) -> Drawing:
    drawing = Drawing(f"themes-{width}", width=width, height=ROW * len(rows) + FOOT, says=says)
    step = width / len(months)
    every = 1 if width > HALF else 3
    for place, one in enumerate(rows):
        top = place * ROW
        base = top + NAME + 6 + BARS
        words = one.theme.name if width > SLIM else _short(one.theme.name)
        drawing.text(0, top + NAME - 3, words, "text-ink")
        drawing.text(width, top + NAME - 3, number(one.all), anchor="end")
        drawing.line(0, base, width, base, "base")
        for column, (month, count) in enumerate(zip(months, one.months, strict=True)):
            tall = BARS * count / most
            if count:
                label = _("%(month)s: %(n)s") % {"month": date_format(month, _("F Y")), "n": number(count)}
                drawing.rect(
                    column * step + step * 0.2,
                    base - tall,
                    step * 0.6,
                    tall,
                    "fill-sea",
                    hatch="sea",
                    title=label,
                )
    for column, month in enumerate(months):
        if (len(months) - 1 - column) % every == 0:
            middle = column * step + step / 2
            drawing.text(middle, ROW * len(rows) + 15, date_format(month, "M"), anchor="middle")
    return drawing


def _short(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "\u2026"


def _table(rows: Sequence[Heard], months: Sequence[date]) -> Table:
    return Table(
        caption=_("Remarks by theme and month"),
        columns=(_("Theme"), *(date_format(month, "M Y") for month in months), _("All")),
        rows=tuple(
            (one.theme.name, *(number(count) for count in one.months), number(one.all)) for one in rows
        ),
    )
