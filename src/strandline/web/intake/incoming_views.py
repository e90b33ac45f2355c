"""Those who have just come, by the promise clock; what was kept aside; and the queue of callers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.organisation.branches import queries as branches
from strandline.steady.followup import queries as followup
from strandline.steady.intake import actions, queries
from strandline.steady.intake.actions import CALLERS, CannotAccept, CannotCall
from strandline.steady.intake.rules import Reason, Way
from strandline.steady.ties.actions import CannotTie
from strandline.steady.ties.rules import Outcome
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.rows import due_chip
from strandline.web.said import said

from .forms import CallForm

MOST = 50


@require_safe
def incoming(request: Request) -> HttpResponse:
    """Show who has no owner yet, the most pressing promise first, with an owner proposed for each."""
    viewer = request.viewer
    if not viewer.is_(*PEOPLE_ROLES):
        raise Absent
    number = queries.incoming_count(viewer=viewer)
    if request.GET.get("since", "").isascii() and request.GET.get("since", "").isdecimal():
        more = number - int(request.GET["since"][:8])
        return render.page(
            request,
            "intake/incoming.html",
            part="incoming-news",
            context={"more": max(0, more), "number": number},
        )
    calls = queries.incoming(viewer=viewer, most=MOST)
    people = [call.person for call in calls]
    told = queries.came_by(viewer=viewer, people=people)
    like = queries.likenesses(viewer=viewer, people=people)
    proposed = queries.proposals(viewer=viewer, calls=calls, at=request.at)
    colleagues = branches.colleagues(viewer=viewer, at=request.at)
    names = {account.pk: account for account in colleagues}
    rows = []
    for call in calls:
        proposal, sent = proposed.get(call.code), told.get(call.person_id)
        rows.append(
            {
                "call": call,
                "person": call.person,
                "chip": due_chip(call, request),
                "way": Way(sent.way).words if sent else "",
                "title": sent.form.title if sent else call.reason,
                "twins": like.get(call.person_id, []),
                "owner": names[proposal.account].code if proposal and proposal.account in names else "",
                "reasons": ", ".join(map(said, proposal.reasons)) if proposal else "",
            }
        )
    context = {
        "rows": rows,
        "number": number,
        "more": 0,
        "colleagues": colleagues,
        "held": queries.held_count(viewer=viewer),
        "can_own": viewer.works_with_people,
    }
    shows = [p.audit_id for p in people] + [p.audit_id for twins in like.values() for p in twins]
    return render.page(request, "intake/incoming.html", context=context, shows=shows)


@require_POST
def accept(request: Request) -> HttpResponse:
    """Accept the proposed owners of those that are ticked."""
    owners = {code: request.POST.get(f"owner-{code}", "") for code in request.POST.getlist("call")}
    try:
        made = actions.accept_owners(owners=owners, by=request.viewer, at=request.at, once=once_of(request))
    except CannotAccept as refused:
        render.say(request, str(refused))
    else:
        count = len(made)
        render.say(
            request,
            ngettext("One person has an owner.", "%(count)s people have an owner.", count) % {"count": count},
        )
    return see_other("/people/incoming/")


@require_safe
def tray(request: Request) -> HttpResponse:
    """Show what was kept aside, with the reason."""
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent
    found = queries.held_submissions(viewer=request.viewer, most=MOST)
    rows = [{"sent": row, "reason": Reason(row.reason).words, "way": Way(row.way).words} for row in found]
    context = {
        "rows": rows,
        "number": queries.held_count(viewer=request.viewer),
        "can_settle": request.viewer.works_with_people,
    }
    return render.page(request, "intake/tray.html", context=context, shows=[row.audit_id for row in found])


@require_POST
def settle(request: Request, code: str, to: str) -> HttpResponse:
    """Let someone in who was kept aside, or set it aside for good."""
    change = actions.let_in if to == "let-in" else actions.set_aside
    try:
        change(submission=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotAccept as refused:
        render.say(request, str(refused))
    else:
        render.say(request, _("Let in.") if to == "let-in" else _("Set aside."))
    return see_other("/people/incoming/aside/")


@require_safe
def calls(request: Request) -> HttpResponse:
    """Show the person one holds, or the way to the next."""
    if not request.viewer.is_(*CALLERS):
        raise Absent
    return _calls(request, CallForm())


def _calls(request: Request, form: CallForm, *, status: int = 200) -> HttpResponse:
    claim = queries.my_call(viewer=request.viewer, at=request.at)
    context: dict[str, Any] = {
        "claim": claim,
        "form": form,
        "today": queries.calls_today(viewer=request.viewer, at=request.at),
        "minutes": int(actions.HELD_FOR.total_seconds() // 60),
    }
    shows = []
    if claim is not None:
        person = claim.person
        phones = followup.phones_of(viewer=request.viewer, people=[person])
        sent = queries.came_by(viewer=request.viewer, people=[person]).get(person.pk)
        context |= {
            "person": person,
            "phone": phones.get(person.pk),
            "chip": due_chip(claim.followup, request),
            "title": sent.form.title if sent else claim.followup.reason,
            "language": sent.language if sent else "",
        }
        shows = [person.audit_id]
    return render.page(request, "intake/calls.html", context=context, status=status, shows=shows)


def _next(request: Request) -> None:
    try:
        actions.take_next_call(by=request.viewer, at=request.at)
    except CannotCall as refused:
        render.say(request, str(refused))


@require_POST
def next_call(request: Request) -> HttpResponse:
    """Take the next person."""
    if not request.viewer.is_(*CALLERS):
        raise Absent
    _next(request)
    return see_other("/calls/")


@require_POST
def log_call(request: Request, code: str) -> HttpResponse:
    """Keep what came of a call, and take the next one unless it was the last."""
    form = CallForm(request.POST)
    if not form.is_valid():
        return _calls(request, form, status=422)
    try:
        actions.log_call(
            claim=code,
            outcome=Outcome(form.cleaned_data["outcome"]),
            said=form.cleaned_data["said"],
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except (CannotCall, CannotTie) as refused:
        form.add_error(None, str(refused))
        return _calls(request, form, status=422)
    render.say(request, _("Saved."))
    if request.POST.get("then") != "stop":
        _next(request)
    return see_other("/calls/")


@require_POST
def put_back(request: Request, code: str) -> HttpResponse:
    """Let the person go back to the queue."""
    actions.put_back_call(claim=code, by=request.viewer, at=request.at, once=once_of(request))
    return see_other("/calls/")
