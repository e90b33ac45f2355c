"""Lists under a name: opened in the scope of who looks, called otherwise, shared, removed."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.organisation.branches import queries as branches
from strandline.steady.lists import actions, queries
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.forms import typed
from strandline.web.once import once_of
from strandline.web.requests import Request


def _permitted(request: Request) -> None:
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent


def places(request: Request) -> tuple[tuple[str, str], ...]:
    """Return with whom the viewer may share a list, as a choice."""
    words = {"team": _("the team %(name)s"), "branch": _("the branch %(name)s")}
    found = branches.places_to_share_with(viewer=request.viewer)
    return tuple((f"{kind}:{code}", words[kind] % {"name": name}) for kind, code, name in found)


@require_safe
def opened(request: Request, code: str) -> HttpResponse:
    """Answer with the people of a list, asked in the scope of who opens it.

    A tag is seen on people and never by itself: whoever sees nobody with it is not told it by a list either.
    """
    _permitted(request)
    row = queries.saved_list(viewer=request.viewer, code=code)
    tag = parse_qs(row.query).get("tag", [""])[0]
    if (
        tag
        and row.owner_id != request.viewer.account_id
        and not queries.knows_tag(viewer=request.viewer, tag=tag)
    ):
        return render.page(request, "lists/list_nobody.html", context={"name": row.name})
    return HttpResponseRedirect(f"/people/?{row.query}")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, code: str) -> HttpResponse:
    """Call a list otherwise, and say who else sees it."""
    _permitted(request)
    row = queries.list_to_change(viewer=request.viewer, code=code)
    share = f"team:{row.team.code}" if row.team else f"branch:{row.branch.code}" if row.branch else ""
    name, reason = row.name, ""
    if request.method == "POST":
        name, share = request.POST.get("name", "")[:1000], request.POST.get("share", "")[:100]
        try:
            actions.change_list(
                code=code,
                name=typed(request.POST, "name", words=_("Name of the list")),
                share=share,
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except (actions.CannotSave, BadText) as refused:
            reason = _(str(getattr(refused, "reason", "") or refused))
        else:
            render.say(request, _("The list is changed."))
            return HttpResponseRedirect(reverse("people"), status=303)
    context = {
        "code": code,
        "called": row.name,
        "name": name,
        "share": share,
        "places": places(request),
        "reason": reason,
        "is_own": row.owner_id == request.viewer.account_id,
    }
    return render.page(request, "lists/list_change.html", context=context, status=422 if reason else 200)


@require_POST
def remove(request: Request, code: str) -> HttpResponse:
    """Remove a list."""
    _permitted(request)
    actions.remove_list(code=code, by=request.viewer, at=request.at, once=once_of(request))
    render.say(request, _("The list is removed. Nobody on it was changed."))
    return HttpResponseRedirect(reverse("people"), status=303)
