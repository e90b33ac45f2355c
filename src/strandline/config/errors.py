"""Which way in answers for what no route answers: JSON below `/api/`, a page elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from strandline.api import problems
from strandline.web import errors as pages


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return (problems if _is_for_machines(request) else pages).not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return (problems if _is_for_machines(request) else pages).bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return (problems if _is_for_machines(request) else pages).forbidden(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return (problems if _is_for_machines(request) else pages).server_error(request)
