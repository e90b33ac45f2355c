"""Is there someone with this number already? Beside a comparison of what was typed, as people write it in the admin."""

from __future__ import annotations

import argparse
import random

from benchmarks.measuring import Figure, figure, take_turns
from benchmarks.worlds import World


def measure(world: World, options: argparse.Namespace) -> list[Figure]:
    """Measure with numbers that are there, another one each time."""
    from benchmarks.people import phone
    from strandline.steady.people import queries
    from strandline.steady.people.models import Person
    from strandline.steady.people.rules import ChannelKind

    viewer, rng = world.viewer("centre"), random.Random(3)

    def ours() -> object:
        number = phone(rng.randrange(1, world.people))[1]
        found = queries.same_channel(viewer=viewer, channels=[(ChannelKind.PHONE, number)])
        if not found:
            raise SystemExit(f"Nobody was found with {number}.")
        return found

    def as_typed() -> object:
        typed = phone(rng.randrange(1, world.people))[0]
        return list(Person.objects.filter(channels__value__icontains=typed)[:20])

    mine, theirs = take_turns(ours, as_typed, rounds=options.rounds)
    return [
        figure(
            "twin check by a number", database=world.database, people=world.people, ours=mine,
            baseline="icontains on what was typed", theirs=theirs,
        )
    ]  # fmt: skip
