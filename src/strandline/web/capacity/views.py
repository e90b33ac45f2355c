from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.ledger.capacity import actions, queries
from strandline.ledger.capacity.actions import CannotPlan
from strandline.ledger.capacity.rules import answer
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import done, see_other
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.toasts import toast_for

from . import shown
from .forms import WhatIfForm


@lru_cache(maxsize=1)
def _example() -> dict[str, Any]:
    """The example: the same for everybody, and worked out once a process."""
    return answer.courses(answer.EXAMPLE)


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: Request) -> HttpResponse:
    """Ask what a wave would bring, from a running surge with its own arrivals or from nothing."""
    places = [(one.code, one.name) for one in queries.branches_to_plan(viewer=request.viewer)]
    if not places:
        raise Absent
    code = request.POST.get("surge") or request.GET.get("surge", "")
    running = queries.running(viewer=request.viewer, code=code) if code else None
    if request.method == "POST":
        form = WhatIfForm(request.POST, branches=places)
        if form.is_valid():
            try:
                return _asked(request, form, running)
            except CannotPlan as refused:
                form.refuse(refused)
        return _page(request, form, running, status=422)
    initial: dict[str, Any] = {}
    if running is not None:
        hours = running.surge.promise_hours
        initial = {"branch": running.surge.branch.code, "size": 0, "days": 1, "promise_hours": hours}
    return _page(request, WhatIfForm(branches=places, initial=initial), running)


def _asked(request: Request, form: WhatIfForm, running: queries.Running | None) -> HttpResponse:
    so_far = running.so_far if running else ()
    name = running.surge.name if running else ""
    row = actions.ask_what_if(
        branch=form.cleaned_data["branch"],
        question=form.question(so_far=so_far, name=name),
        by=request.viewer,
        at=request.at,
        once=once_of(request),
    )
    return see_other(f"/what-if/{row.code}/")


def _page(
    request: Request, form: WhatIfForm, running: queries.Running | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "running": running,
        "so_far": sum(running.so_far) if running else 0,
        "latest": [shown.summary(row) for row in queries.latest(viewer=request.viewer)],
        "example": request.GET.get("example") == "1",
    }
    if context["example"]:
        context["answer"] = shown.example(answer.exact(answer.EXAMPLE), _example())
    return render.page(request, "capacity/what_if.html", context=context, status=status)


@require_safe
def answered(request: Request, code: str) -> HttpResponse:
    """Show the answer: what is exact at once, the courses when the worker has run them."""
    row = queries.what_if(viewer=request.viewer, code=code)
    context = {
        "row": row,
        "answer": shown.answer(row),
        "asked": shown.asked(row),
        "going": shown.how_far(row, at=request.at),
        "title": _("What if"),
    }
    return render.page(request, "capacity/answer.html", part="what-if-answer", context=context)


@require_POST
def stop(request: Request, code: str) -> HttpResponse:
    """Stop working it out: nothing of the question is kept."""
    try:
        actions.stop_what_if(what_if=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotPlan as refused:
        context = {"reason": str(refused), "back": f"/what-if/{code}/"}
        return render.page(request, "followup/not_done.html", context=context, status=409)
    return done(request, to="/what-if/", toast=toast_for(_("Stopped. Nothing of it was kept.")), part=None)
