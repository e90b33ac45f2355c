from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from strandline.ledger.waves import actions as waves
from strandline.ledger.waves.queries import Record
from strandline.lib.codes import seeded
from strandline.organisation.accounts import actions as accounts
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Branch, Membership, Organisation, Team
from strandline.steady.constituencies import actions as constituencies
from strandline.steady.intake import actions as intake
from strandline.steady.ties import actions as ties
from strandline.store import bulk
from strandline.surge.signals.queries import Counted

from . import log, people, rules, signals, surges, today, words
from .beside import Asked, Here
from .rows import count_on, store
from .telling import Task, Teller

ZONE = "Europe/London"
# So many times as many as are told at once to a transaction. Codes are random, so that rows fall on pages all over
# their indexes: the more rows come together, the more fall on a page that is written, and encrypted, once.
TOGETHER = 10
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demo that is shown with its password."""

    name: str
    email: str
    password: str
    role: str
    place: str


@dataclass(frozen=True, slots=True)
class Made:
    """What the demo holds."""

    logins: tuple[Login, ...]
    people: int
    touches: int
    entries: int


def make(
    *,
    seed: str,
    on: date,
    size: int,
    teller: Callable[[Task], Asked] | None = None,
    tell: Tell = lambda _: None,
) -> Made:
    """Fill an empty, migrated database with the organisation of this seed, as of the morning of `on`.

    The same seed, day and size give the same rows again, but for the keys. `teller` makes who tells the lives, this
    process when it is not said. Raises ValueError when the database is not empty.
    """
    if Organisation.objects.exists():
        raise ValueError("This home already holds an organisation.")
    with bulk.with_room(connection), bulk.with_few_collections():
        return _made(seed=seed, on=on, size=size, begin=teller or _here, tell=tell)


def _here(task: Task) -> Asked:
    return Here(Teller(task))


def _made(*, seed: str, on: date, size: int, begin: Callable[[Task], Asked], tell: Tell) -> Made:
    first, zone = on - timedelta(days=rules.DAYS), ZoneInfo(ZONE)
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    plan = rules.lay_out(size, Random(f"{seed} plan"))
    with seeded(seed, "organisation"):
        ties.lay_out_pathways()
        logins = _found(plan, seed=seed, at=start)
    tell(f"{len(plan.branches)} branches, {len(plan.teams)} teams, {len(plan.posts)} accounts")
    holders = list(Account.objects.order_by("pk"))
    past = log.Past(start, [account.audit_id for account in holders])
    past.note(0, "organisation.founded", 0, log.NOBODY)
    for number in range(len(holders)):
        past.note(0, "membership.begun", number, log.NOBODY)
    with seeded(seed, "surges"):
        ground = surges.lay(
            plan, first=first, moment=lambda minute: start + timedelta(minutes=minute), past=past
        )
    task = Task(seed, size, plan, start, first, zone, past, people.places(ground))
    teller = begin(task)
    book = log.Log(teller)
    touches = _people(teller, size, tell, seed=seed, then=lambda: book.begin(signals.first_night(zone)))
    tell(f"{size:,} people, {touches:,} touches; now the log of them, and the signals night by night")
    _analyse()
    with seeded(seed, "signals"):
        counted = signals.watch(book, on=on, zone=zone)
    entries = book.write()
    tell(f"{entries:,} entries in the log; now the last evening, and what the night counts")
    with seeded(seed, "today"):
        today.begin(plan, accounts=holders, on=on, zone=zone, chance=Random(f"{seed} today"))
        intake.make_outbox_key(at=start)
    _last_night(seed=seed, on=on, zone=zone, counted=counted)
    _analyse()
    return Made(logins, size, touches, entries)


def _people(teller: Asked, size: int, tell: Tell, *, seed: str, then: Callable[[], None]) -> int:
    """Store everybody as they are told; return the number of touches. `then` is what is asked next of the teller."""
    told = teller.ask("people")
    coming, done = iter(told), 0
    with bulk.with_indexes_last(connection, people.COLUMNS):
        while done < size:
            with transaction.atomic(durable=True):
                for number, some in islice(coming, TOGETHER):
                    # What has no word in its story, such as the code of a touch, is drawn here.
                    with seeded(seed, f"rows {done}"):
                        store(some)
                    done += number
            if done < size:
                tell(f"{done:,} of {size:,} people")
        list(coming)  # no more come, and their touches are counted
        then()
    count_on(people.COLUMNS)
    return int(told.value)


def _last_night(*, seed: str, on: date, zone: ZoneInfo, counted: Counted | None) -> None:
    """Let the shipped code do its nightly work, after all that the evening brought.

    At midnight and not some hours later, when it is done else: whoever makes the demo in the small hours would have a
    record of what is still to come.
    """
    midnight = datetime.combine(on, time(), zone)
    with seeded(seed, "night"):
        signals.watch_last_night(at=midnight, counted=counted)
    with seeded(seed, "ledger"):
        record = Record()
        waves.release_weeks(at=midnight, record=record)
        waves.release_surge_weeks(at=midnight)
        constituencies.release_sections(at=midnight)
        waves.draw_up_lines(at=midnight, record=record)


@transaction.atomic(durable=True)
def _found(plan: rules.Plan, *, seed: str, at: datetime) -> tuple[Login, ...]:
    """Make the organisation with its branches, teams, accounts and roles; return what is shown on the terminal."""
    Organisation.objects.create(
        name=words.ORGANISATION,
        region="GB",
        time_zone=ZONE,
        is_body=True,
        is_demo=True,
        created_at=at,
        languages=["en"],
    )
    branches = [Branch.objects.create(name=words.ORGANISATION)]
    branches += [Branch.objects.create(name=name, parent=branches[0]) for name in plan.branches]
    teams = [
        Team.objects.create(branch=branches[team.branch], name=team.name, remit=team.remit)
        for team in plan.teams
    ]
    logins = []
    for number, post in enumerate(plan.posts):
        chance = Random(f"{seed} account {number}")
        password = _password(chance)
        # Every account has a password; those that are not shown are there to own ties and cannot be signed in to.
        account = accounts.open_account(email=post.email, name=post.name, password=None)
        account.password = make_password(password, salt=_salt(chance)) if post.is_shown else "!"
        account.created_at = at
        account.save(update_fields=["password", "created_at"])
        for role, branch, team in post.roles:
            Membership.objects.create(
                account=account,
                role=role.value,
                branch=None if role is Role.ADMINISTRATOR else branches[branch],
                team=teams[team] if team is not None else None,
                since_at=at,
            )
        if post.is_shown:
            role_words = ", ".join(role.words for role, _, _ in post.roles)
            place = branches[post.roles[0][1]].name if post.roles[0][1] else "everywhere"
            logins.append(Login(post.name, post.email, password, role_words, place))
    return tuple(logins)


def _password(chance: Random) -> str:
    return "-".join([*chance.sample(words.PASSWORD_WORDS, 3), str(chance.randint(10, 99))])


def _salt(chance: Random) -> str:
    return "".join(chance.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=22))


def _analyse() -> None:
    """Let the planner know how many rows there are now, in the tables of which it knows nothing yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            return
        # The table of what it knows is there once it was asked to learn something.
        cursor.execute("ANALYZE sqlite_schema")
        cursor.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%%' "
            "AND name NOT LIKE 'sqlite%%' AND name NOT IN (SELECT tbl FROM sqlite_stat1)"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ANALYZE "{name}"')
