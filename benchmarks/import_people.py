"""A list of 100,000 rows, from file to people on record, beside the same rows put in unread, and beside the ORM.

Ours is the whole way: the file taken, read, checked against those on record, loaded, opened. It is done once in each
direction in an empty organisation; what is put in raw is the limit, what loops over the ORM is what people use.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from benchmarks.measuring import Figure, clock, figure
from benchmarks.worlds import World

HEADER = ("First name", "Last name", "Email", "Phone", "Street", "City", "Postcode", "Notes")
# The ORM's loops are measured on fewer rows: their speed does not depend on how many there are.
FEW, FEWER = 5_000, 1_000
# The whole is long; more than this often is not needed to see the spread.
MOST_ROUNDS = 3


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure so many rows as there would be people."""
    count = options.people
    raw, ours, bulk, loop = [], [], [], []
    for turn in range(min(options.rounds, MOST_ROUNDS)):
        text = a_file(count, seed=turn + 1)
        raw.append(count / clock(lambda: put_in_raw(text)) * 1000)  # noqa: B023 -- called at once
        ours.append(count / clock(lambda: bring_in(world, text, count)) * 1000)  # noqa: B023
        bulk.append(FEW / clock(lambda: bulk_create(text)) * 1000)  # noqa: B023
        loop.append(FEWER / clock(lambda: clean_and_save(text)) * 1000)  # noqa: B023
    rows: dict[str, Any] = {"database": world.database, "people": count, "unit": "rows/s", "ours": ours}
    return [
        figure(
            "import", baseline="csv and executemany or COPY, nothing checked", theirs=raw,
            goal=">= 12 % of raw", reached=lambda _, ratio: ratio >= 0.12, **rows,
        ),
        figure("import", baseline=f"bulk_create by thousands, nothing checked, {FEW:,} rows", theirs=bulk, **rows),
        figure(
            "import", baseline=f"clean and save row by row, as django-import-export does, {FEWER:,} rows",
            theirs=loop, goal=">= 20 x", reached=lambda _, ratio: ratio >= 20, **rows,
        ),
    ]  # fmt: skip


def a_file(count: int, *, seed: int) -> str:
    """Write a list as people's files are: numbers four ways, gaps, and a fault in one row of a hundred."""
    from benchmarks.people import names, phone

    rng, out = random.Random(seed), io.StringIO()
    written = csv.writer(out)
    written.writerow(HEADER)
    for n, (given, family) in enumerate(names(count, seed)):
        number = seed * 20_000_000 + n
        mail = f"person{number}@example.org" if rng.random() < 0.9 else ""
        typed = phone(number)[0] if rng.random() < 0.7 or not mail else ""
        if n % 100 == 50:
            typed = "call the office"
        written.writerow(
            (given, family, mail, typed, f"{n % 90 + 1} High Street", "Harbour", f"HA{n % 9 + 1} 4BT", "")
        )
    return out.getvalue()


def bring_in(world: World, text: str, count: int) -> None:
    """Bring the file in as the page and the command do."""
    from strandline.steady.interchange import actions

    by, at = world.viewer("centre"), datetime.now(UTC)
    taken = actions.take_file(stream=io.BytesIO(text.encode()), name="list.csv", by=by, at=at)
    done = actions.bring_in(code=taken.code, by=by, at=at)
    if done.account.get("rows") != count or done.account["created"] < 0.9 * count:
        raise SystemExit(f"The import ended as {done.state} with {done.account}.")


def _cells(text: str) -> Iterator[list[str]]:
    return islice(csv.reader(io.StringIO(text)), 1, None)


def put_in_raw(text: str) -> None:
    """Put the cells into a table without an index, in one transaction."""
    from django.db import connection, transaction

    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS raw_rows")
        columns = ", ".join(f"c{n} text" for n in range(len(HEADER)))
        cursor.execute(f"CREATE TABLE raw_rows (id integer PRIMARY KEY, {columns})")
        rows = ((n, *cells) for n, cells in enumerate(_cells(text)))
        if connection.vendor == "postgresql":
            with cursor.copy("COPY raw_rows FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * (len(HEADER) + 1))
            cursor.executemany(f"INSERT INTO raw_rows VALUES ({marks})", rows)


def _person(cells: list[str]) -> Any:
    from strandline.lib.text import fold, sort_key
    from strandline.steady.people.models import Person

    name = f"{cells[0]} {cells[1]}"
    return Person(
        full_name=name, given_name=cells[0], family_name=cells[1], folded=fold(name), order_key=sort_key(name),
        added_at=datetime.now(UTC),
    )  # fmt: skip


def bulk_create(text: str) -> None:
    """Make people and their channels through the ORM, a thousand at a time, checking nothing; then take them away."""
    from django.db import transaction

    from strandline.steady.people.models import Channel, Person

    source = islice(_cells(text), FEW)
    with transaction.atomic(durable=True):
        while rows := list(islice(source, 1000)):
            people = Person.objects.bulk_create([_person(cells) for cells in rows])
            Channel.objects.bulk_create(
                Channel(person=person, kind=kind, value=value, normal=value)
                for person, cells in zip(people, rows, strict=True)
                for kind, value in (("email", cells[2]), ("phone", cells[3]))
                if value
            )
        transaction.set_rollback(True)


def clean_and_save(text: str) -> None:
    """Look up, clean and save row by row in one transaction, as django-import-export does; then take them away."""
    from django.db import transaction

    from strandline.steady.people.models import Channel, Person

    with transaction.atomic(durable=True):
        for cells in islice(_cells(text), FEWER):
            person = Person.objects.filter(channels__kind="email", channels__normal=cells[2] or "-").first()
            person = person or _person(cells)
            person.full_clean(exclude=["languages", "refuses", "batch", "added_by"])
            person.save()
            for kind, value in (("email", cells[2]), ("phone", cells[3])):
                if value and not Channel.objects.filter(person=person, kind=kind, normal=value).exists():
                    channel = Channel(person=person, kind=kind, value=value, normal=value)
                    channel.full_clean(exclude=["opted_out_at"])
                    channel.save()
        transaction.set_rollback(True)
