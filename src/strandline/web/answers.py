"""How a page answers what was asked of it: the changed part with a toast, or the way to the page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect

from . import toasts
from .requests import Request
from .toasts import Toast


def see_other(url: str) -> HttpResponse:
    """Send a plain form on to a page, so that a reload does not send it again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def done(request: Request, *, to: str, toast: Toast, part: Callable[[], HttpResponse] | None) -> HttpResponse:
    """Answer what was carried out: htmx gets the changed part and the toast, a plain form is sent on to `to`.

    Without a part, the page at `to` is loaded anew.
    """
    if request.htmx and part is not None:
        return beside(request, part(), toast)
    toasts.put(request, toast)
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = to
        return response
    return see_other(to)


def beside(request: Request, response: HttpResponse, toast: Toast) -> HttpResponse:
    """Add a toast to a part that is already rendered."""
    if response.status_code < 500:
        response.content += toasts.markup(request, toast).encode()
    return response
