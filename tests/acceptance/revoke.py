"""P17: revocation is immediate: after any change of rights the next request shows those in sight, and nobody else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from strandline.organisation.accounts.models import ApiToken
from strandline.organisation.accounts.rules import Role, Sensitivity
from strandline.organisation.branches import actions as branches
from strandline.organisation.branches.actions import issue_token, revoke_token
from strandline.organisation.branches.models import Membership
from strandline.steady.lists.actions import save_list
from strandline.steady.lists.rules import Filters
from strandline.steady.people import actions as people
from strandline.steady.people.models import Grant, Person
from strandline.steady.ties import actions as ties
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Status, TieKind
from tests.acceptance import harness, worlds
from tests.api.machine import Machine
from tests.cast import NOW, Cast, assemble

VIEWERS = ("amina", "bruno", "chen", "lea", "bela", "stella", "dora", "dede", "uma")
NAMES = ("Quillon One", "Quillon Two", "Quillon Three", "Quillon Four", "Quillon Five", "Quillon Six")
NORMAL = {Sensitivity.NORMAL.value}
OPEN = {Sensitivity.NORMAL.value, Sensitivity.RESTRICTED.value}


@dataclass
class World:
    """The cast with six people, and for each of the cast a browser, a token and a list that stay open all along."""

    cast: Cast
    people: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Make `n` random changes of rights, and after each ask around."""
    with harness.database():
        return check(n or 500, seed)


def check(n: int, seed: int) -> dict[str, Any]:
    """Compare what is shown after each change with what Access says of the rows as they stand."""
    chance = random.Random(seed)
    wrong: list[str] = []
    cases, changes = 0, 0
    with worlds.isolated(), worlds.still():
        world = build()
        while changes < n:
            change = chance.choice(CHANGES)
            if not change(world, chance):
                continue
            changes += 1
            for who in chance.sample(VIEWERS, 3):
                for ask in chance.sample(SURFACES, 3):
                    cases += 1
                    wrong += [f"{change.__name__[1:]}, {fault}" for fault in _judge(world, who, ask, chance)]
    return {"cases": cases, "fail": len(wrong), "changes": changes, "wrong": wrong[:20]}


def build() -> World:
    """Set the stage: two people of each organiser, every other one held more closely."""
    cast = assemble()
    worlds.more_roles(cast)
    world = World(cast)
    for place, name in enumerate(NAMES):
        by = ("amina", "bruno", "chen")[place % 3]
        person = cast.person(name, by=by, sensitivity=list(Sensitivity)[place % 2])
        world.people[name] = person.code
    for who in VIEWERS:
        client = Client(raise_request_exception=False)
        client.force_login(cast.accounts[who], backend=worlds.BACKEND)
        world.browsers[who] = client
        kept = save_list(name="Q", filters=Filters(words="quillon"), by=cast.viewer(who), at=NOW)
        world.lists[who] = kept.code
        world.machines[who] = _machine(world, who)
    return world


def _machine(world: World, who: str) -> Machine:
    by = world.cast.viewer(who)
    account = world.cast.accounts[who]
    return Machine(issue_token(account=account, name="check", scopes=harness.scopes(), by=by, at=NOW)[1])


# What Access says, worked out from the rows alone and without the code that is judged.


def in_sight(world: World, who: str) -> set[str]:
    """Return the names that this member of the cast may see at this moment."""
    account = world.cast.accounts[who]
    account.refresh_from_db()
    held = list(Membership.objects.filter(account=account, until_at=None)) if account.is_active else []
    if not held:
        return set()
    granted = Grant.objects.filter(account=account, until_at=None).values_list("person__code", flat=True)
    shared = set(granted)
    return {
        name
        for name, code in world.people.items()
        if code in shared or any(_sees(member, code) for member in held)
    }


def _sees(member: Membership, code: str) -> bool:
    person = Person.objects.get(code=code)
    where = [(t.branch_id, t.team_id, t.owner_id) for t in Tie.objects.filter(person=person, ended_at=None)]
    if not where:
        source = person.sources.order_by("met_on", "pk")[0]
        where = [(source.branch_id, source.team_id, None)]
    role, close = Role(member.role), person.sensitivity
    owns = any(owner == member.account_id for _, _, owner in where)
    in_team = any(team is not None and team == member.team_id for _, team, _ in where)
    in_branch = any(branch == member.branch_id for branch, _, _ in where)
    if role is Role.ORGANISER:
        return owns or (in_team and close in NORMAL)
    if role is Role.TEAM_LEAD:
        return owns or (in_team and close in OPEN)
    if role is Role.BRANCH_LEAD:
        return owns or (in_branch and close in OPEN)
    return role is Role.STEWARD and in_branch and close in OPEN


