"""Which section of people a rise is named for: never one so small that it could be a few known people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from strandline.surge.signals.rules.tree import where

SMALL = 5
"""METHODS 7: groups under five are not told apart."""
UNSEEN = 0.5
"""Expected of a section of which nothing came before: half a person, for nothing at all would make one arrival a miracle."""


def folded(
    parents: Mapping[str, str | None], counts: Mapping[str, int], expected: Mapping[str, float]
) -> tuple[dict[str, str | None], dict[str, int], dict[str, float]]:
    """Put every section from which fewer than five came, with all beneath it, into the one above it."""
    own = {name: counts.get(name, 0) for name in parents}
    due = {name: expected.get(name, 0.0) for name in parents}
    whole: dict[str, int] = dict.fromkeys(parents, 0)
    kept = dict(parents)
    for name in sorted(parents, key=lambda one: -_depth(parents, one)):
        whole[name] += own[name]
        above = parents[name]
        if above is None:
            continue
        if whole[name] < SMALL:
            own[above] += own.pop(name)
            due[above] += due.pop(name)
            del kept[name]
        else:
            whole[above] += whole[name]
    return kept, own, due


def _depth(parents: Mapping[str, str | None], name: str) -> int:
    depth, above = 0, parents[name]
    while above is not None:
        depth, above = depth + 1, parents[above]
    return depth


def whereabouts(
    parents: Mapping[str, str | None],
    names: Mapping[str, str],
    counts: Mapping[str, int],
    expected: Mapping[str, float],
    *,
    seed: int,
) -> str:
    """Say in a sentence which section stands out; empty where nothing is known of sections.

    The same counts and seed give the same sentence.
    """
    tree, own, due = folded(parents, counts, expected)
    due = {name: max(number, UNSEEN) if own[name] else number for name, number in due.items()}
    if not any(own.values()):
        return ""
    found = where(tree, own, due, np.random.default_rng(seed))
    section = found.section
    if section is None or section.count < SMALL:
        return "It is everyone: no section stands out."
    return (
        f"It is {names[section.name]}, not everyone: {section.count:,} where about "
        f"{section.expected:,.0f} would be their usual share."
    )
