"""Live and organised, against METHODS 0 read word by word on small random records."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from strandline.ledger.waves.rules.history import History, Kind, Status, Window, live_spells, organised
from strandline.ledger.waves.rules.spells import NEVER
from tests.ledger.waves.worlds import LAST_DAY, World, worlds


def one_tie(**more: Any) -> World:
    """A supporter since day 10, owned from day 12, touched on day 20."""
    given_rows: dict[str, Any] = {
        "met": [10],
        "tie_person": [0],
        "kinds": [((0, 10, NEVER), Kind.SUPPORTER)],
        "statuses": [((0, 10, NEVER), Status.ACTIVE)],
        "owned": [(0, 12, NEVER)],
        "touches": [(0, 20)],
        "windows": [],
        "left": [],
        "same_as": [0],
        **more,
    }
    return World(**given_rows)


def held_days(world: World) -> list[int]:
    held = organised(world.history())
    return [day for day in range(LAST_DAY + 100) if held.number(day)]


def test_tie_is_live_from_the_touch_until_forty_five_days_later() -> None:
    assert held_days(one_tie()) == list(range(20, 66))


def test_tie_is_not_live_before_its_owner_accepted() -> None:
    assert held_days(one_tie(owned=[(0, 30, 50)])) == list(range(30, 50))


def test_resting_and_waiting_are_live_and_stepped_back_is_not() -> None:
    statuses = [
        ((0, 10, 25), Status.WAITING),
        ((0, 25, 30), Status.RESTING),
        ((0, 30, NEVER), Status.STEPPED_BACK),
    ]

    assert held_days(one_tie(statuses=statuses)) == list(range(20, 30))


def test_contact_is_live_and_not_organised() -> None:
    world = one_tie(kinds=[((0, 10, 40), Kind.CONTACT), ((0, 40, NEVER), Kind.ALLY)])

    assert held_days(world) == list(range(40, 66))
    assert live_spells(world.history()).start.tolist() == [20]


def test_window_is_the_one_set_on_the_day() -> None:
    shorter = one_tie(windows=[Window(Kind.SUPPORTER, 30, since=40)])
    longer = one_tie(windows=[Window(Kind.SUPPORTER, 90, since=70)])

    assert held_days(shorter) == list(range(20, 51))
    assert held_days(longer) == [*range(20, 66), *range(70, 111)]


def test_late_entry_counts_on_the_day_it_happened() -> None:
    world = one_tie(touches=[(0, 20), (0, 5)], met=[10])

    assert organised(world.history()).number(20) == 1
    assert world.history().came.tolist() == [5]


def test_merged_people_are_one_with_the_earliest_date() -> None:
    world = one_tie(met=[30, 4, 50], same_as=[0, 0, 1])

    assert world.history().identity.tolist() == [0, 0, 0]
    assert world.history().came.tolist()[0] == 4


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_first_contact_is_the_rule_read_word_by_word(world: World) -> None:
    history = world.history()

    for who in range(len(world.same_as)):
        if world.same_as[who] == who:
            assert (history.came[who], history.known[who]) == (world.came(who), world.known(who))


@pytest.mark.parametrize(
    ("told", "came"),
    [
        ({"met": [10], "listed": [10]}, 10),
        ({"met": [10], "listed": [9]}, NEVER),
        ({"met": [NEVER], "listed": [9], "touches": [(0, 8)]}, 8),
        ({"met": [NEVER], "listed": [9], "touches": [(0, 9)]}, NEVER),
        ({"met": [NEVER], "listed": [9]}, NEVER),
        ({"met": [10], "elsewhere": [4]}, NEVER),
        ({"met": [10], "elsewhere": [10]}, 10),
        ({"met": [NEVER], "touches": [(0, 30)]}, 30),
    ],
)
def test_who_a_list_without_days_names_has_come_at_no_time(told: dict[str, Any], came: int) -> None:
    assert one_tie(**{"touches": [], **told}).history().came.tolist() == [came]


def test_merge_in_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="each merged into the other"):
        _ = one_tie(met=[1, 2], same_as=[1, 0]).history().identity


def test_erased_are_left_out_and_movers_count_until_they_moved() -> None:
    assert held_days(one_tie(left=[(0, 40, 0)])) == []
    assert held_days(one_tie(left=[(0, 40, 1)])) == list(range(20, 40))


def test_history_without_departures_needs_none_named() -> None:
    whole = one_tie().history()
    plain = History(
        met=whole.met,
        tie_person=whole.tie_person,
        kinds=whole.kinds,
        statuses=whole.statuses,
        owned=whole.owned,
        touch_person=whole.touch_person,
        touch_day=whole.touch_day,
    )

    assert organised(plain).by_day(0, 100).tolist() == organised(whole).by_day(0, 100).tolist()
    assert not plain.erased.any()


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_organised_agrees_with_the_definition_on_every_day(world: World) -> None:
    history = world.history()

    held = organised(history)

    numbers = held.by_day(0, LAST_DAY)
    for day in range(0, LAST_DAY + 1, 7):
        expected = world.organised_on(day)
        assert held.on(day).tolist() == expected
        assert held.number(day) == numbers[day] == sum(expected)


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_live_agrees_with_the_definition_on_every_day(world: World) -> None:
    found = live_spells(world.history())

    for day in range(0, LAST_DAY + 1, 11):
        live = found.on(day, len(world.tie_person))
        assert live.tolist() == [world.is_live(tie, day) for tie in range(len(world.tie_person))]


def test_answer_does_not_depend_on_the_order_of_rows() -> None:
    rng = np.random.default_rng(2)
    touches = [(int(rng.integers(0, 2)), int(day)) for day in rng.integers(0, 100, 40)]
    world = one_tie(
        met=[0, 0],
        same_as=[0, 1],
        tie_person=[0, 1],
        kinds=[((tie, 0, NEVER), Kind.ALLY) for tie in (0, 1)],
        statuses=[((tie, 0, NEVER), Status.ACTIVE) for tie in (0, 1)],
        owned=[(0, 0, NEVER), (1, 0, NEVER)],
        touches=touches,
    )
    ordered = one_tie(**{**world.__dict__, "touches": sorted(touches)})

    assert held_days(world) == held_days(ordered)
