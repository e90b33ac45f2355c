"""Today of one organiser, beside the admin's list of the same next steps."""

from __future__ import annotations

import argparse

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World, client_of


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure the page of an organiser who holds 120 ties."""
    from benchmarks.pages import admin_fetching, fetching

    ours, theirs = take_turns(
        fetching(client_of("organiser"), "/"),
        admin_fetching(client_of("organiser"), "/admin/steady/followup/"),
        rounds=options.rounds,
    )
    return [
        figure(
            "today", database=world.database, people=world.people, ours=ours,
            baseline="admin list of the same steps", theirs=theirs,
        )
    ]  # fmt: skip
