from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from strandline.lib.text import fold, is_close
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person, PersonQuerySet, PersonTag
from strandline.steady.people.sight import counted, gathered, has_more, reaches, visible
from strandline.steady.ties import queries as tie_queries
from strandline.steady.ties.models import Tie
from strandline.store import asking, search
from strandline.store.lately import Lately
from strandline.store.records import Absent, FieldClass

from .models import SavedList
from .rules import Filters, Holder, StepFilter

PAGE = 50
# How many lists stand beside the people.
MOST_KEPT = 200
TABLE = Person._meta.db_table
# Up to this many belongings in scope it is quicker to gather the people and sort them than to walk all in order.
SMALL_SCOPE = 4000
# A count has nothing to sort: it is quicker to gather up to so many than to walk all people.
SMALL_COUNT = 20_000
MOST_COUNTED = 10_000
# How many neighbours in spelling are weighed when nobody is found as typed.
MOST_NEIGHBOURS = 400
# A scope that was found large or small is taken as such for so many seconds: it only chooses the way a question is put.
_large, _small = Lately(seconds=60), Lately(seconds=60)
# Who was told lately that their choice holds more than is counted.
_many = Lately(seconds=60)
# The last character there is: everything that begins with a text comes before the text followed by it.
LAST = "\U0010ffff"
# Stands in a question that is written out once where the place stands from which a page goes on.
AFTER = LAST + "after" + LAST


@dataclass(frozen=True)
class PeoplePage:
    """One page of people in the order of their names, and where the next one begins."""

    people: list[Person]
    after: str = ""

    def number(self, *, is_first: bool) -> int | None:
        """Return how many there are in all when this page tells it by itself: the first one, and nobody behind it."""
        return len(self.people) if is_first and not self.after else None


def _chosen(viewer: Viewer, filters: Filters, on: date, most: int = SMALL_SCOPE) -> PersonQuerySet:
    return _fitting(_seen(viewer, most), viewer, filters, on)


def _fitting(rows: PersonQuerySet, viewer: Viewer, filters: Filters, on: date) -> PersonQuerySet:
    """Keep those whom the filters choose; who may see them is asked beside it."""
    if filters.words:
        rows = rows.filter(_named_like(fold(filters.words).split()))
    ties = Tie.objects.filter(person=OuterRef("pk"))
    about_tie = (
        ties if filters.status and filters.status in ("stepped_back", "opposed", "ended") else ties.unended()
    )
    asks_tie = False
    if filters.kind:
        about_tie, asks_tie = about_tie.filter(kind=filters.kind.value), True
    if filters.status:
        about_tie, asks_tie = about_tie.filter(status=filters.status.value), True
    if filters.holder:
        asks_tie = True
        if filters.holder == Holder.ME:
            about_tie = about_tie.filter(owner_id=viewer.account_id)
        elif filters.holder == Holder.NOBODY:
            about_tie = about_tie.filter(owner=None)
        else:
            about_tie = about_tie.filter(owner__code=filters.holder)
    if filters.quiet_days:
        before = tie_queries.end_of(on - timedelta(days=filters.quiet_days))
        about_tie, asks_tie = about_tie.filter(Q(last_two_way_at=None) | Q(last_two_way_at__lt=before)), True
    if asks_tie:
        rows = rows.filter(Exists(about_tie))
    if filters.step:
        rows = rows.filter(_step(filters.step, on))
    if filters.new_days:
        rows = rows.filter(added_at__gte=tie_queries.end_of(on - timedelta(days=filters.new_days + 1)))
    if filters.tag:
        rows = rows.filter(Exists(PersonTag.objects.filter(person=OuterRef("pk"), tag__name=filters.tag)))
    return rows


def _step(step: StepFilter, on: date) -> Q:
    owed = FollowUp.objects.filter(person=OuterRef("pk")).open()
    if step is StepFilter.NONE:
        return Q(~Exists(owed)) & Q(Exists(Tie.objects.filter(person=OuterRef("pk"), ended_at=None)))
    if step is StepFilter.LATE:
        return Q(Exists(owed.filter(due_on__lt=on)))
    if step is StepFilter.TODAY:
        return Q(Exists(owed.filter(due_on=on)))
    return Q(Exists(owed.filter(due_on__gte=on, due_on__lte=on + timedelta(days=7))))


