from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Scope, Viewer
from strandline.store import cursors
from strandline.store.records import Absent

from .models import Branch, Membership, Organisation, Team

_known: ContextVar[list[Organisation | None] | None] = ContextVar("organisation", default=None)


def organisation() -> Organisation | None:
    """Return the organisation whose home this is, if `init` has made it."""
    known = _known.get()
    if known is None:
        return Organisation.objects.order_by("pk").first()
    if not known:
        known.append(Organisation.objects.order_by("pk").first())
    return known[0]


@contextmanager
def one_request() -> Iterator[None]:
    """Ask for the organisation once within this block: many questions of one page need its days and its region."""
    mark = _known.set([])
    try:
        yield
    finally:
        _known.reset(mark)


def _below(roots: Iterable[int], parents: dict[int, int | None]) -> frozenset[int]:
    found = set(roots)
    grew = True
    while grew:
        more = {b for b, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return frozenset(found)


def viewer_for(account: Account, *, at: datetime, allows: frozenset[str] | None = None) -> Viewer:
    """Return the viewer that this account is at this moment: its rights are the union over its memberships."""
    held = list(
        Membership.objects.held(at)
        .filter(account=account)
        .select_related("branch", "team__branch")
        .order_by("pk")
    )
    known = {b.pk: b for m in held for b in (m.branch, m.team.branch if m.team else None) if b is not None}
    if any(m.role == Role.BRANCH_LEAD for m in held):
        known |= {b.pk: b for b in Branch.objects.all()}
    parents: dict[int, int | None] = {pk: branch.parent_id for pk, branch in known.items()}
    scopes = []
    for member in held:
        role = Role(member.role)
        branches: frozenset[int] = frozenset()
        if role is Role.BRANCH_LEAD and member.branch_id:
            branches = _below([member.branch_id], parents)
        elif role is Role.STEWARD and member.branch_id:
            branches = frozenset({member.branch_id})
        teams = frozenset({member.team_id}) if member.team_id else frozenset()
        scopes.append(Scope(role, branches, teams))
    return Viewer(
        account_id=account.pk,
        code=account.code,
        audit_id=account.audit_id,
        name=account.name,
        email=account.email,
        language=account.language,
        scopes=tuple(scopes),
        allows=allows,
        places=_places(held, scopes, known),
    )


def _places(held: list[Membership], scopes: list[Scope], known: dict[int, Branch]) -> tuple[str, ...]:
    """Name the branches of one's teams, at most two; else the centre, if one's roles hold there; else the first branch."""
    of_teams = {m.team.branch_id for m in held if m.team}
    wide = frozenset().union(*(scope.branches for scope in scopes))
    centre = {pk for pk in wide if known[pk].parent_id is None}
    chosen = sorted(of_teams)[:2] or sorted(centre or wide)[:1]
    return tuple(known[pk].name for pk in chosen)


def role_line(*, viewer: Viewer) -> str:
    """Return the viewer's roles and places in words, as the top bar shows them."""
    roles = ", ".join(dict.fromkeys(scope.role.words for scope in viewer.scopes))
    return ", ".join(filter(None, [roles, *viewer.places]))


def _colleagues(viewer: Viewer, at: datetime) -> QuerySet[Account]:
    teams = set(viewer.teams(Role.ORGANISER, Role.TEAM_LEAD))
    branches = viewer.branches(Role.BRANCH_LEAD)
    teams |= set(Team.objects.filter(branch__in=branches).values_list("pk", flat=True))
    held = Membership.objects.held(at).filter(team__in=teams, role__in=(Role.ORGANISER, Role.TEAM_LEAD))
    return Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk")


def colleagues(*, viewer: Viewer, at: datetime) -> list[Account]:
    """Return the organisers with whom the viewer can share work: those of the viewer's teams and branches, by name."""
    return list(_colleagues(viewer, at))


def colleague_names(*, viewer: Viewer, at: datetime) -> tuple[tuple[str, str], ...]:
    """Return the same colleagues as code and name: for a choice among them."""
    return tuple(_colleagues(viewer, at).values_list("code", "name"))


def led_teams(*, viewer: Viewer) -> list[Team]:
    """Return the teams whose load and queues the viewer may see."""
    teams = viewer.teams(Role.TEAM_LEAD)
    branches = viewer.branches(Role.BRANCH_LEAD)
    return list(
        (Team.objects.filter(pk__in=teams) | Team.objects.filter(branch__in=branches))
        .distinct()
        .select_related("branch")
        .order_by("name", "pk")
    )


def home_team(*, viewer: Viewer) -> Team | None:
    """Return the team in which someone whom the viewer adds belongs, unless the viewer says otherwise."""
    teams = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
    team = Team.objects.filter(pk__in=teams).select_related("branch").order_by("pk").first()
    if team is None:
        branches = viewer.branches(Role.BRANCH_LEAD, Role.STEWARD)
        team = Team.objects.filter(branch__in=branches).select_related("branch").order_by("pk").first()
    return team


def viewer_by_email(*, email: str, at: datetime) -> Viewer | None:
    """Return the viewer with this address, for a command that is given in someone's name; None when there is none."""
    account = Account.objects.filter(email=email.strip().lower(), is_active=True).first()
    return viewer_for(account, at=at) if account is not None else None


MOST_ACCOUNTS = 100


def _for_administrators(viewer: Viewer) -> None:
    if not viewer.is_(Role.ADMINISTRATOR):
        raise Absent


def _with_held(found: QuerySet[Account], at: datetime) -> QuerySet[Account]:
    rows = Membership.objects.held(at).select_related("branch", "team").order_by("since_at", "pk")
    return found.prefetch_related(Prefetch("memberships", rows, to_attr="held"))


def accounts(*, viewer: Viewer, at: datetime, after: tuple[str, ...] = ()) -> tuple[list[Account], bool]:
    """Return accounts by name, each with `held`, its memberships of this moment, and whether there are more.

    `after` is name and code of the last one seen. Raises Absent for everyone but administrators.
    """
    _for_administrators(viewer)
    found = _with_held(Account.objects.order_by("name", "code"), at)
    if after:
        found = found.filter(cursors.beyond(("name", "code"), after))
    rows = list(found[: MOST_ACCOUNTS + 1])
    return rows[:MOST_ACCOUNTS], len(rows) > MOST_ACCOUNTS


def account(*, viewer: Viewer, code: str, at: datetime) -> Account:
    """Return one account with `held`, its memberships of this moment. Raises Absent."""
    _for_administrators(viewer)
    row = _with_held(Account.objects.filter(code=code), at).first()
    if row is None:
        raise Absent
    return row


def account_of_membership(*, viewer: Viewer, code: str) -> str:
    """Return the code of the account that has this membership. Raises Absent."""
    _for_administrators(viewer)
    row = Membership.objects.filter(code=code).values_list("account__code", flat=True).first()
    if row is None:
        raise Absent
    return row


def places(*, viewer: Viewer) -> list[Branch]:
    """Return every branch with its teams, the centre first, then by name. Raises Absent."""
    _for_administrators(viewer)
    rows = Branch.objects.prefetch_related(Prefetch("teams", Team.objects.order_by("name", "pk")))
    return sorted(rows, key=lambda b: (b.parent_id is not None, b.name.casefold(), b.pk))


def own_memberships(*, viewer: Viewer, at: datetime) -> list[Membership]:
    """Return what the viewer's own rights rest on, oldest first, with team and branch."""
    held = Membership.objects.held(at).filter(account_id=viewer.account_id)
    return list(held.select_related("branch", "team").order_by("since_at", "pk"))
