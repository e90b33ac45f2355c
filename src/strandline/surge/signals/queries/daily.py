"""What the record gives by the day: sign-ups by form, what people did and answered by branch, themes that were heard.

The database counts by the quarter of an hour, in which no zone begins a day: it would ask a function of ours for the day
of every row. Whoever needs a few branches reads those alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from strandline.steady.intake.models import Submission
from strandline.steady.intake.rules import Reason, State
from strandline.steady.ties import queries as ties
from strandline.store import asking
from strandline.store.fields import Epoch

# What a form keeps aside is a crowd, perhaps a surge; these are machines, repeats and what nobody could read.
NO_SIGNUP = (Reason.TRAP.value, Reason.REPEATED.value, Reason.UNREADABLE.value, Reason.ORIGIN.value)
QUARTER = 900  # seconds; every zone is set off by whole quarters of an hour
Places = Collection[int] | None
"""Branches; None for all of them."""


def between(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments at which these days begin and end here."""
    return ties.end_of(first - timedelta(days=1)), ties.end_of(last)


def signups() -> QuerySet[Submission]:
    """Keep what was sent in by people, whoever they turn out to be."""
    set_aside = Q(state=State.QUARANTINED.value) & (
        Q(reason__in=NO_SIGNUP) | Q(settled_at__isnull=False, person=None)
    )
    return Submission.objects.exclude(state=State.TAKEN_BACK.value).exclude(set_aside)


def signups_by_day(
    first: date, last: date, *, branches: Places = None
) -> list[tuple[int, int, int | None, date, int]]:
    """Return sign-ups by branch, form, section and day."""
    since, until = between(first, last)
    rows = signups().filter(at__gte=since, at__lt=until)
    if branches is not None:
        rows = rows.filter(form__branch__in=sorted(branches))
    columns = rows.annotate(quarter=Epoch("at") / QUARTER).values_list(
        "form__branch", "form", "form__constituency", "quarter"
    )
    counted = ((one[:3], one[3], one[4]) for one in columns.annotate(number=Count("pk")).order_by())
    return [(*key, day, number) for key, day, number in _by_day(counted, first, last)]


def touches_by_day(
    first: date, last: date, *, outcomes: Collection[str], branches: Places = None
) -> list[tuple[int, str, date, int]]:
    """Return what people did and how it was logged, by the branches in which they had a tie by then."""
    held, params = _held(branches)
    # CROSS says in which order SQLite joins: along the days by their index, never by everybody with a tie.
    sql = (
        f"{held} SELECT held.branch_id, one.outcome, {_quarter('one.at')}, count(*) "  # noqa: S608 -- names are ours
        "FROM steady_touch one CROSS JOIN held WHERE held.person_id = one.person_id "
        "AND held.began_at <= one.logged_at AND one.is_two_way "
        f"AND one.outcome IN ({asking.marks(list(outcomes))}) AND one.at >= %s AND one.at < %s GROUP BY 1, 2, 3"
    )
    rows = asking.rows(sql, [*params, *outcomes, *between(first, last)])
    return [(*key, day, number) for key, day, number in _by_day(_keyed(rows), first, last)]


def themes_by_day(
    first: date, last: date, *, themes: Collection[int] | None = None, branches: Places = None
) -> list[tuple[int, int, date, int]]:
    """Return the touches in which a theme that still stands was heard, by branch and theme."""
    held, params = _held(branches)
    wanted = "" if themes is None else f"AND heard.theme_id IN ({asking.marks(list(themes))}) "
    sql = (
        f"{held} SELECT held.branch_id, heard.theme_id, {_quarter('heard.at')}, count(*) "  # noqa: S608 -- names are ours
        "FROM steady_theme theme CROSS JOIN steady_themeheard heard CROSS JOIN held CROSS JOIN steady_touch one "
        "WHERE theme.ended_at IS NULL AND heard.theme_id = theme.id AND held.person_id = heard.person_id "
        f"AND one.id = heard.touch_id AND held.began_at <= one.logged_at {wanted}"
        "AND heard.at >= %s AND heard.at < %s GROUP BY 1, 2, 3"
    )
    rows = asking.rows(sql, [*params, *(themes or ()), *between(first, last)])
    return [(*key, day, number) for key, day, number in _by_day(_keyed(rows), first, last)]


def _held(branches: Places) -> tuple[str, list[Any]]:
    """Write since when each person has had a tie in each of these branches: once for both ties of one person."""
    places = "" if branches is None else f"branch_id IN ({asking.marks(list(branches))}) AND "
    sql = (
        "WITH held(person_id, branch_id, began_at) AS MATERIALIZED "  # noqa: S608 -- names are ours
        f"(SELECT person_id, branch_id, min(began_at) FROM steady_tie WHERE {places}person_id NOT IN "
        "(SELECT id FROM steady_person WHERE batch_id IN (SELECT id FROM steady_batch WHERE opened_at IS NULL)) "
        "GROUP BY person_id, branch_id)"
    )
    return sql, list(branches or ())


def _quarter(column: str) -> str:
    return f"{asking.minutes(column)} / {QUARTER // 60}"


def _keyed(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[tuple[Any, ...], int, int]]:
    return (((one, other), quarter, number) for one, other, quarter, number in rows)


def _by_day(
    counted: Iterable[tuple[tuple[Any, ...], int, int]], first: date, last: date
) -> list[tuple[tuple[Any, ...], date, int]]:
    """Add up what was counted by the quarter of an hour to the days here."""
    here = ties.zone()
    midnights = (
        datetime.combine(first + timedelta(days=n), datetime.min.time(), here)
        for n in range((last - first).days + 1)
    )
    quarters = [int(midnight.timestamp()) // QUARTER for midnight in midnights]
    found: Counter[tuple[tuple[Any, ...], int]] = Counter()
    for key, quarter, number in counted:
        found[key, bisect_right(quarters, quarter) - 1] += number
    return [(key, first + timedelta(days=n), number) for (key, n), number in found.items()]
