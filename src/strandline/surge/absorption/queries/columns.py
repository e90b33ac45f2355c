"""The record as columns of whole numbers: who first came when, and what was tried and said with them since.

Two questions, however many people. Moments are minutes since 1970, days are `date.toordinal`, so that nothing of the
tens of thousands of rows becomes an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from strandline.organisation.accounts.rules import Viewer
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.sight import opened, visible
from strandline.steady.ties.queries import zone
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store import asking, bulk
from strandline.store.records import FieldClass
from strandline.surge.absorption.rules.record import (
    ACTED,
    DAY,
    DECLINED,
    EPOCH_DAY,
    LATER,
    TRIED,
    TWO_WAY,
    People,
    Span,
    Touches,
    Tries,
    came_on,
    stretches,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A row that comes as one number is read in half the time of one that comes as two: somebody's number, then a minute
# of any year from 1 to 9999, then what it was.
_FLAGS = 1 << 4
_MINUTES = 1 << 33
_YEAR_ONE = 1 << 30  # so far before 1970 no moment lies
_DAYS = 1 << 22
# Rows that are taken from the cursor at once: millions of them as objects would fill the memory.
_PIECE = 20_000
# Bits for how many people stand in a row: there are fewer people than the other bits of a number can tell apart.
_LENGTH_BITS = 24
_FEW_RUNS = 20
# Being there, or doing something for it, is coming to something; our asking is not.
_CAME_TO = (TouchKind.ATTENDANCE.value, TouchKind.EVENT.value, TouchKind.MEETING.value)
_DID = (Outcome.GAVE_SUPPORT.value, Outcome.KEPT_PROMISE.value)


class DayNumber(Func):
    """A day as its number in the calendar, `date.toordinal`, in both databases."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) - 1721424.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '0001-01-01' + 1)", **more)


def columns(rows: QuerySet[Any, Any], width: int = 1, *, in_one_piece: bool = False) -> Ints:
    """Rows of whole numbers as columns: straight from the cursor, since the ORM's care for each would cost more. A step.

    What a page asks for comes in one piece, which is faster and takes the memory of all rows as text.
    """
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return np.empty((0, width), dtype=np.int64)
    if in_one_piece and connection.vendor == "sqlite":
        return _from_text(sql, params, width)
    return _from_rows(sql, params, width)


def _from_rows(sql: str, params: Sequence[Any], width: int) -> Ints:
    """The rows as the cursor hands them over, some at a time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        pieces = iter(lambda: cursor.fetchmany(_PIECE), [])
        flat: Iterable[int] = chain.from_iterable(chain.from_iterable(pieces))
        return np.fromiter(flat, dtype=np.int64).reshape(-1, width)


def _from_text(sql: str, params: Sequence[Any], width: int) -> Ints:
    """The rows as one text that is read in one go: to hand over each as an object costs as much as to find it."""
    names = [f"c{n}" for n in range(width)]
    joined = ", ".join(f"group_concat({name})" for name in names)
    # The columns are named by the common table expression: a subquery cannot name its own here.
    asked = f"WITH told({', '.join(names)}) AS ({sql}) SELECT {joined} FROM told"  # noqa: S608 -- names are ours
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        texts = cursor.fetchone()
    return np.stack([np.fromstring(text or "", dtype=np.int64, sep=",") for text in texts], axis=1)


def among(ids: Ints) -> RawSQL:
    """Rows by their numbers, handed over as one value however many they are. A step."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids.tolist()])
    return RawSQL("SELECT value FROM json_each(%s)", [f"[{','.join(map(str, ids.tolist()))}]"])


def having(column: str, ids: Ints) -> Q:
    """Rows by the numbers in a column. A few runs of numbers, as everybody's are, are told by their ends: then a table is
    read along instead of being entered for each. A step.
    """
    begins, lengths = _runs(ids)
    if len(begins) > _FEW_RUNS:
        return Q((f"{column}__in", among(ids)))
    wanted = Q(pk__in=())
    for first, length in zip(ids[begins].tolist(), lengths.tolist(), strict=True):
        wanted |= Q((f"{column}__gte", first), (f"{column}__lte", first + length - 1))
    return wanted


def _runs(ids: Ints) -> tuple[Ints, Ints]:
    """Where numbers in order begin anew after a gap, and how many follow one another from there."""
    begins = np.flatnonzero(np.diff(ids, prepend=-2) != 1)
    return begins, np.diff(begins, append=len(ids))


