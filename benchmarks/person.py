"""One person with everything that belongs to them, beside the admin's form with the same parts."""

from __future__ import annotations

import argparse

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World, client_of


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure the page of someone in the middle of the list, as their organiser sees it."""
    from benchmarks.pages import admin_fetching, fetching
    from strandline.steady.people.models import Person

    person = (
        Person.objects.visible_to(world.viewer("organiser"))
        .filter(ties__owner__email="organiser@example.org")
        .order_by("order_key")
        .first()
    )
    if person is None:
        raise SystemExit("The organiser holds nobody.")
    ours, theirs = take_turns(
        fetching(client_of("organiser"), f"/people/{person.code}/"),
        admin_fetching(client_of("organiser"), f"/admin/steady/person/{person.pk}/change/"),
        rounds=options.rounds,
    )
    return [
        figure(
            "person", database=world.database, people=world.people, ours=ours,
            baseline="admin form with the same parts", theirs=theirs,
        )
    ]  # fmt: skip
