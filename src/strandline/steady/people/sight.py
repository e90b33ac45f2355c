"""Who may see a person, as a condition of the database: written out at once, since every question of a page asks it.

`reaches` says once which belongings bring a person into sight; the condition is that table in SQL. The ORM would build
the same from a dozen nested parts for every question, which took a third of a page's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db.models import BooleanField, Expression, F, Model

from strandline.organisation.accounts.rules import GRANTS, Role, Sensitivity, Viewer
from strandline.store import asking
from strandline.store.records import FieldClass

M = TypeVar("M", bound=Model)
NORMAL, RESTRICTED = Sensitivity.NORMAL.value, Sensitivity.RESTRICTED.value


class Sighted(Protocol):
    """Someone whom a question gave to the viewer: on record, or as a list shows them."""

    @property
    def pk(self) -> int: ...


class Reach(NamedTuple):
    """Belongings with one of these values, of people held no more closely than these; None is of all people."""

    column: str
    values: tuple[int, ...]
    of: tuple[str, ...] | None = None


def reaches(viewer: Viewer, seeing: FieldClass) -> tuple[Reach, ...]:
    """Return which belongings bring a person into the viewer's scope, for roles that grant this class of fields."""
    known: dict[FieldClass, tuple[Reach, ...]] = viewer.worked_out
    if seeing not in known:
        known[seeing] = _reaches(viewer, seeing)
    return known[seeing]


def _reaches(viewer: Viewer, seeing: FieldClass) -> tuple[Reach, ...]:
    found: dict[Reach, None] = {}
    own = Reach("owner_id", (viewer.account_id,))
    for role in Role:
        if seeing not in GRANTS[role]:
            continue
        teams = tuple(sorted(viewer.teams(role)))
        branches = tuple(sorted(viewer.branches(role)))
        if role is Role.ORGANISER and viewer.is_(role):
            found[own] = None
            if teams:
                found[Reach("team_id", teams, (NORMAL,))] = None
        elif role is Role.TEAM_LEAD and teams:
            found[own] = None
            found[Reach("team_id", teams, (NORMAL, RESTRICTED))] = None
        elif role in (Role.BRANCH_LEAD, Role.STEWARD) and branches:
            found[Reach("branch_id", branches, (NORMAL, RESTRICTED))] = None
            if role is Role.BRANCH_LEAD:
                found[own] = None
    return tuple(found)


def has_more(viewer: Viewer, seeing: FieldClass, most: int) -> bool:
    """Tell whether more belongings than this are in scope, how closely people are held left out: to choose a way only."""
    ways = reaches(viewer, seeing)
    if not ways:
        return False
    counts = " + ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM steady_belonging WHERE {column} IN ({_marks(values)}) "
        f"LIMIT {most + 1}) way{n})"
        for n, (column, values, _) in enumerate(ways)
    )
    found = asking.rows(f"SELECT {counts}", [value for way in ways for value in way.values])
    return bool(found[0][0] > most)


