from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from strandline.lib.text import fold
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Scope, Viewer
from strandline.store import asking, cursors
from strandline.store.records import Absent

from .models import Branch, Membership, Organisation, Team

_known: ContextVar[list[Organisation | None] | None] = ContextVar("organisation", default=None)
_tree: ContextVar[dict[int, int | None] | None] = ContextVar("tree", default=None)


def organisation() -> Organisation | None:
    """Return the organisation whose home this is, if `init` has made it."""
    known = _known.get()
    if known is None:
        return _organisation()
    if not known:
        known.append(_organisation())
    return known[0]


def _organisation() -> Organisation | None:
    found = asking.records(Organisation, "SELECT * FROM organisation_organisation ORDER BY id LIMIT 1", ())
    return found[0] if found else None


@contextmanager
def one_request() -> Iterator[None]:
    """Ask for the organisation and its tree once within this block: many questions of one page need them.

    A branch that the block itself adds may not be in the tree until it ends.
    """
    mark, tree = _known.set([]), _tree.set({})
    try:
        yield
    finally:
        _known.reset(mark)
        _tree.reset(tree)


def _parents() -> dict[int, int | None]:
    """For each branch the one above it."""
    known = _tree.get()
    if known:
        return known
    found = dict(Branch.objects.values_list("pk", "parent"))
    if known is not None:
        known.update(found)
    return found


def _below(roots: Iterable[int], parents: dict[int, int | None]) -> frozenset[int]:
    found = set(roots)
    grew = True
    while grew:
        more = {b for b, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return frozenset(found)


class _Held(NamedTuple):
    """A membership with its branch and the branch of its team, as every request asks for it."""

    role: str
    branch: int | None
    team: int | None
    name: str
    parent: int | None
    branch_of_team: int | None
    name_of_team: str
    parent_of_team: int | None


class _Place(NamedTuple):
    name: str
    parent: int | None


_HELD = (
    "SELECT m.role, m.branch_id, m.team_id, b.name, b.parent_id, t.branch_id, o.name, o.parent_id "
    "FROM organisation_membership m LEFT JOIN organisation_branch b ON b.id = m.branch_id "
    "LEFT JOIN organisation_team t ON t.id = m.team_id LEFT JOIN organisation_branch o ON o.id = t.branch_id "
    "WHERE m.account_id = %s AND m.since_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) ORDER BY m.id"
)
_BRANCHES = "SELECT id, name, parent_id FROM organisation_branch"


def below(*, branch: int) -> frozenset[int]:
    """Return a branch with all that stand below it. The tree is the same for everybody."""
    return _below([branch], _parents())


def above(*, branches: Iterable[int]) -> frozenset[int]:
    """Return these branches with all that stand above them. The tree is the same for everybody."""
    wanted = set(branches)
    if not wanted:
        return frozenset()
    parents = _parents()
    found: set[int] = set()
    for one in wanted:
        place: int | None = one
        while place is not None and place not in found:
            found.add(place)
            place = parents.get(place)
    return frozenset(found)


def viewer_for(account: Account, *, at: datetime, allows: frozenset[str] | None = None) -> Viewer:
    """Return the viewer that this account is at this moment: its rights are the union over its memberships."""
    held = [_Held(*row) for row in asking.rows(_HELD, [account.pk, at, at])]
    known = {m.branch: _Place(m.name, m.parent) for m in held if m.branch}
    known |= {m.branch_of_team: _Place(m.name_of_team, m.parent_of_team) for m in held if m.branch_of_team}
    if any(m.role == Role.BRANCH_LEAD for m in held):
        known |= {pk: _Place(*row) for pk, *row in asking.rows(_BRANCHES, ())}
    parents: dict[int, int | None] = {pk: place.parent for pk, place in known.items()}
    scopes = []
    for member in held:
        role = Role(member.role)
        branches: frozenset[int] = frozenset()
        if role is Role.BRANCH_LEAD and member.branch:
            branches = _below([member.branch], parents)
        elif role is Role.STEWARD and member.branch:
            branches = frozenset({member.branch})
        teams = frozenset({member.team}) if member.team else frozenset()
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


def _places(held: list[_Held], scopes: list[Scope], known: dict[int, _Place]) -> tuple[str, ...]:
    """Name the branches of one's teams, at most two; else the centre, if one's roles hold there; else the first branch."""
    of_teams = {m.branch_of_team for m in held if m.branch_of_team}
    wide = frozenset().union(*(scope.branches for scope in scopes))
    centre = {pk for pk in wide if known[pk].parent is None}
    chosen = sorted(of_teams)[:2] or sorted(centre or wide)[:1]
    return tuple(known[pk].name for pk in chosen)


def role_line(*, viewer: Viewer) -> tuple[list[str], list[str]]:
    """Return the viewer's roles and places in words, as the top bar shows them."""
    return list(dict.fromkeys(scope.role.words for scope in viewer.scopes)), list(filter(None, viewer.places))


def _colleagues(viewer: Viewer, at: datetime) -> QuerySet[Account]:
    teams = set(viewer.teams(Role.ORGANISER, Role.TEAM_LEAD))
    branches = viewer.branches(Role.BRANCH_LEAD)
    teams |= set(Team.objects.filter(branch__in=branches).values_list("pk", flat=True))
    held = Membership.objects.held(at).filter(team__in=teams, role__in=(Role.ORGANISER, Role.TEAM_LEAD))
    return Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk")


def colleagues(*, viewer: Viewer, at: datetime) -> list[Account]:
    """Return the organisers with whom the viewer can share work: those of the viewer's teams and branches, by name."""
    return list(_colleagues(viewer, at))


# As many colleagues stand in a choice; the others are found by typing.
MOST_NAMED = 30
# Who leads so many branches has colleagues among the first by name: to gather all of them first takes ten times as long.
MANY_BRANCHES, WALKED = 4, 4 * MOST_NAMED


def _named(viewer: Viewer, at: datetime) -> tuple[str, list[Any]]:
    """Return the question for code and name of the viewer's colleagues, but for its order."""
    teams, branches = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD), viewer.branches(Role.BRANCH_LEAD)
    sql = (
        "SELECT a.code, a.name FROM organisation_account a WHERE a.is_active AND a.id IN (SELECT m.account_id "
        "FROM organisation_membership m WHERE m.since_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) "
        f"AND m.role IN (%s, %s) AND (m.team_id IN ({asking.marks(teams)}) OR m.team_id IN "
        f"(SELECT t.id FROM organisation_team t WHERE t.branch_id IN ({asking.marks(branches)}))))"
    )
    return sql, [at, at, Role.ORGANISER, Role.TEAM_LEAD, *teams, *branches]


