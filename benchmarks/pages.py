"""Pages through the whole stack: session, viewer, questions, template, and the read entry kept durably before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def fetching(client: Client, address: str, *, holding: str = "") -> Callable[[], int]:
    """Return a task that fetches a page of ours; it has to answer 200 and hold a text."""

    def fetch() -> int:
        response = client.get(address)
        if response.status_code != 200 or holding.encode() not in response.content:
            raise SystemExit(f"{address} answered {response.status_code} without {holding!r}")
        return len(response.content)

    return fetch


def admin_fetching(client: Client, address: str) -> Callable[[], int]:
    """Return a task that fetches a page of the admin, under Django's stock middleware."""
    from django.test import override_settings

    from benchmarks import admin

    settings = override_settings(ROOT_URLCONF="benchmarks.admin", MIDDLEWARE=admin.MIDDLEWARE)
    with settings:
        client.handler.load_middleware()
    from django.urls import set_urlconf

    def fetch() -> int:
        from django.conf import settings as present

        ours, present.ROOT_URLCONF = present.ROOT_URLCONF, "benchmarks.admin"
        set_urlconf("benchmarks.admin")
        try:
            response = client.get(address)
        finally:
            present.ROOT_URLCONF = ours
            set_urlconf(None)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
        return len(response.content)

    return fetch
