from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.intake.models import Form
from strandline.store import asking
from strandline.store.records import Absent

from .models import Surge, SurgeEdit, SurgeForm, SurgePhase, SurgePost, SurgeQuerySet
from .rules import Phase, PhaseKind, Window

# Who counts, over the people of their own scope; callers and the centre are given less.
MEMBERS = (Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD)


class Sight(StrEnum):
    """How much of a surge someone is shown: the figures of their scope, the queue and the curve, or bands."""

    MEMBER = "member"
    CALLER = "caller"
    CENTRE = "centre"


def _places(viewer: Viewer, *roles: Role) -> frozenset[int]:
    """The branches over which one of these roles holds, or in which a team of theirs works."""
    own = viewer.branches(*roles)
    teams = viewer.teams(*roles)
    if teams:
        own |= frozenset(Team.objects.filter(pk__in=teams).values_list("branch", flat=True))
    return own


def _near(viewer: Viewer) -> frozenset[int]:
    """The viewer's branches and those above them."""
    return branches.above(branches=_places(viewer, *MEMBERS, Role.CALLER))


def _seen(viewer: Viewer, near: frozenset[int] | None = None) -> SurgeQuerySet:
    """The surges whose branch is one of the viewer's, or above one, or that the viewer leads; for the centre all."""
    if viewer.is_(Role.CENTRE):
        return Surge.objects.all()
    if not viewer.scopes:
        return Surge.objects.none()
    near = _near(viewer) if near is None else near
    return Surge.objects.filter(Q(branch__in=near) | _posted(viewer))


def _posted(viewer: Viewer) -> Q:
    held = SurgePost.objects.filter(account_id=viewer.account_id, until_at=None)
    # Whoever no longer works with people has no post either: what a role granted ends with it.
    return Q(pk__in=held.values("surge")) if viewer.works_with_people else Q(pk__in=())


def _with_posts(rows: list[Surge]) -> list[Surge]:
    keys = tuple(row.pk for row in rows)
    posts = asking.found(
        ("posts", keys),
        lambda: (
            SurgePost.objects.filter(until_at=None, surge__in=keys)
            .select_related("account")
            .order_by("-post", "pk")
        ),
    )
    for row in rows:
        row.held = [post for post in posts if post.surge_id == row.pk]
    return rows


def surges(*, viewer: Viewer) -> list[Surge]:
    """Return the surges that the viewer may see, the latest first, each with `held`, its lead and deputy of today."""
    near = _near(viewer)

    def question() -> SurgeQuerySet:
        return _seen(viewer, near).select_related("branch").order_by("-starts_on", "-pk")

    return _with_posts(asking.found(("surges", viewer, near), question))


def surge(*, viewer: Viewer, code: str) -> Surge:
    """Return one surge with `held`, its lead and deputy of today. Raises Absent."""
    near = _near(viewer)

    def question() -> SurgeQuerySet:
        return _seen(viewer, near).select_related("branch").filter(code=asking.SOME_TEXT)

    rows = _with_posts(asking.found(("surge", viewer, near), question, text=code))
    if not rows:
        raise Absent
    return rows[0]


# The same as `Surge.objects.live`, for every page asks it.
_LIVE = (
    "SELECT * FROM surge_surge WHERE starts_on <= %s AND closed_at IS NULL AND (ends_on IS NULL OR ends_on >= %s) "
    "ORDER BY starts_on DESC, id DESC"
)


