"""The list of people: first page and the page at row 500,000 (or half way), beside the admin and beside OFFSET."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World, client_of


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure both pages of whoever sees everyone."""
    from django.db import connection

    from benchmarks.pages import admin_fetching, fetching
    from strandline.steady.lists import queries
    from strandline.steady.lists.rules import Filters
    from strandline.steady.people.models import Person
    from strandline.store import cursors

    ours, theirs, least, filtered = (client_of("centre") for _ in range(4))
    place = min(500_000, world.people // 2)
    mark = Person.objects.order_by("order_key").values_list("order_key", flat=True)[place]
    deep_address = "/people/?after=" + cursors.seal((mark,), asked=("people",))
    first, deep, admin, with_filters, name_only = take_turns(
        fetching(ours, "/people/"),
        fetching(ours, deep_address),
        admin_fetching(theirs, "/admin/steady/person/"),
        admin_fetching(filtered, "/filtered/steady/person/"),
        admin_fetching(least, "/least/steady/person/"),
        rounds=options.rounds,
    )
    viewer, on = world.viewer("centre"), datetime.now(UTC).date()

    def page(after: str) -> Callable[[], object]:
        return lambda: queries.listed(viewer=viewer, filters=Filters(), on=on, after=after)

    def offset() -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, code, full_name FROM steady_person ORDER BY order_key LIMIT 50 OFFSET {place}"
            )
            return cursor.fetchall()

    asked, asked_deep, skipped = take_turns(page(""), page(mark), offset, rounds=options.rounds)
    told = {"database": world.database, "people": world.people}
    return [
        figure(
            "people page", ours=first, baseline="admin list, same columns", theirs=admin,
            goal=">= 15 x admin", reached=lambda _, ratio: ratio >= 15, **told,
        ),
        figure(
            "people page", ours=first, baseline="admin list, same columns and filters of ties",
            theirs=with_filters, **told,
        ),
        figure("people page", ours=first, baseline="admin list, the name only", theirs=name_only, **told),
        figure(
            f"people page at row {place:,}", ours=deep, baseline="our first page", theirs=first,
            goal="deep / first <= 1.5", reached=lambda _, ratio: ratio >= 1 / 1.5, **told,
        ),
        figure(
            f"question for the page at row {place:,}", ours=asked_deep, baseline="the question for the first page",
            theirs=asked, goal="deep / first <= 1.5", reached=lambda _, ratio: ratio >= 1 / 1.5, **told,
        ),
        figure(
            f"question for the page at row {place:,}", ours=asked_deep, baseline="OFFSET", theirs=skipped, **told
        ),
    ]  # fmt: skip
