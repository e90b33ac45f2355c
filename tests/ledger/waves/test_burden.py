"""Load and the cost to steady work."""

import numpy as np
import pytest

from strandline.ledger.waves.rules.burden import (
    cost_to_steady_work,
    load,
    newcombe,
    people_without_owner,
    wilson,
)
from strandline.ledger.waves.rules.history import Kind, Status
from strandline.ledger.waves.rules.spells import NEVER
from tests.ledger.waves.test_history import one_tie


def test_people_without_owner_have_a_standing_tie_nobody_accepted() -> None:
    world = one_tie(
        met=[1] * 5,
        same_as=[0, 1, 2, 3, 3],
        tie_person=[0, 1, 2, 3, 4],
        kinds=[((tie, 0, NEVER), Kind.CONTACT) for tie in range(5)],
        statuses=[((tie, 0, NEVER), Status.ENDED if tie == 2 else Status.ACTIVE) for tie in range(5)],
        owned=[(0, 0, NEVER), (1, 0, 20), (4, 0, NEVER)],
        touches=[],
    )

    # 1's owner gave up on day 20; 2's tie has ended; 3 and 4 are one person, whose other tie is owned.
    assert people_without_owner(world.history(), 10) == 0
    assert people_without_owner(world.history(), 30) == 1


def test_load_tells_the_median_and_who_has_too_many() -> None:
    found = load(7, np.array([2, 10, 11, 30]))

    assert (found.median, found.over) == (10.5, 0.5)
    assert found.sentence == (
        "7 people without an owner; half of the organisers have 10.5 people or fewer, 50 of 100 have more than 10."
    )
    assert (
        load(3, np.array([], dtype=np.int64)).sentence
        == "3 people without an owner, and no organiser has any."
    )


def test_newcombe_agrees_with_the_published_example() -> None:
    # Newcombe 1998 (Statistics in Medicine 17, 873), table II, method 10, 56/70 against 48/80.
    low, high = newcombe(wilson(56, 70), wilson(48, 80))

    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("kept", "due", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_wilson_agrees_with_the_published_example(kept: int, due: int, low: float, high: float) -> None:
    # Newcombe 1998 (Statistics in Medicine 17, 857), table I, method 3.
    found = wilson(kept, due)

    assert (found.lower, found.upper) == pytest.approx((low, high), abs=5e-5)


def test_wilson_refuses_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="5 of 4 promises cannot have been kept"):
        wilson(5, 4)


def test_cost_is_said_with_its_doubt() -> None:
    clear = cost_to_steady_work(wilson(40, 100), wilson(90, 100))
    unclear = cost_to_steady_work(wilson(8, 10), wilson(9, 10))

    assert clear.sentence == (
        "Of 100 promises to people known before, 40 were kept during the wave, 90 in the 90 days before."
    )
    assert clear.upper < 0
    assert unclear.sentence.endswith("The difference may be chance.")


def test_cost_without_promises_is_not_a_figure() -> None:
    assert cost_to_steady_work(wilson(0, 0), wilson(3, 4)).change is None
    assert "in the 90 days before" in cost_to_steady_work(wilson(3, 4), wilson(0, 0)).sentence
