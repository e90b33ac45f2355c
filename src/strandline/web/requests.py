"""The request as our views get it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from strandline.organisation.accounts.models import Account
    from strandline.organisation.accounts.rules import Viewer
    from strandline.organisation.branches.models import Organisation


class Request(HttpRequest):
    """A request of someone who is signed in: with the viewer, the moment, and what htmx said."""

    viewer: Viewer
    at: datetime
    organisation: Organisation | None
    # The organisation's zone, in which its days begin and end, and the day that it is there.
    zone: ZoneInfo
    today: date
    htmx: HtmxDetails
    user: Account
    request_id: str


def asked_of(request: Request) -> QueryDict | None:
    """Return what a form sends, even when it sends nothing; None while it is only shown."""
    return request.POST if request.method == "POST" else None
