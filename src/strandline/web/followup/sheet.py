"""The call sheet: today on paper, with boxes to tick by hand."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from strandline.lib.text import initials
from strandline.steady.followup import queries
from strandline.web import render, rows
from strandline.web.conversations.forms import OUTCOMES
from strandline.web.requests import Request
from strandline.web.said import said

MOST = 100


@require_safe
def call_sheet(request: Request) -> HttpResponse:
    """Show today as a sheet to print: initials unless full names are asked for, which is on record as a reading."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    owed = queries.owed(viewer=request.viewer, on=request.today, most=MOST)
    steps = (owed.late + owed.due)[:MOST]
    with_names = request.GET.get("names") == "full"
    phones = queries.phones_of(viewer=request.viewer, people=[s.person for s in steps]) if steps else {}
    lines = [
        {
            "name": s.person.full_name if with_names else initials(s.person.full_name),
            "phone": phones[s.person_id].value if s.person_id in phones else "",
            "what": said(s.words),
            "at": s.due_at,
            "chip": rows.due_chip(s, request),
        }
        for s in sorted(steps, key=lambda s: (s.due_at is None, s.due_at or request.at, s.due_on))
    ]
    context = {
        "lines": lines,
        "with_names": with_names,
        "outcomes": [_(o.words) for o in OUTCOMES],
        "on": request.today,
        "destroy_by": request.today + render.DESTROY_AFTER,
    }
    shows = [s.person.audit_id for s in steps]
    return render.page(request, "followup/call_sheet.html", context=context, shows=shows)
