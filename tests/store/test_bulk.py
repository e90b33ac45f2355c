"""Many rows at once: looked up by index, in one question, alike on both databases."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from strandline.steady.people.models import Channel, Person
from strandline.store import bulk
from tests.cast import Cast


def test_rows_are_looked_up_by_many_values_at_once(cast: Cast) -> None:
    people = [cast.person(f"P{n}", reaches=(("email", f"p{n}@example.org"),)) for n in range(3)]

    found = bulk.look_up(
        connection,
        Channel,
        ("normal", "person_id"),
        having={"kind": "email"},
        column="normal",
        values=["p0@example.org", "p2@example.org", 'no"body@example.org'],
    )

    assert sorted(found) == [("p0@example.org", people[0].pk), ("p2@example.org", people[2].pk)]


def test_nothing_is_asked_for_no_values(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
        found = bulk.look_up(
            connection, Channel, ("normal",), having={"kind": "email"}, column="normal", values=[]
        )

    assert found == []


def plan(sql: str, params: list[object]) -> str:
    if connection.vendor != "sqlite":
        pytest.skip("An empty table is read whole on PostgreSQL, whatever its indexes.")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
        return "\n".join(row[-1] for row in cursor.fetchall())


def test_looking_up_goes_by_the_index(cast: Cast) -> None:
    sql = 'SELECT "normal" FROM steady_channel WHERE "kind" = %s AND "normal" IN (SELECT value FROM json_each(%s))'

    assert "channel_normal (kind=? AND normal=?)" in plan(sql, ["email", json.dumps(["a@b.org"])])


def test_a_page_of_people_walks_the_order_and_asks_each_scope_by_index(cast: Cast) -> None:
    rows = Person.objects.visible_to(cast.viewer("bela")).order_by("order_key")[:51]

    shown = plan(*rows.query.sql_with_params())  # type: ignore[arg-type]

    assert "SCAN steady_person USING INDEX person_order" in shown
    assert "SEARCH mine USING COVERING INDEX belonging_person (person_id=?)" in shown
    assert "USE TEMP B-TREE" not in shown
