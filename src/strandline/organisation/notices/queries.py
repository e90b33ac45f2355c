from __future__ import annotations

from strandline.organisation.accounts.rules import Viewer

from .models import Notice


def unread(*, viewer: Viewer) -> list[Notice]:
    """Return what the viewer has not yet read, newest first."""
    return list(Notice.objects.filter(account_id=viewer.account_id, read_at=None).order_by("-at", "-pk")[:50])
