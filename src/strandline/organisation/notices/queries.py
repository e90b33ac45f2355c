from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from strandline.organisation.accounts.rules import Viewer
from strandline.store import asking

from .models import Notice


def unread(*, viewer: Viewer, but: Iterable[str] = ()) -> list[Notice]:
    """Return what the viewer has not yet read, newest first, but for these kinds."""
    kinds = tuple(sorted(but))

    def question() -> QuerySet[Notice]:
        mine = Notice.objects.filter(account_id=viewer.account_id, read_at=None).exclude(kind__in=kinds)
        return mine.order_by("-at", "-pk")[:50]

    return asking.found(("unread", viewer.account_id, kinds), question)
