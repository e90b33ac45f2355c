"""A list of 100,000 rows, from file to people on record, beside the same rows put in unread, and beside the ORM.

Ours is the whole way: the file taken, read, checked against those on record, loaded, opened. What is put in raw is the
limit; what goes through the ORM or django-import-export is what people use. That package is none of ours: put it
beside, `pip install --no-deps --target DIR django-import-export tablib diff-match-patch`, and name DIR in PYTHONPATH.
Last, the same list once more while another process writes as intake does: how long it waits for its turn.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import io
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.measuring import Figure, clock, figure
from benchmarks.worlds import World

HEADER = ("First name", "Last name", "Email", "Phone", "Street", "City", "Postcode", "Notes")
# The ORM's ways are measured on fewer rows: their speed does not depend on how many there are.
FEW = 5_000
# The whole is long; more than this often is not needed to see the spread.
MOST_ROUNDS = 3
# Between two writings of the process that stands for intake, in seconds; how often it writes alone, to compare.
_PAUSE, _ALONE = 0.05, 100


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure so many rows as there would be people."""
    count, has_rival = options.people, importlib.util.find_spec("import_export") is not None
    raw, ours, bulk, rival = [], [], [], []
    for turn in range(min(options.rounds, MOST_ROUNDS)):
        text = a_file(count, seed=turn + 1)
        raw.append(count / clock(lambda: put_in_raw(text)) * 1000)  # noqa: B023 -- called at once
        ours.append(count / clock(lambda: bring_in(world, text, count)) * 1000)  # noqa: B023
        bulk.append(FEW / clock(lambda: bulk_create(text)) * 1000)  # noqa: B023
        if has_rival:
            rival.append(FEW / clock(lambda: import_export(text)) * 1000)  # noqa: B023
    rows: dict[str, Any] = {"database": world.database, "people": count, "unit": "rows/s", "ours": ours}
    found = [
        figure(
            "import", baseline="csv and executemany or COPY, nothing checked", theirs=raw,
            goal=">= 12 % of raw", reached=lambda _, ratio: ratio >= 0.12, **rows,
        ),
        figure("import", baseline=f"bulk_create by thousands, nothing checked, {FEW:,} rows", theirs=bulk, **rows),
    ]  # fmt: skip
    if has_rival:
        words = (
            f"django-import-export, tuned: in bulk, no differences, names only, nothing checked, {FEW:,} rows"
        )
        found.append(
            figure(
                "import",
                baseline=words,
                theirs=rival,
                goal=">= 20 x",
                reached=lambda _, ratio: ratio >= 20,
                **rows,
            )
        )
    return [*found, waiting(world, count)]


def waiting(world: World, count: int) -> Figure:
    """Bring a list in while another process writes, and tell how long it took to write."""
    spawn = multiprocessing.get_context("spawn")
    mine, theirs = spawn.Pipe()
    writer = spawn.Process(target=write_now_and_then, args=(theirs,))
    writer.start()
    alone = mine.recv()
    text = a_file(count, seed=77)
    mine.send("begin")
    bring_in(world, text, count)
    mine.send("end")
    meanwhile = mine.recv()
    writer.join()
    late = sorted(meanwhile)[int(len(meanwhile) * 0.95)]
    return figure(
        "a commit of one row while a list is brought in", database=world.database, people=count, ours=meanwhile,
        baseline="the same with no import", theirs=alone, goal="95 of 100 <= 50 ms",
        reached=lambda *_: late <= 50,
        notes=[f"of {len(meanwhile)}: 95 of 100 within {late:.1f} ms, the longest {max(meanwhile):.1f} ms"],
    )  # fmt: skip


def write_now_and_then(asked: Any) -> None:
    """Write a row durably and wait a little, over and over: alone first, then until told that it is enough."""
    from benchmarks import worlds

    worlds._set_up(Path(os.environ["STRANDLINE_HOME"]))
    asked.send([_written() for _ in range(_ALONE)])
    asked.recv()
    times = []
    while not asked.poll():
        times.append(_written())
        time.sleep(_PAUSE)
    asked.send(times)


def _written() -> float:
    from django.db import connection, transaction

    def write() -> None:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("UPDATE organisation_audithead SET indexed = indexed WHERE id = 1")

    return clock(write)


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


def import_export(text: str) -> None:
    """Bring the names in with django-import-export as its documents say to make it fast; then take them away."""
    import tablib
    from django.db import transaction
    from import_export import resources

    from strandline.lib.text import fold, sort_key
    from strandline.steady.people.models import Person

    class People(resources.ModelResource):  # type: ignore[misc]  # the package has no types
        class Meta:
            model = Person
            fields = ("full_name", "given_name", "family_name", "folded", "order_key", "added_at")
            import_id_fields = ("full_name",)
            use_bulk = True
            batch_size = 1000
            force_init_instance = True
            skip_diff = True
            skip_html_diff = True
            use_transactions = True

    rows = tablib.Dataset(headers=People.Meta.fields)
    now = datetime.now(UTC)
    for cells in islice(_cells(text), FEW):
        name = f"{cells[0]} {cells[1]}"
        rows.append((name, cells[0], cells[1], fold(name), sort_key(name), now))
    with transaction.atomic(durable=True):
        done = People().import_data(rows, dry_run=False, raise_errors=True)
        if done.totals["new"] != len(rows):
            raise SystemExit(f"django-import-export made {done.totals} of {len(rows)}.")
        transaction.set_rollback(True)
