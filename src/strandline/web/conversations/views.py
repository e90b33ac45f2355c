from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText, fold
from strandline.organisation.privacy.rules.basis import may_record_opinion
from strandline.steady.conversations import actions
from strandline.steady.followup import queries as followup
from strandline.steady.followup.actions import CannotFollowUp
from strandline.steady.followup.rules import propose
from strandline.steady.listening import queries as listening
from strandline.steady.listening.actions import CannotHear
from strandline.steady.lists import queries as lists
from strandline.steady.people import queries as people
from strandline.steady.ties import queries as ties
from strandline.steady.ties.actions import CannotTie
from strandline.steady.ties.rules import Outcome
from strandline.web import render, rows
from strandline.web.answers import done
from strandline.web.followup import today as today_page
from strandline.web.once import once_of
from strandline.web.people import page as person_page
from strandline.web.requests import Request, asked_of
from strandline.web.templatetags.words import when
from strandline.web.toasts import toast_for

from .forms import LogForm

MOST_FOUND = 8
LEAST_LETTERS = 2
# So much of a note is read for themes: more is not said in one talk.
MOST_READ = 10_000
# Where the form was opened, what a save there changes, and where a plain form goes on to.
TODAY, PERSON, PICK = "today", "person", "pick"
TARGETS = {TODAY: "#today", PERSON: "#person", PICK: "#pick"}


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: Request, code: str) -> HttpResponse:
    """Ask what happened with a person, and keep it."""
    person = people.person(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise PermissionDenied
    running = [t for t in ties.ties_of(viewer=request.viewer, person=person) if t.ended_at is None]
    rhythm = min((t.rhythm_days for t in running), default=21)
    proposal = propose(rhythm_days=rhythm, on=request.today)
    takes_views = _takes_views(request, person)
    form = LogForm(
        asked_of(request),
        proposal=proposal,
        zone=request.zone,
        themes=_themes(request) if takes_views else [],
        auto_id=f"log-{person.code}-%s",
    )
    if request.method == "POST" and form.is_valid() and _keep(request, person, form):
        return _kept(request, person)
    return _ask(request, person, form, takes_views, status=422 if request.method == "POST" else 200)


def _takes_views(request: Request, person: Any) -> bool:
    basis = ties.basis(person=person, on=request.today)
    return may_record_opinion(basis, on=request.today).ok


def _themes(request: Request) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in listening.themes(viewer=request.viewer)]


@require_POST
def themes(request: Request, code: str) -> HttpResponse:
    """Tick the themes of which the note speaks, but for those that were taken away. It keeps nothing: the note is
    posted only so that it stands in no address.
    """
    person = people.person(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise PermissionDenied
    choices = _themes(request) if _takes_views(request, person) else []
    offered = set(request.POST.getlist("offered"))
    ticked = set(request.POST.getlist("themes"))
    told = set(listening.suggested(viewer=request.viewer, text=request.POST.get("said", "")[:MOST_READ]))
    # What was suggested before and is not ticked now was taken away by hand; what was ticked by hand stays.
    ticked = (ticked - (offered - told)) | (told - (offered - ticked))
    form = LogForm(
        proposal=propose(rhythm_days=21, on=request.today),
        zone=request.zone,
        themes=choices,
        initial={"themes": [key for key, _name in choices if key in ticked]},
        auto_id=f"log-{person.code}-%s",
    )
    context = {"person": person, "form": form, "offered": sorted(told)}
    return render.page(request, "conversations/log_themes.html", context=context, shows=[person.audit_id])


def _keep(request: Request, person: Any, form: LogForm) -> bool:
    try:
        actions.log_conversation(
            person=person.code,
            touch=form.touch(now=request.at),
            step=form.next_step(),
            themes=form.cleaned_data["themes"],
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except CannotFollowUp as refused:
        form.add_error("when", str(refused))
    except CannotTie as refused:
        form.add_error("at", str(refused))
    except CannotHear as refused:
        form.add_error("themes", str(refused))
    except BadText as refused:
        form.refuse(refused)
    return not form.errors


def _place(request: Request) -> str:
    asked = request.POST.get("place") or request.GET.get("place", "")
    return asked if asked in TARGETS else PERSON


def _kept(request: Request, person: Any) -> HttpResponse:
    place = _place(request)
    step = followup.next_steps_of(viewer=request.viewer, people=[person]).get(person.pk)
    told = _("Next step %(day)s.") % {"day": when(step.due_on, request.today)} if step else _("No next step.")
    words = _told(request.POST.get("outcome", ""))
    toast = toast_for(
        format_html("{} <bdi>{}</bdi>. {}", words, person.full_name, told), draft=f"log-{person.code}"
    )
    if place == TODAY:
        return done(request, to="/", toast=toast, part=lambda: today_page.part(request))
    if place == PICK:
        return done(request, to="/log/", toast=toast, part=lambda: _pick(request, ""))
    return done(
        request,
        to=f"/people/{person.code}/",
        toast=toast,
        part=lambda: person_page.part(request, person.code, refocus="heading"),
    )


def _told(outcome: str) -> str:
    return {
        Outcome.SPOKE.value: _("Saved: spoke with"),
        Outcome.NO_ANSWER.value: _("Saved: no answer from"),
        Outcome.LEFT_MESSAGE.value: _("Saved: left a message for"),
    }.get(outcome, _("Saved: moved to another day with"))


def _ask(request: Request, person: Any, form: LogForm, takes_views: bool, *, status: int) -> HttpResponse:
    place = _place(request)
    context = {
        "person": person,
        "form": form,
        "place": place,
        "target": TARGETS[place],
        "takes_views": takes_views,
        "has_themes": takes_views and bool(form.fields["themes"].choices),  # type: ignore[attr-defined]  # a choice field
        "is_page": not request.htmx,
        "back": "/" if place == TODAY else "/log/" if place == PICK else f"/people/{person.code}/",
    }
    response = render.page(
        request,
        "conversations/log_form.html",
        part="log",
        context=context,
        status=status,
        shows=[person.audit_id],
    )
    if status == 422:
        response["HX-Retarget"], response["HX-Reswap"] = f"#log-{person.code}", "outerHTML"
    return response


@require_safe
def pick(request: Request) -> HttpResponse:
    """Choose whom a talk was with: by a few letters, else from those who are owed something today."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    return _pick(request, request.GET.get("q", ""))


def _pick(request: Request, typed: str) -> HttpResponse:
    typed = typed.strip()[:100]
    is_asked = len(fold(typed)) >= LEAST_LETTERS
    found: Sequence[rows.Someone]
    if is_asked:
        found = lists.find(viewer=request.viewer, text=typed, most=MOST_FOUND)
    else:
        owed = followup.owed(viewer=request.viewer, on=request.today, most=MOST_FOUND)
        found = [step.person for step in (owed.late + owed.due)[:MOST_FOUND]]
    context = {
        "typed": typed,
        "is_asked": is_asked,
        "rows": rows.of_people(request, found, place=PICK),
    }
    shows = [p.audit_id for p in found]
    return render.page(request, "conversations/log_pick.html", part="pick", context=context, shows=shows)
