"""Rows are found by the numbers of people alike, however the numbers lie."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection

from strandline.steady.conversations.actions import log_conversation
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Touch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.surge.absorption.queries import columns as rows_as_columns
from strandline.surge.absorption.queries import having, newcomers, steps_of, touches_of, tries_of
from strandline.surge.absorption.queries.columns import _FEW_RUNS
from strandline.surge.absorption.rules.record import ACTED, DECLINED, TRIED, TWO_WAY, People, Span
from tests.cast import NOW, Cast

HOUR = timedelta(hours=1)
FLAGS = {
    (TouchKind.CALL, Outcome.SPOKE): TWO_WAY | TRIED,
    (TouchKind.CALL, Outcome.NO_ANSWER): TRIED,
    (TouchKind.CALL, Outcome.DECLINED): TWO_WAY | TRIED | DECLINED,
    (TouchKind.MEETING, Outcome.ATTENDED): TWO_WAY | TRIED | ACTED,
}


def told(cast: Cast, number: int) -> list[int]:
    """Put people on record, each with one touch of every sort; return their numbers, in order."""
    people = [cast.person(f"P{n}", at=NOW - 9 * HOUR) for n in range(number)]
    for person in people:
        for hour, (kind, outcome) in enumerate(FLAGS):
            touch = NewTouch(kind, outcome, NOW - (5 - hour) * HOUR)
            log_conversation(person=person.code, touch=touch, step=None, by=cast.amina, at=NOW)
    return sorted(person.pk for person in people)


def of(numbers: list[int]) -> People:
    some = np.array(numbers, dtype=np.int64)
    return People(some, some, some, some > 0)


@pytest.mark.parametrize("step", [1, 2], ids=["in a row", "with gaps"])
def test_touches_are_those_of_the_people_asked_for(cast: Cast, step: int) -> None:
    numbers = told(cast, 5)[::step]

    found = touches_of(people=of(numbers))

    assert found.place.tolist() == [place for place in range(len(numbers)) for _ in FLAGS]
    assert found.flags.tolist() == [*FLAGS.values()] * len(numbers)
    moments = Touch.objects.filter(person__in=numbers).order_by("person", "at").values_list("at", flat=True)
    assert found.minute.tolist() == [int(at.timestamp() // 60) for at in moments]


@pytest.mark.parametrize("step", [1, 2], ids=["in a row", "with gaps"])
def test_tries_are_those_of_the_people_asked_for_after_a_minute(cast: Cast, step: int) -> None:
    numbers = told(cast, 5)[::step]
    since = int((NOW - 4 * HOUR).timestamp() // 60)

    found = tries_of(people=of(numbers), since=since)
    none = tries_of(people=of(numbers), since=since + 2 * 60)

    assert found.by.tolist() == [cast.amina.account_id] * 2 * len(numbers)
    assert sorted(found.minute.tolist()) == [since + hours * 60 for hours in (1, 2) for _ in numbers]
    assert none.by.tolist() == []


def test_touches_of_nobody_are_none(cast: Cast) -> None:
    told(cast, 1)

    assert len(touches_of(people=of([]))) == 0


@pytest.mark.parametrize("step", [1, 2], ids=["in a few runs", "in many"])
def test_rows_by_numbers_are_the_same_told_by_ends_or_one_by_one(cast: Cast, step: int) -> None:
    numbers = sorted(cast.person(f"P{n}").pk for n in range(2 * _FEW_RUNS + 4))[::step]

    found = rows_as_columns(
        Person.objects.filter(having("pk", np.array(numbers))).order_by("pk").values_list("pk")
    )

    assert found[:, 0].tolist() == numbers
    none = Person.objects.filter(having("pk", np.array([], dtype=np.int64))).values_list("pk")
    assert rows_as_columns(none).shape == (0, 1)


def test_columns_of_a_wave_are_read_from_indexes_alone(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("An empty table is read whole on PostgreSQL, whatever its indexes.")
    asked = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # as Django calls it
        asked.append((sql, params))
        return execute(sql, params, many, context)

    people = of(told(cast, 3))
    today = NOW.date().toordinal()
    with connection.execute_wrapper(note):
        newcomers(viewer=cast.bela, branches=frozenset([cast.harbour.pk]), spans=[Span(today - 9, today)])
        tries_of(people=people, since=int((NOW - 4 * HOUR).timestamp() // 60))
        steps_of(people=people)

    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if "WITH told" in sql:
                cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
                found += [
                    row[-1]
                    for row in cursor.fetchall()
                    if re.match(r"(SEARCH|SCAN) (met|one|earlier)", row[-1])
                ]
    ranged = "(person_id>? AND person_id<?)"
    assert found == [
        "SEARCH met USING COVERING INDEX source_met (met_on>? AND met_on<?)",
        "SEARCH earlier USING COVERING INDEX source_person (person_id=? AND met_on<?)",
        f"SEARCH one USING COVERING INDEX touch_person {ranged}",
        f"SEARCH one USING COVERING INDEX touch_person {ranged}",
        f"SEARCH one USING COVERING INDEX followup_person {ranged}",
    ]
