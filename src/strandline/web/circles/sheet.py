"""Attendance on paper: a row for each who is expected, boxes to tick by hand, rows for new faces."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from strandline.lib.text import initials
from strandline.steady.circles import queries
from strandline.web import render
from strandline.web.requests import Request

from .views import day_of

# Enough for guests on one sheet.
NEW_FACES = 5


@require_safe
def sheet(request: Request, code: str, on: str) -> HttpResponse:
    """Show a meeting as a sheet to print: initials unless full names are asked for, which is on record as a reading."""
    day = day_of(on)
    row = queries.circle(viewer=request.viewer, code=code)
    meeting = queries.meeting(viewer=request.viewer, circle=row, on=day)
    with_names = request.GET.get("names") == "full"
    seats = queries.seats(viewer=request.viewer, circle=row, on=day)
    context = {
        "circle": row,
        "meeting": meeting,
        "lines": [
            {
                "name": s.person.full_name if with_names else initials(s.person.full_name),
                "is_guest": s.is_guest,
                "is_asked": not s.is_member and not s.is_guest,
                "came": s.came,
            }
            for s in seats
        ],
        "new_faces": range(NEW_FACES),
        "with_names": with_names,
        "destroy_by": max(day, request.today) + render.DESTROY_AFTER,
    }
    shows = [seat.person.audit_id for seat in seats]
    return render.page(request, "circles/attendance_sheet.html", context=context, shows=shows)
