from __future__ import annotations

from collections.abc import Iterable

from strandline.organisation.accounts.rules import Viewer

from .models import Notice


def unread(*, viewer: Viewer, but: Iterable[str] = ()) -> list[Notice]:
    """Return what the viewer has not yet read, newest first, but for these kinds."""
    mine = Notice.objects.filter(account_id=viewer.account_id, read_at=None).exclude(kind__in=list(but))
    return list(mine.order_by("-at", "-pk")[:50])
