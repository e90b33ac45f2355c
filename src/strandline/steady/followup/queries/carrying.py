"""How much everyone carries: the load of a team's organisers, and one's own week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership
from strandline.steady.ties.models import Tie, Touch
from strandline.steady.ties.queries import end_of, zone
from strandline.store import asking
from strandline.store.records import FieldClass

from ..models import FollowUp, Handoff
from ..rules import PACE_WEEKS, HandoffState, end_of_week, room, usual_pace


@dataclass(frozen=True)
class Load:
    """What one organiser carries."""

    account: Account
    ties: int
    open_steps: int
    late: int
    due_today: int
    offered: int
    # Touches in a usual week; None while there is too little to tell.
    pace: int | None = None


def load(*, viewer: Viewer, on: date, at: datetime) -> list[Load]:
    """Return the load of every organiser of the teams that the viewer leads, by name: no ranking (DESIGN section 1)."""
    teams = branches.led_teams(viewer=viewer)
    held = Membership.objects.held(at).filter(team__in=teams, role__in=("organiser", "team_lead"))
    accounts = list(
        Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk")
    )
    ids = [a.pk for a in accounts]
    ties = dict(
        Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        .filter(owner__in=ids, ended_at=None)
        .values_list("owner")
        .annotate(n=Count("pk"))
        .order_by()
    )
    steps = {
        row["owner"]: row
        for row in FollowUp.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        .filter(owner__in=ids, closed_at=None)
        .order_by()
        .values("owner")
        .annotate(
            n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)), due=Count("pk", filter=Q(due_on=on))
        )
    }
    offers = dict(
        Handoff.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        .filter(offered_to__in=ids, state=HandoffState.OFFERED)
        .values_list("offered_to")
        .annotate(n=Count("pk"))
        .order_by()
    )
    nothing = {"n": 0, "late": 0, "due": 0}
    paces = _paces(ids, on)
    return [
        Load(
            a,
            ties.get(a.pk, 0),
            steps.get(a.pk, nothing)["n"],
            steps.get(a.pk, nothing)["late"],
            steps.get(a.pk, nothing)["due"],
            offers.get(a.pk, 0),
            paces[a.pk][0],
        )
        for a in accounts
    ]


def _paces(accounts: Iterable[int], on: date) -> dict[int, tuple[int | None, int]]:
    """How many touches each of these accounts makes in a usual week, and made in this one: sums of their own work."""
    monday = on - timedelta(days=on.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(PACE_WEEKS, -1, -1)]
    here = zone()
    edges = [end_of(start - timedelta(days=1), here) for start in starts]
    weeks = {
        f"week{n}": Count("pk", filter=Q(at__gte=edges[n], at__lt=edges[n + 1])) for n in range(PACE_WEEKS)
    }
    weeks["now"] = Count("pk", filter=Q(at__gte=edges[-1]))
    ids = tuple(accounts)
    if not ids:
        return {}
    sql, params = asking.written(
        ("paces", ids, on, here.key),
        lambda: (
            Touch.objects.filter(by__in=ids, at__gte=edges[0])
            .order_by()
            .values("by")
            .annotate(**weeks)
            .values_list("by", *weeks)
        ),
    )
    counts = {by: found for by, *found in asking.rows(sql, params)}
    return {pk: (usual_pace(counts.get(pk, [0])[:-1]), counts.get(pk, [0])[-1]) for pk in ids}


@dataclass(frozen=True)
class Week:
    """What a week still holds for one organiser. `pace` is None while there is too little to tell."""

    pace: int | None
    done: int
    owed: int

    @property
    def room(self) -> int:
        return room(self.pace or 0, done=self.done, owed=self.owed)


def my_week(*, viewer: Viewer, on: date) -> Week:
    """Return the viewer's usual pace, what was done this week and what is owed until Sunday."""
    pace, done = _paces([viewer.account_id], on)[viewer.account_id]
    owed = asking.number(
        ("owed this week", viewer, end_of_week(on)),
        lambda: (
            FollowUp.objects.visible_to(viewer, FieldClass.OPERATIONAL)
            .open()
            .filter(owner_id=viewer.account_id, due_on__lte=end_of_week(on))
            .order_by()
            .values_list("pk")
        ),
    )
    return Week(pace, done, owed)
