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
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from strandline.organisation.accounts.rules import Viewer
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Source
from strandline.steady.people.sight import InScope
from strandline.steady.ties.models import Touch
from strandline.steady.ties.queries import zone
from strandline.steady.ties.rules import Outcome, TouchKind
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
    came_on,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FLAGS = 16
# Rows that are taken from the cursor at once: millions of them as objects would fill the memory.
_PIECE = 20_000
_ACCOUNTS = 1 << 20
# Being there, or doing something for it, is coming to something; our asking is not.
_CAME_TO = (TouchKind.ATTENDANCE.value, TouchKind.EVENT.value, TouchKind.MEETING.value)
_DID = (Outcome.GAVE_SUPPORT.value, Outcome.KEPT_PROMISE.value)


class Minutes(Func):
    """A moment as whole minutes since 1970, in both databases."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(unixepoch(%(expressions)s) / 60)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
        return self.as_sql(compiler, connection, template=template, **more)


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
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        pieces = iter(lambda: cursor.fetchmany(_PIECE), [])
        flat: Iterable[int] = chain.from_iterable(chain.from_iterable(pieces))
        return np.fromiter(flat, dtype=np.int64).reshape(-1, width)


def _from_text(sql: str, params: Sequence[Any], width: int) -> Ints:
    """The rows as one text that is read in one go: to hand over each as an object costs as much as to find it."""
    names = [f"c{n}" for n in range(width)]
    joined = "||','||".join(names)
    # The columns are named by the common table expression: a subquery cannot name its own here.
    asked = f"WITH told({', '.join(names)}) AS ({sql}) SELECT group_concat({joined}) FROM told"  # noqa: S608 -- names are ours
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        (text,) = cursor.fetchone()
    if text is None:
        return np.empty((0, width), dtype=np.int64)
    return np.fromstring(text, dtype=np.int64, sep=",").reshape(-1, width)


def among(ids: Ints) -> RawSQL:
    """Rows by their numbers, handed over as one value however many they are. A step."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids.tolist()])
    return RawSQL("SELECT value FROM json_each(%s)", [f"[{','.join(map(str, ids.tolist()))}]"])


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
    # The person is joined for the moment of entry; sight is asked of that row, not of a second reading of it.
    sight = InScope(viewer, FieldClass.IDENTIFYING, "person_id", "person__sensitivity")
    return _arrived(_met(Source.objects.filter(sight), branches, spans), spans)


def all_newcomers(*, branches: frozenset[int], spans: Sequence[Span]) -> Arrived:
    """Return the same of everybody. A step of what is told in bands: nobody is shown, and no count as it is."""
    return _arrived(_met(Source.objects.all(), branches, spans), spans)


def _arrived(people: People, spans: Sequence[Span]) -> Arrived:
    touches = touches_of(people=people)
    first = came_on(people, touches, zone())
    inside = np.zeros(len(first), dtype=bool)
    for span in spans:
        inside |= (first >= span.first) & (first <= span.last)
    found = Arrived(people, touches, first)
    return found if inside.all() else found.chosen(inside)


def _met(rows: Any, branches: frozenset[int], spans: Sequence[Span]) -> People:
    """The earliest source of each who may have come within the spans: by its day, or by a talk that was before it."""
    met = Q(pk__in=())
    for span in spans:
        met |= Q(met_on__range=(date.fromordinal(span.first), date.fromordinal(span.last)))
    loaded = Q(person__batch=None) | Q(person__batch__opened_at__isnull=False)
    earlier = Source.objects.filter(person=OuterRef("person"), met_on__lt=OuterRef("met_on"))
    since = date.fromordinal(min(span.first for span in spans))
    found = (
        rows.filter(loaded, branch__in=branches, met_on__gte=since)
        .annotate(
            day=DayNumber("met_on"), minute=Minutes("person__added_at"), dated=_bit(Q(is_dated=True), 1)
        )
        .filter(met & Q(is_dated=True) | Exists(_talks_before(since)))
        .filter(~Exists(earlier))
        .order_by()
        .values_list("person", "day", "minute", "dated")
    )
    table = columns(found, 4, in_one_piece=True)
    table = table[np.lexsort((1 - table[:, 3], table[:, 0]))]  # of two on one day, the one that tells the day
    _, first = np.unique(table[:, 0], return_index=True)
    return People(table[first, 0], table[first, 1], table[first, 2], table[first, 3] > 0)


