from __future__ import annotations

from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from strandline.web.pictures.drawing import HALF, SLIM, WIDE, Drawing, between, polyline, steps
from strandline.web.pictures.picture import Key, Picture, Table, number, percent, signed
from strandline.web.pictures.scale import Scale, day_ticks, ticks, top_of

SVG = "{http://www.w3.org/2000/svg}"


def test_scale_goes_upwards_as_drawings_do() -> None:
    up = Scale(0, 200, 180, 20)

    assert [up(0), up(100), up(200)] == [180, 100, 20]
    assert up.span(50) == 40
    assert Scale(3, 3, 10, 90)(3) == 10


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (254, [0, 100, 200]),
        (9, [0, 5]),
        (3, [0, 1, 2, 3]),
        (0, [0, 1]),
        (1, [0, 1]),
        (12_000, [0, 5000, 10_000]),
    ],
)
def test_ticks_are_round(most: float, expected: list[int]) -> None:
    assert ticks(most) == expected


@given(st.integers(0, 10**7))
def test_ticks_are_few_and_within_the_axis(most: int) -> None:
    found = ticks(most)

    assert found[0] == 0
    assert 2 <= len(found) <= 5
    assert found == sorted(set(found))
    assert found[-1] <= top_of([most])


@given(st.integers(0, 3000), st.integers(3, 9))
def test_days_are_named_evenly_and_not_too_often(days: int, most: int) -> None:
    first = date(2026, 1, 1)
    found = day_ticks(first, date.fromordinal(first.toordinal() + days), most=most)

    apart = {(later - sooner).days for sooner, later in pairwise(found)}
    assert (found[0], len(apart) <= 1, len(found) <= most) == (first, True, True)


def test_paths_are_short_and_closed_where_they_are_areas() -> None:
    points = [(0.0, 10.0), (12.34, 5.0), (20.0, 0.04)]

    assert polyline(points) == "M0 10L12.3 5L20 0"
    assert steps(points) == "M0 10H12.3V5H20V0"
    assert between([(0, 1), (2, 1)], [(0, 3), (2, 3)]) == "M0 1L2 1L2 3L0 3Z"
    assert steps([]) == ""


def test_drawing_is_one_image_with_a_sentence_and_nothing_runs_in_it() -> None:
    drawing = Drawing("curve-broad", width=HALF, height=200, says='A peak of 254 <b>"today"</b>')
    drawing.rect(0, 10, 20, -3, "fill-sea", hatch="sea", title="Fri & Sat")
    drawing.text(5, 5, "<script>", "text-ink", anchor="middle")
    drawing.circle(1, 2, 3, "ring-wrack")
    drawing.line(0, 0, 1, 1, "axis")
    drawing.path("", "line-sea")

    root = ElementTree.fromstring(
        drawing.markup().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'A peak of 254 <b>"today"</b>'
    assert [child.tag.removeprefix(SVG) for child in root] == [
        "defs",
        "rect",
        "rect",
        "text",
        "circle",
        "line",
    ]
    assert root[3].text == "<script>"
    assert root[1].attrib["height"] == "0"
    assert root[2].attrib["fill"] == "url(#curve-broad-sea)"
    assert "style=" not in drawing.markup()


def test_slim_drawing_is_the_one_for_a_phone() -> None:
    slim, wide = (Drawing("a", width=width, height=9, says="x").markup() for width in (SLIM, WIDE))

    assert 'class="chart chart-slim"' in slim
    assert 'class="chart chart-broad"' in wide


def test_numbers_read_as_people_write_them() -> None:
    assert [number(1222), number(0.4), signed(137), signed(-4), signed(0)] == [
        "1,222",
        "0",
        "+137",
        "−4",
        "0",
    ]
    assert [percent(0.917), percent(1), percent(None)] == ["92%", "100%", "–"]


def test_picture_has_both_drawings_its_table_and_how_it_is_counted() -> None:
    table = Table("Sign-ups a day", ("Day", "Came", "Remark"), (("Fri 9 Jan", "254", "peak"),), texts=(2,))
    picture = Picture(
        name="curve",
        title="Sign-ups fell",
        broad=Drawing("b", width=HALF, height=9, says="x").markup(),
        slim=Drawing("s", width=SLIM, height=9, says="x").markup(),
        table=table,
        counted="/help/counted/#curve",
        legend=(Key("sea", "came"),),
        notes=("False alarms so far this year: 1.",),
    )

    page = render_to_string("_components/picture_card.html", {"picture": picture})

    assert page.count('role="img"') == 2
    assert '<h2 id="curve-title">Sign-ups fell</h2>' in page
    assert '<th scope="row">Fri 9 Jan</th><td class="number">254</td><td>peak</td>' in page
    assert 'href="/help/counted/#curve"' in page
    assert "False alarms so far this year: 1." in page
