"""Many rows at once: looked up by index, in one question, alike on both databases."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditKey, AuditSubject
from strandline.steady.people import actions as people
from strandline.steady.people.models import Batch, Channel, Person
from strandline.store import asking, bulk, search
from tests.cast import NOW, Cast


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
    asked: list[tuple[str, list[object]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        bulk.look_up(
            connection,
            Channel,
            ("normal", "person_id"),
            having={"kind": "email"},
            column="normal",
            values=["a@b.org"],
        )

    # An index that holds all columns asked for is no reason to read the whole of it.
    assert "SEARCH there USING INDEX channel_normal (kind=? AND normal=?)" in plan(*asked[0])


def test_a_page_of_people_walks_the_order_and_asks_each_scope_by_index(cast: Cast) -> None:
    rows = Person.objects.visible_to(cast.viewer("bela")).order_by("order_key")[:51]

    shown = plan(*rows.query.sql_with_params())  # type: ignore[arg-type]

    assert "SCAN steady_person USING INDEX person_order" in shown
    assert "SEARCH mine USING COVERING INDEX belonging_person (person_id=?)" in shown
    assert "USE TEMP B-TREE" not in shown


@pytest.mark.parametrize("count", [0, 1, 2, 127, 128, 129, 300])
def test_however_many_rows_are_inserted_whole_and_in_order(cast: Cast, count: int) -> None:
    before = AuditSubject.objects.count()

    bulk.insert(
        connection, AuditSubject, ("entry_seq", "subject"), ((10_000 + n, f"s{n}") for n in range(count))
    )

    found = AuditSubject.objects.order_by("pk").values_list("entry_seq", "subject")
    assert list(found)[before:] == [(10_000 + n, f"s{n}") for n in range(count)]


def test_a_row_that_is_there_already_is_refused_as_by_the_orm(cast: Cast) -> None:
    AuditKey.objects.create(subject="s1", key=b"k")

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(connection, AuditKey, ("subject", "key"), [("s2", b"k"), ("s1", b"k")])

    assert not AuditKey.objects.filter(subject="s2").exists()


@pytest.mark.parametrize(
    "rows",
    [
        [(1, ""), (2, ""), (3, "")],
        [(7, "a"), (7, "50 %s"), (7, "a")],
        [(7, "")] * 3,
        [(1, "1"), (2, "2"), (3, "1")],
    ],
)
def test_what_rows_have_alike_is_said_once_and_kept_in_each(cast: Cast, rows: list[tuple[int, str]]) -> None:
    given = [(10_000 + n, subject) for n, subject in rows]

    with CaptureQueriesContext(connection) as asked:
        bulk.insert(connection, AuditSubject, ("entry_seq", "subject"), given)

    found = (
        AuditSubject.objects.filter(entry_seq__gte=10_000).order_by("pk").values_list("entry_seq", "subject")
    )
    assert list(found) == given
    if connection.vendor != "postgresql":
        assert len(asked) == 1


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ((None, None), "NULL"), (("", ""), "''"), ((5, 5), "5"), ((True, True), "1"), ((False, False), "0"),
        ((-3, -3), "-3"), (("a", "a"), ""), ((None, ""), ""), ((1, 2), ""), ((1, 1.0), ""), ((1, True), ""),
        ((1.5, 1.5), ""), ((2**63, 2**63), ""),
    ],
)  # fmt: skip
def test_only_nothing_and_whole_numbers_are_said_once(column: tuple[object, ...], said: str) -> None:
    assert bulk._said_once(column) == said


def test_people_inserted_at_once_are_found_by_part_of_their_names(cast: Cast) -> None:
    columns = (
        "id", "code", "audit_id", "full_name", "given_name", "family_name", "additional_name", "prefix", "suffix",
        "also_known_as", "folded", "order_key", "languages", "sensitivity", "practical_note", "refuses",
        "is_deceased", "added_at", "version",
    )  # fmt: skip
    now = bulk.moment(connection, NOW)
    names = [f"person{n:03}x" for n in range(200)]
    rows = [
        (9000 + n, f"c{n}", f"a{n}", name, "", "", "", "", "", "", name, f"{name} {n}", "[]", "normal", "", "[]",
         False, now, 1)
        for n, name in enumerate(names)
    ]  # fmt: skip

    bulk.insert(connection, Person, columns, rows)

    assert _called("on137x") == [(9137,)]


def _called(word: str) -> list[tuple[object, ...]]:
    sql, params = search.containing(connection, table="steady_person", column="folded", words=[word])
    return asking.rows(f"SELECT id FROM steady_person WHERE {sql} ORDER BY id", params)


def test_people_loaded_into_a_batch_are_found_once_they_are_made_findable(cast: Cast) -> None:
    ids = _loaded(cast, [f"Wilhelmina Quist {n:03}" for n in range(200)])
    if connection.vendor != "postgresql":
        assert _called("quist") == []

    people.make_findable(first=ids[0], last=ids[-1])

    assert [pk for (pk,) in _called("quist")] == ids
    Person.objects.filter(pk=ids[7]).update(folded="somebody else")
    assert ids[7] not in [pk for (pk,) in _called("quist")]
    assert [pk for (pk,) in _called("body")] == [ids[7]]
    people.unload(people=ids)
    assert _called("quist") == []


def test_an_index_that_is_made_again_keeps_what_was_loaded(cast: Cast) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("There the index is the table's own, and no load can go past it.")
    ids = _loaded(cast, ["Wilhelmina Quist"])

    search.make_index(connection, table="steady_person", column="folded", loaded="batch_id")

    assert _called("quist") == [(ids[0],)]


def _loaded(cast: Cast, names: list[str]) -> list[int]:
    team = cast.tenants
    return people.load(
        arrivals=[people.Arrival(row=n, full_name=name) for n, name in enumerate(names)],
        batch=Batch.objects.create(), by=cast.viewer("amina"), at=NOW, branch=team.branch, team=team,
    )  # fmt: skip


def test_few_collections_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with bulk.with_few_collections():
        assert gc.get_threshold()[0] > before[0] > 0
    assert gc.get_threshold() == before


def test_columns_go_in_as_rows_do_with_what_all_have_alike_said_once(cast: Cast) -> None:
    numbers = range(1, 2 * bulk.AT_ONCE + 4)

    bulk.insert_columns(connection, AuditSubject, {"entry_seq": numbers}, alike={"subject": "one's own"})

    kept = AuditSubject.objects.filter(subject="one's own").order_by("pk").values_list("entry_seq", flat=True)
    assert list(kept) == list(numbers)


def indexes() -> set[tuple[str, str]]:
    if connection.vendor != "sqlite":
        pytest.skip("On PostgreSQL the indexes stay while a table is filled.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return set(cursor.fetchall())


def test_indexes_are_left_out_while_a_table_is_filled_and_whole_afterwards(cast: Cast) -> None:
    before = indexes()

    with bulk.with_indexes_last(connection, [AuditSubject]):
        meanwhile = indexes()
        AuditSubject.objects.create(entry_seq=7, subject="filled")

    assert {name for name, _ in before - meanwhile} == {"audit_subject"}
    assert indexes() == before
    asked = "SELECT entry_seq FROM organisation_auditsubject WHERE subject = %s"
    assert "USING COVERING INDEX audit_subject" in plan(asked, ["filled"])


def test_indexes_are_whole_after_a_load_that_broke_off(cast: Cast) -> None:
    before = indexes()

    with pytest.raises(KeyError), bulk.with_indexes_last(connection, [AuditSubject]):
        raise KeyError

    assert indexes() == before
