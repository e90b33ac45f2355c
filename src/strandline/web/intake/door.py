"""The short way in for visitors: public pages pass none of what serves signed-in people, and carry no cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.urls import resolve

from strandline.organisation.branches import queries as branches
from strandline.store.errors import NotSaved, storage_trouble

PLACES = ("/j/", "/table/")
URLS = "strandline.web.intake.public_urls"


def door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the public pages here; everything else goes on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACES):
            return get_response(request)
        response = _answered(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Content-Length", str(len(response.content)))
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        if response["X-Frame-Options"] == "ALLOW":
            del response["X-Frame-Options"]
        return response

    return middleware


def _answered(request: Any) -> HttpResponse:
    request.get_host()  # a foreign one is refused here, before it stands in a link
    match = resolve(request.path_info, URLS)
    request.resolver_match = match
    request.at = datetime.now(UTC)  # the one place where a public page reads the clock
    try:
        with branches.one_request():
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return answer
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, UnreadablePostError) as bad:
        raise SuspiciousOperation("The request is too large or broken off.") from bad
    except (DatabaseError, NotSaved) as error:
        if storage_trouble(error) is None:
            raise
        return not_saved()


def not_saved() -> HttpResponse:
    """Say that nothing was stored, without asking the database for anything."""
    response = HttpResponse(render_to_string("intake/not_saved.html", {}), status=503)
    response["Retry-After"] = "30"
    return response
