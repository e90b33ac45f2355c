"""Sessions as Django keeps them, read in one question of ours: every request begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from strandline.store import asking


class SessionStore(db.SessionStore):
    """Django's sessions in the database. A session that was ended is gone with the very next request."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; one that is not there, or too old, holds nothing and loses its key."""
        found = asking.rows(
            "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
            [self.session_key, timezone.now()],
        )
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])
