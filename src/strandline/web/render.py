"""Pages and parts: one template serves both, chosen by what the request asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from strandline.organisation.audit.actions import keep_reading
from strandline.store.errors import NotSaved

from . import toasts
from .requests import Request


def page(
    request: Request,
    template: str,
    *,
    part: str = "",
    context: dict[str, Any] | None = None,
    status: int = 200,
    shows: Iterable[str] = (),
) -> HttpResponse:
    """Render the page, or the part of it when htmx asks; keep one read entry for the people it shows.

    `shows` are the audit ids of those people. The answer is given only after the entry is kept; else it is 503.
    """
    name = f"{template}#{part}" if part and request.htmx and not request.htmx.boosted else template
    body = render_to_string(name, context or {}, request)
    response = HttpResponse(body, status=status)
    response["Vary"] = "HX-Request"
    return seen(request, response, shows)


def seen(request: Request, response: HttpResponse, shows: Iterable[str]) -> HttpResponse:
    """Keep one read entry for the people that this response shows, and only then give the response."""
    try:
        keep_reading(viewer=request.viewer, at=request.at, shows=shows)
    except NotSaved:
        return HttpResponse(render_to_string("503.html", {}, request), status=503)
    return response


def say(request: Request, text: str) -> None:
    """Put a toast on the next page: what was done, with Undo when the last action can be taken back."""
    toasts.put(request, toasts.toast_for(text))
