"""What pages that work without network share: their worker, and the receipts for what they had sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

from strandline.steady.intake import sealing

# What one request brings, and the kind of entry that this code reads: an older page sends an older kind.
MOST_ENTRIES = 50
SCHEMA = 1


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
