from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.ledger.waves import actions, queries
from strandline.ledger.waves.actions import CannotCount
from strandline.store.records import Absent
from strandline.surge.moments import queries as moments
from strandline.web import render
from strandline.web.answers import done
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.toasts import toast_for

from . import banded, signals, strandline, table
from .forms import RecountForm

if TYPE_CHECKING:
    from strandline.organisation.branches.models import Branch
    from strandline.web.pictures.picture import Picture


def _chosen(request: Request) -> tuple[list[Branch], Branch | None]:
    """The branches of which the viewer is told the sums, and the one that is asked for."""
    places = queries.grounds(viewer=request.viewer)
    asked = request.GET.get("branch", "")
    found = next((one for one in places if one.code == asked), None)
    if asked and found is None:
        raise Absent
    return places, found or next(iter(places), None)


def ledger(request: Request, branch: Branch) -> dict[str, Any]:
    """What the pages of a branch's waves show of its ledger: the picture, the lines, and what stands behind them."""
    entries = queries.entries(viewer=request.viewer, branch=branch)
    weeks = table.week_points(queries.released(branch=branch.pk))
    drawn: Picture | None = None
    if len(weeks) > 1:
        drawn = strandline.picture(weeks, table.wave_points(entries, weeks, place=branch.pk))
    return {
        "picture": drawn,
        "lines": table.lines(entries, on=request.today),
        "organised": weeks[-1].organised if weeks else None,
        "week": weeks[-1].on if weeks else None,
    }


@require_safe
def index(request: Request) -> HttpResponse:
    """Show what every wave left: the strandline, the wave ledger, and what runs now."""
    viewer = request.viewer
    places, branch = _chosen(request)
    live = moments.live_surges(viewer=viewer, on=request.today)
    centre = queries.is_told_in_bands(viewer=viewer)
    if branch is None and not centre and not live:
        raise Absent
    context: dict[str, Any] = {
        "places": places,
        "branch": branch,
        "live": [_live(one, request) for one in live],
        "signals": signals.of(request),
        "may_declare": bool(moments.branches_to_open(viewer=viewer)),
        "may_plan": bool(moments.branches_to_open(viewer=viewer)),
        "may_recount": branch is not None and queries.may_recount(viewer=viewer, branch=branch),
    }
    if branch is not None:
        context["ledger"] = ledger(request, branch)
    elif centre:
        context["bands"] = banded.of(request)
    return render.page(request, "waves/surge_list.html", context=context)


def _live(surge: Any, request: Request) -> dict[str, Any]:
    return {
        "code": surge.code,
        "name": surge.name,
        "day": (request.today - surge.starts_on).days + 1,
        "since": surge.starts_on,
    }


@require_POST
def count_now(request: Request, code: str) -> HttpResponse:
    """Count one wave's line again without waiting for the night."""
    try:
        actions.count_now(surge=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotCount as refused:
        context = {"reason": refused.reason, "back": "/surges/"}
        return render.page(request, "followup/not_done.html", context=context, status=403)
    return done(request, to="/surges/", toast=toast_for(_("Counted.")), part=None)


@require_http_methods(["GET", "HEAD", "POST"])
def recount(request: Request) -> HttpResponse:
    """Count a past day again, beside what was released of it."""
    places = [
        one
        for one in queries.grounds(viewer=request.viewer)
        if queries.may_recount(viewer=request.viewer, branch=one)
    ]
    if not places:
        raise Absent
    asked = asked_of(request)
    form = RecountForm(asked, branches=[(one.code, one.name) for one in places])
    if asked is not None and form.is_valid():
        try:
            actions.recount_day(
                branch=form.cleaned_data["branch"],
                on=form.cleaned_data["on"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except CannotCount as refused:
            form.refuse(refused)
        else:
            return done(request, to="/surges/count/", toast=toast_for(_("Counted.")), part=None)
    rows = [row for one in places for row in _recounts(request, one)]
    status = 422 if form.errors else 200
    return render.page(request, "waves/recount.html", context={"form": form, "rows": rows}, status=status)


def _recounts(request: Request, branch: Branch) -> list[dict[str, Any]]:
    """The days counted again, each beside the week that was released nearest before."""
    weeks = queries.released(branch=branch.pk)
    found = []
    for row in queries.recounts(viewer=request.viewer, branch=branch):
        week = next((one for one in reversed(weeks) if one.on <= row.on), None)
        same = week is not None and week.on == row.on
        found.append(
            {
                "row": row,
                "branch": branch,
                "kinds": sorted(row.kinds.items()),
                "released": week.organised if same and week is not None else None,
                "erased": row.erased - week.erased if week is not None else 0,
            }
        )
    return found
