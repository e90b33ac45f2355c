"""JSON lists of people are read item by item, and refused with the line where they break."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.interchange.rules.notation import flatten
from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits
from tests.steady.interchange.files import opened, refusal

ANN = {"given_name": "Ann", "email_addresses": [{"address": "a@x.org", "primary": True}], "n": 7}
FLAT = {
    "given_name": "Ann",
    "email_addresses.1.address": "a@x.org",
    "email_addresses.1.primary": "true",
    "n": "7",
}


def _items(content: str, limits: Limits | None = None) -> list[dict[str, str]]:
    table = opened(content, limits=limits)
    assert table.kind is Kind.JSON
    return [dict(zip(table.header, row[1], strict=True)) for row in table.rows() if isinstance(row[1], list)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ANN]),
        json.dumps(ANN),
        json.dumps({"person": ANN}),
        json.dumps({"people": [ANN]}),
        json.dumps({"total_pages": 1, "_links": {}, "_embedded": {"osdi:people": [ANN], "x": {"y": 1}}}),
        json.dumps({"page": 1, "_embedded": {}, "data": [ANN]}),
        json.dumps([ANN], indent=4),
    ],
)
def test_people_are_found_wherever_systems_put_them(content: str) -> None:
    assert _items(content) == [FLAT]


def test_the_tags_beside_a_person_are_kept() -> None:
    assert _items(json.dumps({"person": {"given_name": "Ann"}, "add_tags": ["a", "b"]})) == [
        {"given_name": "Ann", "add_tags": "a; b"}
    ]


def test_one_a_line_is_read_with_lines() -> None:
    table = opened('{"a": 1}\n{"a": 2, "b": "x"}\n\n{"a": 3}\n')

    assert list(table.rows()) == [(1, ["1", ""]), (2, ["2", "x"]), (4, ["3", ""])]


def test_long_files_are_read_across_pieces() -> None:
    people = [{"name": f"Person {n}", "note": "x" * (n % 700), "n": n} for n in range(2_000)]

    found = _items(json.dumps(people))

    assert [item["name"] for item in found] == [person["name"] for person in people]
    assert [item["n"] for item in found] == [str(n) for n in range(2_000)]


def test_a_figure_cut_in_two_by_the_reading_is_one() -> None:
    for pad in range(65_500, 65_540):
        content = '{"a": "' + "x" * pad + '", "n": 123456}'
        assert _items(content)[0]["n"] == "123456"


def test_empty_items_are_passed_over() -> None:
    assert _items('[{"a": "x"}, {"a": ""}]') == [{"a": "x"}]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("[" * 100_000, 1, "This is nested too deeply."),
        ('{"a":' * 100_000, 1, "This is nested too deeply."),
        ('[\n{"a": NaN}]', 2, "From here on this is not JSON."),
        ('[{"a": 1},\n{"a": 2', 2, "From here on this is not JSON."),
        ('[{"a": 1}\n{"a": 2}]', 2, "From here on this is not JSON."),
        ('{"a" 1}', 1, "From here on this is not JSON."),
        ('{"a": 1 "b": 2}', 1, "From here on this is not JSON."),
        ("{1: 2}", 1, "From here on this is not JSON."),
        ('{"a": 1}\nx', 2, "From here on this is not JSON."),
        ("[1, 2]", 1, "This item is not a person."),
        ("[]", 0, "No list of people was found in this file."),
        ("{}", 0, "No list of people was found in this file."),
        ('{"_embedded": {}}', 0, "No list of people was found in this file."),
        ('{"total_pages": 3}', 0, "No list of people was found in this file."),
        ("[{}]", 0, "No list of people was found in this file."),
    ],
)
def test_broken_files_are_refused_with_the_line(content: str, line: int, reason: str) -> None:
    refused = refusal(content)

    assert (refused.line, refused.reason) == (line, reason)


def test_caps_hold() -> None:
    assert "longer than 1,000,000" in refusal('[{"a": "' + "x" * 999_000 + "\\n" * 3_000 + '"}]').reason
    assert (
        "longer than 1,000"
        in refusal('[{"a": "' + "x" * 2_000 + '"}]', limits=Limits(json_item=1_000)).reason
    )
    assert (
        "longer than 1,000"
        in refusal('[{"a": "' + "x" * 200_000 + '"}]', limits=Limits(json_item=1_000, line=10**6)).reason
    )
    assert "more than 3 items" in refusal('[{"a":1},{"a":1},{"a":1},{"a":1}]', limits=Limits(rows=3)).reason
    wide = json.dumps([{f"k{n}": n for n in range(600)}])
    assert "more than 500 fields" in refusal(wide).reason


def test_what_is_nested_beyond_any_person_is_left_out() -> None:
    deep: dict[str, object] = {"x": 1}
    for _ in range(20):
        deep = {"d": deep}

    assert flatten(
        {"a": None, "_links": {"self": 1}, "l": [1, None, [2], "b"], "e": [], "s": "", **deep}
    ) == {
        "l": "1; b",
        "s": "",
    }


@given(st.text(max_size=200))
def test_nothing_after_a_brace_breaks_the_reader(text: str) -> None:
    try:
        outcome = "".join(opened('{"' + text).header)
    except CannotRead as refused:
        outcome = refused.reason

    assert outcome
