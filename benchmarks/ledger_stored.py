"""The whole ledger from the database: five waves over so many people, beside pandas and lifelines over the same rows.

    python -m benchmarks ledger_stored [--people 100000] [--database sqlcipher|postgresql] [--rounds 3]

Ours is what the clock does at night for the whole organisation: the record read, and every figure of each wave's line,
its 1,000 draws, its calls, hours and ebb too. Theirs reads the same rows into frames and makes the figures that an analyst
would: the ratchet, the kept share, curves, days stayed, breadth. Both must find the same, or the run fails. The
goal is *in seconds* for a million people.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks import measuring, worlds
from benchmarks.ledger import SECTIONS, TODAY, WAVES, Answer, Plain, agree, invented, ours

FIRST = date(2020, 1, 1).toordinal()
CHUNK = 50_000


def main() -> int:
    """Make the world when it is not there, measure, tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ledger_stored", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", choices=worlds.DATABASES, default="sqlcipher")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    world = worlds.enter(options.database, options.people, name="ledger", make=make)
    agree(same_figures(), by_hand())
    parts: dict[str, list[float]] = {}
    mine, theirs = measuring.take_turns(
        lambda: whole(parts), lambda: _timed(parts, "theirs, s CPU", by_hand), rounds=options.rounds, warm=0
    )
    told: dict[str, Any] = {
        "database": world.database,
        "people": world.people,
        "theirs": theirs,
        "baseline": "the figures that both have, with pandas and lifelines",
    }
    figures = [
        measuring.figure(
            "ledger_stored",
            ours=mine,
            goal="in seconds at 1,000,000 people",
            reached=lambda ms, _: ms <= 60_000,
            **told,
        )
    ]
    measuring.tell(figures)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print({name: [round(one, 2) for one in seconds] for name, seconds in parts.items()}, f"peak {peak} MB")
    return 0


def _wave_days() -> list[Any]:
    from strandline.surge.absorption.rules.cohorts import Wave

    return [Wave(FIRST + one.start, FIRST + (one.end or 0)) for one in WAVES]


def _ground() -> Any:
    from strandline.ledger.waves import queries

    return queries.ground(branches=None, today=date.fromordinal(FIRST + TODAY))


def whole(parts: dict[str, list[float]]) -> int:
    """What the clock does: the record read once, and the line of each wave."""
    from strandline.ledger.waves import queries

    at = datetime.combine(date.fromordinal(FIRST + TODAY), datetime.min.time(), UTC)
    waves = _wave_days()
    ground = _timed(parts, "the record, s CPU", _ground)

    def lines() -> int:
        for one in waves:
            others = [other for other in waves if other is not one]
            queries.line(ground, one, others, promise_hours=48, at=at)
        return len(waves)

    return int(_timed(parts, "five lines, s CPU", lines))


def _timed(parts: dict[str, list[float]], name: str, work: Callable[[], Any]) -> Any:
    """Do it, and note the time that the processor spent: the clock on the wall counts the neighbours too."""
    began = time.process_time()
    answer = work()
    parts.setdefault(name, []).append(time.process_time() - began)
    return answer


def same_figures() -> list[Answer]:
    """The figures that both sides have, by ours."""
    from dataclasses import replace

    ground = _ground()
    sections = replace(ground.sections, membership=_spells(ground.sections.membership))
    return ours(_shifted(ground.roll.history), sections)


def _days(values: Any) -> Any:
    """Days counted from 0, as the other side has them."""
    from strandline.ledger.waves.rules.spells import NEVER

    return np.where(values >= NEVER, NEVER, values - FIRST)


def _spells(one: Any) -> Any:
    from strandline.ledger.waves.rules.spells import Spells

    return Spells(one.of, _days(one.start), _days(one.end))


def _shifted(history: Any) -> Any:
    from dataclasses import fields

    from strandline.ledger.waves.rules.history import History

    given = {field.name: getattr(history, field.name) for field in fields(History)}
    dated = {
        name: type(given[name])(_spells(given[name].spells), given[name].value)
        for name in ("kinds", "statuses")
    }
    moved = {
        "met": _days(given["met"]),
        "touch_day": _days(given["touch_day"]),
        "owned": _spells(given["owned"]),
        "listed": None,
        "elsewhere": None,
    }
    return History(**given | dated | moved)


def by_hand() -> list[Answer]:
    """The same from the same rows as one would write it: whole tables into frames, masks, merges and lifelines."""
    from django.db import connection

    plain = Plain.__new__(Plain)
    with connection.cursor() as cursor:
        for name, frame in _frames(cursor):
            setattr(plain, name, frame)
    return plain.ledger()


