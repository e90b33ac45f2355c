"""One surge as its members see it, as callers do, and as the centre does; declaring one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from strandline.ledger.ebb import queries as ebb
from strandline.ledger.waves import queries as waves
from strandline.lib.text import BadText
from strandline.steady.intake import queries as intake
from strandline.steady.intake.actions import CALLERS
from strandline.store.records import Absent
from strandline.surge.absorption import queries as absorption
from strandline.surge.moments import actions
from strandline.surge.moments import queries as moments
from strandline.surge.moments.actions import CannotSurge
from strandline.surge.moments.queries import Sight
from strandline.surge.moments.rules import may_change
from strandline.surge.signals import queries as signals
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.intake.form_views import qr
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.waves import views as wave_pages

from . import banded, curve, page, stays
from .forms import DeclareForm, titled

if TYPE_CHECKING:
    from strandline.surge.absorption.queries import SurgeFigures
    from strandline.surge.moments.models import Surge


@require_safe
def surge(request: Request, code: str) -> HttpResponse:
    """Show a surge: to its members the figures of the people they may see, to callers the queue, to the centre bands."""
    row = moments.surge(viewer=request.viewer, code=code)
    sight = moments.sight_of(viewer=request.viewer, surge=row)
    if sight is Sight.CALLER:
        return banded.caller(request, row)
    if sight is Sight.CENTRE:
        return banded.centre(request, row)
    viewer = request.viewer
    part = request.GET.get("part", "") if request.htmx else ""
    figures = absorption.surge_figures(
        viewer=viewer, surge=row, at=request.at, left=ebb.left(viewer=viewer), with_curves=part != "now"
    )
    context = now(request, row, figures)
    if part == "now":
        return render.page(request, "surges/surge_detail.html", part="surge-now", context=context)
    context |= pictures(request, row, figures)
    if part == "pictures":
        return render.page(request, "surges/surge_detail.html", part="surge-pictures", context=context)
    return render.page(request, "surges/surge_detail.html", context=context | frame(request, row, figures))


def now(request: Request, row: Surge, figures: SurgeFigures) -> dict[str, Any]:
    """What changes by the minute: the four figures and the warning."""
    return {
        "surge": row,
        "four": page.four(row, figures),
        "warning": page.warning(row, figures),
        "at": figures.at,
        "runs": figures.last_on == figures.on and row.closed_at is None,
        "came": figures.came,
        "may_plan": bool(moments.branches_to_open(viewer=request.viewer)),
    }


def pictures(request: Request, row: Surge, figures: SurgeFigures) -> dict[str, Any]:
    """What changes by the hour: the curve, the bars, who is still here, who calls."""
    if figures.hourly:
        began = datetime.combine(row.starts_on, datetime.min.time(), request.zone)
        drawn = curve.by_hour(figures.hourly, began, here=request.zone)
    else:
        drawn = curve.picture(course(request, row, figures), here=request.zone)
    return {
        "curve": drawn,
        "bars": page.bars(figures),
        "funnel_table": page.funnel_table(figures),
        "funnel_finding": page.funnel_finding(figures),
        "stays": stays.picture(figures.wave, figures.baseline, figures.earlier) if figures.came else None,
        "facts": page.facts(row, figures),
        "callers": figures.callers
        if row.closed_at is None or any(c.waiting for c in figures.callers)
        else (),
        "pace_days": figures.pace.days,
    }


def course(request: Request, row: Surge, figures: SurgeFigures) -> curve.Course:
    """What the curve of a surge is drawn of, with the signal it was declared from."""
    alert = signals.alert_of_surge(viewer=request.viewer, surge=row)
    signal = None
    if alert is not None:
        year = datetime(request.today.year, 1, 1, tzinfo=request.zone)
        false = signals.dismissed_since(viewer=request.viewer, since=year)
        signal = curve.Signal(alert.raised_at, false.get(alert.series_id, 0))
    return curve.Course(
        first_on=figures.first_on,
        daily=figures.daily,
        before=figures.before,
        usual=figures.usual,
        expected=figures.expected,
        phase=figures.phase.kind,
        peaked_on=figures.peaked_on,
        on=figures.on,
        signal=signal,
    )


def frame(request: Request, row: Surge, figures: SurgeFigures) -> dict[str, Any]:
    """What stays while the page is open: who leads, what one may do, the forms, the ledger."""
    viewer = request.viewer
    has_post, leads = moments.may_change(viewer=viewer, surge=row)
    ways = [
        {"form": form, "link": link, "svg": qr(link) if not figures.came else ""}
        for form in moments.forms_of(viewer=viewer, surge=row)
        for link in (request.build_absolute_uri(f"/j/{form.slug}/"),)
    ]
    return {
        "lead": page.lead_line(row, figures.phase, on=request.today),
        "by_hand": figures.phase.is_by_hand and row.closed_at is None,
        "may_change": may_change(has_post=has_post, leads_there=leads).ok,
        "may_call": viewer.is_(*CALLERS),
        "may_make_forms": viewer.works_with_people,
        "may_circle": viewer.works_with_people,
        "ways": ways,
        "ledger": ledger(request, row),
    }


def ledger(request: Request, row: Surge) -> dict[str, Any] | None:
    """The strandline and the wave ledger of the surge's branch, when the viewer is told its sums."""
    places = waves.grounds(viewer=request.viewer)
    near = next((one for one in places if one.pk == row.branch_id), None) or next(iter(places), None)
    return wave_pages.ledger(request, near) if near is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: Request) -> HttpResponse:
    """Declare a surge by hand."""
    viewer = request.viewer
    places = moments.branches_to_open(viewer=viewer)
    if not places:
        raise Absent
    colleagues = moments.possible_leads(viewer=viewer, at=request.at)
    open_forms = titled(form for form in intake.forms(viewer=viewer) if form.is_open(request.at))
    form = DeclareForm(
        asked_of(request),
        branches=[(one.code, one.name) for one in places],
        colleagues=[(one.code, one.name) for one in colleagues],
        open_forms=open_forms,
        initial={"starts_on": request.today, "lead": viewer.code, "branch": places[-1].code},
    )
    if form.is_bound and form.is_valid():
        try:
            made = actions.open_surge(
                name=form.cleaned_data["name"],
                branch=form.cleaned_data["branch"],
                lead=form.cleaned_data["lead"],
                deputy=form.cleaned_data["deputy"],
                promise_hours=form.cleaned_data["promise_hours"],
                starts_on=form.cleaned_data["starts_on"],
                forms=form.cleaned_data.get("signup_forms", []),
                by=viewer,
                at=request.at,
                once=once_of(request),
            )
        except (CannotSurge, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, _("The surge is declared."))
            return see_other(f"/surges/{made.code}/")
    status = 422 if form.errors else 200
    return render.page(request, "surges/surge_declare.html", context={"form": form}, status=status)
