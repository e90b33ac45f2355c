"""The strandline picture: the sea of active people above, and the shore of organised ties that each wave left below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.web.pictures.drawing import SLIM, WIDE, Drawing, Point, between, polyline
from strandline.web.pictures.picture import Key, Picture, Table, number, signed
from strandline.web.pictures.scale import Scale, ticks, top_of

SEA, SHORE, GAP, LEFT, RIGHT, FOOT = 108, 108, 44, 44, 12, 26
LINE, LETTER = 16, 7.4  # how high a line of a label is, and how wide a letter
AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class WeekPoint:
    """What was released at the end of one week; None where a band is too small to draw."""

    on: date
    active: int | None
    organised: int | None


@dataclass(frozen=True)
class Cone:
    """Between which numbers of organised ties a running wave may end, about which, and going by how many earlier ones."""

    low: int
    middle: int
    high: int
    waves: int


@dataclass(frozen=True)
class WavePoint:
    """One wave as the picture names it. The words carry the counts, so that bands read as bands."""

    name: str
    starts_on: date
    ends_on: date | None
    came: str
    after_on: date | None = None
    after: int | None = None
    after_words: str = ""
    net: int | None = None
    cone: Cone | None = None


@dataclass(frozen=True)
class _Label:
    """Words that want a place above `floor`, and above whatever is drawn under them."""

    x: float
    floor: float
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Seat:
    """The place that a label has got: its middle, and the foot of its lowest line."""

    label: _Label
    x: float
    foot: float

    @property
    def top(self) -> float:
        return self.foot - LINE * len(self.label.lines)


def picture(
    weeks: Sequence[WeekPoint],
    waves: Sequence[WavePoint],
    *,
    counted: str = "/help/counted/weekly/",
    name: str = "strandline",
) -> Picture:
    """Return the picture of these weeks, with the waves in the order in which they came."""
    told = sorted((one for one in waves if one.starts_on <= _last(weeks)), key=lambda one: one.starts_on)
    finding = _finding(told)
    says = _("Active people and organised ties week by week from %(first)s to %(last)s. %(finding)s") % {
        "first": date_format(weeks[0].on, _("F Y")),
        "last": date_format(_last(weeks), _("F Y")),
        "finding": finding,
    }
    broad, slim = (_drawn(name, width, says, weeks, told) for width in (WIDE, SLIM))
    notes = tuple(filter(None, (_ebb(told, weeks), _cone_words(told))))
    legend: tuple[Key, ...] = (Key("sea-soft", _("active people")), Key("wrack", _("organised ties")))
    if any(one.cone for one in told):
        legend = (*legend, Key("estimate-wrack", _("as in earlier waves")))
    return Picture(
        name=name,
        title=_("Strandline: what each wave left"),
        broad=broad.markup(),
        slim=slim.markup(),
        table=_table(weeks),
        counted=counted,
        legend=legend,
        notes=(finding, *notes),
        is_wide=True,
    )


def _last(weeks: Sequence[WeekPoint]) -> date:
    return weeks[-1].on


def _finding(waves: Sequence[WavePoint]) -> str:
    """What the picture finds, in a sentence."""
    known = [one for one in waves if one.after is not None and one.net is not None]
    if not known:
        return _("No wave has been over for 90 days yet: what it left is not known.")
    one = known[-1]
    return _(
        "90 days after %(wave)s there were %(after)s organised ties, %(net)s against the day before it began."
    ) % {
        "wave": one.name,
        "after": one.after_words or number(one.after or 0),
        "net": signed(one.net or 0),
    }


def _ebb(waves: Sequence[WavePoint], weeks: Sequence[WeekPoint]) -> str:
    """How ties ebbed between one wave's ninetieth day and the beginning of the next."""
    for one, following in reversed(list(pairwise(waves))):
        then = _at(weeks, following.starts_on - timedelta(days=1))
        if one.after is None or one.after_on is None or then is None or one.after_on >= following.starts_on:
            continue
        return _("Between waves: %(was)s in %(month)s, %(then)s when %(wave)s began.") % {
            "was": number(one.after),
            "month": date_format(one.after_on, _("F Y")),
            "then": number(then),
            "wave": following.name,
        }
    return ""


