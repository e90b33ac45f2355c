"""The record as columns of whole numbers: who first came when, and what was tried and said with them since.

Two questions, however many people. Moments are minutes since 1970, days are `date.toordinal`, so that nothing of the
tens of thousands of rows becomes an object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, Case, Exists, F, Func, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from strandline.organisation.accounts.rules import Viewer
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Source
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties.models import Touch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.surge.absorption.rules.record import ACTED, DECLINED, TRIED, TWO_WAY, People, Span, Touches

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_ONCE = 20_000
_FLAGS = 16
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


def _columns(rows: Any, width: int) -> Ints:
    """Rows of whole numbers as columns."""
    flat: Iterable[int] = chain.from_iterable(rows.iterator(chunk_size=AT_ONCE))
    return np.fromiter(flat, dtype=np.int64).reshape(-1, width)


def _among(ids: Ints) -> RawSQL:
    """People by their numbers, handed over as one value however many they are."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids.tolist()])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids.tolist())])


def newcomers(*, viewer: Viewer, branches: frozenset[int], spans: Sequence[Span]) -> People:
    """Return the people whom the viewer may see and whose first contact was in these branches, within these spans.

    Whoever came only with a list from elsewhere has not come: an import is our doing, not theirs.
    """
    within = Q(pk__in=())
    for span in spans:
        within |= Q(met_on__range=(date.fromordinal(span.first), date.fromordinal(span.last)))
    earlier = Source.objects.filter(person=OuterRef("person"), met_on__lt=OuterRef("met_on"))
    rows = (
        Source.objects.visible_to(viewer)
        .filter(within, branch__in=branches)
        .exclude(kind=SourceKind.IMPORT.value)
        .filter(~Exists(earlier))
        .annotate(day=DayNumber("met_on"), minute=Minutes("person__added_at"))
        .order_by()
        .values_list("person", "day", "minute")
    )
    table = _columns(rows, 3)
    _, first = np.unique(table[:, 0], return_index=True)
    return People(table[first, 0], table[first, 1], table[first, 2])


def touches_of(*, viewer: Viewer, people: People) -> Touches:
    """Return what was tried and said with these people, whom the viewer was given, the earliest first."""
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
        Touch.objects.filter(person__in=_among(people.ids))
        .annotate(packed=packed)
        .order_by()
        .values_list("person", "packed")
    )
    table = _columns(rows, 2)
    order = np.lexsort((table[:, 1], table[:, 0]))
    person, value = table[order, 0], table[order, 1]
    what = value // _ACCOUNTS
    return Touches(np.searchsorted(people.ids, person), what // _FLAGS, what % _FLAGS, value % _ACCOUNTS)


def _bit(when: Q, bit: int) -> Case:
    return Case(When(when, then=Value(bit)), default=Value(0), output_field=IntegerField())


def asked_of(*, viewer: Viewer, people: People) -> Bools:
    """Return who of these people, whom the viewer was given, was or is to be asked to a circle or a task."""
    if not len(people):
        return np.zeros(0, dtype=bool)
    rows = FollowUp.objects.filter(person__in=_among(people.ids), kind=StepKind.INVITE.value)
    asked = np.fromiter(rows.order_by().values_list("person", flat=True), dtype=np.int64)
    return np.isin(people.ids, asked)


def waiting_with(*, viewer: Viewer, people: People) -> dict[str | None, int]:
    """Return with whom the first calls of these people wait, by name (None is nobody), and how many with each."""
    if not len(people):
        return {}
    rows = FollowUp.objects.filter(
        person__in=_among(people.ids), kind=StepKind.FIRST_CALL.value, closed_at=None
    )
    found: dict[str | None, int] = {}
    for name in rows.order_by().values_list("owner__name", flat=True):
        found[name] = found.get(name, 0) + 1
    return found