def _named_like(words: list[str]) -> RawSQL:
    sql, params = search.containing(connection, table=TABLE, column="folded", words=words)
    return RawSQL(sql, params, output_field=BooleanField())  # noqa: S611 -- what was typed is a parameter


def _seen(viewer: Viewer, most: int = SMALL_SCOPE) -> PersonQuerySet:
    """Keep whom the viewer may see; a small scope is gathered first, rather than walk a million names to find sixty."""
    return (
        Person.objects.visible_to(viewer) if _is_large(viewer, most) else Person.objects.gathered_for(viewer)
    )


def _is_large(viewer: Viewer, most: int) -> bool:
    key = (reaches(viewer, FieldClass.IDENTIFYING), most)
    if _large.has(key):
        return True
    if _small.has(key):
        return False
    is_large = has_more(viewer, FieldClass.IDENTIFYING, most)
    (_large if is_large else _small).note(key)
    return is_large


def people_page(
    *, viewer: Viewer, filters: Filters, on: date, after: str = "", size: int = PAGE
) -> PeoplePage:
    """Return a page of the people whom the filters choose, by name; `after` is the order key that it follows."""
    rows = _chosen(viewer, filters, on).with_sight(viewer)
    if after:
        rows = rows.filter(order_key__gt=after)
    found = list(rows.order_by("order_key")[: size + 1])
    return PeoplePage(found[:size], found[size - 1].order_key if len(found) > size else "")


class Listed(NamedTuple):
    """Someone as a list shows them: no more of their record is read than stands there."""

    pk: int
    code: str
    audit_id: str
    full_name: str
    order_key: str


@dataclass(frozen=True)
class ListedPage(PeoplePage):
    """A page of the list, as light as it is shown."""

    people: list[Listed]  # type: ignore[assignment]  # the same page of less


def listed(*, viewer: Viewer, filters: Filters, on: date, after: str = "", size: int = PAGE) -> ListedPage:
    """Return the same page with only what a list shows of each."""
    is_large = _is_large(viewer, SMALL_SCOPE)

    def question() -> QuerySet[Any, Any]:
        rows = _chosen(viewer, filters, on).filter(order_key__gt=AFTER)
        return rows.order_by("order_key").values_list("pk", "code", "audit_id", "full_name", "order_key")[
            : size + 1
        ]

    rights = (viewer.account_id, bool(viewer.scopes), reaches(viewer, FieldClass.IDENTIFYING))
    key = ("listed", rights, is_large, filters, on, tie_queries.zone().key, size)
    sql, params = asking.written(key, question)
    found = [
        Listed._make(row)
        for row in asking.rows(sql, [after if value == AFTER else value for value in params])
    ]
    return ListedPage(found[:size], found[size - 1].order_key if len(found) > size else "")


def people_chosen(*, viewer: Viewer, filters: Filters, on: date, most: int) -> list[Person]:
    """Return all the people whom the filters choose, up to a number, by name: for exports and bulk actions."""
    return list(_chosen(viewer, filters, on).with_sight(viewer).order_by("order_key")[:most])


def count(*, viewer: Viewer, filters: Filters, on: date, exact: bool = False) -> tuple[int, bool]:
    """Return how many the filters choose, and whether that is all of them: beyond 10,000 only on request.

    That there are more is not asked again for a minute; a number that is told is always of this moment.
    """
    key = (viewer.account_id, reaches(viewer, FieldClass.IDENTIFYING), filters, on)
    if not exact and _many.has(key):
        return MOST_COUNTED, False
    if exact or filters.words:
        rows = _chosen(viewer, filters, on, SMALL_COUNT).order_by()
        seen = rows.count() if exact else rows.values("pk")[: MOST_COUNTED + 1].count()
    else:
        seen = _counted(viewer, filters, on)
    if exact:
        return seen, True
    if seen > MOST_COUNTED:
        _many.note(key)
    return min(seen, MOST_COUNTED), seen <= MOST_COUNTED


