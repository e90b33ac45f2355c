"""The addresses of the API. Each opts out of sessions, and every answer that is an error is a problem."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from . import openapi
from .application import api
from .problems import Problem, not_found


def _plain(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Serve a route of ninja's: HEAD as GET, and a method that is not there as a problem."""

    @functools.wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response: HttpResponse = view(request, *args, **kwargs)
        if is_head:
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        if response.status_code == 405:
            allowed = sorted({*response["Allow"].split(", ")})
            if "GET" in allowed:
                allowed = sorted({*allowed, "HEAD"})
            return Problem(
                "method-not-allowed",
                f"It does: {', '.join(allowed)}.",
                headers={"Allow": ", ".join(allowed)},
            ).answer()
        return response

    serve.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts here, so none can be abused
    return login_not_required(serve)


def _routes(patterns: Iterable[Any]) -> list[URLPattern]:
    return [
        URLPattern(found.pattern, _plain(found.callback), found.default_args, found.name)
        for found in patterns
        if found.name != "api-root"
    ]


urlpatterns = [
    path("openapi.json", openapi.view, name="openapi"),
    path("v1/", (_routes(api.urls[0]), "api", "api-1")),
    re_path(r"", login_not_required(not_found), name="api-nothing"),
]
