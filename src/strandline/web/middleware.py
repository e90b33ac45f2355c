"""What holds for every request: refusals become plain pages, and whoever is signed in becomes a viewer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from strandline.organisation.branches import queries as branches
from strandline.store.records import Absent

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("strandline.web")


def guard(get_response: GetResponse) -> GetResponse:
    """Log each request without a path or a person, and never let a page be kept by a cache on the way."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request.request_id = uuid4().hex  # type: ignore[attr-defined]  # read by logs and error pages
        response = get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        match = request.resolver_match
        log.info(
            "request",
            method=request.method
            if request.method in ("GET", "POST", "HEAD", "PATCH", "PUT", "DELETE")
            else "other",
            route=match.route if match else "",
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
            request_id=request.request_id,  # type: ignore[attr-defined]
        )
        return response

    return middleware


def viewing(get_response: GetResponse) -> GetResponse:
    """Give the request its viewer and its moment, and turn what is out of sight into *not found*."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with branches.one_request():
            return get_response(request)

    def process_view(request: HttpRequest, *_: object) -> None:
        request.at = datetime.now(UTC)  # type: ignore[attr-defined]  # the one place where a page reads the clock
        if request.user.is_authenticated:
            request.viewer = branches.viewer_for(request.user, at=request.at)  # type: ignore[attr-defined]

    def process_exception(_request: HttpRequest, error: Exception) -> None:
        if isinstance(error, Absent):
            raise Http404 from error
        if isinstance(
            error, RequestDataTooBig | TooManyFieldsSent | MultiPartParserError | UnreadablePostError
        ):
            raise SuspiciousOperation("The request is too large or broken off.") from error

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