def live_surges(*, viewer: Viewer, on: date) -> list[Surge]:
    """Return the surges that the viewer may see and that take people in on this day, the latest first.

    Every page asks it: while nothing is live it is one question, and who may see is asked of the few that are.
    """
    rows = asking.records(Surge, _LIVE, [on, on]) if viewer.scopes else []
    if not rows:
        return []
    seen = set(_seen(viewer).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [row for row in rows if row.pk in seen]


def running() -> list[Surge]:
    """Return the surges that take people in and whose end nobody knows yet, under lock. Asked by the clock."""
    return list(
        Surge.objects.select_for_update(of=("self",)).filter(closed_at=None, ends_on=None).order_by("pk")
    )


def sight_of(*, viewer: Viewer, surge: Surge) -> Sight:
    """Return how much of a surge is shown to someone who may see it."""
    near = branches.above(branches=_places(viewer, *MEMBERS))
    if surge.branch_id in near or (viewer.works_with_people and _has_post(viewer, surge)):
        return Sight.MEMBER
    return Sight.CENTRE if viewer.is_(Role.CENTRE) else Sight.CALLER


def _has_post(viewer: Viewer, surge: Surge) -> bool:
    return SurgePost.objects.filter(surge=surge, account_id=viewer.account_id, until_at=None).exists()


def leads_there(*, viewer: Viewer, branch: Branch) -> bool:
    """Tell whether the viewer leads this branch, or a team in it."""
    if branch.pk in viewer.branches(Role.BRANCH_LEAD):
        return True
    return Team.objects.filter(pk__in=viewer.teams(Role.TEAM_LEAD), branch=branch).exists()


def may_change(*, viewer: Viewer, surge: Surge) -> tuple[bool, bool]:
    """Return whether the viewer holds a post of this surge, and whether they lead in its branch."""
    return viewer.works_with_people and _has_post(viewer, surge), leads_there(
        viewer=viewer, branch=surge.branch
    )


def branches_to_open(*, viewer: Viewer) -> list[Branch]:
    """Return the branches for which the viewer may declare a surge, the highest first, then by name."""
    teams = Team.objects.filter(pk__in=viewer.teams(Role.TEAM_LEAD)).values("branch")
    found = Branch.objects.filter(Q(pk__in=viewer.branches(Role.BRANCH_LEAD)) | Q(pk__in=teams))
    return sorted(found, key=lambda one: (one.parent_id is not None, one.name.casefold(), one.pk))


def possible_leads(*, viewer: Viewer, at: datetime) -> list[Account]:
    """Return who may be made lead or deputy: the viewer's colleagues and the viewer, by name."""
    found = {one.pk: one for one in branches.colleagues(viewer=viewer, at=at)}
    if viewer.account_id not in found:
        found |= {one.pk: one for one in Account.objects.filter(pk=viewer.account_id)}
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.pk))


def forms_of(*, viewer: Viewer, surge: Surge) -> list[Form]:
    """Return the forms of a surge that the viewer looks after, the first attached first."""
    rows = SurgeForm.objects.filter(surge=surge, until_at=None).order_by("pk")
    mine = Form.objects.visible_to(viewer).filter(pk__in=rows.values("form"))
    found = {form.pk: form for form in mine}
    return [found[pk] for pk in rows.values_list("form", flat=True) if pk in found]


def phase_by_hand(*, viewer: Viewer, surge: Surge) -> Phase | None:
    """Return the phase that a person set last; None when the counts have been trusted since."""
    near = _near(viewer)

    def question() -> QuerySet[SurgePhase]:
        rows = SurgePhase.objects.filter(surge=asking.SOME_ROW, surge__in=_seen(viewer, near))
        return rows.order_by("-pk")[:1]

    rows = asking.found(("phase_by_hand", viewer, near), question, row=surge.pk)
    if not rows or not rows[0].is_by_hand:
        return None
    return Phase(PhaseKind(rows[0].phase), rows[0].began_on, is_by_hand=True)


@dataclass(frozen=True)
class Told:
    """One line of a surge's history: when, who (None is the clock), what, from what to what, why."""

    at: datetime
    by: str | None
    what: str
    before: str
    after: str
    reason: str
    on: date | None = None


def history(*, viewer: Viewer, surge: Surge, most: int = 100) -> list[Told]:
    """Return what was changed of a surge, the latest first: its edits and its phases."""
    mine = _seen(viewer).filter(pk=surge.pk)
    edits = SurgeEdit.objects.filter(surge__in=mine).select_related("by").order_by("-at", "-pk")[:most]
    phases = SurgePhase.objects.filter(surge__in=mine).select_related("set_by").order_by("-set_at", "-pk")
    told = [Told(e.at, e.by.name if e.by else None, e.what, e.before, e.after, e.reason) for e in edits] + [
        Told(p.set_at, p.set_by.name if p.set_by else None, "phase", "", p.phase, p.reason, on=p.began_on)
        for p in phases[:most]
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)[:most]


@dataclass(frozen=True)
class SurgeWindow:
    """A surge's window and where it holds; no figure of it."""

    code: str
    branch: int
    window: Window


def windows(*, branch: int | None = None) -> list[SurgeWindow]:
    """Return the windows of all surges, or of those at a branch, above it or below it, the earliest first."""
    rows = Surge.objects.order_by("starts_on", "pk")
    if branch is not None:
        near = branches.above(branches=[branch]) | branches.below(branch=branch)
        rows = rows.filter(branch__in=near)
    return [
        SurgeWindow(code, place, Window(starts_on, ends_on))
        for code, place, starts_on, ends_on in rows.values_list("code", "branch", "starts_on", "ends_on")
    ]
