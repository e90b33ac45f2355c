"""Arithmetic of stretches of days, for a million people at once.

A spell runs from its start day up to, and without, its end day. A layer is many spells, each of something that has
a number; where several layers cover the same thing on the same day is found by one sort.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = 4_000_000  # later than the last day of the calendar
_SPAN = NEVER + 1
_BITS = 15  # a layer may cover the same thing this many doublings deep; four layers fit one integer


@dataclass(frozen=True)
class Spells:
    """Stretches of days: of what, from which day, until which day it is no longer so."""

    of: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.of)

    def chosen(self, keep: Bools | Ints) -> "Spells":
        """Only those rows, or the rows in that order."""
        return Spells(self.of[keep], self.start[keep], self.end[keep])

    def within(self, first: int, until: int) -> "Spells":
        """The parts that fall into [first, until)."""
        return _whole(self.of, np.maximum(self.start, first), np.minimum(self.end, until))

    def on(self, day: int, count: int) -> Bools:
        """Which of `count` things are in a spell on `day`."""
        covered = np.zeros(count, dtype=bool)
        covered[self.of[(self.start <= day) & (self.end > day)]] = True
        return covered


def _whole(of: Ints, start: Ints, end: Ints) -> Spells:
    keep = start < end
    return Spells(of[keep], start[keep], end[keep])


def nothing() -> Spells:
    """No spell at all."""
    empty = np.empty(0, dtype=np.int64)
    return Spells(empty, empty, empty)


def together(layers: Sequence[Spells]) -> Spells:
    """All rows of all layers in one."""
    if not layers:
        return nothing()
    return Spells(
        np.concatenate([layer.of for layer in layers]),
        np.concatenate([layer.start for layer in layers]),
        np.concatenate([layer.end for layer in layers]),
    )


def overlap(layers: Sequence[Spells]) -> Spells:
    """Where every one of up to four layers covers the same thing; the answer is disjoint, ordered and merged."""
    keys, steps = [], []
    for place, layer in enumerate(layers):
        whole = _whole(layer.of, layer.start, layer.end)
        unit = np.int64(1 << (_BITS * place))
        base = whole.of.astype(np.int64) * _SPAN
        keys += [base + whole.start, base + whole.end]
        steps += [np.full(len(whole), unit), np.full(len(whole), -unit)]
    key = np.concatenate(keys)
    if not len(key):
        return nothing()
    order = np.argsort(key)
    key, depth = key[order], np.cumsum(np.concatenate(steps)[order])
    settled = np.append(key[1:] != key[:-1], True)  # all that happens on one day happens at once
    key, depth = key[settled], depth[settled]
    covered = np.ones(len(key), dtype=bool)
    for place in range(len(layers)):
        covered &= (depth >> (_BITS * place)) & ((1 << _BITS) - 1) > 0
    before = np.concatenate([[False], covered[:-1]])
    start, end = key[covered & ~before], key[before & ~covered]
    return Spells(start // _SPAN, start % _SPAN, end % _SPAN)


def union(layer: Spells) -> Spells:
    """The same days, each once: overlapping and touching spells become one."""
    return overlap([layer])


def runs(of: Ints, day: Ints, window: int) -> Spells:
    """From single days to spells: each day holds for `window` days, and the next in time prolongs it."""
    if not len(of):
        return nothing()
    key = of.astype(np.int64) * _SPAN + day
    if np.any(key[1:] < key[:-1]):
        key = np.sort(key)
    of, day = key // _SPAN, key % _SPAN
    apart = (of[1:] != of[:-1]) | (day[1:] - day[:-1] > window)
    first = np.concatenate([[True], apart])
    last = np.concatenate([apart, [True]])
    return Spells(of[first], day[first], day[last] + window)


def handed_down(layer: Spells, child: Ints, parent: Ints) -> Spells:
    """The spells of each parent, given to each of its children."""
    order = np.argsort(layer.of, kind="stable")
    ordered = layer.chosen(order)
    first = np.searchsorted(ordered.of, parent, side="left")
    many = np.searchsorted(ordered.of, parent, side="right") - first
    offset = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    row = np.repeat(first, many) + offset
    return Spells(np.repeat(child, many), ordered.start[row], ordered.end[row])


def count_by_day(layer: Spells, first: int, last: int) -> Ints:
    """How many spells of a disjoint layer cover each day from `first` to `last`, both included."""
    days = last - first + 1
    inside = layer.within(first, last + 1)
    opened = np.bincount(inside.start - first, minlength=days + 1)
    closed = np.bincount(inside.end - first, minlength=days + 1)
    return np.cumsum(opened - closed)[:days].astype(np.int64)