def _counted(viewer: Viewer, filters: Filters, on: date) -> int:
    def question() -> QuerySet[Any, Any]:
        rows = _fitting(Person.objects.all(), viewer, filters, on).order_by()
        return rows.values_list("pk", "sensitivity", "batch_id")

    key = ("counted", viewer.account_id, filters, on, tie_queries.zone().key)
    people = asking.written(key, question)
    sql, params = counted(
        viewer, FieldClass.IDENTIFYING, people, most=MOST_COUNTED + 1, vendor=connection.vendor
    )
    return int(asking.rows(sql, params)[0][0])


class Found(NamedTuple):
    """Someone whom Find found: no more of their record is read than that takes."""

    pk: int
    code: str
    audit_id: str
    full_name: str
    order_key: str
    folded: str


_FOUND = "SELECT " + ", ".join(
    f"{TABLE}.{name}" for name in ("id", "code", "audit_id", "full_name", "order_key", "folded")
)


def find(*, viewer: Viewer, text: str, most: int = 8) -> list[Found]:
    """Return people by part of a name, by the end of a telephone number or by an e-mail address; within scope only.

    Names that begin as typed come first, then other words that do, then parts of words; when nobody is found as
    typed, those whose names are spelt nearly so.
    """
    folded = fold(text).strip()
    if len(folded) < 2:
        return []
    digits = "".join(c for c in folded if c.isdigit())
    letters = [c for c in folded if not (c.isdigit() or c in "+-() ./")]
    if len(digits) >= 3 and not letters:
        return _by_channel(viewer, "phone", "backwards", digits[::-1], most)
    if "@" in folded:
        return _by_channel(viewer, "email", "normal", folded, most)
    words = folded.split()[:6]
    way = _way(viewer)
    begins = f"{TABLE}.folded >= %s AND {TABLE}.folded < %s"
    order = f"ORDER BY {TABLE}.folded, {TABLE}.order_key"
    first = _found(viewer, (begins, [folded, folded + LAST]), most, order, way)
    if len(first) < most:
        # No order is asked of the database here, so that it can stop early; what it gives depends on visible rows only.
        known = {p.pk for p in first}
        others = [p for p in _with_words(viewer, words, most * 5, way) if p.pk not in known]
        first += sorted(others, key=lambda p: (not _begins(p, words), p.order_key))[: most - len(first)]
    return first or _misspelt(viewer, words, most, way)


Way = Callable[[Viewer, FieldClass, str, str, str], tuple[str, tuple[Any, ...]]]


def _way(viewer: Viewer) -> Way:
    return visible if _is_large(viewer, SMALL_SCOPE) else gathered


def _with_words(viewer: Viewer, words: list[str], most: int, way: Way) -> list[Found]:
    """Find some whose names hold these words; a small scope is looked through, a large one met through the index."""
    if way is gathered:
        like = search.containing(connection, table=TABLE, column="folded", words=words)
        return _found(viewer, like, most, "", way)
    source, like = search.walked(connection, table=TABLE, column="folded", words=words, often=_often())
    return _found(viewer, like, most, "", way, source=source)


_sampled: dict[str, int] = {}
_sampled_lately = Lately(seconds=3600)


def _often() -> dict[str, int]:
    """Return how often runs of letters stand in names, of a sample taken within the hour."""
    if not _sampled_lately.has(TABLE):
        _sampled.clear()
        _sampled.update(search.often(connection, table=TABLE, column="folded"))
        _sampled_lately.note(TABLE)
    return _sampled


