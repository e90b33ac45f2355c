from __future__ import annotations

from datetime import datetime

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team

from . import queries
from .models import Event


class CannotPlan(Exception):
    """The event cannot be planned; the reason is written for the screen."""


@audit.deed("event.planned", can_be_taken_back=True)
def plan_event(
    *, name: str, starts_at: datetime, place: str, by: Viewer, at: datetime, team: Team | None = None
) -> Event:
    """Put an event of one's own team on the calendar. Raises CannotPlan, BadText."""
    home = team or branches.home_team(viewer=by)
    if home is None or not by.works_with_people:
        raise CannotPlan("Your role plans no events.")
    if starts_at <= at:
        raise CannotPlan("This event would have begun already. Choose a moment that is still to come.")
    row = Event.objects.create(
        name=clean(name, field="name", most=200),
        starts_at=starts_at,
        place=clean(place, field="place", most=200, required=False),
        branch=home.branch,
        team=home,
    )
    audit.record(verb="event.planned", by=by, at=at)
    return row


@audit.deed("event.called_off", can_be_taken_back=True)
def call_off_event(*, event: str, by: Viewer, at: datetime) -> Event:
    """Let an event not take place; its forms stay as they are. Raises Absent, CannotPlan."""
    row = queries.event(viewer=by, code=event)
    if not by.works_with_people:
        raise CannotPlan("Your role calls off no events.")
    if row.called_off_at is None:
        row.called_off_at = at
        row.save(update_fields=["called_off_at"])
        audit.record(verb="event.called_off", by=by, at=at)
    return row