@dataclass(frozen=True)
class Arrived:
    """Who came, what was tried and said with each, and the day of each one's first contact, row for row."""

    people: People
    touches: Touches
    first: Ints

    def chosen(self, mine: Bools) -> Arrived:
        """Keep some of the people, with their touches."""
        return Arrived(self.people.chosen(mine), self.touches.of(mine), self.first[mine])


def newcomers(*, viewer: Viewer, branches: frozenset[int], spans: Sequence[Span]) -> Arrived:
    """Return the people whom the viewer may see and whose first contact was in these branches, within these spans."""
    sight = visible(viewer, FieldClass.IDENTIFYING, "met.person_id", "who.sensitivity", "who.batch_id")
    return _arrived(_met(sight, branches, spans), spans)


def all_newcomers(*, branches: frozenset[int], spans: Sequence[Span]) -> Arrived:
    """Return the same of everybody. A step of what is told in bands: nobody is shown, and no count as it is."""
    return _arrived(_met((opened("who.batch_id"), ()), branches, spans), spans)


def _arrived(people: People, spans: Sequence[Span]) -> Arrived:
    touches = touches_of(people=people)
    first = came_on(people, touches, zone())
    inside = np.zeros(len(first), dtype=bool)
    for span in spans:
        inside |= (first >= span.first) & (first <= span.last)
    found = Arrived(people, touches, first)
    return found if inside.all() else found.chosen(inside)


