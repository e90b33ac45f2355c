"""Pages and parts: one template serves both, chosen by what the request asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from strandline.organisation.audit.actions import keep_reading
from strandline.store.errors import NotSaved

from . import drawing, toasts
from .errors import not_now
from .requests import Request
from .shell import shell

# How long a printed page with people on it may lie about: a week is enough to come back to it.
DESTROY_AFTER = timedelta(days=7)


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

    `shows` are the audit ids of those people; printed, such a page says by when to destroy it. The answer is given only
    after the entry is kept; else it is 503.
    """
    shows = tuple(shows)
    body = render_to_string(
        _named(request, template, part), _on_paper(request, shows) | (context or {}), request
    )
    return _given(request, body, shows, status)


def kept_page(
    request: Request,
    template: str,
    *,
    part: str = "",
    context: dict[str, Any],
    texts: dict[str, str],
    shows: Iterable[str] = (),
) -> HttpResponse:
    """Render the same from plain values and texts: what surrounds the texts is drawn once and used again.

    The context is all that decides how the page looks, beside its frame. While a message waits to be shown, the page
    is drawn as any other.
    """
    if toasts.are_waiting(request):
        return page(request, template, part=part, context=context | texts, shows=shows)
    own = texts | {"csrf_token": get_token(request)}
    name = _named(request, template, part)
    shows = tuple(shows)
    plain = _on_paper(request, shows) | context | {"today": request.today}
    return _given(request, drawing.page(name, shell(request)["shell"], plain, own), shows)


def _on_paper(request: Request, shows: tuple[str, ...]) -> dict[str, Any]:
    return {"destroy_by": request.today + DESTROY_AFTER} if shows else {}


def is_part(request: Request) -> bool:
    """Tell whether htmx asks for a part of the page."""
    return bool(request.htmx and not request.htmx.boosted)


def _named(request: Request, template: str, part: str) -> str:
    return f"{template}#{part}" if part and is_part(request) else template


def _given(request: Request, body: str, shows: Iterable[str], status: int = 200) -> HttpResponse:
    response = HttpResponse(body, status=status)
    response["Vary"] = "HX-Request"
    return seen(request, response, shows)


def seen(request: Request, response: HttpResponse, shows: Iterable[str]) -> HttpResponse:
    """Keep one read entry for the people that this response shows, and only then give the response."""
    try:
        keep_reading(viewer=request.viewer, at=request.at, shows=shows)
    except NotSaved:
        return not_now()
    return response


def say(request: Request, text: str) -> None:
    """Put a toast on the next page: what was done, with Undo when the last action can be taken back."""
    toasts.put(request, toasts.toast_for(text))