class _Condition(Expression):
    """A condition over columns that the question has already; true of what the viewer may see."""

    def __init__(self, viewer: Viewer, seeing: FieldClass, *columns: str) -> None:
        super().__init__(output_field=BooleanField())
        self.viewer, self.seeing = viewer, seeing
        self._columns: list[Any] = [F(name) for name in columns]

    def get_source_expressions(self) -> list[Any]:
        return self._columns

    def set_source_expressions(self, exprs: Any) -> None:
        self._columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        # Columns of tables have no parameters, so that they may be written as often as they are needed.
        return self._written(*(compiler.compile(column)[0] for column in self._columns))

    def _written(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        raise NotImplementedError


class InScope(_Condition):
    """That a person is within the viewer's scope for a class of fields, or was shared with the viewer."""

    def __init__(
        self, viewer: Viewer, seeing: FieldClass, person: str = "pk", sensitivity: str = "sensitivity"
    ) -> None:
        super().__init__(viewer, seeing, person, sensitivity)

    def _written(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        return _scope(self.viewer, self.seeing, *columns)


class Visible(_Condition):
    """That a person is in scope and has not come with a load that nobody sees yet."""

    def __init__(self, viewer: Viewer, seeing: FieldClass) -> None:
        super().__init__(viewer, seeing, "pk", "sensitivity", "batch_id")

    def _written(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        return visible(self.viewer, self.seeing, *columns)


class Gathered(_Condition):
    """The same as `Visible`, put so that the people in scope are gathered by index first: for scopes that are small."""

    def __init__(self, viewer: Viewer, seeing: FieldClass) -> None:
        super().__init__(viewer, seeing, "pk", "sensitivity", "batch_id")

    def _written(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        return gathered(self.viewer, self.seeing, *columns)


class OfVisible(_Condition):
    """That a row is of a person whom the viewer may see: asked row by row through the indexes.

    So a few rows never gather all the people in scope.
    """

    def __init__(self, viewer: Viewer, seeing: FieldClass, person: str = "person_id") -> None:
        super().__init__(viewer, seeing, person)

    def _written(self, *columns: str) -> tuple[str, tuple[Any, ...]]:
        return of_visible(self.viewer, self.seeing, *columns)


def of_visible(viewer: Viewer, seeing: FieldClass, person: str) -> tuple[str, tuple[Any, ...]]:
    """Return the same as SQL, for questions that are written out: `person` is the column that names whom a row is of."""
    sql, params = visible(viewer, seeing, "seen.id", "seen.sensitivity", "seen.batch_id")
    return f"EXISTS(SELECT 1 FROM steady_person seen WHERE seen.id = {person} AND {sql})", params


def gathered(
    viewer: Viewer, seeing: FieldClass, person: str, sensitivity: str, batch: str
) -> tuple[str, tuple[Any, ...]]:
    """Write the condition so that the people in scope are gathered first, by all ways at once.

    How closely someone is held is asked of them afterwards; only of those whom some of the ways do not bring into
    sight is it asked which way brought them.
    """
    if not viewer.scopes:
        return "(1 = 0)", ()
    ways = reaches(viewer, seeing)
    brought, params = _brought(viewer, person, ways)
    by_level: list[str] = []
    for level in Sensitivity:
        allowing = tuple(way for way in ways if way.of is None or level.value in way.of)
        if len(allowing) == len(ways):
            by_level.append(f"{sensitivity} = %s")
            params += (level.value,)
        else:
            sql, given = _brought(viewer, person, allowing)
            by_level.append(f"({sensitivity} = %s AND {sql})")
            params += (level.value, *given)
    return f"({brought} AND ({' OR '.join(by_level)}) AND {opened(batch)})", params


def _brought(viewer: Viewer, person: str, ways: Iterable[Reach]) -> tuple[str, tuple[Any, ...]]:
    """Write that a person is brought into sight by one of these ways, or was shared."""
    parts = [
        f"SELECT person_id FROM steady_belonging WHERE {way.column} IN ({_marks(way.values)})" for way in ways
    ]
    parts.append("SELECT person_id FROM steady_grant WHERE account_id = %s AND until_at IS NULL")
    params = [value for way in ways for value in way.values]
    return f"{person} IN ({' UNION ALL '.join(parts)})", (*params, viewer.account_id)


def counted(
    viewer: Viewer, seeing: FieldClass, people: tuple[str, Sequence[Any]], *, most: int, vendor: str
) -> tuple[str, list[Any]]:
    """Write how many of these people the viewer may see, up to a number: they are met in the order of the belongings.

    `people` is a question for `pk`, `sensitivity` and `batch_id`. Nobody is gathered or sorted first, so that a count
    ends with the last one who is counted, however large the scope; who is met twice is counted once.
    """
    if not viewer.scopes:
        return "SELECT 0", []
    ways: list[str] = []
    allowed: list[str] = []
    params: list[Any] = []
    of: list[Any] = []
    for number, (column, values, levels) in enumerate(reaches(viewer, seeing)):
        ways.append(
            f"SELECT person_id, {number} AS way FROM steady_belonging WHERE {column} IN ({_marks(values)})"
        )
        params += values
        allowed.append(f"w.way = {number}" + (f" AND p.sensitivity IN ({_marks(levels)})" if levels else ""))
        of += levels or ()
    ways.append("SELECT person_id, -1 AS way FROM steady_grant WHERE account_id = %s AND until_at IS NULL")
    allowed.append("w.way = -1")
    chosen, given = people
    # On SQLite the order of the tables is the order in which they are read.
    join = "JOIN" if vendor == "postgresql" else "CROSS JOIN"
    sql = (
        f"SELECT count(*) FROM (SELECT DISTINCT p.pk FROM ({' UNION ALL '.join(ways)}) w {join} ({chosen}) p "
        f"ON p.pk = w.person_id WHERE (({') OR ('.join(allowed)})) AND {opened('p.batch_id')} LIMIT %s) counted"
    )
    return sql, [*params, viewer.account_id, *given, *of, most]


def rows_of(
    model: type[M],
    having: str,
    order: str,
    viewer: Viewer,
    seeing: FieldClass,
    people: Iterable[Sighted],
) -> list[M]:
    """Return rows of the people on one page, `one` in both conditions: every list asks this, and in SQL of ours.

    Building the question by the ORM costs more than the answer.
    """
    return asking.records(model, *_of_people(model, "one.*", having, order, viewer, seeing, people))


def columns_of(
    model: type[Model],
    columns: Sequence[str],
    having: str,
    order: str,
    viewer: Viewer,
    seeing: FieldClass,
    people: Iterable[Sighted],
) -> list[tuple[Any, ...]]:
    """Return no more than these columns of the same rows."""
    wanted = ", ".join(f"one.{name}" for name in columns)
    return asking.rows(*_of_people(model, wanted, having, order, viewer, seeing, people))


def _of_people(
    model: type[Model],
    wanted: str,
    having: str,
    order: str,
    viewer: Viewer,
    seeing: FieldClass,
    people: Iterable[Sighted],
) -> tuple[str, list[Any]]:
    shown = [person.pk for person in people]
    seen, params = of_visible(viewer, seeing, "one.person_id")
    return (
        f"SELECT {wanted} FROM {model._meta.db_table} one WHERE one.person_id IN ({asking.marks(shown)}) "
        f"AND {having} AND {seen} ORDER BY {order}",
        [*shown, *params],
    )


def visible(
    viewer: Viewer, seeing: FieldClass, person: str, sensitivity: str, batch: str
) -> tuple[str, tuple[Any, ...]]:
    """Write that a person is in scope and has not come with a load that nobody sees yet, for questions in SQL of ours."""
    sql, params = _scope(viewer, seeing, person, sensitivity)
    return f"({sql} AND {opened(batch)})", params


def opened(batch: str) -> str:
    """Write that a person has not come with a load that nobody sees yet."""
    return f"({batch} IS NULL OR {batch} NOT IN (SELECT id FROM steady_batch WHERE opened_at IS NULL))"


def _scope(viewer: Viewer, seeing: FieldClass, person: str, sensitivity: str) -> tuple[str, tuple[Any, ...]]:
    """Write the condition: identifiers are ours, values are parameters."""
    if not viewer.scopes:
        return "(1 = 0)", ()
    ways: list[str] = []
    params: list[Any] = []
    for column, values, of in reaches(viewer, seeing):
        one = f"mine.{column} IN ({_marks(values)})"
        params += values
        if of:
            one = f"({one} AND {sensitivity} IN ({_marks(of)}))"
            params += of
        ways.append(one)
    granted = (
        f"EXISTS(SELECT 1 FROM steady_grant given WHERE given.account_id = %s AND given.person_id = {person} "
        "AND given.until_at IS NULL)"
    )
    if not ways:
        return granted, (viewer.account_id,)
    belongs = f"EXISTS(SELECT 1 FROM steady_belonging mine WHERE mine.person_id = {person} AND ({' OR '.join(ways)}))"
    return f"({belongs} OR {granted})", (*params, viewer.account_id)


def _marks(values: tuple[Any, ...]) -> str:
    return ", ".join(["%s"] * len(values))
