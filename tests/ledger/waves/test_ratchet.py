"""The four whole numbers add up, always."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.ledger.waves.rules.history import Held, organised
from strandline.ledger.waves.rules.ratchet import Ratchet, as_released, kept_share, ratchet
from strandline.ledger.waves.rules.spells import NEVER
from strandline.surge.absorption.rules.cohorts import Wave
from tests.ledger.waves.test_history import one_tie
from tests.ledger.waves.worlds import World, spells, worlds


@settings(max_examples=120, deadline=None)
@given(worlds(), st.integers(1, 90), st.integers(0, 30), st.integers(0, 60))
def test_four_whole_numbers_add_up_on_any_record(world: World, start: int, length: int, after: int) -> None:
    history = world.history()
    held = organised(history)
    wave = Wave(start, start + length)

    found = ratchet(history, held, wave, after)

    eve, now = world.organised_on(start - 1), world.organised_on(start + length + after)
    assert found.net == found.newcomers + found.others - found.lost + found.returned
    assert (found.before, found.after) == (sum(eve), sum(now))
    assert found.lost == sum(was and not is_now for was, is_now in zip(eve, now, strict=True))
    gained = [who for who, (was, is_now) in enumerate(zip(eve, now, strict=True)) if is_now and not was]
    new = [who for who in gained if start <= world.came(who) <= start + length]
    old = [who for who in gained if world.known(who) < start]
    assert (found.newcomers, found.returned) == (len(new), len(old))
    assert found.others == len(gained) - len(new) - len(old)
    assert min(found.newcomers, found.others, found.lost, found.returned, found.moved_or_died) >= 0
    assert found.moved_or_died <= found.lost


def people(*rows: tuple[int, int, int]) -> Held:
    """Who held a tie when, straight away."""
    return Held(spells(rows), 1 + max(row[0] for row in rows))


def test_each_of_the_four_is_told_apart() -> None:
    names = {"kept": 0, "lost": 1, "newcomer": 2, "other": 3, "returned": 4, "moved": 5}
    world = one_tie(
        met=[1, 1, 105, 130, 1, 1],
        same_as=list(range(6)),
        touches=[],
        left=[(names["moved"], 120, 1)],
    )
    held = people(
        (0, 50, NEVER),
        (1, 50, 150),
        (2, 106, NEVER),
        (3, 131, NEVER),
        (4, 20, 60),
        (4, 140, NEVER),
        (5, 50, 120),
    )

    found = ratchet(world.history(), held, Wave(100, 110), after=90)

    assert found == Ratchet(
        day=200, before=3, after=4, newcomers=1, others=1, lost=2, returned=1, moved_or_died=1, erased_since=0
    )
    assert found.net == 1
    assert found.sentence == (
        "3 before, 4 after: 1 came in the wave and stayed, 1 came later and stayed, 1 returned, 2 no longer hold a tie."
    )


def test_whom_a_list_brought_in_is_nobodys_newcomer() -> None:
    """Known by a list before the wave they return; brought in by one while it runs they are among the others."""
    world = one_tie(
        met=[NEVER, NEVER, 105], same_as=[0, 1, 2], touches=[], listed=[90, 104, NEVER], elsewhere=None
    )
    held = people((0, 106, NEVER), (1, 106, NEVER), (2, 106, NEVER))

    found = ratchet(world.history(), held, Wave(100, 110), after=90)

    assert (found.newcomers, found.others, found.returned, found.net) == (1, 1, 1, 3)


def test_kept_share_is_of_the_rise_to_the_crest() -> None:
    rows = [(number, 0, NEVER) for number in range(10)]
    rows += [(10 + number, 105, 160) for number in range(15)] + [
        (25 + number, 130, NEVER) for number in range(5)
    ]
    held = people(*rows)
    world = one_tie(met=[1] * 30, same_as=list(range(30)), touches=[])
    wave = Wave(100, 110)

    kept = kept_share(held, wave, ratchet(world.history(), held, wave, 90))

    assert (kept.crest, kept.share) == (30, 0.25)
    assert kept.reason == "Of 20 more at the crest, 5 are there on the day of counting."


def test_kept_share_without_a_rise_is_no_share() -> None:
    held = people((0, 0, NEVER))
    world = one_tie(touches=[])
    wave = Wave(100, 110)

    kept = kept_share(held, wave, ratchet(world.history(), held, wave, 90))

    assert kept.share is None
    assert kept.reason.startswith("The number of organised ties did not rise")


def test_running_wave_has_left_nothing_yet() -> None:
    held, history = people((0, 0, NEVER)), one_tie().history()

    with pytest.raises(ValueError, match="still runs"):
        ratchet(history, held, Wave(100), 90)
    with pytest.raises(ValueError, match="still runs"):
        kept_share(held, Wave(100), ratchet(history, held, Wave(100, 101), 90))


def test_released_figure_stays_and_tells_of_the_erased() -> None:
    world = one_tie(met=[1] * 8, same_as=list(range(8)), touches=[])
    held = people(*[(number, 105, NEVER) for number in range(8)])
    before = ratchet(world.history(), held, Wave(100, 110), 90)
    erased = one_tie(met=[1] * 8, same_as=list(range(8)), touches=[], left=[(2, 300, 0), (3, 300, 0)])
    later = Held(held.spells.chosen(~np.isin(held.spells.of, [2, 3])), 8)
    again = ratchet(erased.history(), later, Wave(100, 110), 90)

    found = as_released(before, again)

    assert (found.net, found.recomputed) == (8, 6)
    assert found.sentence == "Released as +8. 2 erased since. Counted again today it is +6."
    assert as_released(before, before).sentence == "Released as +8."
