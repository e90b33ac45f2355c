"""What is done about an alert: seen, dismissed with the reason, or made a surge."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText
from strandline.surge.moments import queries as surges
from strandline.surge.moments.actions import CannotSurge
from strandline.surge.signals import actions, queries
from strandline.surge.signals.actions import CannotAnswer, NewSurge
from strandline.surge.signals.rules import Tier
from strandline.surge.signals.rules.watched import Answer, may_answer
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request

from . import picture
from .forms import DismissForm, SurgeForm
from .words import ANSWERS, CHIPS, TIERS, name_of


@require_safe
def alert(request: Request, code: str) -> HttpResponse:
    """Show one alert and what can be done about it."""
    return _page(request, code)


def _page(
    request: Request,
    code: str,
    *,
    refusal: str = "",
    dismissing: DismissForm | None = None,
    opening: SurgeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    row = queries.alert(viewer=request.viewer, code=code)
    is_lead = queries.is_lead_of(viewer=request.viewer, series=row.series)
    verdicts = {
        answer: may_answer(request.viewer, row.standing, answer, is_lead=is_lead)
        for answer in (Answer.ACKNOWLEDGED, Answer.DISMISSED, Answer.SURGE)
    }
    context: dict[str, Any] = {
        "alert": row,
        "series": row.series,
        "name": name_of(row.series.source, row.series.name),
        "tier": TIERS[Tier(row.tier)],
        "chip": CHIPS[Tier(row.tier)],
        "days": picture.span_words(row.began_on, row.last_on),
        "answer": ANSWERS[Answer(row.answer)],
        "answers": [
            {"what": ANSWERS[Answer(a.answer)], "who": a.by.name, "at": a.at, "reason": a.reason}
            for a in queries.answers_of(viewer=request.viewer, alerts=[row]).get(row.pk, [])
        ],
        "seen": verdicts[Answer.ACKNOWLEDGED],
        "dismissing": dismissing or DismissForm(),
        "may_dismiss": verdicts[Answer.DISMISSED],
        "opening": opening
        or SurgeForm(colleagues=_colleagues(request), initial={"lead": request.viewer.code}),
        "may_open": verdicts[Answer.SURGE],
        "running": queries.running(viewer=request.viewer, series=row.series, on=request.today)
        if verdicts[Answer.SURGE].ok
        else [],
        "refusal": refusal,
    }
    return render.page(request, "signals/alert_detail.html", context=context, status=status)


def _colleagues(request: Request) -> list[tuple[str, str]]:
    found = surges.possible_leads(viewer=request.viewer, at=request.at)
    return [(account.code, account.name) for account in found]


@require_POST
def seen(request: Request, code: str) -> HttpResponse:
    """Say that one has seen an alert."""
    try:
        row = actions.acknowledge(alert=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotAnswer as refused:
        return _page(request, code, refusal=str(refused), status=422)
    render.say(request, _("Noted that you look into it."))
    return see_other(f"/surges/signals/{row.series.code}/")


@require_POST
def dismiss(request: Request, code: str) -> HttpResponse:
    """Say that there is nothing to an alert, and why."""
    form = DismissForm(request.POST)
    if form.is_valid():
        try:
            row = actions.dismiss(
                alert=code,
                reason=form.cleaned_data["reason"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except (CannotAnswer, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, _("Dismissed. It counts as a false alarm."))
            return see_other(f"/surges/signals/{row.series.code}/")
    return _page(request, code, dismissing=form, status=422)


@require_http_methods(["POST"])
def surge(request: Request, code: str) -> HttpResponse:
    """Declare a surge from an alert."""
    form = SurgeForm(request.POST, colleagues=_colleagues(request))
    if form.is_valid():
        asked = form.cleaned_data
        new = NewSurge(asked["name"], asked["lead"], asked["deputy"], asked["promise_hours"])
        try:
            made = actions.open_surge(
                alert=code, new=new, by=request.viewer, at=request.at, once=once_of(request)
            )
        except (CannotAnswer, CannotSurge, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, _("The surge is declared."))
            return see_other(f"/surges/{made.code}/")
    return _page(request, code, opening=form, status=422)


@require_POST
def attach(request: Request, code: str) -> HttpResponse:
    """Say that an alert is of a surge that runs already."""
    chosen = request.POST.get("surge", "")
    try:
        row = actions.attach(
            alert=code, surge=chosen, by=request.viewer, at=request.at, once=once_of(request)
        )
    except CannotAnswer as refused:
        return _page(request, code, refusal=str(refused), status=422)
    render.say(request, _("The alert belongs to that surge now."))
    return see_other(f"/surges/signals/{row.series.code}/")
