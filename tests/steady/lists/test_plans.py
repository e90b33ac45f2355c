"""The questions that every page and every sign-up asks go by index: none reads a large table from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.steady.followup import queries as followups
from strandline.steady.lists import queries
from strandline.steady.lists.rules import Filters, StepFilter
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import TieKind
from tests.cast import NOW, Cast

ON = NOW.date()
# What grows with the organisation; branches, teams and windows stay few.
LARGE = "person|channel|belonging|tie|followup|touch|source|submission|grant"


def plans(task: Callable[[], object]) -> dict[str, str]:
    """Carry out the task and return the plan of each of its questions, by the question."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        task()
    found = {}
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
            found[sql] = "\n".join(row[-1] for row in cursor.fetchall())
    return found


def scanned(found: dict[str, str]) -> list[str]:
    """Return what is read from end to end, by no index."""
    tables = re.compile(rf"^SCAN (?:steady_(?:{LARGE})|mine|given|seen|one|[tf])(?! USING)$", re.MULTILINE)
    return [plan for plan in found.values() if tables.search(plan)]


@pytest.fixture(autouse=True)
def _on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("An empty table is read whole on PostgreSQL, whatever its indexes.")


@pytest.fixture
def viewer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Someone with a scope that counts as large: the way of a page of many thousands."""
    for number in range(3):
        cast.person(f"Person {number}", reaches=(("phone", f"+44 7700 90012{number}"),))
    monkeypatch.setattr(queries, "SMALL_SCOPE", -1)
    monkeypatch.setattr(queries, "SMALL_COUNT", -1)
    monkeypatch.setattr(queries, "_is_large", lambda *_: True)
    return cast.viewer("bela")


def test_a_page_of_people_walks_the_names(viewer: Viewer) -> None:
    found = plans(lambda: queries.listed(viewer=viewer, filters=Filters(), on=ON, after="a"))

    page = next(plan for sql, plan in found.items() if "order_key" in sql)
    assert "SEARCH steady_person USING INDEX person_order (order_key>?)" in page
    assert "SEARCH mine USING COVERING INDEX belonging_person (person_id=?)" in page
    assert "TEMP B-TREE" not in page
    assert scanned(found) == []


def test_a_filtered_page_asks_ties_by_an_index_that_holds_all(viewer: Viewer) -> None:
    filters = Filters(kind=TieKind.SUPPORTER, quiet_days=30, step=StepFilter.WEEK)

    found = plans(lambda: queries.listed(viewer=viewer, filters=filters, on=ON))

    page = next(plan for sql, plan in found.items() if "order_key" in sql)
    assert "SEARCH U0 USING" in page
    assert "(person_id=? AND kind=?)" in page
    assert "TEMP B-TREE" not in page
    assert scanned(found) == []


def test_a_small_scope_is_gathered_by_index(cast: Cast) -> None:
    cast.person("Rosa Lindqvist")

    found = plans(lambda: queries.count(viewer=cast.viewer("amina"), filters=Filters(), on=ON))

    counted = next(plan for sql, plan in found.items() if "steady_person" in sql)
    assert "SEARCH steady_belonging USING COVERING INDEX belonging_owner (owner_id=?)" in counted
    assert "SEARCH steady_belonging USING COVERING INDEX belonging_team (team_id=?)" in counted
    assert scanned(found) == []


def test_what_a_row_shows_goes_by_index(viewer: Viewer) -> None:
    people = queries.listed(viewer=viewer, filters=Filters(), on=ON).people

    found = plans(
        lambda: (
            ties.standings(viewer=viewer, people=people, on=ON),
            followups.next_steps_of(viewer=viewer, people=people),
            followups.phones_of(viewer=viewer, people=people),
        )
    )

    of_ties = next(plan for sql, plan in found.items() if "FROM steady_tie t" in sql)
    of_steps = next(plan for sql, plan in found.items() if "FROM steady_followup one" in sql)
    assert "SEARCH t USING COVERING INDEX tie_person (person_id=?)" in of_ties
    assert "SEARCH one USING INDEX followup_person (person_id=? AND closed_at=?)" in of_steps
    assert scanned(found) == []


@pytest.mark.parametrize("typed", ["rosa lind", "li", "0123", "rosa@example", "lidnqvist"])
def test_find_goes_by_index(viewer: Viewer, typed: str) -> None:
    assert scanned(plans(lambda: queries.find(viewer=viewer, text=typed))) == []


def test_the_check_sees_what_it_is_for(viewer: Viewer) -> None:
    def whole() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT full_name FROM steady_person WHERE full_name LIKE '%a%'")

    assert len(scanned(plans(whole))) == 1


@pytest.mark.parametrize("name", ["amina", "lea", "bela", "stella", "dede"])
def test_names_of_colleagues_are_those_of_the_colleagues(cast: Cast, name: str) -> None:
    viewer, at = cast.viewer(name), datetime.now(UTC)

    names = branches.colleague_names(viewer=viewer, at=at).names

    assert list(names) == [(a.code, a.name) for a in branches.colleagues(viewer=viewer, at=at)]


def test_the_first_colleagues_are_met_in_the_order_of_their_names(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branches, "MANY_BRANCHES", 1)

    found = plans(lambda: branches.colleague_names(viewer=viewer, at=NOW))

    first = next(plan for sql, plan in found.items() if "EXISTS" in sql)
    assert "SCAN organisation_account USING INDEX account_name" in first
    assert "TEMP B-TREE" not in first
