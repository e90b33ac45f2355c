from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.store.records import Absent

from .models import Event


def _in_scope(viewer: Viewer) -> QuerySet[Event]:
    teams = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD, Role.CONVENOR, Role.CALLER)
    branches = viewer.branches(Role.BRANCH_LEAD, Role.STEWARD)
    return Event.objects.filter(
        Q(team__in=teams) | Q(branch__in=branches) | Q(team=None, branch__teams__in=teams)
    ).distinct()


def coming(*, viewer: Viewer, at: datetime, most: int = 50) -> list[Event]:
    """Return the events of the viewer's teams and branches that are still to come, soonest first."""
    rows = _in_scope(viewer).filter(starts_at__gte=at, called_off_at=None)
    return list(rows.select_related("branch").order_by("starts_at", "pk")[:most])


def event(*, viewer: Viewer, code: str) -> Event:
    """Return one event of the viewer's teams and branches. Raises Absent."""
    row = _in_scope(viewer).filter(code=code).first()
    if row is None:
        raise Absent
    return row
