"""A surge for those who see nobody of it: callers get the queue and the curve, the centre last week's bands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _

from strandline.ledger.ebb import queries as ebb
from strandline.ledger.waves import queries as waves
from strandline.organisation.privacy.rules.bands import ENDLESS, SMALL
from strandline.surge.absorption import queries as absorption
from strandline.surge.absorption.rules.funnel import Step
from strandline.surge.moments.rules import PhaseKind
from strandline.web import render
from strandline.web.pictures.picture import Table
from strandline.web.requests import Request
from strandline.web.templatetags.words import day as day_words
from strandline.web.waves.banded import about, words

from . import curve
from .page import STEPS

if TYPE_CHECKING:
    from strandline.organisation.privacy.rules.bands import Band
    from strandline.surge.moments.models import Surge


def caller(request: Request, row: Surge) -> HttpResponse:
    """Show a caller how many wait, and how the surge goes, in bands."""
    told = absorption.banded_queue(surge=row, at=request.at, left=ebb.all_left())
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
        "waiting": words(told.waiting),
        "anyone": told.waiting.high < ENDLESS,
        "curve": curve.picture(course, here=request.zone),
        "day": (request.today - row.starts_on).days + 1,
    }
    return render.page(request, "surges/surge_caller.html", context=context)


def _height(one: Band) -> int:
    """How high a band is drawn: at its middle, and those under five as two."""
    return 2 if one.about is None else one.about


def centre(request: Request, row: Surge) -> HttpResponse:
    """Show the centre who came by the week and what followed, in bands as released on Monday."""
    told = waves.banded_surge(viewer=request.viewer, surge=row)
    tables: list[Table] = []
    if told is not None:
        weeks = Table(
            _("Sign-ups a week"),
            (_("Week from"), _("Came")),
            tuple((day_words(monday), words(one)) for monday, one in told.weeks),
        )
        steps = Table(
            _("From a sign-up to a tie"),
            (_("Step"), _("People")),
            (
                (STEPS[Step.CAME](), about(told.came)),
                *((STEPS[step](), words(one)) for step, one in told.steps),
            ),
        )
        tables = [weeks, steps]
    came = _("under %(n)s a week") % {"n": SMALL}
    if told is not None and told.came is not None:
        came = about(told.came)
    context = {"surge": row, "told": told, "came": came, "tables": tables}
    return render.page(request, "surges/surge_centre.html", context=context)
