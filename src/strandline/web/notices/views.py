from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from strandline.organisation.notices import actions
from strandline.web.answers import see_other
from strandline.web.followup import today as today_page
from strandline.web.requests import Request


@require_POST
def read(request: Request, code: str) -> HttpResponse:
    """Take one of the reader's own notices off the list."""
    actions.mark_read(notice=code, by=request.viewer, at=request.at)
    if request.htmx and request.viewer.works_with_people:
        return today_page.part(request)
    return see_other("/")