def _met(sight: tuple[str, Sequence[Any]], branches: frozenset[int], spans: Sequence[Span]) -> People:
    """The earliest source of each who may have come within the spans: by its day, or by a talk that was before it."""
    days = stretches(spans)
    since = date.fromordinal(days[0][0].first)
    # Talks that were held before the day of the source that asks; by a day's grace, since midnight is elsewhere.
    talked = (
        "SELECT 1 FROM steady_touch talk WHERE talk.person_id = met.person_id AND talk.is_two_way AND talk.at >= %s "  # noqa: S608 -- names are ours
        f"AND {asking.minutes('talk.at')} < ({asking.day_number('met.met_on')} - {EPOCH_DAY - 1}) * {DAY}"
    )
    sql = (
        f"WITH stretch(first_on, last_on, inside) AS (VALUES {', '.join(['(%s, %s, %s)'] * len(days))}) "  # noqa: S608 -- names are ours
        f"SELECT (met.person_id * {_DAYS} + {asking.day_number('met.met_on')}) * 2 + {_flag('met.is_dated', 0, 1)}, "
        f"{asking.minutes('who.added_at')} "
        # CROSS says in which order SQLite joins: by the days first, never through everybody.
        "FROM stretch CROSS JOIN steady_source met CROSS JOIN steady_person who "
        "WHERE met.met_on BETWEEN stretch.first_on AND stretch.last_on AND who.id = met.person_id "
        f"AND met.branch_id IN ({asking.marks(branches)}) "
        f"AND (stretch.inside AND met.is_dated OR EXISTS({talked})) AND {sight[0]} "
        "AND NOT EXISTS(SELECT 1 FROM steady_source earlier "
        "WHERE earlier.person_id = met.person_id AND earlier.met_on < met.met_on)"
    )
    given = [
        value
        for span, inside in days
        for value in (date.fromordinal(span.first), date.fromordinal(span.last), inside)
    ]
    midnight = datetime.combine(since - timedelta(days=1), time(), UTC)
    table = _whole(sql, [*given, *sorted(branches), midnight, *sight[1]], 2)
    table = table[np.argsort(table[:, 0])]  # of two on one day, the one that tells the day comes first
    ids, first = np.unique(table[:, 0] // (2 * _DAYS), return_index=True)
    met, minute = table[first, 0], table[first, 1]
    return People(ids, met // 2 % _DAYS, minute, met % 2 == 0)


def touches_of(*, people: People) -> Touches:
    """Return what was tried and said with these people, the earliest first. A step: who asks was given the people."""
    if not len(people):
        none = np.empty(0, dtype=np.int64)
        return Touches(none, none, none)
    rows, params = _rows_of("steady_touch", people.ids)
    moment = _of_person("one.person_id", asking.minutes("one.at"))
    told = np.sort(_whole(f"SELECT ({moment}) * {_FLAGS} + {_WHAT} FROM {rows}", params, 1)[:, 0])  # noqa: S608 -- names are ours
    person, minute = _read(told // _FLAGS)
    return Touches(np.searchsorted(people.ids, person), minute, told % _FLAGS)


def tries_of(*, people: People, since: int) -> Tries:
    """Return who tried to reach these people after a minute. A step: who asks was given the people."""
    if not len(people):
        return Tries(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    rows, params = _rows_of("steady_touch", people.ids)
    after = datetime.fromtimestamp((since + 1) * 60, UTC)
    sql = (
        f"SELECT {_of_person('one.by_id', asking.minutes('one.at'))} FROM {rows} "  # noqa: S608 -- names are ours
        "AND one.at >= %s AND one.by_id IS NOT NULL"
    )
    return Tries(*_read(_whole(sql, [*params, after], 1)[:, 0]))


def _of_person(person: str, minute: str) -> str:
    """Write somebody's number and a minute as one number."""
    return f"{person} * {_MINUTES} + {minute} + {_YEAR_ONE}"


def _read(told: Ints) -> tuple[Ints, Ints]:
    """Whose numbers these are, and the minutes."""
    return told // _MINUTES, told % _MINUTES - _YEAR_ONE


def _flag(when: str, bit: int, otherwise: int = 0) -> str:
    return f"CASE WHEN {when} THEN {bit} ELSE {otherwise} END"


def _is(column: str, *values: str) -> str:
    """One of these values. For a few words of ours; a list of three or more would be looked up in a tree for every row."""
    return " OR ".join(f"{column} = '{value}'" for value in values)


# What a touch was, as bits. The outcome is compared once, since millions are read so.
_WHAT = (
    f"{_flag('one.is_two_way', TWO_WAY)} + {_flag('one.by_id IS NOT NULL', TRIED)} + "
    f"CASE one.outcome WHEN '{Outcome.ATTENDED.value}' THEN {_flag(_is('one.kind', *_CAME_TO), ACTED)} "
    + " ".join(f"WHEN '{value}' THEN {ACTED}" for value in _DID)
    + f" WHEN '{Outcome.DECLINED.value}' THEN {DECLINED} ELSE 0 END"
)


def steps_of(*, people: People) -> tuple[Ints, dict[int, int]]:
    """Return when it was first set down that each is asked to a circle or a task, and with whom first calls wait: how many
    with each account, 0 for nobody. A step: who asks was given the people.
    """
    invited_at = np.full(len(people), LATER, dtype=np.int64)
    if not len(people):
        return invited_at, {}
    rows, params = _rows_of("steady_followup", people.ids)
    invited = _is("one.kind", StepKind.INVITE.value)
    # Of a first call that waits only the account is told, below nothing: no invitation is so small a number.
    sql = (
        f"SELECT CASE WHEN {invited} THEN {_of_person('one.person_id', asking.minutes('one.set_at'))} "  # noqa: S608 -- names are ours
        f"ELSE -COALESCE(one.owner_id, 0) END FROM {rows} AND ({invited} "
        f"OR one.closed_at IS NULL AND {_is('one.kind', StepKind.FIRST_CALL.value)})"
    )
    told = _whole(sql, params, 1)[:, 0]
    person, minute = _read(told[told > 0])
    np.minimum.at(invited_at, np.searchsorted(people.ids, person), minute)
    accounts, counts = np.unique(-told[told <= 0], return_counts=True)
    return invited_at, dict(zip(accounts.tolist(), counts.tolist(), strict=True))


def asked_of(*, people: People) -> Ints:
    """Return when it was first set down that each is asked to a circle or a task. A step: who asks was given the people."""
    return steps_of(people=people)[0]


def _rows_of(table: str, ids: Ints) -> tuple[str, list[Any]]:
    """Write the rows `one` of these people. Who came in a wave were put on record one after another: by runs of numbers
    an index is walked along instead of being entered anew for each.
    """
    if connection.vendor == "postgresql":
        return f"{table} one WHERE one.person_id = ANY(%s::bigint[])", [ids.tolist()]
    begins, lengths = _runs(ids)
    runs = (ids[begins] << _LENGTH_BITS) + lengths
    first, length = f"(run.value >> {_LENGTH_BITS})", f"(run.value & {(1 << _LENGTH_BITS) - 1})"
    return (
        f"json_each(%s) run CROSS JOIN {table} one WHERE one.person_id BETWEEN {first} AND {first} + {length} - 1",
        [f"[{','.join(map(str, runs.tolist()))}]"],
    )


def _whole(sql: str, params: Sequence[Any], width: int) -> Ints:
    """The rows of a question in SQL of ours, in one piece where the database can."""
    moment_of = bulk.moments(connection)
    given = [moment_of(one) if isinstance(one, datetime) else one for one in params]
    return _from_text(sql, given, width) if connection.vendor == "sqlite" else _from_rows(sql, given, width)
