"""A filtered list: supporters whom nobody has spoken with for 30 days, page and count, beside SQL written by hand."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure the question for the page and the one for the capped count, for whoever leads one branch."""
    from django.db import connection

    from benchmarks.find import in_database
    from strandline.steady.lists import queries
    from strandline.steady.lists.rules import Filters
    from strandline.steady.ties.rules import TieKind
    from strandline.store.lately import Lately

    viewer, now = world.viewer("lead"), datetime.now(UTC)
    filters = Filters(kind=TieKind.SUPPORTER, quiet_days=30)
    (branch,) = viewer.scopes[0].branches
    since = now - timedelta(days=30)
    before = since if connection.vendor == "postgresql" else since.replace(tzinfo=None).isoformat(" ")

    tie = (
        "EXISTS (SELECT 1 FROM steady_tie t WHERE t.person_id = p.id AND t.kind = 'supporter' AND t.ended_at IS NULL "
        "AND t.last_two_way_at < %s)"
    )
    mine = "SELECT b.person_id FROM steady_belonging b WHERE b.branch_id = %s"

    def asked(sql: str) -> Callable[[], object]:
        def ask() -> object:
            with connection.cursor() as cursor:
                cursor.execute(sql, [branch, before])
                return cursor.fetchall()

        return ask

    # The best that was found by hand for each, without a word on who may see whom beyond the branch.
    page_by_hand = asked(
        f"SELECT p.* FROM steady_person p WHERE EXISTS ({mine} AND b.person_id = p.id) AND {tie} "
        "ORDER BY p.order_key LIMIT 51"
    )
    count_by_hand = asked(
        f"SELECT count(*) FROM (SELECT 1 FROM steady_person p WHERE p.id IN ({mine}) AND {tie} LIMIT 10001) x"
    )

    # The question itself is measured, not that its answer is kept for a minute once it was "more than 10,000".
    queries._many = Lately(seconds=0)

    def page() -> object:
        return queries.listed(viewer=viewer, filters=filters, on=now.date())

    def count() -> object:
        return queries.count(viewer=viewer, filters=filters, on=now.date())

    paged, counted, page_hand, count_hand = take_turns(
        in_database(page), in_database(count), page_by_hand, count_by_hand, rounds=options.rounds
    )
    goals = {
        "goal": "<= 25 ms, <= 1.3 x by hand",
        "reached": lambda ours, ratio: ours <= 25 and ratio >= 1 / 1.3,
    }
    told: dict[str, Any] = {
        "database": world.database,
        "people": world.people,
        "baseline": "SQL by hand",
        **goals,
    }
    return [
        figure("smart list, page", ours=paged, theirs=page_hand, **told),
        figure("smart list, count", ours=counted, theirs=count_hand, **told),
    ]
