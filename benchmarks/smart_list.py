"""A filtered list: supporters whom nobody has spoken with for 30 days, page and count, beside SQL written by hand."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure the question for the page and the one for the capped count, for whoever leads one branch."""
    from django.db import connection

    from benchmarks.find import in_database
    from strandline.steady.lists import queries
    from strandline.steady.lists.rules import Filters
    from strandline.steady.ties.rules import TieKind

    viewer, now = world.viewer("lead"), datetime.now(UTC)
    filters = Filters(kind=TieKind.SUPPORTER, quiet_days=30)
    (branch,) = viewer.scopes[0].branches
    since = now - timedelta(days=30)
    before = since if connection.vendor == "postgresql" else since.replace(tzinfo=None).isoformat(" ")

    def by_hand() -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.* FROM steady_person p WHERE EXISTS (SELECT 1 FROM steady_belonging b WHERE "
                "b.person_id = p.id AND b.branch_id = %s) AND EXISTS (SELECT 1 FROM steady_tie t WHERE "
                "t.person_id = p.id AND t.kind = 'supporter' AND t.ended_at IS NULL AND t.last_two_way_at < %s) "
                "ORDER BY p.order_key LIMIT 51",
                [branch, before],
            )
            return cursor.fetchall()

    def page() -> object:
        return queries.listed(viewer=viewer, filters=filters, on=now.date())

    def count() -> object:
        return queries.count(viewer=viewer, filters=filters, on=now.date())

    asked, counted, hand = take_turns(in_database(page), in_database(count), by_hand, rounds=options.rounds)
    told = {"database": world.database, "people": world.people, "baseline": "SQL by hand", "theirs": hand}
    return [
        figure("smart list, page", ours=asked, goal="<= 25 ms", reached=lambda mine, _: mine <= 25, **told),  # type: ignore[arg-type]
        figure(
            "smart list, count", ours=counted, goal="<= 25 ms", reached=lambda mine, _: mine <= 25, **told
        ),  # type: ignore[arg-type]
    ]
