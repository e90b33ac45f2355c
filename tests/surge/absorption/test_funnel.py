"""The five bars and the promise beside them."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strandline.surge.absorption.rules.funnel import Arrivals, Step, funnel


def arrivals(*rows: tuple[float, bool, bool, bool, bool]) -> Arrivals:
    columns = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    flags = [np.array(column, dtype=bool) for column in columns[1:]]
    stayed = np.zeros(len(columns[0]), dtype=bool)
    return Arrivals(np.array(columns[0], dtype=np.float64), *flags, left=stayed)


def test_nobody_waits_for_a_call_who_has_left() -> None:
    three = arrivals(*[(5, False, False, False, False)] * 2, (60, False, False, False, False))
    gone = replace(three, left=np.array([True, False, False]))

    assert [funnel(one).still_waiting for one in (three, gone)] == [3, 2]
    assert funnel(gone).promise_due == 1


def test_funnel_counts_each_step_over_those_who_came() -> None:
    found = funnel(
        arrivals(
            (10, True, True, True, True),
            (40, True, True, False, False),
            (60, True, False, False, False),
            (50, False, False, False, False),
            (5, False, False, False, False),
        ),
        forms=7,
    )

    assert [(bar.step, bar.people) for bar in found.bars] == [
        (Step.CAME, 5),
        (Step.CALLED, 3),
        (Step.SPOKE, 2),
        (Step.ASKED, 1),
        (Step.ACTED, 1),
    ]
    assert found.bars[1].share == 0.6
    assert (found.called_in_time, found.promise_due, found.still_waiting) == (2, 4, 2)
    assert found.on_time == 0.5
    assert found.same_person == 2


def test_who_came_to_a_circle_was_called_though_nobody_wrote_it_down() -> None:
    found = funnel(arrivals((70, False, False, False, True)))

    assert [bar.people for bar in found.bars] == [1, 1, 1, 1, 1]
    assert (found.promise_due, found.on_time) == (0, None)


def test_funnel_of_nobody_is_empty() -> None:
    assert [bar.share for bar in funnel(arrivals()).bars] == [0.0] * 5


@given(
    st.lists(
        st.tuples(st.floats(0, 200), st.booleans(), st.booleans(), st.booleans(), st.booleans()), min_size=1
    )
)
def test_no_conversation_or_act_is_wider_than_the_call_before_it(
    rows: list[tuple[float, bool, bool, bool, bool]],
) -> None:
    found = funnel(arrivals(*rows))

    came, called, spoke, asked, acted = (bar.people for bar in found.bars)
    assert came >= called >= max(spoke, asked)
    assert min(spoke, asked) >= acted
    assert called + found.still_waiting == came
    assert found.called_in_time <= found.promise_due <= came
