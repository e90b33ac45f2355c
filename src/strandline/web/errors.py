"""The pages for what cannot be answered: no form, no path, the same words for absent and hidden."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from strandline.store.errors import storage_trouble


class TooLarge(SuspiciousOperation):
    """What was sent is larger than what is taken."""


TOO_MUCH = (TooLarge, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return HttpResponse(render_to_string("404.html", {}, request), status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400, or 413 when it was too much."""
    if isinstance(exception, TOO_MUCH):
        return HttpResponse(render_to_string("413.html", {}), status=413)
    return HttpResponse(render_to_string("400.html", {}), status=400)


def told(response: HttpResponse) -> HttpResponse:
    """Give words to the 405 of an address that only takes what a form sends: somebody may have opened it by hand."""
    if response.status_code == 405 and not response.content:
        response["Content-Type"] = "text/html; charset=utf-8"
        response.content = render_to_string("405.html", {}).encode()
    return response


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    was_opened = request.method in ("GET", "HEAD")
    return HttpResponse(render_to_string("403.html", {"was_opened": was_opened}, request), status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when disk, lock or server is at fault, without touching the database: it may be what failed."""
    error = sys.exc_info()[1]
    if error is not None and storage_trouble(error):
        return not_now()
    return HttpResponse(render_to_string("500.html", {}), status=500)


def not_now() -> HttpResponse:
    """Say that nothing was stored and nothing is shown, and when to come again."""
    response = HttpResponse(render_to_string("503.html", {}), status=503)
    response["Retry-After"] = "30"
    return response