# What is asked, and whose names the answer holds.


def _names_in(body: bytes) -> set[str]:
    text = body.decode("utf-8", "replace")
    return {name for name in NAMES if name in text}


def _people_page(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get("/people/").content)


def _saved_list(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get(f"/lists/{world.lists[who]}/", follow=True).content)


def _found(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get("/find/?q=quillon").content)


def _export(world: World, who: str, _: str) -> set[str]:
    sent = {"format": "csv", "token": worlds.fresh()}
    return _names_in(world.browsers[who].post("/people/export/", sent).content)


def _by_token(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.machines[who].get("/people?q=quillon").content)


def _one(world: World, who: str, name: str) -> set[str]:
    return _names_in(world.browsers[who].get(f"/people/{world.people[name]}/").content)


def _one_by_token(world: World, who: str, name: str) -> set[str]:
    return _names_in(world.machines[who].get(f"/people/{world.people[name]}").content)


def _log_form(world: World, who: str, name: str) -> set[str]:
    return _names_in(world.browsers[who].get(f"/log/{world.people[name]}/").content)


def _today(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get("/").content)


def _team(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get("/team/").content)


def _history(world: World, who: str, _: str) -> set[str]:
    return _names_in(world.browsers[who].get("/history/").content)


def _parts_by_token(world: World, who: str, _: str) -> set[str]:
    machine = world.machines[who]
    return _names_in(
        b"".join(machine.get(f"/{kind}?expand=person").content for kind in ("ties", "follow-ups"))
    )


def _second_page(world: World, who: str, _: str) -> set[str]:
    """Ask for a page by a cursor that was given some changes ago, when more was in sight perhaps."""
    cursor = world.cursors.get(who)
    found = world.machines[who].get("/people?q=quillon&size=2" + (f"&page={cursor}" if cursor else ""))
    if found.status_code == 200:
        world.cursors[who] = found.json()["next"] or ""
    return _names_in(found.content)


Ask = Callable[[World, str, str], set[str]]
# These show everyone in sight to those who work with people; the others show some of them at most.
WHOLE: tuple[Ask, ...] = (_people_page, _saved_list, _found, _export, _by_token)
ONE: tuple[Ask, ...] = (_one, _one_by_token, _log_form)
SOME: tuple[Ask, ...] = (_today, _team, _history, _parts_by_token, _second_page)
SURFACES = (*WHOLE, *ONE, *SOME)
READERS = frozenset({Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD})
WORKERS = READERS - {Role.STEWARD}


def _judge(world: World, who: str, ask: Ask, chance: random.Random) -> list[str]:
    name = chance.choice(NAMES)
    seen = in_sight(world, who)
    shown = ask(world, who, name)
    faults = [f"{who} is shown {leak} by {ask.__name__[1:]}" for leak in sorted(shown - seen)]
    missing = sorted(_wanted(world, who, ask, seen, name) - shown)
    return faults + [f"{who} is not shown {lost} by {ask.__name__[1:]}" for lost in missing]


def _wanted(world: World, who: str, ask: Ask, seen: set[str], name: str) -> set[str]:
    """Return whom the answer has to show: an answer that is empty for everyone would leak nothing either."""
    account = world.cast.accounts[who]
    roles = {Role(m.role) for m in Membership.objects.filter(account=account, until_at=None)}
    may_ask = bool(roles & READERS) or ask in (_by_token, _one_by_token)
    if not account.is_active or not may_ask or (ask is _log_form and not roles & WORKERS):
        return set()
    if ask in WHOLE:
        return seen
    return seen & {name} if ask in ONE else set()


# What changes rights. Each tells whether there was something to change.


