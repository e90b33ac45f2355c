from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.steady.events import actions, queries
from strandline.steady.events.actions import CannotPlan
from strandline.steady.intake import queries as intake
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.said import said
from strandline.web.toasts import toast_for

from .forms import EventForm


@require_safe
def events(request: Request) -> HttpResponse:
    """List the events that are still to come, each with the forms by which people sign up for it."""
    return _listed(request)


def _listed(request: Request, *, refusal: str = "", status: int = 200) -> HttpResponse:
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise PermissionDenied
    rows = queries.coming(viewer=request.viewer, at=request.at)
    by_event: dict[int | None, list[object]] = {}
    for form in intake.forms(viewer=request.viewer):
        by_event.setdefault(form.event_id, []).append(form)
    context = {
        "rows": [{"event": row, "forms": by_event.get(row.pk, [])} for row in rows],
        "may_plan": request.viewer.works_with_people,
        "refusal": refusal,
    }
    return render.page(request, "events/event_list.html", context=context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request) -> HttpResponse:
    """Ask what is planned, and put it on the calendar."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    form = EventForm(asked_of(request), zone=request.zone)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_event(
                **form.cleaned_data, by=request.viewer, at=request.at, once=once_of(request)
            )
        except (CannotPlan, BadText) as refused:
            form.refuse(refused)
        else:
            toasts.put(request, toast_for(_("Planned: %(name)s.") % {"name": made.name}))
            return see_other("/events/")
    status = 422 if request.method == "POST" else 200
    return render.page(request, "events/event_form.html", context={"form": form}, status=status)


@require_POST
def call_off(request: Request, code: str) -> HttpResponse:
    """Let an event not take place."""
    try:
        actions.call_off_event(event=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotPlan as refused:
        return _listed(request, refusal=said(refused), status=422)
    toasts.put(request, toast_for(_("Called off.")))
    return see_other("/events/")
