"""Sign-in pages put no markup in place from script, so their policy opens no door for it at all."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def without_doors(get_response: GetResponse) -> GetResponse:
    """Forbid every Trusted Types policy on account pages until someone is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/account/") and not request.user.is_authenticated:
            response._csp_replace = {"trusted-types": ["'none'"]}  # type: ignore[attr-defined]  # read by django-csp
        return response

    return middleware
