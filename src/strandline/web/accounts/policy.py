"""The content security policy of pages: the same for all, but that sign-in pages open no door for script at all."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from strandline.web.intake.door import POLICY, policy

GetResponse = Callable[[HttpRequest], HttpResponse]


class ContentPolicy(CSPMiddleware):
    """Sends the policy of all pages as it was written once; one that a page changes is written for it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(name.startswith("_csp_") for name in (*vars(response), *vars(request))):
            changed: HttpResponseBase = super().process_response(request, response)
            return changed
        response.setdefault(POLICY, policy(()))
        return response


def without_doors(get_response: GetResponse) -> GetResponse:
    """Forbid every Trusted Types policy on account pages until someone is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/account/") and not request.user.is_authenticated:
            response._csp_replace = {"trusted-types": ["'none'"]}  # type: ignore[attr-defined]  # read by django-csp
        return response

    return middleware
