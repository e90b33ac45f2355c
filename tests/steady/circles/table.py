"""A circle of the cast's tenants with some people in it."""

from __future__ import annotations

from datetime import date, time, timedelta

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Membership
from strandline.steady.circles.actions import NewCircle, form_circle, hand_on, join
from strandline.steady.circles.models import Circle
from strandline.steady.people.models import Person
from tests.cast import NOW, PASSWORD, Cast

# The cast's day is Friday 16 January 2026.
FRIDAY = date(2026, 1, 16)
LAST_WEEK = date(2026, 1, 9)
MILL_LANE = NewCircle(
    name="Mill Lane", recurrence="FREQ=WEEKLY;BYDAY=FR", starts_on=date(2025, 12, 5), starts_time=time(19)
)


def circle(cast: Cast, *, by: str = "amina", new: NewCircle = MILL_LANE) -> Circle:
    """Form a circle that has met each Friday since December."""
    return form_circle(new=new, by=cast.viewer(by), at=NOW - timedelta(days=60))


def seated(cast: Cast, row: Circle, *names: str, by: str = "amina", since_days: int = 50) -> list[Person]:
    """Let people belong to the circle for some weeks."""
    at = NOW - timedelta(days=since_days)
    people = [cast.person(name, by=by, at=at) for name in names]
    join(circle=row.code, people=[p.code for p in people], by=cast.viewer(by), at=at)
    return people


def connie(cast: Cast, row: Circle) -> Account:
    """Let Connie, who is a convenor and nothing else, lead the circle."""
    account = Account.objects.create_user("connie@example.org", PASSWORD, name="Connie")
    Membership.objects.create(
        account=account,
        role=Role.CONVENOR.value,
        branch=cast.harbour,
        team=cast.tenants,
        since_at=NOW - timedelta(days=90),
    )
    cast.accounts["connie"] = account
    hand_on(circle=row.code, to=account.code, by=cast.amina, at=NOW - timedelta(days=40))
    return account
