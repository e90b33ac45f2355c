"""The request as our views get it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from strandline.organisation.accounts.models import Account
    from strandline.organisation.accounts.rules import Viewer


class Request(HttpRequest):
    """A request of someone who is signed in: with the viewer, the moment, and what htmx said."""

    viewer: Viewer
    at: datetime
    htmx: HtmxDetails
    user: Account  # type: ignore[assignment]  # anonymous requests never reach these views
    request_id: str