def _found(
    viewer: Viewer,
    wanted: search.Condition,
    most: int,
    order: str,
    way: Way,
    seeing: FieldClass = FieldClass.IDENTIFYING,
    source: str = TABLE,
) -> list[Found]:
    sql, params = wanted
    seen, given = way(viewer, seeing, f"{TABLE}.id", f"{TABLE}.sensitivity", f"{TABLE}.batch_id")
    rows = asking.rows(
        f"{_FOUND} FROM {source} WHERE {sql} AND {seen} {order} LIMIT %s", [*params, *given, most]
    )
    return [Found(*row) for row in rows]


def _begins(person: Found, words: list[str]) -> bool:
    names = person.folded.split()
    return all(any(name.startswith(word) for name in names) for word in words)


def _misspelt(viewer: Viewer, words: list[str], most: int, way: Way) -> list[Found]:
    """Weigh the people whose names share with what was typed all the runs that one slip leaves whole."""
    near = search.spelt_nearly(connection, table=TABLE, column="folded", words=words)
    found = []
    for person in _found(viewer, near, MOST_NEIGHBOURS, "", way):
        names = person.folded.split()
        if all(any(is_close(word, name) or name.startswith(word) for name in names) for word in words):
            found.append(person)
    return sorted(found, key=lambda p: p.order_key)[:most]


def _by_channel(viewer: Viewer, kind: str, column: str, begins: str, most: int) -> list[Found]:
    having = f"kind = %s AND {column} >= %s AND {column} < %s"
    sql = f"{TABLE}.id IN (SELECT person_id FROM steady_channel WHERE {having})"
    order = f"ORDER BY {TABLE}.order_key"
    wanted = sql, [kind, begins, begins + LAST]
    return _found(viewer, wanted, most, order, visible, FieldClass.CONTACT)


class Kept(NamedTuple):
    """A list by its name, with whom it is shared, and what the viewer may do with it."""

    code: str
    name: str
    team: str
    branch: str
    is_own: bool
    may_change: bool


def saved(*, viewer: Viewer) -> list[Kept]:
    """Return the viewer's own lists and those shared with them, by name: in one question, on every page of people."""
    teams = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
    branches, led = viewer.branches(Role.BRANCH_LEAD, Role.STEWARD), viewer.branches(Role.BRANCH_LEAD)
    # The same as SavedListQuerySet.visible_to says and a test holds against it.
    sql = f"""SELECT l.code, l.name, COALESCE(t.name, ''), COALESCE(b.name, ''), l.owner_id = %s,
        l.owner_id = %s OR COALESCE(t.branch_id, l.branch_id) IN ({asking.marks(led)})
        FROM steady_savedlist l LEFT JOIN organisation_team t ON t.id = l.team_id
        LEFT JOIN organisation_branch b ON b.id = l.branch_id
        WHERE l.owner_id = %s OR l.team_id IN ({asking.marks(teams)})
        OR COALESCE(t.branch_id, l.branch_id) IN ({asking.marks(branches)})
        OR l.branch_id IN (SELECT branch_id FROM organisation_team WHERE id IN ({asking.marks(teams)}))
        ORDER BY l.name, l.id LIMIT {MOST_KEPT}"""
    me = viewer.account_id
    found = asking.rows(sql, [me, me, *led, me, *teams, *branches, *teams])
    return [
        Kept(code, name, team, branch, bool(own), bool(change))
        for code, name, team, branch, own, change in found
    ]


def saved_list(*, viewer: Viewer, code: str) -> SavedList:
    """Return a list of the viewer's own, or one shared with them. Raises Absent."""
    row = SavedList.objects.visible_to(viewer).filter(code=code).first()
    if row is None:
        raise Absent
    return row


def list_to_change(*, viewer: Viewer, code: str) -> SavedList:
    """Return a list that the viewer may change, with team and branch. Raises Absent."""
    rows = SavedList.objects.changeable_by(viewer).select_related("team", "branch")
    row = rows.filter(code=code).first()
    if row is None:
        raise Absent
    return row


def knows_tag(*, viewer: Viewer, tag: str) -> bool:
    """Tell whether the viewer sees anybody with this tag: tags are seen on people, never by themselves."""
    return _seen(viewer).filter(person_tags__tag__name=tag).exists()
