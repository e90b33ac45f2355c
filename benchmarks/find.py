"""Find by part of a name: rare, common, misspelt and nobody, in the database and as an answer, beside LIKE '%...%'."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World, client_of

# Goals for what the database takes; ours is asked with the scope in every question.
LIMITS = {"rare": 2.0, "common": 20.0}


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure each kind of search for whoever sees everyone, and one answer over HTTP."""
    from django.db import connection

    from benchmarks.pages import fetching
    from strandline.steady.lists import queries

    viewer = world.viewer("centre")
    made = []
    for kind, typed in searches().items():

        def ours(typed: str = typed) -> object:
            return queries.find(viewer=viewer, text=typed)

        def like(typed: str = typed) -> object:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, full_name FROM steady_person WHERE folded LIKE %s ORDER BY order_key LIMIT 8",
                    [f"%{typed}%"],
                )
                return cursor.fetchall()

        whole, inside, theirs = take_turns(ours, in_database(ours), like, rounds=options.rounds)
        limit = LIMITS.get(kind)
        made.append(
            figure(
                f"find, {kind}, in the database", database=world.database, people=world.people, ours=inside,
                baseline="LIKE", theirs=theirs, goal=f"<= {limit:g} ms" if limit else "",
                reached=(lambda mine, _, limit=limit: mine <= limit) if limit else None,  # type: ignore[misc]
                notes=[f"found {len(ours())}; {sorted(whole)[len(whole) // 2]:.2f} ms with the ORM around it"],
            )
        )  # fmt: skip
    answer, name = take_turns(
        fetching(client_of("centre"), "/find/?q=" + searches()["rare"]),
        fetching(client_of("centre"), "/find/?q=" + searches()["common"]),
        rounds=options.rounds,
    )
    made.append(
        figure(
            "find, rare, answered", database=world.database, people=world.people, ours=answer,
            baseline="find, common, answered", theirs=name,
        )
    )  # fmt: skip
    return made


def searches() -> dict[str, str]:
    """Choose what is typed from the names that there are: by how many bear them."""
    from django.db.models import Count

    from strandline.steady.people.models import Person

    families = list(
        Person.objects.values_list("family_name").annotate(n=Count("pk")).order_by("-n", "family_name")
    )
    from strandline.lib.text import fold

    common = fold(families[0][0])
    rare = fold(families[-1][0])
    middle = fold(next(name for name, count in families if count <= 40 and len(name) >= 7))
    return {
        "rare": rare,
        "common": common,
        "misspelt": middle[:3] + middle[4] + middle[3] + middle[5:],
        "none": "qzxwvq",
    }


def in_database(task: Callable[[], object]) -> Callable[[], object]:
    """Return a task that asks the same questions of the database again, without the ORM around them.

    They are those of a second time: what is asked once a minute or once an hour chooses a way, and is no part of it.
    """
    from django.db import connection

    asked: list[tuple[str, object]] = []

    def noted(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append((sql, params))
        return execute(sql, params, many, context)

    task()
    with connection.execute_wrapper(noted):
        task()

    def again() -> object:
        found = []
        with connection.cursor() as cursor:
            for sql, params in asked:
                cursor.execute(sql, params)
                found.append(cursor.fetchall())
        return found

    return again