def _frames(cursor: Any) -> Iterator[tuple[str, Any]]:
    import pandas as pd

    from strandline.steady.ties.rules import Status, TieKind

    def read(sql: str, *columns: str) -> Any:
        cursor.execute(sql)
        return pd.DataFrame(cursor.fetchall(), columns=list(columns))

    first = pd.Timestamp(date.fromordinal(FIRST))

    def day(values: Any) -> Any:
        moments = pd.to_datetime(values, utc=True, format="ISO8601").dt.tz_convert("Europe/London")
        days = (moments.dt.tz_localize(None).dt.floor("D") - first).dt.days
        return days.fillna(10**7).astype(np.int64)

    kinds = {kind.value: place for place, kind in enumerate(TieKind)}
    statuses = {status.value: place for place, status in enumerate(Status)}
    ties = read("SELECT id, person_id, kind FROM steady_tie", "tie", "person", "kind")
    ties["kind"] = ties["kind"].map(kinds)
    yield "ties", ties
    rows = read(
        "SELECT tie_id, since_at, until_at, status FROM steady_tiestatus", "tie", "start", "end", "status"
    )
    rows["start"], rows["end"], rows["status"] = (
        day(rows["start"]),
        day(rows["end"]),
        rows["status"].map(statuses),
    )
    yield "statuses", rows
    rows = read("SELECT tie_id, since_at, until_at FROM steady_ownership", "tie", "start", "end")
    rows["start"], rows["end"] = day(rows["start"]), day(rows["end"])
    yield "owned", rows
    rows = read("SELECT person_id, at FROM steady_touch WHERE is_two_way", "tie", "day")
    rows["day"] = day(rows["day"])
    yield "touches", rows
    rows = read("SELECT person_id, met_on FROM steady_source", "person", "came")
    yield "came", day(rows["came"]).groupby(rows["person"]).min()
    rows = read("SELECT person_id, constituency_id FROM steady_constituencymembership", "person", "section")
    yield "section", rows.set_index("person")["section"]


def make(people: int) -> None:
    """Write the invented people of `benchmarks.ledger` as rows, below the ORM."""
    from django.db import connection, transaction

    from benchmarks.people import bring_indexes_back, take_indexes_away
    from strandline.organisation.branches import actions as branches
    from strandline.organisation.branches.models import Branch
    from strandline.steady.circles.models import Circle, CircleMembership
    from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
    from strandline.steady.people.models import Person, Source
    from strandline.steady.ties.actions import lay_out_pathways
    from strandline.steady.ties.models import Ownership, Tie, TieStatus, Touch
    from strandline.store import bulk

    began = datetime.combine(date.fromordinal(FIRST), datetime.min.time(), UTC)
    branches.found_organisation(
        name="Ledger Union", at=began, region="GB", time_zone="Europe/London", is_body=True, is_demo=False
    )
    lay_out_pathways()
    place = Branch.objects.get(parent=None).pk
    history, sections = invented(people, 1)
    for n in range(SECTIONS):
        Constituency.objects.create(name=f"Section {n}", dimension="trade")
    first_section = Constituency.objects.order_by("pk").values_list("pk", flat=True)[0]
    circles = int(history.circle.max()) + 1 if history.circle is not None else 0
    for n in range(circles):
        Circle.objects.create(**_circle(n, place))
    first_circle = Circle.objects.order_by("pk").values_list("pk", flat=True)[0]
    models = (
        Person, Source, Tie, TieStatus, Ownership, Touch, ConstituencyMembership, CircleMembership,
    )  # fmt: skip
    later = take_indexes_away(models)
    rows = _Rows(
        history, sections, place, _owner(began), first_section, first_circle, bulk.moments(connection)
    )
    for model, columns, values in rows.blocks():
        source = iter(values)
        while True:
            with transaction.atomic(durable=True):
                done = _some(source, CHUNK)
                if not done:
                    break
                bulk.insert(connection, model, columns, done)
    bring_indexes_back(models, later)


def _some(source: Iterator[Any], most: int) -> list[Any]:
    from itertools import islice

    return list(islice(source, most))


def _owner(at: datetime) -> int:
    from strandline.organisation.accounts.models import Account

    return Account.objects.create(email="organiser@example.org", name="Organiser", password="!").pk


def _circle(number: int, branch: int) -> dict[str, Any]:
    from datetime import time as clock

    from strandline.organisation.branches.models import Team

    team, _made = Team.objects.get_or_create(name="Circles", branch_id=branch)
    return {
        "name": f"Circle {number}",
        "branch_id": branch,
        "formed_at": datetime.combine(date.fromordinal(FIRST), clock(12), UTC),
        "team": team,
        "recurrence": "FREQ=WEEKLY;BYDAY=FR",
        "starts_on": date.fromordinal(FIRST),
        "starts_time": clock(19),
    }