def _talks_before(since: date) -> Any:
    """Talks that were held before the day of the source that asks; by a day's grace, since midnight is elsewhere."""
    rows = Touch.objects.filter(person=OuterRef("person"), is_two_way=True)
    rows = rows.filter(at__gte=datetime.combine(since - timedelta(days=1), time(), UTC))
    return rows.annotate(then=Minutes("at")).filter(then__lt=(OuterRef("day") - EPOCH_DAY + 1) * DAY)


def touches_of(*, people: People) -> Touches:
    """Return what was tried and said with these people, the earliest first. A step: who asks was given the people."""
    if not len(people):
        none = np.empty(0, dtype=np.int64)
        return Touches(none, none, none, none)
    flags = (
        _bit(Q(is_two_way=True), TWO_WAY)
        + _bit(Q(by__isnull=False), TRIED)
        + _bit(Q(kind__in=_CAME_TO, outcome=Outcome.ATTENDED.value) | Q(outcome__in=_DID), ACTED)
        + _bit(Q(outcome=Outcome.DECLINED.value), DECLINED)
    )
    by = Coalesce(F("by"), Value(0), output_field=BigIntegerField())
    packed = (Minutes("at") * Value(_FLAGS) + flags) * Value(_ACCOUNTS) + by
    rows = (
        Touch.objects.filter(person__in=among(people.ids))
        .annotate(packed=packed)
        .order_by()
        .values_list("person", "packed")
    )
    table = columns(rows, 2, in_one_piece=True)
    order = np.lexsort((table[:, 1], table[:, 0]))
    person, value = table[order, 0], table[order, 1]
    what = value // _ACCOUNTS
    return Touches(np.searchsorted(people.ids, person), what // _FLAGS, what % _FLAGS, value % _ACCOUNTS)


def _bit(when: Q, bit: int) -> Case:
    return Case(When(when, then=Value(bit)), default=Value(0), output_field=IntegerField())


def steps_of(*, people: People) -> tuple[Ints, dict[int, int]]:
    """Return when it was first set down that each is asked to a circle or a task, and with whom first calls wait: how many
    with each account, 0 for nobody. A step: who asks was given the people.
    """
    invited_at = np.full(len(people), LATER, dtype=np.int64)
    if not len(people):
        return invited_at, {}
    invited = Q(kind=StepKind.INVITE.value)
    waits = Q(kind=StepKind.FIRST_CALL.value, closed_at=None)
    owner = Coalesce(F("owner"), Value(0), output_field=BigIntegerField())
    rows = FollowUp.objects.filter(invited | waits, person__in=among(people.ids))
    rows = rows.annotate(is_invited=_bit(invited, 1), with_whom=owner, minute=Minutes("set_at")).order_by()
    told = rows.values_list("person", "is_invited", "with_whom", "minute")
    table = columns(told, 4, in_one_piece=True)
    asked = table[:, 1] > 0
    np.minimum.at(invited_at, np.searchsorted(people.ids, table[asked, 0]), table[asked, 3])
    accounts, counts = np.unique(table[~asked, 2], return_counts=True)
    return invited_at, dict(zip(accounts.tolist(), counts.tolist(), strict=True))


def asked_of(*, people: People) -> Ints:
    """Return when it was first set down that each is asked to a circle or a task. A step: who asks was given the people."""
    return steps_of(people=people)[0]
