"""What the record gives by the day, counted for some branches as for all, and by an index that holds it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch
from strandline.steady.listening.models import Theme, ThemeHeard
from strandline.steady.people.models import Batch, Person
from strandline.steady.ties.models import Tie, Touch
from strandline.surge.signals import queries
from strandline.surge.signals.queries.daily import themes_by_day, touches_by_day
from strandline.surge.signals.rules.watched import Source
from tests.cast import NOW, Cast

from .watched import TODAY

FIRST, LAST = TODAY - timedelta(days=40), TODAY
OUTCOMES = ("answered", "attended")


def touched(
    person: Person, at: datetime, outcome: str = "answered", *, logged: timedelta = timedelta()
) -> Touch:
    return Touch.objects.create(
        person=person, kind="call", outcome=outcome, is_two_way=True, at=at, logged_at=at + logged
    )


def tied_again(person: Person, branch: Branch, *, since: datetime) -> None:
    """A further tie of the same person, of another kind and in another branch than the first."""
    first = Tie.objects.filter(person=person).get()
    Tie.objects.create(
        person=person, kind="ally", branch=branch, stage=first.stage, began_at=since, status=first.status
    )


def by_hand(outcomes: tuple[str, ...]) -> Counter[tuple[int, str, date]]:
    """Count the same touch by touch: once for each branch in which the person had a tie by then."""
    counted: Counter[tuple[int, str, date]] = Counter()
    for touch in Touch.objects.filter(outcome__in=outcomes, is_two_way=True).select_related("person__batch"):
        if touch.person.batch is not None and touch.person.batch.opened_at is None:
            continue
        ties = Tie.objects.filter(person=touch.person, began_at__lte=touch.logged_at)
        for branch in set(ties.values_list("branch", flat=True)):
            counted[branch, touch.outcome, touch.at.astimezone(UTC).date()] += 1
    return counted


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """People of two branches, one in both, one who came later than the talk, one of a list that is not open yet."""
    long_ago = NOW - timedelta(days=200)
    one, two = cast.person("Zita Amber", at=long_ago), cast.person("Otto Birch", at=long_ago)
    tied_again(one, cast.hill, since=long_ago)
    tied_again(two, cast.harbour, since=NOW - timedelta(days=5))
    late, listed = cast.person("Pia Clay", at=NOW - timedelta(days=2)), cast.person("Quin Dale", at=long_ago)
    batch = Batch.objects.create(opened_at=None)
    Person.objects.filter(pk=listed.pk).update(batch=batch)
    for days in (1, 1, 3, 12):
        for person in (one, two, late, listed):
            touched(person, NOW - timedelta(days=days))
    touched(late, NOW - timedelta(days=3), logged=timedelta(days=2))
    touched(one, NOW - timedelta(days=9), "attended")
    touched(one, NOW - timedelta(days=9), "declined")
    return cast


def test_touches_are_counted_once_in_each_branch_of_a_tie_by_then(lived: Cast) -> None:
    found = touches_by_day(FIRST, LAST, outcomes=OUTCOMES)

    assert {tuple(row[:3]): row[3] for row in found} == by_hand(OUTCOMES)
    assert {row[0] for row in found} == {lived.harbour.pk, lived.hill.pk}


def test_touches_of_some_branches_are_those_of_all(lived: Cast) -> None:
    found = touches_by_day(FIRST, LAST, outcomes=OUTCOMES, branches=[lived.hill.pk])

    everywhere = touches_by_day(FIRST, LAST, outcomes=OUTCOMES)
    assert found
    assert sorted(found) == sorted(row for row in everywhere if row[0] == lived.hill.pk)
    assert touches_by_day(FIRST, LAST, outcomes=OUTCOMES, branches=[]) == []


def test_themes_that_still_stand_are_counted_alone_as_among_all(lived: Cast) -> None:
    heating, rent, gone = (
        Theme.objects.create(name=name, ended_at=ended)
        for name, ended in (("Heating", None), ("Rent", None), ("Lifts", NOW))
    )
    for touch in Touch.objects.all():
        for theme in (heating, rent, gone)[touch.pk % 2 :]:
            ThemeHeard.objects.create(touch=touch, theme=theme, person=touch.person, at=touch.at)

    whole, alone = themes_by_day(FIRST, LAST), themes_by_day(FIRST, LAST, themes=[rent.pk])

    assert {row[1] for row in whole} == {heating.pk, rent.pk}
    assert alone
    assert sorted(alone) == sorted(row for row in whole if row[1] == rent.pk)


def test_series_of_one_branch_is_counted_as_among_all(lived: Cast) -> None:
    everything = queries.count_record(FIRST, LAST)
    place = lived.harbour.pk

    alone = queries.count_record(FIRST, LAST, sources={Source.REPLIES}, branches={place})

    assert alone[Source.REPLIES.value, place, 0] == everything[Source.REPLIES.value, place, 0]
    assert sum(alone[Source.REPLIES.value, place, 0].values()) > 0


@pytest.mark.parametrize("number", [1, 3])
def test_counting_asks_the_same_however_many_days_and_people(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        person = cast.person(f"Person {n}", at=NOW - timedelta(days=200))
        touched(person, NOW - timedelta(days=n))

    with branches.one_request(), django_assert_num_queries(2):
        found = touches_by_day(TODAY - timedelta(days=10 * number), LAST, outcomes=OUTCOMES)

    assert sum(row[3] for row in found) == number


def test_touches_are_counted_from_the_index_alone(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("An empty table is read whole on PostgreSQL, whatever its indexes.")
    asked = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # as Django calls it
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        touches_by_day(FIRST, LAST, outcomes=OUTCOMES)

    with connection.cursor() as cursor:
        sql, params = next(each for each in asked if "steady_touch" in each[0])
        cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
        plan = "\n".join(row[-1] for row in cursor.fetchall())
    assert "SEARCH one USING COVERING INDEX touch_two_way (at>? AND at<?)" in plan
