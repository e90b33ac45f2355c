"""The invented organisation: names by Zipf with their marks, numbers written four ways, a tie, a touch and a next step.

Rows go in below the ORM, a chunk at a time, in parent-first order; indexes that can be made afterwards are.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from strandline.lib.codes import new_codes
from strandline.lib.text import fold, sort_key
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches import actions as branches
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Belonging, Channel, Person, Source
from strandline.steady.ties.actions import lay_out_pathways
from strandline.steady.ties.models import Ownership, Tie, TieStatus, Touch
from strandline.store import bulk, search

CHUNK = 20_000
OF_ONE_ORGANISER, HELD = 500, 120
GIVEN = [
    "Maria",
    "José",
    "Anna",
    "John",
    "Fatima",
    "Wei",
    "Olu",
    "Sanjay",
    "Søren",
    "Łukasz",
    "Nguyễn",
    "Amina",
    "Carlos",
    "Ivan",
    "Noor",
    "Elena",
    "Peter",
    "Ruth",
    "Kofi",
    "Yuki",
    "Zoë",
    "Chloé",
    "Jürgen",
    "Ana",
    "Siobhán",
    "Mehmet",
    "İpek",
    "Đorđe",
    "Åsa",
    "Nguyệt",
    "Ömer",
    "Renée",
    "Agnieszka",
    "Thành",
    "Björn",
    "Inés",
    "Niamh",
    "Tomáš",
    "Şule",
]
FAMILY = [
    "Smith",
    "García",
    "Khan",
    "Müller",
    "Nowak",
    "Silva",
    "Li",
    "Okafor",
    "Ivanov",
    "Haddad",
    "O'Brien",
    "Nguyễn",
    "Lindqvist",
    "Sørensen",
    "Çelik",
    "Đặng",
    "Łukasik",
    "Petrović",
    "Öztürk",
    "Ågren",
    "Núñez",
    "MacDonald",
    "Diallo",
    "Tanaka",
    "Kowalczyk",
    "Fernández",
    "Østergaard",
    "Håkansson",
    "Dvořák",
    "Yılmaz",
]
SYLLABLES = [
    "ba",
    "ca",
    "da",
    "fe",
    "gi",
    "ho",
    "ju",
    "ka",
    "lo",
    "mi",
    "na",
    "pe",
    "ra",
    "so",
    "tu",
    "va",
    "we",
    "ya",
    "zo",
    "bri",
    "cla",
    "dro",
    "fle",
    "gri",
    "ste",
    "tra",
    "vin",
    "wol",
    "yar",
]
WRITTEN = ("+447{0}{1}", "07{0} {1}", "(07{0}) {1}", "0044 7{0} {1}")


def _invented(start: list[str], count: int, rng: random.Random) -> list[str]:
    names = dict.fromkeys(start)
    while len(names) < count:
        names["".join(rng.choices(SYLLABLES, k=rng.choice((2, 3)))).capitalize()] = None
    return list(names)


def names(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Give names as they are spread among people: few that many bear, many that few do."""
    rng = random.Random(seed)
    given, family = _invented(GIVEN, 1500, rng), _invented(FAMILY, 12_000, rng)
    weights = [[1 / (rank + 2) for rank in range(len(all_of))] for all_of in (given, family)]
    left = count
    while left > 0:
        taken = min(left, CHUNK)
        yield from zip(
            rng.choices(given, weights[0], k=taken), rng.choices(family, weights[1], k=taken), strict=True
        )
        left -= taken


def phone(number: int) -> tuple[str, str]:
    """Give a number as typed and as compared."""
    digits = f"{700_000_000 + number:09d}"
    return WRITTEN[number % 4].format(digits[:3], digits[3:]), f"+447{digits}"


