from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strandline.ledger.ebb import actions, queries
from strandline.ledger.ebb.actions import CannotNote
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.lib.text import BadText
from strandline.steady.people import queries as people
from strandline.web import render
from strandline.web.answers import done
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.toasts import toast_for

from .forms import DepartureForm


@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: Request, code: str) -> HttpResponse:
    """Note that someone can no longer be met, or see that it is noted."""
    person = people.person(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise PermissionDenied
    form = DepartureForm(asked_of(request), initial={"since_on": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_departure(
                person=code,
                how=Leaving(form.cleaned_data["how"]),
                since_on=form.cleaned_data["since_on"],
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except (CannotNote, BadText) as refused:
            form.refuse(refused)
        else:
            return done(
                request, to=f"/people/{code}/", toast=toast_for(_("Noted. Nothing more is owed.")), part=None
            )
    context = {
        "person": person,
        "form": form,
        "standing": queries.departure(viewer=request.viewer, person=person),
    }
    status = 422 if form.errors else 200
    return render.page(request, "ebb/departure.html", context=context, status=status, shows=[person.audit_id])


@require_POST
def came_back(request: Request, code: str) -> HttpResponse:
    """Note that someone can be met again."""
    person = people.person(viewer=request.viewer, code=code)
    try:
        actions.end_departure(person=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotNote as refused:
        context = {"reason": refused.reason, "back": f"/people/{person.code}/"}
        return render.page(
            request, "followup/not_done.html", context=context, status=409, shows=[person.audit_id]
        )
    return done(
        request, to=f"/people/{code}/", toast=toast_for(_("Noted. Begin a tie with them again.")), part=None
    )
