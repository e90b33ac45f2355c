"""Questions in SQL of ours, for those that every page asks: building them anew by the ORM takes longer than the answer.

Names in the text are ours, values are parameters, always.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from . import bulk, driver

M = TypeVar("M", bound=Model)


def rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a question. Moments among the parameters are given as they are."""
    here = driver.here()
    return driver.ask(here, sql, _given(here, params))[0]


def records(model: type[M], sql: str, params: Sequence[Any]) -> list[M]:
    """Return the rows of a question for all columns of a table, as its model: `raw` takes twice as long to make them."""
    here = driver.here()
    found, columns = driver.ask(here, sql, _given(here, params))
    if not found:
        return []
    attributes, read = _reading(model, here.vendor, tuple([one[0] for one in columns]))
    return [model.from_db(here.alias, attributes, read(row)) for row in found]


def _given(here: BaseDatabaseWrapper, params: Sequence[Any]) -> list[Any]:
    moment_of = bulk.moments(here)
    return [moment_of(value) if isinstance(value, datetime) else value for value in params]


@lru_cache(maxsize=200)
def _reading(
    model: type[Model], _vendor: str, columns: tuple[str, ...]
) -> tuple[list[str], Callable[[Sequence[Any]], list[Any]]]:
    """Return the attributes of a model in its own order, and what makes their values of a row with these columns."""
    steps = []
    for field in model._meta.concrete_fields:
        column = field.get_col(model._meta.db_table)
        converters = connection.ops.get_db_converters(column) + column.get_db_converters(connection)
        steps.append((columns.index(field.column), converters, column))

    def read(row: Sequence[Any]) -> list[Any]:
        values = [row[at] for at, _, _ in steps]
        for place, converters, column in converted:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return values

    converted = [
        (place, converters, column) for place, (_, converters, column) in enumerate(steps) if converters
    ]
    return [field.attname for field in model._meta.concrete_fields], read


# Questions that were written out by the ORM: text and parameters follow from the key alone.
_written: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}
MOST_WRITTEN = 2000


def written(key: Hashable, make: Callable[[], QuerySet[Any, Any]]) -> tuple[str, tuple[Any, ...]]:
    """Return a question as SQL and its parameters, written out once for each key.

    Only the words of the question are kept, never an answer; `key` holds all that they follow from.
    """
    found = _written.get(key)
    if found is None:
        sql, params = make().query.sql_with_params()
        if len(_written) >= MOST_WRITTEN:
            _written.clear()
        found = _written[key] = (sql, tuple(params))
    return found


# These stand in a question that is written out once where each asking has a value of its own.
SOME_ROW = -(2**62)
SOME_TEXT = "some text"
SOME_MOMENT = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class _Question:
    """A question as the ORM wrote it: its text, its parameters, and what makes a record of a row of its answer."""

    sql: str
    params: tuple[Any, ...]
    records: Callable[[list[tuple[Any, ...]]], list[Any]]


_questions: dict[Hashable, _Question] = {}


def found(
    key: Hashable,
    make: Callable[[], QuerySet[M, Any]],
    *,
    row: int | None = None,
    text: str | None = None,
    at: datetime | None = None,
) -> list[M]:
    """Return the records of a question of the ORM that is written out once for each key: the words, never an answer.

    `key` holds all that the words and the parameters follow from, but for `row`, `text` and `at`, which stand in for
    SOME_ROW, SOME_TEXT and SOME_MOMENT. Related records come with it by `select_related`.
    """
    question = _questions.get(key)
    if question is None:
        if len(_questions) >= MOST_WRITTEN:
            _questions.clear()
        question = _questions[key] = _question(make())
    if not question.sql:
        return []
    here = driver.here()
    moment_of = bulk.moments(here)
    own = {SOME_ROW: row, SOME_TEXT: text, moment_of(SOME_MOMENT): moment_of(at)}
    params: list[Any] = [own.get(value, value) if type(value) in OWN else value for value in question.params]
    return question.records(driver.ask(here, question.sql, params)[0])


OWN = (int, str, datetime)


def _question(rows: QuerySet[M, Any]) -> _Question:
    query: Any = rows.query
    compiler = query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:  # as of someone who leads no team: nothing need be asked
        return _Question("", (), lambda _: [])
    select, made_of = compiler.select, compiler.klass_info
    places = made_of["select_fields"]
    first, last = places[0], places[-1] + 1
    attributes = [one[0].target.attname for one in select[first:last]]
    related = get_related_populators(made_of, select, connection.alias)  # type: ignore[call-arg]  # the stubs are ahead
    beside = dict(compiler.annotation_col_map or {})
    converters = compiler.get_converters([one[0] for one in select])

    def records(answer: list[tuple[Any, ...]]) -> list[M]:
        made = []
        for row in answer:
            values = list(row)
            for place, (steps, column) in converters.items():
                for convert in steps:
                    values[place] = convert(values[place], column, connection)
            one = made_of["model"].from_db(connection.alias, attributes, values[first:last])
            for each in related:
                each.populate(values, one)
            for name, place in beside.items():
                setattr(one, name, values[place])
            made.append(one)
        return made

    return _Question(sql, tuple(params), records)


def number(key: Hashable, make: Callable[[], QuerySet[Any, Any]]) -> int:
    """Return how many rows a question has that is written out once for each key."""
    try:
        sql, params = written(key, make)
    except EmptyResultSet:
        return 0
    return int(rows(f"SELECT count(*) FROM ({sql}) counted", params)[0][0])  # noqa: S608 -- as the ORM wrote it


def marks(values: Sequence[Any] | frozenset[Any]) -> str:
    """Return the places of so many parameters, for IN; none of no values."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def day_number(column: str) -> str:
    """Write a day as its number in the calendar, `date.toordinal`: a number is read in a tenth of a day's time."""
    if connection.vendor == "postgresql":
        return f"({column} - DATE '0001-01-01' + 1)"
    return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)"


def minutes(column: str) -> str:
    """Write a moment as whole minutes since 1970."""
    if connection.vendor == "postgresql":
        return f"FLOOR(EXTRACT(EPOCH FROM {column}) / 60)::bigint"
    return f"(unixepoch({column}) / 60)"


def day(value: Any) -> date | None:
    """Return a day that a question computed as it came from either database."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def moment(value: Any) -> datetime | None:
    """Return a moment as it came from either database, in UTC."""
    found: datetime | None = value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
