"""Still here: how long those who came stayed, beside ordinary times and earlier waves."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from strandline.surge.absorption.queries import WaveCurve
from strandline.surge.absorption.rules.cohorts import WINDOW
from strandline.surge.absorption.rules.measures import FEWEST, STILL_HERE_DAYS, Figure
from strandline.web.pictures.drawing import HALF, SLIM, Drawing, between, steps
from strandline.web.pictures.picture import Key, Picture, Table, number, percent
from strandline.web.pictures.scale import RootScale, Scale

HEIGHT, TOP, FOOT, LEFT = 228, 30, 28, 44
DAYS = 180
LETTER = 7.4
# This wave is thick ochre; ordinary times and earlier waves differ by their dashes, which the legend repeats.
PAST = ("line-quiet dashed", "line-quiet dotted", "line-quiet", "line-quiet line-broad")


def picture(wave: WaveCurve, baseline: WaveCurve, earlier: Sequence[WaveCurve]) -> Picture:
    """Return the curves. Whoever is not followed long enough counts for as long as they were."""
    usual = WaveCurve(_("ordinary times"), "", baseline.people, baseline.curve, baseline.here)
    others = [one for one in (usual, *earlier) if one.curve is not None and one.people >= FEWEST]
    title = finding(wave)
    broad, slim = (_drawn(wave, others, width, _says(wave, others)) for width in (HALF, SLIM))
    return Picture(
        name="still-here",
        title=title,
        broad=broad.markup(),
        slim=slim.markup(),
        table=_table(wave, others),
        counted="/help/counted/M3/",
        legend=_legend(wave, others),
        notes=_notes(wave),
    )


def _known(wave: WaveCurve) -> tuple[int, Figure] | None:
    """The longest time of which something is known, and what."""
    found = [(day, one) for day, one in zip(STILL_HERE_DAYS, wave.here, strict=False) if one.is_shown]
    return found[-1] if found else None


def finding(wave: WaveCurve) -> str:
    """Return what the curve finds, in a few words."""
    known = _known(wave)
    if known is None:
        return _("Still here: too early to say")
    return _("Still here: %(share)s after %(days)s days") % {
        "share": percent(known[1].value),
        "days": known[0],
    }


def _says(wave: WaveCurve, others: Sequence[WaveCurve]) -> str:
    told = [
        _("Share of those who came who have had a two-way touch within the window, by days since they came.")
    ]
    for one in (wave, *others):
        known = _known(one)
        if known is not None:
            told.append(
                _("%(name)s: %(share)s after %(days)s days.")
                % {
                    "name": one.name[:1].upper() + one.name[1:],
                    "share": percent(known[1].value),
                    "days": known[0],
                }
            )
    return " ".join(told)


def _notes(wave: WaveCurve) -> tuple[str, ...]:
    drawn = _("The first weeks are drawn wider than the later ones.")
    known = _known(wave)
    if known is not None:
        low, high = percent(known[1].lower), percent(known[1].upper)
        return (
            _("With 95 in 100 certainty between %(low)s and %(high)s.") % {"low": low, "high": high},
            drawn,
        )
    return (
        _("Nobody has gone quiet before %(days)s days without a two-way touch have passed.")
        % {"days": WINDOW},
        drawn,
    )


def _points(one: WaveCurve, across: Scale, up: Scale) -> list[tuple[float, float]]:
    """The steps of a curve, as far as at least ten were still followed."""
    assert one.curve is not None
    curve, last = one.curve, _last(one)
    found = [(across(0), up(1.0))]
    for time, share in zip(curve.times, curve.survival, strict=True):
        if time > last:
            break
        if share < 1.0:
            found.append((across(float(time)), up(float(share))))
    found.append((across(last), up(curve.share(last))))
    return found


def _last(one: WaveCurve) -> float:
    """The day up to which ten were followed, at most 180."""
    assert one.curve is not None
    durations = one.curve.durations
    at = float(durations[-FEWEST]) if len(durations) >= FEWEST else float(durations[-1])
    return min(DAYS, at)


def _drawn(wave: WaveCurve, others: Sequence[WaveCurve], width: int, says: str) -> Drawing:
    drawing = Drawing(f"stays-{width}", width=width, height=HEIGHT, says=says)
    base = HEIGHT - FOOT
    across, up = RootScale(0, DAYS, LEFT, width - 8), Scale(0, 1, base, TOP)
    for share in (0, 0.5, 1):
        drawing.line(LEFT, up(share), width - 8, up(share), "base" if share == 0 else "axis")
        drawing.text(LEFT - 6, up(share) + 4, percent(share), anchor="end")
    for day in STILL_HERE_DAYS:
        drawing.line(across(day), TOP, across(day), base, "axis")
        # On a phone there is room for the unit once.
        words = number(day) if drawing.is_slim and day != DAYS else _("%(days)s days") % {"days": day}
        drawing.text(across(day), HEIGHT - 8, words, anchor="end" if day == DAYS else "middle")
    for place, one in enumerate(others):
        drawing.path(steps(_points(one, across, up)), PAST[place % len(PAST)])
    if wave.curve is not None:
        _band(drawing, wave, across, up)
        points = _points(wave, across, up)
        drawing.path(steps(points), "line-wrack")
        drawing.circle(*points[-1], 4.5, "fill-wrack")
    _name(drawing, wave, across, up)
    return drawing


def _band(drawing: Drawing, wave: WaveCurve, across: Scale, up: Scale) -> None:
    """The 95 % band of this wave, seen while the picture is pointed at or has the focus."""
    assert wave.curve is not None
    last = _last(wave)
    days = [float(day) for day in wave.curve.times if 0 < day <= last and wave.curve.share(float(day)) < 1]
    if not days:
        return
    bounds = [wave.curve.interval(day) for day in days]
    upper: list[tuple[float, float]] = []
    lower: list[tuple[float, float]] = []
    for day, end, (low, high) in zip(days, [*days[1:], last], bounds, strict=True):
        upper += [(across(day), up(high)), (across(end), up(high))]
        lower += [(across(day), up(low)), (across(end), up(low))]
    drawing.path(between(upper, lower), "fill-wrack-soft chart-band")


def _name(drawing: Drawing, wave: WaveCurve, across: RootScale, up: Scale) -> None:
    """Name this wave above the end of its curve; the others are told apart in the legend, where nothing lies upon them."""
    if wave.curve is None:
        return
    last = _last(wave)
    share = wave.curve.share(last)
    words = _("%(name)s, %(share)s at day %(day)s") % {
        "name": wave.name, "share": percent(share), "day": number(last)
    }  # fmt: skip
    # Above the end of the curve; where that leaves no room they reach back, above the curve as it was there.
    at = max(4.0, min(across(last) - 4, drawing.width - len(words) * LETTER - 2))
    begins = min(last, across.back(max(at, LEFT)))
    drawing.text(at, up(wave.curve.share(begins)) - 10, words, "text-ink text-strong halo")


def _legend(wave: WaveCurve, others: Sequence[WaveCurve]) -> tuple[Key, ...]:
    """This wave, and each of the others with its dashes and how many were here on the last day that is drawn of it."""
    found = [Key("wrack", wave.name)]
    for place, one in enumerate(others):
        assert one.curve is not None
        last = _last(one)
        words = _("%(name)s: %(share)s at day %(day)s") % {
            "name": one.name, "share": percent(one.curve.share(last)), "day": number(last)
        }  # fmt: skip
        found.append(Key(f"past-{place % len(PAST) + 1}", words))
    return tuple(found)


def _table(wave: WaveCurve, others: Sequence[WaveCurve]) -> Table:
    columns = (_("Wave"), _("Came"), *(_("%(days)s days") % {"days": day} for day in STILL_HERE_DAYS))
    rows = [
        (one.name, number(one.people), *(_cell(figure) for figure in one.here))
        for one in (wave, *others)
        if one.here
    ]
    return Table(_("Still here, with the 95 % interval"), columns, tuple(rows))


def _cell(figure: Figure) -> str:
    if not figure.is_shown:
        return _("too early")
    return f"{percent(figure.value)} ({percent(figure.lower)}–{percent(figure.upper)})"
