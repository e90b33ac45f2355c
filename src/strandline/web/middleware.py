"""What holds for every request: refusals become plain pages, and whoever is signed in becomes a viewer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from servestatic.middleware import ServeStaticMiddleware  # type: ignore[import-untyped]  # it has no types

from strandline.organisation.branches import queries as branches
from strandline.organisation.receipts.rules import TokenReused
from strandline.store.records import Absent

from .accounts.languages import language_of
from .errors import told
from .requests import Request

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


def files(get_response: GetResponse) -> GetResponse:
    """Serve style sheets, scripts and pictures; everything else goes on without the detour.

    What serves files is asynchronous inside: passing through it costs every page two changes of thread. It reads the
    list of all files when it is made, which is when the first of them is asked for.
    """

    @cache
    def serving() -> Callable[[HttpRequest], HttpResponse]:
        made: Callable[[HttpRequest], HttpResponse] = async_to_sync(
            ServeStaticMiddleware(sync_to_async(get_response))
        )
        return made

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.STATIC_URL):
            return get_response(request)
        return serving()(request)

    return middleware


def signed_out(get_response: GetResponse) -> GetResponse:
    """Tell htmx with a 401 that nobody is signed in: the sign-in page does not belong into a part of another page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_sent_away = response.status_code == 302 and not request.user.is_authenticated
        if is_sent_away and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401)
        return response

    return middleware


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _refuse_what_is_no_form(request: HttpRequest) -> None:
    # Django would read another kind of body as an empty form, and what may be left empty would be done at once.
    if request.method != "POST" or request.path_info.startswith("/api/"):
        return
    is_empty = request.META.get("CONTENT_LENGTH") in (None, "", "0")
    is_plain = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    if not is_empty and (request.content_type not in FORMS or not is_plain):
        raise SuspiciousOperation("The request is no form.")


def _refuse_other_encodings(request: HttpRequest) -> None:
    # Django would read bytes that are not UTF-8 as Latin-1, and a name would be kept as something nobody typed.
    if request.content_type == "application/x-www-form-urlencoded":
        try:
            request.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SuspiciousOperation("The form is not in UTF-8.") from error


def viewing(get_response: GetResponse) -> GetResponse:
    """Give the request its viewer and its moment, and turn what is out of sight into *not found*."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            with branches.one_request():
                return told(get_response(request))
        finally:
            timezone.deactivate()

    def process_view(request: Request, *_: object) -> None:
        _refuse_what_is_no_form(request)
        _refuse_other_encodings(request)
        request.at = datetime.now(UTC)  # the one place where a page reads the clock
        if request.user.is_authenticated:
            request.viewer = branches.viewer_for(request.user, at=request.at)
            made = request.organisation = branches.organisation()
            request.zone = ZoneInfo(made.time_zone if made else "UTC")
            request.today = request.at.astimezone(request.zone).date()
            timezone.activate(request.zone)
            # What the browser prefers counts until someone is signed in; then it is their own choice.
            translation.activate(language_of(request.viewer.language))

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        # PostgreSQL refuses to look for a text with a NUL in it, SQLite finds nothing: nothing goes by such a name.
        if isinstance(error, Absent) or (isinstance(error, DataError) and "NUL" in str(error)):
            raise Http404 from error
        if isinstance(error, TokenReused):
            return HttpResponse(render_to_string("422.html", {}, request), status=422)
        if isinstance(error, MultiPartParserError | UnreadablePostError):
            raise SuspiciousOperation("The request is damaged or broken off.") from error
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