def _cone_words(waves: Sequence[WavePoint]) -> str:
    found = next((one.cone for one in reversed(waves) if one.cone), None)
    if found is None:
        return ""
    return ngettext(
        "Of ten such waves eight would end between %(low)s and %(high)s ties, 90 days on, going by %(n)s earlier wave.",
        "Of ten such waves eight would end between %(low)s and %(high)s ties, 90 days on, going by %(n)s earlier waves.",
        found.waves,
    ) % {"low": number(found.low), "high": number(found.high), "n": number(found.waves)}


def _at(weeks: Sequence[WeekPoint], day: date) -> int | None:
    """The organised ties at the end of the last week up to a day."""
    return next((one.organised for one in reversed(weeks) if one.on <= day), None)


def _active_at(weeks: Sequence[WeekPoint], wave: WavePoint) -> tuple[date, int]:
    """The crest of a wave: the week, from its first day to a month after its last, in which most were active."""
    last = (wave.ends_on or _last(weeks)) + timedelta(days=30)
    inside = [one for one in weeks if wave.starts_on <= one.on <= last and one.active is not None]
    if not inside:
        return wave.starts_on, 0
    top = max(inside, key=lambda one: one.active or 0)
    return top.on, top.active or 0


def _drawn(
    name: str, width: int, says: str, weeks: Sequence[WeekPoint], waves: Sequence[WavePoint]
) -> Drawing:
    """One drawing: its height grows with the labels that would else lie upon each other."""
    until = _last(weeks)
    cone = next((one.cone for one in reversed(waves) if one.cone), None)
    if cone is not None:
        until += AHEAD + timedelta(days=14)
    across = Scale(weeks[0].on.toordinal(), until.toordinal(), LEFT, width - RIGHT)
    sea_top = top_of([one.active or 0 for one in weeks])
    shore_top = top_of([max([one.organised or 0 for one in weeks] + ([cone.high] if cone else []))])
    # Both panels are laid out from their own top first; how much room their labels take moves them down.
    sea, shore = Scale(0, sea_top, SEA, 0), Scale(0, shore_top, SHORE, 0)
    line = [(across(one.on.toordinal()), sea(one.active or 0)) for one in weeks]
    ground = [(across(one.on.toordinal()), shore(one.organised or 0)) for one in weeks]
    tip = (across((_last(weeks) + AHEAD).toordinal()), cone)
    crests = _seated(_crest_labels(across, sea, weeks, waves), line, width)
    shores = _seated(_shore_labels(across, shore, waves), [*ground, *_upper_edge(ground, tip, shore)], width)
    above = max(14.0, 4 - min((one.top for one in crests), default=0))
    base = above + SEA + GAP + max(8.0, 4 - min((one.top for one in shores), default=0))
    drawing = Drawing(
        f"{name}-{'slim' if width <= SLIM else 'wide'}",
        width=width,
        height=int(base + SHORE + FOOT),
        says=says,
    )
    sea, shore = Scale(0, sea_top, above + SEA, above), Scale(0, shore_top, base + SHORE, base)
    _axes(drawing, sea, sea_top, width)
    _axes(drawing, shore, shore_top, width)
    _sea_and_shore(drawing, across, sea, shore, weeks)
    _joins(drawing, across, sea, shore, weeks, waves)
    words = _("Organised ties, 90 days after each wave")
    start = 2 if drawing.is_slim else LEFT
    drawing.rect(start - 2, above + SEA + 12, len(words) * LETTER * 0.9, 19, "fill-surface")
    drawing.text(start, above + SEA + 26, words, "text-ink")
    if cone is not None:
        _cone(drawing, across, shore, weeks, cone)
    _write(drawing, crests, above)
    _write(drawing, shores, base)
    _years(drawing, across, weeks[0].on, until, base + SHORE + 18, width)
    return drawing