def _share(world: World, chance: random.Random) -> bool:
    by, to = chance.sample(VIEWERS, 2)
    seen = sorted(in_sight(world, by))
    viewer = world.cast.viewer(by)
    if not seen or not viewer.works_with_people or not world.cast.accounts[to].is_active:
        return False
    code, with_account = world.people[chance.choice(seen)], world.cast.accounts[to].code
    people.share_person(person=code, with_account=with_account, reason="", by=viewer, at=NOW)
    return True


def _end_sharing(world: World, chance: random.Random) -> bool:
    grants = list(Grant.objects.filter(until_at=None).order_by("pk").select_related("person"))
    chance.shuffle(grants)
    for grant in grants:
        for who in VIEWERS:
            viewer = world.cast.viewer(who)
            if grant.person.full_name in in_sight(world, who) and viewer.works_with_people:
                people.end_grant(grant=grant.code, by=viewer, at=NOW)
                return True
    return False


def _end_role(world: World, chance: random.Random) -> bool:
    accounts = [world.cast.accounts[who].pk for who in VIEWERS]
    held = list(Membership.objects.filter(until_at=None, account__in=accounts).order_by("pk"))
    if len(held) < 4:
        return False
    branches.end_membership(membership=chance.choice(held), by=world.cast.adam, at=NOW)
    return True


def _give_role(world: World, chance: random.Random) -> bool:
    who, team = chance.choice(VIEWERS), chance.choice([world.cast.tenants, world.cast.nurses])
    role = chance.choice([Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD, Role.CENTRE])
    is_wide = role in (Role.BRANCH_LEAD, Role.STEWARD, Role.CENTRE)
    branches.begin_membership(
        account=world.cast.accounts[who],
        role=role,
        by=world.cast.adam,
        at=NOW,
        branch=team.branch if is_wide else None,
        team=None if is_wide else team,
    )
    return True


def _hand_over(world: World, chance: random.Random) -> bool:
    running = list(Tie.objects.filter(ended_at=None).order_by("pk"))
    if not running:
        return False
    ties.own(tie=chance.choice(running), owner=world.cast.accounts[chance.choice(VIEWERS)], at=NOW)
    return True


def _hold_closer(world: World, chance: random.Random) -> bool:
    who = chance.choice(VIEWERS)
    seen = sorted(in_sight(world, who))
    if not seen:
        return False
    person = Person.objects.get(code=world.people[chance.choice(seen)])
    changes = {"sensitivity": chance.choice(list(Sensitivity)).value}
    try:
        people.edit_person(
            person=person.code, version=person.version, changes=changes, by=world.cast.viewer(who), at=NOW
        )
    except people.CannotAdd:
        return False
    return True


def _end_tie(world: World, chance: random.Random) -> bool:
    running = list(Tie.objects.filter(ended_at=None).order_by("pk"))
    if len(running) < 3:
        return False
    ties.turn(tie=chance.choice(running), status=Status.ENDED, reason="Moved", by=world.cast.amina, at=NOW)
    return True


def _begin_tie(world: World, chance: random.Random) -> bool:
    who = chance.choice(VIEWERS)
    viewer = world.cast.viewer(who)
    seen = sorted(in_sight(world, who))
    if not seen or not viewer.works_with_people:
        return False
    code, kind = world.people[chance.choice(seen)], chance.choice(list(TieKind))
    try:
        ties.begin_tie(person=code, kind=kind, by=viewer, at=NOW)
    except ties.CannotTie:
        return False
    return True


def _new_token(world: World, chance: random.Random) -> bool:
    who = chance.choice(VIEWERS)
    old = world.machines[who]
    token = ApiToken.objects.filter(account=world.cast.accounts[who], revoked_at=None).first()
    if token is None or not world.cast.accounts[who].is_active:
        return False
    revoke_token(token=token.code, by=world.cast.viewer(who), at=NOW)
    if old.get("/me").status_code != 401:
        raise AssertionError(f"{who}: a revoked token still opens the API")
    world.machines[who] = _machine(world, who)
    return True


def _close_or_open(world: World, chance: random.Random) -> bool:
    account = world.cast.accounts[chance.choice(VIEWERS)]
    account.refresh_from_db()
    account.is_active = not account.is_active
    account.save(update_fields=["is_active"])
    return True


CHANGES = (
    _share,
    _end_sharing,
    _end_role,
    _give_role,
    _give_role,
    _hand_over,
    _hold_closer,
    _end_tie,
    _begin_tie,
    _new_token,
    _close_or_open,
)
