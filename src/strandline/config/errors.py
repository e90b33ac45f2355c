"""Which way in answers for what no route answers: JSON below `/api/`, a page elsewhere."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest, HttpResponse

from strandline.api import problems
from strandline.web import errors as pages


class _Answers(Protocol):
    """What each way in has an answer for."""

    def not_found(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse: ...
    def bad_request(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse: ...
    def forbidden(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse: ...
    def server_error(self, request: HttpRequest) -> HttpResponse: ...


def _answers(request: HttpRequest) -> _Answers:
    return problems if request.path_info.startswith("/api/") else pages


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _answers(request).not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return _answers(request).bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _answers(request).forbidden(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _answers(request).server_error(request)
