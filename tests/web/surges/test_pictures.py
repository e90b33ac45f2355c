"""The pictures of a surge: words stand clear of lines and inside the drawing, at both widths."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from strandline.surge.absorption.queries import WaveCurve
from strandline.surge.absorption.rules.measures import STILL_HERE_DAYS, still_here
from strandline.surge.absorption.rules.outlook import Expected
from strandline.surge.absorption.rules.survival import kaplan_meier
from strandline.surge.moments.rules import PhaseKind
from strandline.web.surges import curve, stays

FIRST, ON = date(2026, 1, 5), date(2026, 1, 15)
HERE = ZoneInfo("Europe/London")
COUNTS = (4, 5, 7, 10, 14, 24, 23, 28, 19, 14, 2)
TEXT = re.compile(r'<text[^>]*? x="([\d.]+)" y="([\d.-]+)"(?: text-anchor="(\w+)")?>([^<]*)')


def course(*, signal_on: int | None = 4, words: dict[date, str] | None = None) -> curve.Course:
    given = None if signal_on is None else datetime.combine(FIRST, datetime.min.time(), UTC)
    return curve.Course(
        first_on=FIRST,
        daily=COUNTS,
        before=(0, 1, 0, 1, 2, 1),
        usual=None,
        expected=() if words else [Expected(19, 9, 31)] * 4,
        phase=PhaseKind.PEAK,
        peaked_on=None if words else date(2026, 1, 12),
        on=ON,
        signal=curve.Signal(given + timedelta(days=signal_on or 0), 0) if given else None,
        words=words,
    )


def texts(svg: str) -> dict[str, tuple[float, float]]:
    """From where to where the words of a drawing reach, about."""
    found = {}
    for x, _y, anchor, words in TEXT.findall(svg):
        wide = len(words) * curve.LETTER
        left = float(x) - {"end": wide, "middle": wide / 2}.get(anchor, 0)
        found[words] = (left, left + wide)
    return found


@pytest.mark.parametrize("signal_on", [0, 2, 4, 6, 7])
@pytest.mark.parametrize("width", ["broad", "slim"])
def test_peak_is_named_clear_of_the_signals_line(signal_on: int, width: str) -> None:
    svg = str(getattr(curve.picture(course(signal_on=signal_on), here=HERE), width))

    left, right = texts(svg)["Peak, Mon: 28"]
    stem = re.search(r'line-due" x1="([\d.]+)"', svg)
    whole = re.search(r'viewBox="0 0 (\d+)', svg)
    assert stem
    assert whole
    assert not left < float(stem[1]) < right
    assert left >= 0
    assert right <= float(whole[1])


@pytest.mark.parametrize("width", ["broad", "slim"])
def test_band_of_today_stands_inside_the_drawing(width: str) -> None:
    told = {FIRST + timedelta(days=n): "under 5" if n == 10 else "about 10" for n in range(11)}
    svg = str(getattr(curve.picture(course(signal_on=None, words=told), here=HERE), width))

    whole = re.search(r'viewBox="0 0 (\d+)', svg)
    assert whole
    assert texts(svg)["under 5"][1] <= float(whole[1])


def wave(name: str, days: int) -> WaveCurve:
    fitted = kaplan_meier(np.full(40, float(days)), np.zeros(40, dtype=bool))
    return WaveCurve(name, "", 40, fitted, tuple(still_here(fitted, day) for day in STILL_HERE_DAYS))


@pytest.mark.parametrize("days", [2, 8, 60, 180])
@pytest.mark.parametrize("width", ["broad", "slim"])
def test_wave_is_named_inside_the_drawing_of_who_is_still_here(days: int, width: str) -> None:
    svg = str(getattr(stays.picture(wave("Heating cut-offs", days), wave("", 180), []), width))

    whole = re.search(r'viewBox="0 0 (\d+)', svg)
    left, right = texts(svg)[f"Heating cut-offs, 100% at day {days}"]
    assert whole
    assert left >= 0
    assert right <= float(whole[1]) + 4


def test_first_weeks_have_room_in_the_picture_of_who_is_still_here() -> None:
    svg = str(stays.picture(wave("Heating cut-offs", 8), wave("", 180), []).broad)

    at = re.search(r'<circle class="fill-wrack" cx="([\d.]+)"', svg)
    assert at
    assert float(at[1]) - stays.LEFT > 0.2 * (460 - 8 - stays.LEFT)
