"""What holds a tie."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.ties.rules import Bond, Status, TieKind, TieStanding, TouchKind, holds, is_live


def test_what_holds_a_tie_longest_comes_first_and_fades_in_its_last_days() -> None:
    on = date(2026, 1, 16)
    last = {
        TouchKind.CALL: date(2025, 12, 1),
        TouchKind.LETTER: date(2025, 12, 10),
        TouchKind.ATTENDANCE: date(2026, 1, 9),
        TouchKind.SUPPORT: date(2025, 12, 2),
        TouchKind.EVENT: date(2025, 12, 1),
    }

    found = holds(last, window_days=45, fades_within=14, on=on)

    assert [(one.bond, one.until, one.is_fading, one.has_faded) for one in found] == [
        (Bond.CIRCLE, date(2026, 2, 23), False, False),
        (Bond.TALK, date(2026, 1, 24), True, False),
        (Bond.SUPPORT, date(2026, 1, 16), True, False),
        (Bond.EVENT, date(2026, 1, 15), False, True),
    ]


@given(st.sampled_from(list(TouchKind)), st.integers(0, 120), st.integers(1, 90))
def test_what_holds_agrees_with_what_keeps_a_tie_live(kind: TouchKind, days: int, window: int) -> None:
    on = date(2026, 1, 16)
    (one,) = holds({kind: on - timedelta(days=days)}, window_days=window, fades_within=14, on=on)

    standing = TieStanding(TieKind.SUPPORTER, Status.ACTIVE, True, on - timedelta(days=days), window)

    assert one.has_faded is not is_live(standing, on=on)
