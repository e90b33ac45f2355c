"""How the organisation is laid out, and how one person's story with it goes: drawn from a seed, without a clock.

Moments are minutes since the first day began, days are counted from it; whoever writes the rows turns them into dates.
The shares below are the demo's own; no number on any page comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from strandline.organisation.accounts.rules import Role, Sensitivity
from strandline.steady.followup.rules import StepKind, not_a_sunday
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties.rules import Outcome, Status, TieKind, TouchKind

from . import names, reach, words

# Eighteen months, the first half year without a surge: the ledger can tell from it how ties last in ordinary times.
STEADY = 182
DAYS = 548
DAY = 1440
SMALL = 5000  # up to this size three branches are enough
MOST_PEOPLE = 2_000_000


@dataclass(frozen=True, slots=True)
class Post:
    """One account: who holds it, in which role, where. `place` is (branch, team or None), `(0, None)` the centre."""

    name: str
    email: str
    roles: tuple[tuple[Role, int, int | None], ...]
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """One team: its branch, its name, and the accounts that own ties in it."""

    branch: int
    name: str
    remit: str
    organisers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The organisation on paper: branches, teams and posts by number, and the occasions at which people were met."""

    branches: tuple[str, ...]
    teams: tuple[Team, ...]
    posts: tuple[Post, ...]
    seats: tuple[int, ...]
    occasions: tuple[tuple[int, SourceKind, str], ...]


# Whom the terminal shows with a password: every role, and one account that holds two.
SHOWN: tuple[tuple[str, Role, int, int | None], ...] = (
    ("Amina Rahim", Role.ORGANISER, 1, 0),
    ("Bruno Keller", Role.ORGANISER, 1, 0),
    ("Lea Okonma", Role.TEAM_LEAD, 1, 0),
    ("Bela Farkas", Role.BRANCH_LEAD, 1, None),
    ("Stella Marsh", Role.STEWARD, 1, None),
    ("Dede Quarshie", Role.CENTRE, 0, None),
    ("Connie Vale", Role.CONVENOR, 1, 0),
    ("Cal Rivers", Role.CALLER, 1, 0),
    ("Adam Frost", Role.ADMINISTRATOR, 0, None),
    ("Chen Liling", Role.ORGANISER, 2, 0),
)
TWO_ROLES = ("Tove Lindgaard", Role.ORGANISER, Role.STEWARD, 2)


def lay_out(people: int, chance: Random) -> Plan:
    """Lay out branches, teams and posts for so many people."""
    is_small = people <= SMALL
    branches = words.BRANCHES[:3] if is_small else words.BRANCHES
    per_branch, per_team = (2, 3) if is_small else (3, 4)
    posts: list[Post] = []
    for name, role, branch, team in SHOWN:
        place = None if team is None else _team_number(branch, team, per_branch)
        posts.append(Post(name, _address(name), ((role, branch, place),), is_shown=True))
    name, one, other, branch = TWO_ROLES
    both = ((one, branch, _team_number(branch, 1, per_branch)), (other, branch, None))
    posts.append(Post(name, _address(name), both, is_shown=True))
    taken = {post.email for post in posts}
    teams: list[Team] = []
    for branch in range(1, len(branches) + 1):
        for team in range(per_branch):
            number = len(teams)
            there = [n for n, post in enumerate(posts) if (Role.ORGANISER, branch, number) in post.roles]
            while len(there) < per_team:
                there.append(len(posts))
                posts.append(_newcomer((Role.ORGANISER, branch, number), taken, chance))
            if not any((Role.TEAM_LEAD, branch, number) in post.roles for post in posts):
                posts.append(_newcomer((Role.TEAM_LEAD, branch, number), taken, chance))
            teams.append(Team(branch, *words.TEAMS[team], tuple(there)))
        for role in (Role.BRANCH_LEAD, Role.STEWARD):
            if not any((role, branch, None) in post.roles for post in posts):
                posts.append(_newcomer((role, branch, None), taken, chance))
    # Branches differ in size: each team gets between two and five seats of a round, and people sit down in turn.
    seats = [team for team in range(len(teams)) for _ in range(chance.randint(2, 5))]
    chance.shuffle(seats)
    return Plan(branches, tuple(teams), tuple(posts), tuple(seats), _occasions(chance))


def _team_number(branch: int, team: int, per_branch: int) -> int:
    return (branch - 1) * per_branch + team


