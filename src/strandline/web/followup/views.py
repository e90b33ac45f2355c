"""Next steps and handing over, from wherever they stand on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from strandline.lib.text import BadText
from strandline.organisation.branches import queries as branches
from strandline.steady.followup import actions, queries
from strandline.steady.followup.actions import CannotFollowUp, NextStep
from strandline.steady.followup.rules import StepKind, propose
from strandline.steady.people import queries as people
from strandline.store.records import Stale
from strandline.web import render
from strandline.web.answers import beside, done
from strandline.web.forms import typed
from strandline.web.once import once_of
from strandline.web.people import page as person_page
from strandline.web.requests import Request, asked_of
from strandline.web.said import said
from strandline.web.templatetags.words import when
from strandline.web.toasts import Toast, toast_for

from . import today as today_page
from .forms import HandoverForm, MoveForm, StepForm

if TYPE_CHECKING:
    from datetime import date

    from strandline.steady.followup.models import FollowUp, Handoff
    from strandline.steady.people.models import Person

TODAY, PERSON = "today", "person"
TARGETS = {TODAY: "#today", PERSON: "#person"}
MOST_AT_ONCE = 200


def _place(request: Request) -> str:
    asked = request.POST.get("place") or request.GET.get("place", "")
    return asked if asked in TARGETS else PERSON


def _changed(request: Request, person: Person, toast: Toast) -> HttpResponse:
    if _place(request) == TODAY:
        return done(request, to="/", toast=toast, part=lambda: today_page.part(request))
    return done(
        request,
        to=f"/people/{person.code}/",
        toast=toast,
        part=lambda: person_page.part(request, person.code, refocus="heading"),
    )


def _not_done(request: Request, person: Person, reason: str, *, status: int) -> HttpResponse:
    """Answer with the page as it is now and the reason beside it; nothing was changed."""
    if not request.htmx:
        context = {"reason": reason, "back": "/" if _place(request) == TODAY else f"/people/{person.code}/"}
        return render.page(request, "followup/not_done.html", context=context, status=status)
    part = today_page.part(request) if _place(request) == TODAY else person_page.part(request, person.code)
    part.status_code = status
    return beside(request, part, Toast(reason))


def _version(request: Request) -> int | None:
    text = request.POST.get("version", "")
    if not text:
        return None
    # What is no number is no version that was ever on a screen: it is refused as one that has passed.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


STALE = "Someone changed this meanwhile. Nothing of yours was lost or done: look, and choose again."


@require_POST
def close_step(request: Request, code: str) -> HttpResponse:
    """Mark a next step as done."""
    step = queries.followup(viewer=request.viewer, code=code)
    try:
        actions.close_step(
            followup=code, by=request.viewer, at=request.at, version=_version(request), once=once_of(request)
        )
    except Stale:
        return _not_done(request, step.person, _(STALE), status=409)
    except CannotFollowUp as refused:
        return _not_done(request, step.person, str(refused), status=422)
    words = format_html(_("Done: {} for <bdi>{}</bdi>."), said(step.words), step.person.full_name)
    return _changed(request, step.person, toast_for(words))


@require_http_methods(["GET", "HEAD", "POST"])
def move_step(request: Request, code: str) -> HttpResponse:
    """Ask for another day, and move the step there."""
    step = queries.followup(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise PermissionDenied
    form = MoveForm(_day_asked(request) if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_step(
                followup=code,
                to=form.cleaned_data["to"],
                by=request.viewer,
                at=request.at,
                version=form.cleaned_data["version"],
                once=once_of(request),
            )
        except Stale:
            return _not_done(request, step.person, _(STALE), status=409)
        except CannotFollowUp as refused:
            form.add_error("to", str(refused))
        else:
            return _changed(
                request, step.person, toast_for(_moved_words(request, step, form.cleaned_data["to"]))
            )
    context = {
        "form": form,
        "step": step,
        "days": [(_(words), day) for words, day in propose(rhythm_days=7, on=request.today).days],
        "place": _place(request),
        "target": TARGETS[_place(request)],
        "is_page": not request.htmx,
        "back": "/" if _place(request) == TODAY else f"/people/{step.person.code}/",
    }
    status = 422 if form.is_bound else 200
    response = render.page(
        request,
        "followup/step_move.html",
        part="move",
        context=context,
        status=status,
        shows=[step.person.audit_id],
    )
    if status == 422:
        response["HX-Retarget"], response["HX-Reswap"] = f"#move-{step.code}", "outerHTML"
    return response


def _moved_words(request: Request, step: FollowUp, to: date) -> str:
    what = said(step.words)
    return format_html(
        _("Moved to {}: {} for <bdi>{}</bdi>."), when(to, request.today), what, step.person.full_name
    )


def _day_asked(request: Request) -> dict[str, str]:
    """Return the day that a button names, else the one in the date field."""
    asked = [day for day in request.POST.getlist("to") if day]
    typed = request.POST.get("day", "")
    return {"to": asked[0] if len(asked) == 1 else typed, "version": request.POST.get("version", "")}


@require_POST
def set_step(request: Request, code: str) -> HttpResponse:
    """Agree with oneself on a next step for someone who has none."""
    person = people.person(viewer=request.viewer, code=code)
    form = StepForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        step = NextStep(StepKind(asked["kind"]), asked["due_on"], asked["reason"])
        try:
            actions.set_next_step(
                person=code, step=step, by=request.viewer, at=request.at, once=once_of(request)
            )
        except CannotFollowUp as refused:
            form.add_error("due_on", str(refused))
        except BadText as refused:
            form.refuse(refused)
        else:
            day = when(step.due_on, request.today)
            return _changed(request, person, toast_for(_("Next step %(day)s.") % {"day": day}))
    return person_page.part(request, code, status=422, step_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: Request) -> HttpResponse:
    """Ask to whom people are handed over, and offer them."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    codes = list(dict.fromkeys((request.POST or request.GET).getlist("person")))[:MOST_AT_ONCE]
    chosen = people.people_by_code(viewer=request.viewer, codes=codes)
    mine = request.viewer.account_id
    colleagues = branches.colleagues(viewer=request.viewer, at=request.at)
    choices = [
        (a.code, _("%(name)s (you)") % {"name": a.name} if a.pk == mine else a.name) for a in colleagues
    ]
    form = HandoverForm(asked_of(request), colleagues=choices)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.offer_handoffs(
                people=[p.code for p in chosen],
                to=form.cleaned_data["to"],
                note=form.cleaned_data["note"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except CannotFollowUp as refused:
            form.add_error(None, str(refused))
        except BadText as refused:
            form.refuse(refused)
        else:
            return _offered(request, chosen, made, dict(choices)[form.cleaned_data["to"]])
    context = {"form": form, "people": chosen, "back": _back(request, chosen)}
    status = 422 if form.is_bound else 200
    shows = [p.audit_id for p in chosen]
    return render.page(request, "followup/hand_over.html", context=context, status=status, shows=shows)


def _back(request: Request, chosen: list[Person]) -> str:
    if request.GET.get("from") == "team" or request.POST.get("from") == "team":
        return "/team/"
    return f"/people/{chosen[0].code}/" if len(chosen) == 1 else "/people/"


def _offered(request: Request, chosen: list[Person], made: list[Handoff], name: str) -> HttpResponse:
    words = ngettext(
        "Offered %(ties)s tie to %(name)s, who holds it after accepting.",
        "Offered %(ties)s ties to %(name)s, who holds them after accepting.",
        len(made),
    ) % {"ties": len(made), "name": name}
    left = len({p.pk for p in chosen} - {h.person_id for h in made})
    if left:
        words += " " + ngettext(
            "%(n)s person is left out: no tie runs, or %(name)s holds it already.",
            "%(n)s people are left out: no tie runs, or %(name)s holds it already.",
            left,
        ) % {"n": left, "name": name}
    toast = toast_for(words)
    return done(request, to=_back(request, chosen), toast=toast, part=None)


@require_POST
def answer_handoff(request: Request, code: str, answer: str) -> HttpResponse:
    """Accept, decline or withdraw an offer."""
    offer = queries.handoff(viewer=request.viewer, code=code)
    by, at, once = request.viewer, request.at, once_of(request)
    try:
        if answer == "accept":
            actions.accept_handoff(handoff=code, by=by, at=at, once=once)
            words = _("You hold the tie with <bdi>{}</bdi> now, with the next step.")
        elif answer == "decline":
            actions.decline_handoff(
                handoff=code, answer=typed(request.POST, "answer", words=_("Answer")), by=by, at=at, once=once
            )
            words = _("Declined. The tie with <bdi>{}</bdi> stays where it is.")
        else:
            actions.withdraw_handoff(handoff=code, by=by, at=at, once=once)
            words = _("Offer withdrawn. The tie with <bdi>{}</bdi> stays where it is.")
    except (CannotFollowUp, BadText) as refused:
        return _not_done(request, offer.person, getattr(refused, "reason", str(refused)), status=422)
    return _changed(request, offer.person, toast_for(format_html(words, offer.person.full_name)))