def _upper_edge(ground: Sequence[Point], tip: tuple[float, Cone | None], shore: Scale) -> Sequence[Point]:
    """The upper edge of the cone, as points that labels keep off."""
    x, cone = tip
    if cone is None:
        return ()
    (x0, y0), y1 = ground[-1], shore(cone.high)
    return [(x0 + (x - x0) * n / 8, y0 + (y1 - y0) * n / 8) for n in range(1, 9)]


def _axes(drawing: Drawing, scale: Scale, top: float, width: int) -> None:
    for value in ticks(top, about=2):
        y = scale(value)
        drawing.line(LEFT, y, width - RIGHT, y, "base" if value == 0 else "axis")
        drawing.text(LEFT - 6, y + 4, number(value), anchor="end")


def _sea_and_shore(
    drawing: Drawing, across: Scale, sea: Scale, shore: Scale, weeks: Sequence[WeekPoint]
) -> None:
    """The two areas; a week whose band is too small to tell is drawn at nothing."""
    places = [across(one.on.toordinal()) for one in weeks]
    ends = (places[0], places[-1])
    for scale, name, fill, line in (
        (sea, "active", "fill-sea-soft", "line-sea"),
        (shore, "organised", "fill-wrack-soft", "line-wrack"),
    ):
        points = [(x, scale(getattr(one, name) or 0)) for x, one in zip(places, weeks, strict=True)]
        floor = [(x, scale(0)) for x in ends]
        drawing.path(between(points, floor), fill, hatch="sea" if name == "active" else "wrack")
        drawing.path(polyline(points), line)


def _joins(
    drawing: Drawing,
    across: Scale,
    sea: Scale,
    shore: Scale,
    weeks: Sequence[WeekPoint],
    waves: Sequence[WavePoint],
) -> None:
    """A dotted line from each crest to the shore under it, and an open circle 90 days after."""
    for wave in waves:
        crest, _active = _active_at(weeks, wave)
        x = across(crest.toordinal())
        under = shore(_at(weeks, crest) or 0)
        drawing.line(x, sea(0), x, under, "lead-line")
        if wave.after is None or wave.after_on is None:
            continue
        at = across(wave.after_on.toordinal())
        drawing.circle(at, shore(wave.after), 5, "ring-wrack", title=f"{wave.name}: {_shore_words(wave)}")


def _cone(drawing: Drawing, across: Scale, shore: Scale, weeks: Sequence[WeekPoint], cone: Cone) -> None:
    """Where the running wave may end, dashed, with its numbers and its month."""
    now = (across(_last(weeks).toordinal()), shore(weeks[-1].organised or 0))
    last = _last(weeks) + AHEAD
    end = across(last.toordinal())
    drawing.path(polyline([now, (end, shore(cone.high)), (end, shore(cone.low))]) + "Z", "estimate-wrack")
    drawing.path(polyline([now, (end, shore(cone.middle))]), "line-estimate-wrack")
    words = _("%(low)s to %(high)s by %(month)s?") % {
        "low": number(cone.low), "high": number(cone.high), "month": date_format(last, "F")
    }  # fmt: skip
    # On a phone the words reach back under the labels of earlier waves: there they stand at the foot.
    foot = shore(0) - 6
    if not drawing.is_slim:
        foot = min(max(shore(cone.low), now[1]) + LINE + 4, foot)
    drawing.text(drawing.width - RIGHT, foot, words, "text-wrack text-strong halo", anchor="end")


