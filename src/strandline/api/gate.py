"""What a request has to pass before a route is asked: token, scope, budget, parameters, headers, body.

One `Bearer` stands before each route and knows what that route takes. Cookies and sessions count for nothing here.
"""

from __future__ import annotations

import json
import math
import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from pydantic import BaseModel

from strandline.lib import exact_json
from strandline.lib.exact_json import BadJSON, shown
from strandline.organisation.accounts import queries as accounts
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.receipts.rules import Once, fingerprint, is_token

from .budget import Budget
from .problems import Fault, Problem, bad_header, bad_parameter, invalid

MOST_BODY = 256 * 1024
MOST_HEADERS = 64 * 1024
MOST_QUERY = 8 * 1024
UNSAFE = frozenset({"POST", "PATCH", "PUT", "DELETE"})
# A proxy or a library that believes in these would do something else than what it logs.
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
_ETAG = re.compile(r'"(\d{1,9})"')
log = structlog.get_logger("strandline.api")
budget = Budget()


class Asked(HttpRequest):
    """A request that was let in: with the viewer of its token, the moment, and what its headers say."""

    viewer: Viewer
    at: datetime
    once: Once | None
    if_match: int | None
    said: Any


class Bearer:
    """Lets in who has a token that holds and allows what this route does, asking nothing that the route does not know."""

    openapi_security_schema = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made with `strandline token create`.",
    }

    def __init__(
        self,
        scope: str = "",
        *,
        query: type[BaseModel] | None = None,
        has_body: bool = False,
        has_version: bool = False,
        is_list: bool = False,
    ) -> None:
        self.scope = scope
        self.has_body = has_body
        self.has_version = has_version
        self.is_list = is_list
        self.parameters = frozenset(query.model_fields) if query else frozenset()

    def __call__(self, request: HttpRequest) -> bool:
        """Let the request in, or raise the Problem that says why not."""
        asked: Any = request
        _refuse_headers(request)
        asked.at = datetime.now(UTC)  # the one place where the API reads the clock
        asked.viewer, holder = _viewer(request, asked.at)
        self._spend(holder)
        if self.scope and not asked.viewer.may(self.scope):
            raise scope_missing(self.scope)
        _refuse_query(request, self.parameters)
        asked.said = self._body(request)
        asked.if_match = self._if_match(request)
        asked.once = _once(request, asked.said)
        return True

    def _spend(self, holder: str) -> None:
        now = time.monotonic()
        wait = budget.spend(holder, per_minute=settings.API_PER_MINUTE, now=now)
        if not wait and self.is_list:
            wait = budget.spend(f"{holder} lists", per_minute=settings.API_LISTS_PER_MINUTE, now=now)
        if wait:
            log.warning("api budget spent", reason="lists" if self.is_list else "all")
            raise Problem(
                "too-many-requests",
                "This token has asked too much in the last minute.",
                headers={"Retry-After": str(math.ceil(wait))},
            )

    def _body(self, request: HttpRequest) -> Any:
        raw = _raw_body(request)
        if not self.has_body:
            if raw:
                raise Problem("bad-request", "This address takes no body.")
            return None
        if not raw:
            raise invalid(("", "Nothing was sent."))
        encoding = request.headers.get("Content-Encoding", "identity").lower()
        charset = (
            request.content_params.get("charset", "utf-8").lower() if request.content_params else "utf-8"
        )
        if request.content_type != "application/json" or encoding != "identity" or charset != "utf-8":
            raise Problem("unsupported-media-type", "Send JSON in UTF-8, uncompressed, as application/json.")
        try:
            return exact_json.read(raw)
        except BadJSON as bad:
            fault = Fault("body", bad.pointer, bad.reason)
            raise Problem("bad-request", f"{bad.pointer or 'body'}: {bad.reason}", fault) from bad

    def _if_match(self, request: HttpRequest) -> int | None:
        text = request.headers.get("If-Match")
        if text is None or (self.has_version and text.strip() == "*"):
            return None
        if not self.has_version:
            raise bad_header("If-Match", "What this address changes has no version.")
        found = _ETAG.fullmatch(text.strip())
        if found is None:
            raise bad_header("If-Match", 'Send the ETag of the record as it was given, such as "3".')
        return int(found[1])


def scope_missing(scope: str) -> Problem:
    """Return the refusal of a token that was issued for less."""
    return Problem(
        "scope-missing",
        f"This token was not issued for {scope}.",
        headers={
            "WWW-Authenticate": f'Bearer realm="strandline", error="insufficient_scope", scope="{scope}"'
        },
        more={"scope": scope},
    )


def needs_token() -> Problem:
    """Return the refusal of a request without a token that holds; it does not say which of the reasons it was."""
    return Problem(
        "unauthorised",
        "Send a token that holds, as Authorization: Bearer.",
        headers={"WWW-Authenticate": 'Bearer realm="strandline"'},
    )


def _viewer(request: HttpRequest, at: datetime) -> tuple[Viewer, str]:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not 20 <= len(secret) <= 200:
        raise needs_token()
    token = accounts.token_by_secret(secret, at=at)
    if token is None:
        raise needs_token()
    allows = frozenset(token.scopes)
    return branches.viewer_for(token.account, at=at, allows=allows), token.code


def _refuse_headers(request: HttpRequest) -> None:
    size = sum(len(name) + len(str(value)) for name, value in request.headers.items())
    if size > MOST_HEADERS:
        raise Problem("headers-too-large", "The headers are larger than 64 KB together.")
    for name in OVERRIDES:
        if name in request.headers:
            raise bad_header(name, "The method of the request is the one that counts.")


def _refuse_query(request: HttpRequest, known: frozenset[str]) -> None:
    raw = request.META.get("QUERY_STRING", "").encode("latin-1")
    if len(raw) > MOST_QUERY:
        raise Problem("bad-request", "The address is longer than 8 KB.")
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("bad-request", "The address is not valid UTF-8.") from None
    if "\0" in text:
        raise Problem("bad-request", "The address holds a NUL character.")
    for name, values in request.GET.lists():
        if name not in known:
            quoted = shown(name).strip('"')
            there = f" There are: {', '.join(sorted(known))}." if known else ""
            raise bad_parameter(quoted, f"There is no such parameter here.{there}")
        if len(values) > 1:
            raise bad_parameter(name, "This was given more than once.")


def _raw_body(request: HttpRequest) -> bytes:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
            raise Problem("too-large", "A body may have 256 KB at most.")
        raw = request.body
    except RequestDataTooBig:
        raise Problem("too-large", "A body may have 256 KB at most.") from None
    except (UnreadablePostError, ValueError):
        raise Problem("bad-request", "The body was broken off.") from None
    if len(raw) > MOST_BODY:
        raise Problem("too-large", "A body may have 256 KB at most.")
    return raw


def _once(request: HttpRequest, said: Any) -> Once | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    name = "Idempotency-Key"
    if request.method not in UNSAFE:
        raise bad_header(name, "Reading needs no such key.")
    key = text.strip()
    if len(key) > 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not is_token(key):
        raise bad_header(name, "Use 8 to 64 letters, digits, dashes or underscores.")
    words = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return Once(
        key, fingerprint(request.method or "", request.path, words, request.headers.get("If-Match", ""))
    )
