"""What went wrong, said the same way everywhere: RFC 9457 problem details that name the field and the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

CONTENT_TYPE = "application/problem+json"
# Kind of problem, its status and its title; `type` in the answer is `urn:strandline:problem:` and the kind.
KINDS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "bad-parameter": (400, "A parameter cannot be read"),
    "bad-header": (400, "A header cannot be read"),
    "unauthorised": (401, "A token is needed"),
    "scope-missing": (403, "The token does not allow this"),
    "role-missing": (403, "Your role does not allow this"),
    "not-found": (404, "Nothing here that you can see"),
    "method-not-allowed": (405, "This address does not do that"),
    "refused": (409, "This cannot be done as things stand"),
    "stale": (409, "It was changed meanwhile"),
    "precondition-failed": (412, "It was changed meanwhile"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body is not JSON"),
    "invalid": (422, "Something in the body cannot be kept"),
    "key-reused": (422, "The idempotency key was used for something else"),
    "precondition-required": (428, "Say which version you change"),
    "too-many-requests": (429, "Too many requests"),
    "headers-too-large": (431, "The headers are too large"),
    "broken": (500, "Something went wrong here"),
    "not-saved": (503, "Not saved"),
}
NOTHING_HERE = "There is nothing at this address that this token may see."


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (parameter or header by name, body by JSON pointer), and why."""

    place: str
    name: str
    reason: str


class Problem(Exception):
    """Ends the request with a problem of this kind; nothing was done."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *faults: Fault,
        headers: dict[str, str] | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}
        self.more = more or {}

    def answer(self) -> HttpResponse:
        """Return the problem as the caller gets it."""
        status, title = KINDS[self.kind]
        body: dict[str, Any] = {
            "type": f"urn:strandline:problem:{self.kind}",
            "title": title,
            "status": status,
            "detail": self.detail,
        }
        if self.faults:
            body["errors"] = [{"in": f.place, "name": f.name, "reason": f.reason} for f in self.faults]
        body |= self.more
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return HttpResponse(raw, status=status, content_type=CONTENT_TYPE, headers=self.headers)


def absent() -> Problem:
    """Return the one answer for what never was and for what is out of sight."""
    return Problem("not-found", NOTHING_HERE)


def bad_parameter(name: str, reason: str) -> Problem:
    """Return the refusal of a parameter in the address, by name."""
    return Problem("bad-parameter", f"{name}: {reason}", Fault("query", name, reason))


def bad_header(name: str, reason: str) -> Problem:
    """Return the refusal of a header, by name."""
    return Problem("bad-header", f"{name}: {reason}", Fault("header", name, reason))


def invalid(*faults: tuple[str, str]) -> Problem:
    """Return the refusal of a body: pairs of JSON pointer and reason."""
    detail = " ".join(f"{name or 'body'}: {reason}" for name, reason in faults[:3])
    return Problem("invalid", detail, *(Fault("body", name, reason) for name, reason in faults))


def not_found(_request: HttpRequest, _exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that is no route."""
    return absent().answer()


def bad_request(_request: HttpRequest, _exception: Exception | None = None) -> HttpResponse:
    """Answer for what Django refused before any route was asked: a foreign host, a broken-off or oversized body."""
    return Problem("bad-request", "The request is malformed, too large or for another host.").answer()


def forbidden(_request: HttpRequest, _exception: Exception | None = None) -> HttpResponse:
    """Answer for what Django forbids before any route is asked."""
    return Problem("scope-missing", "This is not allowed.").answer()


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database: it may be what failed."""
    return Problem("broken", "The error was logged. Nothing was done that was not answered.").answer()
