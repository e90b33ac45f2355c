"""The short way in for visitors: public pages pass none of what serves signed-in people, and carry no cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from csp.utils import build_policy
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.urls import ResolverMatch, resolve

from strandline.organisation.branches import queries as branches
from strandline.store.errors import NotSaved, storage_trouble
from strandline.web.errors import told

PLACES = ("/j/", "/table/")
URLS = "strandline.web.intake.public_urls"
POLICY = "Content-Security-Policy"


def door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the public pages here, with the headers that all pages carry; everything else goes on."""
    answered = cast("Callable[[HttpRequest], HttpResponse]", convert_exception_to_response(_answered))
    secured = SecurityMiddleware(get_response).process_response

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACES):
            return get_response(request)
        response = answered(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Content-Length", str(len(response.content)))
        response.setdefault("X-Frame-Options", "DENY")
        if response["X-Frame-Options"] == "ALLOW":
            del response["X-Frame-Options"]
        changed = getattr(response, "_csp_update", {})
        response[POLICY] = policy(tuple((name, tuple(values)) for name, values in changed.items()))
        secured(request, response)
        return response

    return middleware


@lru_cache(maxsize=1000)
def policy(changed: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Return the content security policy of all pages, with what a page changes in it: it is long, and seldom another."""
    written: str = build_policy(update={name: list(values) for name, values in changed})
    return written


@lru_cache(maxsize=1000)
def _view(path: str) -> ResolverMatch:
    return resolve(path, URLS)


def _answered(request: Any) -> HttpResponse:
    request.get_host()  # a foreign one is refused here, before it stands in a link
    match = _view(request.path_info)
    request.resolver_match = match
    request.at = datetime.now(UTC)  # the one place where a public page reads the clock
    try:
        with branches.one_request():
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return told(answer)
    except (MultiPartParserError, UnreadablePostError) as bad:
        raise SuspiciousOperation("The request is damaged or broken off.") from bad
    except (DatabaseError, NotSaved) as error:
        if storage_trouble(error) is None:
            raise
        return not_saved()


def not_saved() -> HttpResponse:
    """Say that nothing was stored, without asking the database for anything."""
    response = HttpResponse(render_to_string("intake/not_saved.html", {}), status=503)
    response["Retry-After"] = "30"
    return response
