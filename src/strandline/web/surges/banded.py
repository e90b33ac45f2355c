"""A surge for those who see nobody of it: callers get the queue and the curve, the centre last week's bands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _

from strandline.surge.absorption import queries as absorption
from strandline.surge.moments.rules import PhaseKind
from strandline.web import render
from strandline.web.pictures.picture import Table
from strandline.web.requests import Request
from strandline.web.templatetags.words import day as day_words

from . import curve
from .page import STEPS

if TYPE_CHECKING:
    from strandline.organisation.privacy.rules.bands import Band
    from strandline.surge.moments.models import Surge


def caller(request: Request, row: Surge) -> HttpResponse:
    """Show a caller how many wait, and how the surge goes, in bands."""
    told = absorption.banded_queue(surge=row, at=request.at)
    counts = [_height(one) for one in told.daily]
    days = [told.first_on + timedelta(days=n) for n in range(len(counts))]
    course = curve.Course(
        first_on=told.first_on,
        daily=counts,
        before=(),
        usual=None,
        expected=(),
        phase=PhaseKind.RISING,
        peaked_on=None,
        on=request.today,
        words={on: one.reads for on, one in zip(days, told.daily, strict=True)},
    )
    context = {
        "surge": row,
        "waiting": told.waiting.reads,
        "anyone": told.waiting.high > 0,
        "curve": curve.picture(course, here=request.zone),
        "day": (request.today - row.starts_on).days + 1,
    }
    return render.page(request, "surges/surge_caller.html", context=context)


def _height(one: Band) -> int:
    """How high a band is drawn: at its middle, and those under five as two."""
    return 2 if one.about is None else one.about


def centre(request: Request, row: Surge) -> HttpResponse:
    """Show the centre who came by the week and what followed, in bands as of last Sunday."""
    told = absorption.banded_weeks(surge=row, on=request.today)
    tables: list[Table] = []
    if told is not None:
        weeks = Table(
            _("Sign-ups a week"),
            (_("Week from"), _("Came")),
            tuple((day_words(monday), one.reads) for monday, one in told.weeks),
        )
        steps = Table(
            _("From a sign-up to a tie"),
            (_("Step"), _("People")),
            tuple((STEPS[step](), one.reads) for step, one in told.steps),
        )
        tables = [weeks, steps]
    context = {"surge": row, "told": told, "tables": tables}
    return render.page(request, "surges/surge_centre.html", context=context)