def _address(name: str) -> str:
    return f"{name.split()[0].lower()}@estuary.example"


def _newcomer(role: tuple[Role, int, int | None], taken: set[str], chance: Random) -> Post:
    name = names.draw(chance).full
    address = reach.email(name, len(taken)).rpartition("@")[0] + "@estuary.example"
    taken.add(address)
    return Post(name, address, (role,))


def _occasions(chance: Random) -> tuple[tuple[int, SourceKind, str], ...]:
    made = []
    for month in range(DAYS // 30):
        kind, label = words.OCCASIONS[month % len(words.OCCASIONS)]
        made.append((month * 30 + chance.randint(0, 27), SourceKind(kind), label))
    return tuple(made)


@dataclass(slots=True)
class TieLife:
    """A tie over time. Statuses are (status, since, reason, resting until), owners (account, since)."""

    kind: TieKind
    began: int
    statuses: list[tuple[Status, int, str, int | None]]
    stages: list[tuple[int, int, str]]
    owners: list[tuple[int, int]]
    ended: int | None = None
    last_touch: int | None = None
    last_two_way: int | None = None


@dataclass(slots=True)
class TouchLife:
    """One touch; a note is a view where there was ground to keep one."""

    kind: TouchKind
    outcome: Outcome
    at: int
    by: int
    note: str
    is_view: bool
    minutes: int | None


@dataclass(slots=True)
class StepLife:
    """One next step: owed since `set_at`, closed by a touch or by an end, or still open. `due_at` is a minute."""

    owner: int | None
    kind: StepKind
    due: int
    reason: str
    set_at: int
    tie: int | None
    closed_at: int | None = None
    touch: int | None = None
    due_at: int | None = None


@dataclass(slots=True)
class ChairLife:
    """A chair in a circle: since when, until when, and the touches by which its holder came, each with its day."""

    circle: int
    since: int
    until: int | None = None
    came: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class HandoffLife:
    """A tie that was handed over and taken up."""

    tie: int
    by: int
    to: int
    offered: int
    accepted: int
    note: str
    completed: int | None = None


@dataclass(slots=True)
class Life:
    """One person and all that happened with them."""

    number: int
    name: names.Name
    team: int
    met: int
    by: int
    source: SourceKind
    label: str
    introducer: int | None
    sensitivity: Sensitivity
    is_unowned: bool = False
    is_founder: bool = False
    consented: int | None = None
    street: str = ""
    tags: tuple[str, ...] = ()
    # Through which form they came, by its slug, and in which wave.
    form: str = ""
    wave: int | None = None
    postcode: str = ""
    sections: tuple[int, ...] = ()
    chairs: list[ChairLife] = field(default_factory=list)
    ties: list[TieLife] = field(default_factory=list)
    touches: list[TouchLife] = field(default_factory=list)
    steps: list[StepLife] = field(default_factory=list)
    handoffs: list[HandoffLife] = field(default_factory=list)


class Diary:
    """What each organiser owes in the days to come: a few late, a few today, the rest spread as one could do it."""

    LATE, TODAY, A_DAY = (3, 6), (4, 6), 5

    def __init__(self, first: date, chance: Random) -> None:
        self._first = first
        self._chance = chance
        self._late: dict[int, int] = {}
        self._today: dict[int, int] = {}
        self._later: dict[int, int] = {}
        self._working: dict[int, int] = {}

    def day_of(self, day: int) -> date:
        """Return the date of a day by its number."""
        return self._first + timedelta(days=day)

    def working(self, day: int) -> int:
        """Return the day, or the Monday after it."""
        known = self._working.get(day)
        if known is None:
            known = self._working[day] = (not_a_sunday(self.day_of(day)) - self._first).days
        return known

    def due(self, owner: int, *, set_on: int) -> int:
        """Give a step its day: after it was set, and where the owner has room for it."""
        late = self._late.setdefault(owner, self._chance.randint(*self.LATE))
        today = self._today.setdefault(owner, self._chance.randint(*self.TODAY))
        if set_on < DAYS - 10 and late and self._chance.random() < 0.15:
            self._late[owner] = late - 1
            return self.working(DAYS - self._chance.randint(2, 9))
        if set_on < DAYS and today and self._chance.random() < 0.2:
            self._today[owner] = today - 1
            return DAYS
        place = self._later.get(owner, 0)
        self._later[owner] = place + 1
        return self.working(max(set_on, DAYS) + 1 + place // self.A_DAY)