class _Places:
    """Who works where: teams of eight organisers, in twelve branches."""

    def __init__(self, people: int, at: datetime) -> None:
        branches.found_organisation(
            name="Benchmark Union", at=at, region="GB", time_zone="Europe/London", is_body=True, is_demo=False
        )
        lay_out_pathways()
        centre = Branch.objects.get(parent=None)
        count = max(people // OF_ONE_ORGANISER, 8)
        self.branches = [Branch.objects.create(name=f"Branch {n}", parent=centre) for n in range(12)]
        self.teams = [
            Team.objects.create(name=f"Team {n}", branch=self.branches[n % 12])
            for n in range(max(count // 8, 1))
        ]
        emails = ["organiser", *(f"organiser{n}" for n in range(1, count))]
        self.accounts = Account.objects.bulk_create(
            Account(email=f"{name}@example.org", name=f"Organiser {n}", password="!")
            for n, name in enumerate(emails)
        )
        self.team_of = [self.teams[(n // 8) % len(self.teams)] for n in range(count)]
        Membership.objects.bulk_create(
            Membership(account=account, role="organiser", branch=team.branch, team=team, since_at=at)
            for account, team in zip(self.accounts, self.team_of, strict=True)
        )
        for email, role, branch in (
            ("lead", "branch_lead", self.branches[0]),
            ("centre", "branch_lead", centre),
        ):
            account = Account.objects.create(email=f"{email}@example.org", name=email.title())
            Membership.objects.create(account=account, role=role, branch=branch, since_at=at)


def make(people: int) -> None:
    """Fill the empty database."""
    now = datetime.now(UTC).replace(microsecond=0)
    places = _Places(people, now - timedelta(days=800))
    later = take_indexes_away(MODELS)
    source = names(people)
    for first in range(1, people + 1, CHUNK):
        count = min(CHUNK, people + 1 - first)
        rows = _rows(places, range(first, first + count), source, now)
        with transaction.atomic(durable=True):
            for model, columns, values in rows:
                bulk.insert(connection, model, columns, values)
    bring_indexes_back(MODELS, later)


def bring_indexes_back(models: Iterable[Any], later: Iterable[str]) -> None:
    """Make what was dropped again, and let the database look at what it holds."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for statement in later:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            for model in models:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM "
                    f'"{model._meta.db_table}") + 1)',
                    [model._meta.db_table],
                )
    search.make_index(connection, table="steady_person", column="folded", loaded="batch_id")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


MODELS = (Person, Channel, Source, Belonging, Tie, Ownership, TieStatus, Touch, FollowUp)


def take_indexes_away(models: Iterable[Any]) -> list[str]:
    """Drop the triggers and indexes of the large tables; return what makes the indexes again."""
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
                "(SELECT conname FROM pg_constraint)",
                [tables],
            )
        else:
            for event in ("insert", "update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS steady_person_grams_{event}")
            marks = ", ".join(["%s"] * len(tables))
            cursor.execute(
                f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
                tables,
            )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [made for _, made in found]


Block = tuple[Any, tuple[str, ...], list[tuple[Any, ...]]]


def _rows(places: _Places, ids: range, source: Iterator[tuple[str, str]], now: datetime) -> list[Block]:
    count = len(ids)
    rng = random.Random(ids.start)
    is_sqlite = connection.vendor != "postgresql"

    def moment(at: datetime) -> Any:
        return at.replace(tzinfo=None).isoformat(" ") if is_sqlite else at

    codes = iter(new_codes(count * 9))
    made, begun, statuses = moment(now), moment(now - timedelta(days=400)), []
    persons, channels, sources, belongings, ties, owned, touches, steps = ([] for _ in range(8))
    touched = [moment(now - timedelta(days=day)) for day in range(1, 201)]
    days = [(now + timedelta(days=day)).date() for day in range(-3, 31)]
    came = (now - timedelta(days=700)).date()  # before everything that was said with them since
    for pk, (given, family) in zip(ids, source, strict=False):
        name, code = f"{given} {family}", next(codes)
        at = (pk * 7919) % len(places.accounts)
        account, team = places.accounts[at], places.team_of[at]
        owner = account.pk if (pk // len(places.accounts)) < HELD else None
        folded = fold(name)
        persons.append(
            (pk, code, next(codes), name, given, family, "", "", "", "", folded, f"{sort_key(name)}\x1f{code}",
             "[]", "normal", "", "[]", False, made, 1)
        )  # fmt: skip
        typed, normal = phone(pk)
        channels.append((next(codes), pk, "phone", typed, normal, normal[:0:-1], "", True, False))
        mail = f"{folded.replace(' ', '.')}.{pk}@example.org"
        channels.append((next(codes), pk, "email", mail, mail, "", "", True, False))
        sources.append((next(codes), pk, "import", "Old list", "", came, False, team.branch_id, team.pk))
        belongings.append((pk, team.branch_id, team.pk, owner))
        at_touch = touched[rng.randrange(200)]
        kind = "supporter" if pk % 3 else "contact"
        ties.append(
            (
                pk,
                next(codes),
                pk,
                kind,
                team.branch_id,
                team.pk,
                owner,
                "active",
                21,
                begun,
                at_touch,
                at_touch,
                1,
            )
        )
        statuses.append((pk, "active", "", begun))
        touches.append((next(codes), pk, "call", "spoke", True, at_touch, owner, "", "", at_touch))
        if owner is not None:
            owned.append((pk, owner, begun))
            steps.append((next(codes), pk, pk, owner, "call", days[rng.randrange(34)], "", made, 1))
    return [
        (model, columns, values)
        for (model, columns), values in zip(
            COLUMNS,
            (persons, channels, sources, belongings, ties, owned, statuses, touches, steps),
            strict=True,
        )
        if values
    ]


COLUMNS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Person, ("id", "code", "audit_id", "full_name", "given_name", "family_name", "additional_name", "prefix",
              "suffix", "also_known_as", "folded", "order_key", "languages", "sensitivity", "practical_note",
              "refuses", "is_deceased", "added_at", "version")),
    (Channel, ("code", "person_id", "kind", "value", "normal", "backwards", "label", "is_primary", "is_bad")),
    (Source, ("code", "person_id", "kind", "label", "introduced_as", "met_on", "is_dated", "branch_id", "team_id")),
    (Belonging, ("person_id", "branch_id", "team_id", "owner_id")),
    (Tie, ("id", "code", "person_id", "kind", "branch_id", "team_id", "owner_id", "status", "rhythm_days",
           "began_at", "last_touch_at", "last_two_way_at", "version")),
    (Ownership, ("tie_id", "owner_id", "since_at")),
    (TieStatus, ("tie_id", "status", "reason", "since_at")),
    (Touch, ("code", "person_id", "kind", "outcome", "is_two_way", "at", "by_id", "said", "practical", "logged_at")),
    (FollowUp, ("code", "person_id", "tie_id", "owner_id", "kind", "due_on", "reason", "set_at", "version")),
)  # fmt: skip