class _Rows:
    """The rows of every table, in the order in which they stand upon each other."""

    def __init__(
        self,
        history: Any,
        sections: Any,
        branch: int,
        owner: int,
        first_section: int,
        first_circle: int,
        moment: Callable[[datetime | None], object],
    ) -> None:
        self.history, self.sections, self.branch, self.owner = history, sections, branch, owner
        self.first_section, self.first_circle = first_section, first_circle
        began = datetime.combine(date.fromordinal(FIRST), datetime.min.time(), UTC)
        # Noon, so that a day is the same day wherever the organisation is.
        self.noon = [moment(began + timedelta(days=n, hours=12)) for n in range(4000)]
        self.day = [date.fromordinal(FIRST + n) for n in range(4000)]

    def blocks(self) -> Iterator[tuple[Any, tuple[str, ...], Iterator[tuple[Any, ...]]]]:
        from strandline.lib.codes import new_code
        from strandline.steady.circles.models import CircleMembership
        from strandline.steady.constituencies.models import ConstituencyMembership
        from strandline.steady.people.models import Person, Source
        from strandline.steady.ties.models import Ownership, Tie, TieStatus, Touch
        from strandline.steady.ties.rules import Status, TieKind

        noon, day, history = self.noon, self.day, self.history
        came = history.met.tolist()
        kinds, statuses = [kind.value for kind in TieKind], [status.value for status in Status]
        yield (
            Person,
            ("id", "code", "audit_id", "full_name", "given_name", "family_name", "additional_name", "prefix", "suffix",
             "also_known_as", "folded", "order_key", "languages", "sensitivity", "practical_note", "refuses",
             "is_deceased", "added_at", "version"),
            ((n + 1, f"p{n}", f"a{n}", f"P {n}", "P", str(n), "", "", "", "", f"p {n}", f"p {n}", "[]", "normal", "",
              "[]", False, noon[at], 1) for n, at in enumerate(came)),
        )  # fmt: skip
        yield (
            Source,
            ("code", "person_id", "kind", "label", "introduced_as", "met_on", "branch_id"),
            ((f"s{n}", n + 1, "form", "", "", day[at], self.branch) for n, at in enumerate(came)),
        )
        yield (
            Tie,
            ("id", "code", "person_id", "kind", "branch_id", "owner_id", "status", "rhythm_days", "began_at", "version"),
            ((n + 1, f"t{n}", n + 1, kinds[kind], self.branch, self.owner, "active", 21, noon[at], 1)
             for n, (at, kind) in enumerate(zip(came, history.kinds.value.tolist(), strict=True))),
        )  # fmt: skip
        spells = history.statuses.spells
        whole = zip(spells.of.tolist(), spells.start.tolist(), spells.end.tolist(), history.statuses.value.tolist(), strict=True)  # fmt: skip
        yield (
            TieStatus,
            ("tie_id", "status", "reason", "since_at", "until_at"),
            ((of + 1, statuses[value], "", noon[start], self._until(end)) for of, start, end, value in whole if start < end),
        )  # fmt: skip
        accepted = history.owned.start.tolist()
        yield (
            Ownership,
            ("tie_id", "owner_id", "since_at"),
            ((n + 1, self.owner, noon[at]) for n, at in enumerate(accepted)),
        )
        touched = zip(history.touch_person.tolist(), history.touch_day.tolist(), strict=True)
        yield (
            Touch,
            ("code", "person_id", "kind", "outcome", "is_two_way", "at", "by_id", "said", "practical", "logged_at"),
            ((f"u{n}", of + 1, "call", "spoke", True, noon[at], self.owner, "", "", noon[at])
             for n, (of, at) in enumerate(touched)),
        )  # fmt: skip
        yield (
            ConstituencyMembership,
            ("code", "person_id", "constituency_id", "since_on"),
            ((f"m{n}", n + 1, self.first_section + section, day[at])
             for n, (at, section) in enumerate(zip(came, self.sections.constituency.tolist(), strict=True))),
        )  # fmt: skip
        circle = history.circle.tolist()
        yield (
            CircleMembership,
            ("code", "circle_id", "person_id", "since_at"),
            (
                (new_code(), self.first_circle + one, n + 1, noon[came[n]])
                for n, one in enumerate(circle)
                if one >= 0
            ),
        )

    def _until(self, day: int) -> object:
        return self.noon[day] if day < len(self.noon) else None


if __name__ == "__main__":
    sys.exit(main())
