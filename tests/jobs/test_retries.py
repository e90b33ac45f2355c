from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from strandline.jobs.retries import Retries, retries_of, retrying

MINUTE = timedelta(minutes=1)


def test_pause_doubles_up_to_the_longest() -> None:
    retries = Retries(6, MINUTE, timedelta(minutes=5))

    pauses = [retries.pause_after(tries) for tries in range(1, 7)]

    assert pauses == [MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE, 5 * MINUTE, None]


@given(tries=st.integers(1, 10_000), most=st.integers(1, 10_000))
def test_pause_is_bounded_and_ends(tries: int, most: int) -> None:
    pause = Retries(most).pause_after(tries)

    assert (pause is None) == (tries >= most)
    assert pause is None or timedelta(0) < pause <= Retries(most).longest


def test_function_is_tried_once_unless_it_says_otherwise() -> None:
    @retrying(4, first=MINUTE)
    def stubborn() -> None: ...

    assert retries_of(stubborn) == Retries(4, MINUTE)
    assert retries_of(print) == Retries(1)
