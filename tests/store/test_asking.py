"""Questions that are written out once: their answers are those of the ORM, and of this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from strandline.organisation.accounts.models import Account
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person, Source
from strandline.steady.ties.models import Tie
from strandline.store import asking
from strandline.web.accounts.sessions import SessionStore
from tests.cast import Cast


def never() -> NoReturn:
    raise AssertionError("It was to be written out once.")


@pytest.fixture(autouse=True)
def _nothing_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_questions", {})
    monkeypatch.setattr(asking, "_written", {})


def values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    return [cast.person(name) for name in ("Rosa Lindqvist", "Tomasz Wren", "Zoë Okafor")]


@pytest.mark.parametrize(
    "question",
    [
        lambda: Person.objects.order_by("order_key"),
        lambda: Tie.objects.select_related("person", "owner", "second").order_by("pk"),
        lambda: Person.objects.defer("practical_note", "languages").order_by("-pk"),
    ],
)
def test_found_records_are_those_of_the_orm(three: list[Person], question: Callable[[], Any]) -> None:
    expected = list(question())

    first, again = asking.found("q", question), asking.found("q", never)

    assert len(expected) == 3
    assert [values(row) for row in first] == [values(row) for row in expected]
    assert [values(row) for row in again] == [values(row) for row in expected]


def test_found_records_bring_related_ones_and_columns_without_a_further_question(
    three: list[Person], cast: Cast, django_assert_num_queries: Any
) -> None:
    viewer = cast.viewer("amina")
    asking.found("q", lambda: Person.objects.with_sight(viewer).order_by("pk"))
    asking.found("t", lambda: Tie.objects.select_related("person", "owner").order_by("pk"))

    with django_assert_num_queries(2):
        people = asking.found("q", never)
        ties = asking.found("t", never)
        told = [(tie.person.full_name, tie.owner.name, tie.second_id) for tie in ties]

    assert [person.sees_contact for person in people] == [True] * 3
    assert told == [(person.full_name, "Amina", None) for person in three]


def test_each_asking_has_a_row_and_a_moment_of_its_own(three: list[Person]) -> None:
    def question() -> Any:
        return Person.objects.filter(pk=asking.SOME_ROW, added_at__gt=asking.SOME_MOMENT)

    before = three[0].added_at - timedelta(seconds=1)
    found = [asking.found("q", question, row=person.pk, at=before) for person in three]
    later = asking.found("q", never, row=three[0].pk, at=three[0].added_at)

    assert found == [[person] for person in three]
    assert later == []


def test_each_asking_has_a_text_of_its_own(three: list[Person]) -> None:
    def question() -> Any:
        return Person.objects.filter(code=asking.SOME_TEXT)

    found = [asking.found("q", question, text=person.code) for person in three]

    assert found == [[person] for person in three]
    assert asking.found("q", never, text="nobody's") == []


def test_a_day_is_told_as_it_is_and_as_its_number(three: list[Person]) -> None:
    met = Source.objects.get(person=three[0])

    number, day, nothing = asking.rows(
        f"SELECT {asking.day_number('met_on')}, (SELECT max(met_on) FROM steady_source), "
        "(SELECT max(met_on) FROM steady_source WHERE id < 0) FROM steady_source WHERE id = %s",
        [met.pk],
    )[0]

    assert number == met.met_on.toordinal()
    assert (asking.day(day), asking.day(nothing)) == (met.met_on, None)


def test_an_answer_is_never_kept(three: list[Person]) -> None:
    asking.found("q", lambda: Person.objects.order_by("pk"))
    Person.objects.filter(pk=three[0].pk).update(full_name="Rosa Berg")

    assert asking.found("q", never)[0].full_name == "Rosa Berg"


def test_what_nobody_can_be_need_not_be_asked(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert asking.found("q", lambda: Person.objects.filter(pk__in=())) == []
        assert asking.number("n", lambda: Person.objects.filter(pk__in=()).values_list("pk")) == 0


def test_a_number_is_that_of_the_rows(three: list[Person]) -> None:
    question = FollowUp.objects.filter(person=three[0]).order_by().values_list("pk")

    assert asking.number("n", lambda: question) == question.count() == asking.number("n", never)


def test_words_that_are_kept_are_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WRITTEN", 3)

    for n in range(10):
        asking.found(n, lambda: Person.objects.all())

    assert len(asking._questions) <= 3


def test_records_are_read_whatever_the_order_of_the_columns(three: list[Person]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in reversed(Person._meta.concrete_fields))

    found = asking.records(Person, f"SELECT {columns} FROM steady_person WHERE id > %s ORDER BY id", [0])

    assert [values(row) for row in found] == [values(row) for row in Person.objects.order_by("pk")]


def test_an_account_asked_for_by_its_id_is_the_same(cast: Cast) -> None:
    amina = cast.accounts["amina"]

    assert values(Account.objects.get(pk=amina.pk)) == values(Account.objects.filter(pk=amina.pk).get())
    with pytest.raises(Account.DoesNotExist):
        Account.objects.get(pk=10**6)


@pytest.mark.django_db
def test_a_session_holds_what_was_put_into_it_until_it_ends() -> None:
    mine = SessionStore()
    mine["place"] = "here"
    mine.save()

    again, key = SessionStore(mine.session_key), mine.session_key
    assert again["place"] == "here"

    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    late = SessionStore(key)
    assert (late.get("place"), late.session_key) == (None, None)

    Session.objects.all().delete()
    ended = SessionStore(key)
    assert (ended.get("place"), ended.session_key) == (None, None)


ROWS = "SELECT full_name, added_at FROM steady_person WHERE added_at <= %s ORDER BY id"


def test_an_answer_is_the_same_whether_somebody_watches_or_not(three: list[Person]) -> None:
    at = three[-1].added_at
    plain = asking.rows(ROWS, [at]), asking.records(Person, "SELECT * FROM steady_person ORDER BY id", ())

    with CaptureQueriesContext(connection) as watched:
        seen = asking.rows(ROWS, [at]), asking.records(Person, "SELECT * FROM steady_person ORDER BY id", ())

    assert len(watched) == 2
    assert seen[0] == plain[0]
    assert [values(one) for one in seen[1]] == [values(one) for one in plain[1]] == [values(p) for p in three]


def test_a_question_that_cannot_be_asked_fails_as_any_of_the_orm(three: list[Person]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        asking.rows("SELECT nothing_of_the_kind FROM steady_person", ())
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            asking.rows(ROWS, [three[-1].added_at])


def test_a_connection_is_opened_or_seen_to_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    looked: list[int] = []
    here = connections[DEFAULT_DB_ALIAS]
    monkeypatch.setattr(here, "ensure_connection", lambda: looked.append(1))

    for enabled, done in ((False, False), (True, True), (True, False)):
        monkeypatch.setattr(here, "health_check_enabled", enabled)
        monkeypatch.setattr(here, "health_check_done", done)
        asking.rows("SELECT 1", ())

    assert looked == [1]


def test_on_postgresql_what_is_asked_often_is_planned_once(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps what it prepared by itself.")

    people = [cast.person(name) for name in ("Rosa Lindqvist", "Tomasz Wren")]
    sql = "SELECT full_name FROM steady_person WHERE id = %s AND 'once' <> %s"

    told = [asking.rows(sql, [people[n % 2].pk, "often"])[0][0] for n in range(8)]

    assert told == ["Rosa Lindqvist", "Tomasz Wren"] * 4
    kept = asking.rows("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%'once'%"])
    assert kept == [(1,)]
