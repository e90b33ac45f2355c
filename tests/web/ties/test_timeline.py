from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from strandline.web.ties.timeline import (
    BROAD,
    SLIM,
    Contact,
    Names,
    Shape,
    Silence,
    Strand,
    draw,
    months_back,
    silences,
    stretches,
    table,
)

ON = date(2026, 1, 16)
FIRSTS = months_back(ON, 12)


def talk(on: date, kind: TouchKind = TouchKind.CALL) -> Contact:
    return Contact(on, kind, Outcome.SPOKE, is_two_way=True)


def supporter(began: date, ended: date | None = None) -> Strand:
    return Strand(TieKind.SUPPORTER, began, ended, rhythm_days=21, note="since then, recorded by Mira")


def names(contacts: list[Contact], strands: list[Strand]) -> Names:
    found = silences(contacts, strands, since=FIRSTS[0], on=ON)
    return Names(
        strands={kind: kind.value for kind in TieKind},
        contacts="Contacts",
        absent="not yet",
        quiet={s.weeks: f"{s.weeks} weeks quiet" for s in found},
        months={first: f"{first:%b}" for first in FIRSTS},
        shapes={shape: shape.value for shape in Shape},
        days={c.on: c.on.isoformat() for c in contacts},
    )


def picture(contacts: list[Contact], strands: list[Strand], frame: object = BROAD) -> object:
    return draw(
        frame,  # type: ignore[arg-type]
        strands=strands,
        contacts=contacts,
        windows=dict.fromkeys(TieKind, 45),
        firsts=FIRSTS,
        on=ON,
        names=names(contacts, strands),
    )


def test_months_back_are_the_firsts_of_a_year() -> None:
    assert (FIRSTS[0], FIRSTS[-1], len(FIRSTS)) == (date(2025, 2, 1), date(2026, 1, 1), 12)


@pytest.mark.parametrize(
    ("kind", "outcome", "two_way", "shape"),
    [
        (TouchKind.CALL, Outcome.SPOKE, True, Shape.TALK),
        (TouchKind.EVENT, Outcome.ATTENDED, True, Shape.CAME),
        (TouchKind.LETTER, Outcome.ANSWERED, True, Shape.WROTE),
        (TouchKind.CALL, Outcome.NO_ANSWER, False, Shape.TRIED),
        (TouchKind.LETTER, Outcome.SENT, False, Shape.TRIED),
    ],
)
def test_contact_has_a_shape_of_its_own(
    kind: TouchKind, outcome: Outcome, two_way: bool, shape: Shape
) -> None:
    assert Contact(ON, kind, outcome, two_way).shape is shape


def test_silence_is_named_when_longer_than_twice_the_rhythm() -> None:
    contacts = [talk(date(2025, 6, 1)), talk(date(2025, 7, 13)), talk(date(2025, 8, 25)), talk(ON)]
    strands = [supporter(date(2025, 6, 1))]

    assert silences(contacts, strands, since=FIRSTS[0], on=ON) == [
        Silence(date(2025, 7, 13), date(2025, 8, 25)),
        Silence(date(2025, 8, 25), ON),
    ]


def test_silence_that_lasts_is_named_too_and_one_before_the_tie_is_not() -> None:
    strands = [supporter(date(2025, 9, 1))]

    assert silences([talk(date(2025, 9, 1))], strands, since=FIRSTS[0], on=ON) == [
        Silence(date(2025, 9, 1), ON)
    ]


def test_no_silence_is_named_without_a_running_tie() -> None:
    assert silences([talk(FIRSTS[0])], [supporter(FIRSTS[0], ended=ON)], since=FIRSTS[0], on=ON) == []


def test_stretches_are_thick_within_the_window_and_thin_beyond_it() -> None:
    strand = supporter(date(2025, 6, 1))
    contacts = [talk(date(2025, 6, 1)), talk(date(2025, 9, 1))]

    assert stretches(strand, contacts, window=45, on=ON) == [
        (date(2025, 6, 1), date(2025, 7, 16), True),
        (date(2025, 7, 16), date(2025, 9, 1), False),
        (date(2025, 9, 1), date(2025, 10, 16), True),
        (date(2025, 10, 16), ON, False),
    ]


# A busy machine draws slowly; that says nothing about the law.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(min_value=date(2025, 1, 1), max_value=ON)


@unhurried
@given(st.lists(days, max_size=12), days)
def test_stretches_cover_a_tie_from_its_beginning_to_today_without_a_gap(
    touched: list[date], began: date
) -> None:
    found = stretches(supporter(began), [talk(day) for day in touched], window=45, on=ON)

    edges = [(first, last) for first, last, _live in found]
    assert sum((last - first for first, last in edges), timedelta()) == ON - began
    assert all(a[1] == b[0] for a, b in pairwise(edges))


@unhurried
@given(st.lists(days, max_size=12), days)
def test_everything_drawn_stands_within_the_frame(touched: list[date], began: date) -> None:
    for frame in (BROAD, SLIM):
        drawn = picture([talk(day) for day in touched], [supporter(began)], frame)
        xs = [mark.x for mark in [*drawn.marks, *drawn.starts]]  # type: ignore[attr-defined]
        xs += [x for bar in drawn.bars for x in (bar.x1, bar.x2)]  # type: ignore[attr-defined]
        assert all(frame.left <= x <= frame.right for x in xs)


@unhurried
@given(st.lists(days, max_size=12))
def test_the_table_counts_what_the_picture_draws(touched: list[date]) -> None:
    contacts = [talk(day) for day in touched]

    drawn = picture(contacts, [])

    assert sum(month.total for month in table(contacts, FIRSTS)) == len(drawn.marks)  # type: ignore[attr-defined]


def test_a_strand_that_never_was_says_not_yet() -> None:
    drawn = picture([], [supporter(date(2025, 6, 1))])

    assert [label.text for label in drawn.absent] == ["not yet", "not yet"]  # type: ignore[attr-defined]


def test_an_ended_tie_has_an_end_and_its_note() -> None:
    drawn = picture([], [supporter(date(2025, 6, 1), ended=date(2025, 9, 1))])

    assert [mark.text for mark in drawn.ends] == ["since then, recorded by Mira"]  # type: ignore[attr-defined]
