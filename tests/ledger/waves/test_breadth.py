"""Breadth: sections reached and how evenly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.ledger.waves.rules.breadth import Sections, breadth_change, breadth_on, effective_number
from strandline.ledger.waves.rules.history import Held, History
from strandline.ledger.waves.rules.spells import NEVER
from tests.ledger.waves.test_history import one_tie
from tests.ledger.waves.worlds import spells


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_effective_number_is_between_one_and_the_sections_there_are(counts: list[int]) -> None:
    number = float(effective_number(np.array(counts, dtype=np.float64)))

    filled = sum(count > 0 for count in counts)
    assert (number == 0) == (filled == 0)
    assert number <= filled + 1e-9
    if filled:
        assert number >= 1 - 1e-9
        shares = np.array(counts) / sum(counts)
        assert number == pytest.approx(1 / (shares**2).sum())


def record(held_rows: list[tuple[int, int, int]], sections: list[int]) -> tuple[History, Held, Sections]:
    people = len(sections)
    world = one_tie(met=[1] * people, same_as=list(range(people)), touches=[])
    membership = spells([(person, 0, NEVER) for person in range(people)])
    return (
        world.history(),
        Held(spells(held_rows), people),
        Sections((-1,) * 3, membership, np.array(sections)),
    )


def test_breadth_counts_sections_with_five() -> None:
    history, held, sections = record([(person, 0, 50) for person in range(11)], [0] * 5 + [1] * 4 + [2] * 2)

    found = breadth_on(history, held, sections, 10)

    assert found.reached == 1
    assert found.effective == pytest.approx(121 / 45)
    assert [cell.stands for cell in found.cells] == [True, False, False]
    assert breadth_on(history, held, sections, 60).reached == 0


def test_breadth_change_has_an_interval_and_a_sentence() -> None:
    rows = [(person, 0, NEVER) for person in range(40)] + [(person, 100, NEVER) for person in range(40, 80)]
    history, held, sections = record(rows, [0] * 40 + [1] * 40)

    found = breadth_change(history, held, sections, 99, 200, np.full(80, -1))

    assert (found.before.effective, found.after.effective, found.change) == (1.0, 2.0, 1.0)
    assert 0.8 < found.lower <= found.upper <= 1.0
    assert not found.fell
    assert found.sentence == (
        "Sections with five organised ties or more: 1 before, 2 after; as even as 1.0 sections of one size before, "
        "2.0 after."
    )


def test_breadth_falls_when_a_section_is_lost_or_all_crowd_into_one() -> None:
    rows = [(person, 0, NEVER if person < 40 else 100) for person in range(46)]
    history, held, sections = record(rows, [0] * 40 + [1] * 6)
    lost = breadth_change(history, held, sections, 99, 200, np.full(46, -1))

    crowd = [(person, 0, NEVER) for person in range(80)] + [(person, 100, NEVER) for person in range(80, 400)]
    history, held, sections = record(crowd, [0] * 40 + [1] * 40 + [0] * 320)
    crowded = breadth_change(history, held, sections, 99, 200, np.full(400, -1))

    assert lost.fell
    assert crowded.fell
    assert crowded.after.reached == crowded.before.reached == 2
