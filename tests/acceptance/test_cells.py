"""The auditor of released totals: right on small worlds, and sharp on the known-bad setting."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.acceptance import cells
from tests.acceptance.__main__ import names
from tests.acceptance.cells import Auditor, Known, Range, Tally


def test_auditor_finds_the_range_of_all_worlds_that_fit() -> None:
    rng = np.random.default_rng(3)
    for _ in range(15):
        counts = rng.integers(0, 5, (2, 2))
        known = [
            Known(np.array(places), low, low + int(rng.integers(0, 4)))
            for places in ([0, 1], [2, 3], [0, 2], [1, 3])
            for low in [max(0, int(counts.reshape(-1)[places].sum()) - int(rng.integers(0, 3)))]
            if low + 3 >= counts.reshape(-1)[places].sum()
        ]
        known = [one for one in known if one.low <= counts.reshape(-1)[one.cells].sum() <= one.high]
        known.append(Known(np.arange(4), 0, 12))
        group = np.array([0, 1]) if rng.random() < 0.5 else np.array([3])

        found = Auditor(4, known).range_of(group, enough=100)

        worlds = [np.array(world) for world in product(range(13), repeat=4) if sum(world) <= 12]
        fits = [w for w in worlds if all(one.low <= w[one.cells].sum() <= one.high for one in known)]
        sizes = [int(world[group].sum()) for world in fits]
        assert found == Range(min(sizes), max(sizes))


def test_auditor_refuses_what_contradicts_itself() -> None:
    known = [Known(np.array([0]), 5, 9), Known(np.array([0]), 0, 4)]

    with pytest.raises(RuntimeError, match="no world that fits"):
        Auditor(1, known).range_of(np.array([0]))


def test_hiding_small_cells_alone_is_found_out() -> None:
    rng, tally = np.random.default_rng(2), Tally()
    counts = np.array([[12, 3, 20], [9, 8, 2], [30, 1, 7]])[:, :, None]

    cells.audit(counts, cells.naive(counts), rng, tally, most=20, sizes=(1, 2))

    assert tally.exact > 0
    assert tally.present > 0


def test_bands_without_the_check_prove_presence_where_the_release_does_not() -> None:
    counts = np.array([[3, 4], [30, 40], [55, 60]])[:, :, None]
    plain, checked = Tally(), Tally()

    cells.audit(counts, cells.plain_bands(counts), np.random.default_rng(1), plain, most=20)
    cells.audit(counts, cells.released(counts), np.random.default_rng(1), checked, most=20)

    assert plain.present > 0
    assert (checked.exact, checked.present, checked.full) == (0, 0, checked.audited)
    assert checked.audited > 0


def test_too_few_branches_give_an_insider_no_totals() -> None:
    counts = np.full((5, 3, 2), 4)

    known = cells.insiders(counts, (0,))

    assert len(known) == 6
    assert len(cells.insiders(counts, (0,), least_branches=2)) > 6
    assert len(cells.insiders(counts[:1], (0,), least_branches=2)) == 6
    assert len(cells.insiders(np.full((6, 3, 2), 4), (0,))) > 6


def test_check_passes_and_its_bite_bites() -> None:
    found: dict[str, Any] = cells.check(n=1, seed=4, weeks=2)

    assert found["fail"] == 0
    assert found["cases"] == 47
    assert found["full_range"] == 1.0
    assert found["bite"]["exact"] > 0
    assert found["bite_of_sections"]["present"] > 0


def test_command_runs_the_check_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "check", lambda n, seed: {"fail": n - seed})

    assert "cells" in names()
    assert cells.run(None, 1) == {"fail": 39}
    assert cells.run(1, 1) == {"fail": 0}
