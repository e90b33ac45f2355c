"""Which way in answers for what no route answers: JSON below `/api/`, a page elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from strandline.api import problems
from strandline.web import errors as pages


def _in_charge(request: HttpRequest) -> Any:
    return problems if request.path_info.startswith("/api/") else pages


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    answer: HttpResponse = _in_charge(request).not_found(request, exception)
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    answer: HttpResponse = _in_charge(request).bad_request(request, exception)
    return answer


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    answer: HttpResponse = _in_charge(request).forbidden(request, exception)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    answer: HttpResponse = _in_charge(request).server_error(request)
    return answer