@dataclass(frozen=True, slots=True)
class Named:
    """Colleagues by code and name for a choice among them, and whether there are more than stand here."""

    names: tuple[tuple[str, str], ...]
    is_more: bool


def colleague_names(*, viewer: Viewer, at: datetime, chosen: str = "") -> Named:
    """Return some of the viewer's colleagues: whoever is chosen, then those of their own teams, then others by name.

    However many there are, a choice stays one that can be read through.
    """
    own = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
    if not chosen and not own and len(viewer.branches(Role.BRANCH_LEAD)) >= MANY_BRANCHES:
        first = _first_by_name(viewer, at)
        if len(first) > MOST_NAMED:
            return Named(tuple(first[:MOST_NAMED]), True)
    sql, given = _named(viewer, at)
    order = (
        "ORDER BY CASE WHEN a.code = %s THEN 0 WHEN a.id IN (SELECT o.account_id FROM organisation_membership o "
        f"WHERE o.team_id IN ({asking.marks(own)}) AND o.until_at IS NULL) THEN 1 ELSE 2 END, a.name, a.id"
    )
    found = asking.rows(f"{sql} {order} LIMIT {MOST_NAMED + 1}", [*given, chosen, *own])
    return Named(tuple(found[:MOST_NAMED]), len(found) > MOST_NAMED)


def _first_by_name(viewer: Viewer, at: datetime) -> list[tuple[str, str]]:
    """Return those of the first accounts by name who are colleagues; one more than a choice holds, if there are."""
    branches = viewer.branches(Role.BRANCH_LEAD)
    return asking.rows(
        "SELECT a.code, a.name FROM (SELECT id, code, name FROM organisation_account WHERE is_active "
        f"ORDER BY name, id LIMIT {WALKED}) a WHERE EXISTS(SELECT 1 FROM organisation_membership m "
        "JOIN organisation_team t ON t.id = m.team_id WHERE m.account_id = a.id AND m.since_at <= %s "
        "AND (m.until_at IS NULL OR m.until_at > %s) AND m.role IN (%s, %s) "
        f"AND t.branch_id IN ({asking.marks(branches)})) ORDER BY a.name, a.id LIMIT {MOST_NAMED + 1}",
        [at, at, Role.ORGANISER, Role.TEAM_LEAD, *branches],
    )


def colleagues_called(*, viewer: Viewer, at: datetime, name: str) -> tuple[tuple[str, str], ...]:
    """Return the viewer's colleagues with words in their name that begin as typed; accents and case do not count."""
    wanted = fold(name).split()
    if not wanted:
        return ()
    sql, given = _named(viewer, at)
    return tuple(
        (code, called)
        for code, called in asking.rows(f"{sql} ORDER BY a.name, a.id", given)
        if all(any(word.startswith(part) for word in fold(called).split()) for part in wanted)
    )[:MOST_NAMED]


def _teams_to_share_with(viewer: Viewer) -> list[tuple[Any, ...]]:
    teams, branches = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD), viewer.branches(Role.BRANCH_LEAD)
    return asking.rows(
        "SELECT t.id, t.code, t.name, b.id, b.code, b.name FROM organisation_team t "
        "JOIN organisation_branch b ON b.id = t.branch_id "
        f"WHERE t.id IN ({asking.marks(teams)}) OR b.id IN ({asking.marks(branches)}) ORDER BY b.name, t.name, t.id",
        [*teams, *branches],
    )


def places_to_share_with(*, viewer: Viewer) -> list[tuple[str, str, str]]:
    """Return the teams and branches within which the viewer works: `team` or `branch`, code, and name."""
    rows = _teams_to_share_with(viewer)
    teams = [("team", code, name) for _, code, name, *_ in rows]
    return teams + list(dict.fromkeys(("branch", code, name) for *_, code, name in rows))


def place_to_share_with(*, viewer: Viewer, place: str) -> tuple[int | None, int | None] | None:
    """Return the id of a team or of a branch within which the viewer works, given as `team:CODE` or `branch:CODE`."""
    for team, team_code, _, branch, branch_code, _ in _teams_to_share_with(viewer):
        if place == f"team:{team_code}":
            return team, None
        if place == f"branch:{branch_code}":
            return None, branch
    return None


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
