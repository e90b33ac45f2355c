"""One person: the page, what happened earlier, and adding someone just met."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import Role
from strandline.steady.conversations.actions import meet_person
from strandline.steady.followup.actions import CannotFollowUp
from strandline.steady.people import actions, queries
from strandline.steady.people.actions import CannotAdd, NewPerson
from strandline.steady.people.rules import SourceKind
from strandline.store import cursors
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import done, see_other
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.toasts import toast_for

from . import page
from .forms import AddForm, ReachForm


@require_safe
def person(request: Request, code: str) -> HttpResponse:
    """Show one person."""
    return page.part(request, code)


@require_safe
def touches(request: Request, code: str) -> HttpResponse:
    """Show what happened earlier than the page shows."""
    row = queries.person(viewer=request.viewer, code=code)
    try:
        mark = cursors.unseal(request.GET.get("before", ""), asked=(page.TOUCHES, row.code))[0]
    except cursors.BadCursor:
        return see_other(f"/people/{row.code}/")
    events, earlier = page.events_of(request, row, before=int(mark))
    context = {"person": row, "events": events, "earlier": earlier}
    return render.page(
        request, "people/person_touches.html", part="touches", context=context, shows=[row.audit_id]
    )


def _may_add(request: Request) -> None:
    if not (request.viewer.works_with_people or request.viewer.is_(Role.STEWARD)):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Put someone just met on record: the name first, then how to reach them."""
    _may_add(request)
    introducer = _introducer(request)
    form = AddForm(
        asked_of(request),
        initial={
            "name": request.GET.get("name", "")[:300],
            "how": SourceKind.INTRODUCTION if introducer else SourceKind.CONVERSATION,
            "met_on": request.today,
            "introducer": introducer.code if introducer else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        made = _met(request, form)
        if made is not None:
            # A receipt of someone who was taken back since leads nowhere.
            return see_other(f"/people/add/{made.code}/")
    context = {"form": form, "introducer": introducer}
    return render.page(
        request,
        "people/person_add.html",
        context=context,
        status=422 if form.is_bound else 200,
        shows=[introducer.audit_id] if introducer else [],
    )


def _introducer(request: Request) -> Any:
    code = request.POST.get("introducer") or request.GET.get("introducer", "")
    found = queries.people_by_code(viewer=request.viewer, codes=[code]) if code else []
    return found[0] if found else None


def _met(request: Request, form: AddForm) -> Any:
    asked = form.cleaned_data
    new = NewPerson(
        full_name=asked["name"],
        source_kind=SourceKind(asked["how"] or SourceKind.CONVERSATION),
        source_label=asked["where"],
        met_on=asked["met_on"] or request.today,
        introducer=asked["introducer"],
    )
    try:
        return meet_person(new=new, by=request.viewer, at=request.at, once=once_of(request))
    except Absent:
        form.add_error(None, _("The introducer is nobody you can see. Leave it out, or ask for the record."))
    except (CannotAdd, BadText) as refused:
        form.refuse(refused)
    except CannotFollowUp as refused:
        form.add_error(None, str(refused))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: Request, code: str) -> HttpResponse:
    """Ask how someone just put on record can be reached; leaving it out is fine."""
    _may_add(request)
    row = queries.person(viewer=request.viewer, code=code)
    form = ReachForm(asked_of(request))
    form.fields["reach"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid() and add_reach(request, row, form):
        toast = toast_for(format_html(_("Kept. <bdi>{}</bdi> is on record."), row.full_name))
        return done(request, to=f"/people/{row.code}/", toast=toast, part=None)
    status = 422 if form.is_bound else 200
    context = {"form": form, "person": row}
    return render.page(
        request, "people/person_reach.html", context=context, status=status, shows=[row.audit_id]
    )


def add_reach(request: Request, row: Any, form: ReachForm) -> bool:
    """Add the channel that the form names, or put the reason beside the field."""
    region = request.organisation.region if request.organisation else "GB"
    asked = form.cleaned_data
    try:
        read = actions.read_reach(asked["reach"], region=region)
        named = actions.Reach(read.kind, read.value, asked["label"])
        actions.add_channel(
            person=row.code, reach=named, by=request.viewer, at=request.at, once=once_of(request)
        )
    except (CannotAdd, BadText) as refused:
        form.add_error("label" if getattr(refused, "field", "") == "label" else "reach", refused.reason)
        return False
    return True