def _crest_labels(
    across: Scale, sea: Scale, weeks: Sequence[WeekPoint], waves: Sequence[WavePoint]
) -> list[_Label]:
    found = []
    for wave in waves:
        on, active = _active_at(weeks, wave)
        lines = ((wave.name, "text-ink text-strong halo"), (wave.came, "text-sea halo"))
        found.append(_Label(across(on.toordinal()), sea(active) - 2, lines))
    return found


def _shore_labels(across: Scale, shore: Scale, waves: Sequence[WavePoint]) -> list[_Label]:
    return [
        _Label(
            across(wave.after_on.toordinal()),
            shore(wave.after) - 5,
            ((_shore_words(wave), "text-wrack text-strong halo"),),
        )
        for wave in waves
        if wave.after is not None and wave.after_on is not None
    ]


def _shore_words(wave: WavePoint) -> str:
    """*322, up 137*."""
    told = wave.after_words or number(wave.after or 0)
    if wave.net is None:
        return told
    way = _("up") if wave.net > 0 else _("down") if wave.net < 0 else _("no change")
    return f"{told}, {way}" if wave.net == 0 else f"{told}, {way} {number(abs(wave.net))}"


def _seated(labels: Sequence[_Label], drawn: Sequence[Point], width: int) -> list[_Seat]:
    """Give each label a place inside the drawing: above what is drawn there, and above the labels already there."""
    found: list[_Seat] = []
    for label in labels:
        half = _half(label)
        x = min(max(label.x, LEFT + half - 4), width - half - 2)
        under = [y for at, y in drawn if abs(at - x) <= half]
        seat = _Seat(label, x, min([label.floor, *under]) - 7)
        while met := [one for one in found if _meet(one, seat)]:
            seat = _Seat(label, x, min(one.top for one in met) - 4)
        found.append(seat)
    return found


def _half(label: _Label) -> float:
    return max(len(words) for words, _css in label.lines) * LETTER / 2


def _meet(one: _Seat, other: _Seat) -> bool:
    beside = abs(one.x - other.x) >= _half(one.label) + _half(other.label)
    return not beside and one.top < other.foot and other.top < one.foot


def _write(drawing: Drawing, seats: Sequence[_Seat], down: float) -> None:
    for seat in seats:
        for place, (words, css) in enumerate(reversed(seat.label.lines)):
            drawing.text(seat.x, down + seat.foot - LINE * place, words, css, anchor="middle")


def _years(drawing: Drawing, across: Scale, first: date, last: date, y: float, width: int) -> None:
    """Name the years, or the quarters where there are fewer than two years."""
    short = (last - first).days < 550
    marks = [first]
    for year in range(first.year, last.year + 1):
        for month in (1, 4, 7, 10) if short else (1,):
            if date(year, month, 1) > first:
                marks.append(date(year, month, 1))
    # The year in which the picture begins gives way to the next where both have no room.
    if len(marks) > 1 and across(marks[1].toordinal()) - across(first.toordinal()) < 4 * LETTER + 14:
        del marks[0]
    free = 0.0
    for mark in marks:
        words = date_format(mark, "M Y") if short else str(mark.year)
        x = across(mark.toordinal())
        if mark > last or x < free or x + len(words) * LETTER > width:
            continue
        drawing.text(x, y, words)
        free = x + len(words) * LETTER + 14


def _table(weeks: Sequence[WeekPoint]) -> Table:
    """The last week of every month: the same numbers as the lines."""
    months = {(one.on.year, one.on.month): one for one in weeks}
    rows = tuple(
        (date_format(one.on, "j M Y"), _cell(one.active), _cell(one.organised))
        for one in reversed(months.values())
    )
    return Table(
        _("The last week of each month"), (_("Week to"), _("Active people"), _("Organised ties")), rows
    )


def _cell(value: int | None) -> str:
    return _("under 5") if value is None else number(value)


def came_words(came: int) -> str:
    """*830 came*."""
    return ngettext("%(n)s came", "%(n)s came", came) % {"n": number(came)}
