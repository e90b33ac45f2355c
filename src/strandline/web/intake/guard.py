"""What the door finds out about a post before anybody reads it: proof, trap, origin, crowd. It holds; it never refuses."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from strandline.steady.intake import marks
from strandline.steady.intake.rules import FormFacts, Reason, proof

# A full hall behind one address sends 3,000 a minute (PROMISES F11); twice that is no hall.
MOST_A_MINUTE = 6000
MOST_NETWORKS = 50_000
TRAP = "website"


def challenge(form: FormFacts, at: datetime) -> str:
    """Return the sum that the page of a form sets now."""
    return proof.challenge(form.slug, at=at, secret=marks.secret())


class Networks:
    """Counts posts by network within the minute, in memory: what is known of a network is forgotten with the minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def note(self, network: str) -> int:
        minute = int(time.monotonic()) // 60
        with self._lock:
            if minute != self._minute or len(self._counts) > MOST_NETWORKS:
                self._minute, self._counts = minute, {}
            self._counts[network] = self._counts.get(network, 0) + 1
            return self._counts[network]


networks = Networks()


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from: /24 or /48. Forwarded addresses count only behind our own proxies."""
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "")
        forwarded = [part.strip() for part in passed_on.split(",") if part.strip()]
        if len(forwarded) >= proxies:
            address = forwarded[-proxies]
    return _network(address)


@lru_cache(maxsize=10_000)
def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def is_foreign(request: HttpRequest) -> bool:
    """Tell whether another website's page sent this. A browser that says nothing about it is believed."""
    origin = request.META.get("HTTP_ORIGIN", "")
    site = request.META.get("HTTP_SEC_FETCH_SITE", "")
    if origin and origin != "null":
        return bool(urlsplit(origin).netloc != request.get_host())
    return origin == "null" or site in ("cross-site", "same-site")


def held(request: HttpRequest, sent: Mapping[str, str], form: FormFacts, at: datetime) -> Reason | None:
    """Return why this post is to be looked at before anyone is put on record for it; None when nothing speaks for it."""
    if sent.get(TRAP):
        return Reason.TRAP
    if is_foreign(request):
        return Reason.ORIGIN
    if form.is_guarded and not proof.is_proved(
        sent.get("proof", ""), form=form.slug, at=at, secret=marks.secret()
    ):
        return Reason.NO_PROOF
    if networks.note(network_of(request)) > MOST_A_MINUTE:
        return Reason.CROWD
    return None
