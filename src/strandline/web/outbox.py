"""What pages that work without network share: their worker, and the receipts for what they had sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

from strandline.steady.intake import sealing
from strandline.web.requests import Request

# What one request brings, and the kind of entry that this code reads: an older page sends an older kind.
MOST_ENTRIES = 50
SCHEMA = 1
# The most that a saved file, or codes that were scanned, may hold.
MOST_FILE = 2 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What the worker of one kind of page keeps, and how long it waits for the network before it falls back on that."""

    kind: str
    # A pattern of addresses, as JavaScript reads it.
    page: str
    files: Sequence[str]
    # Modules are imported by their plain names.
    modules: Sequence[str]
    stand_in: str = ""
    patience_ms: int = 4000

    @property
    def assets(self) -> list[str]:
        """Return the addresses of style, pictures and script."""
        return [static(name) for name in self.files] + [
            f"{settings.STATIC_URL}{name}" for name in self.modules
        ]

    @property
    def cache(self) -> str:
        """Name the worker's cache by what is in it, so that a new version gets a new one."""
        parts = "|".join([*self.assets, self.stand_in, "2"])
        return f"{self.kind}-{hashlib.sha256(parts.encode()).hexdigest()[:12]}"

    def worker(self, _request: HttpRequest) -> HttpResponse:
        """Give the worker's script."""
        context = {
            "assets": json.dumps(self.assets),
            "cache": self.cache,
            "kind": f"{self.kind}-",
            "page": self.page,
            "stand_in": self.stand_in,
            "patience": str(self.patience_ms),
        }
        body = render_to_string("_components/worker.js", context)
        return HttpResponse(body, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def carried(request: Request, kind: str, slug: str) -> list[tuple[str, list[Any]]]:
    """Return sealed entries by phone, carried here in a file or as codes that were scanned.

    Each line of what was scanned is one code and holds what a file holds. `kind` is the page that kept them and `slug` what
    it kept them for. Raises ValueError and the like.
    """
    sent, scanned = request.FILES.get("file"), request.POST.get("scanned", "")
    found = []
    if sent is not None and (sent.size or 0) <= MOST_FILE:
        found.append(json.loads(sent.read()))
    if scanned.strip() and len(scanned) <= MOST_FILE:
        found += [json.loads(line) for line in scanned.splitlines() if line.strip()]
    if not found:
        raise ValueError("nothing")
    by_phone: dict[str, list[Any]] = {}
    for one in found:
        if (one["strandline"], one["slug"]) != (f"{kind} 1", slug) or not isinstance(one["entries"], list):
            raise ValueError("of another page")
        by_phone.setdefault(str(one.get("device", ""))[:16], []).extend(one["entries"])
    return list(by_phone.items())


# What reading them may raise where somebody brings something else.
NOT_CARRIED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def lets_in(response: HttpResponse) -> HttpResponse:
    """Let the page's own script register its worker: that is all that it may make into code."""
    response._csp_update = {"trusted-types": ["strandline-worker"]}  # type: ignore[attr-defined]  # read by django-csp
    return response


def refusal(token: str, reason: str) -> dict[str, str]:
    """Say of one entry that it is not taken in, and why; the phone keeps it."""
    return {"token": token, "state": "refused", "reason": reason}


def receipt(box: str, token: str, *, private: bytes) -> dict[str, str]:
    """Sign for one entry that is durable, so that the phone may forget it."""
    signature = sealing.sign(f"strandline receipt 1|{box}|{token}", private=private)
    return {"token": token, "state": "kept", "signature": signature}
