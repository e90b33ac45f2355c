from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.exact_json import MOST_INTEGER, BadJSON, read

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MOST_INTEGER, MOST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_read_gives_what_was_written(value: Any) -> None:
    assert read(json.dumps(value).encode()) == value


@given(st.binary(max_size=40))
def test_read_refuses_or_agrees_with_the_library(raw: bytes) -> None:
    try:
        found = read(raw)
    except BadJSON:
        return

    assert found == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "pointer", "reason"),
    [
        (b"\xc3\x28", "", "This is not valid UTF-8 (at byte 1)."),
        (
            b"{",
            "",
            "This is not valid JSON: Expecting property name enclosed in double quotes (line 1, column 2).",
        ),
        (b'{"a": 1, "a": 2}', "/a", 'The key "a" stands here twice.'),
        (b'[{"b/c": [1], "b/c": 2}]', "/b~1c", 'The key "b/c" stands here twice.'),
        (b"NaN", "", "NaN is not a number that JSON knows."),
        (b"-Infinity", "", "-Infinity is not a number that JSON knows."),
        (b"1e999", "", "A number here is too large."),
        (b"-1e999", "", "A number here is too large."),
        (b"9223372036854775808", "", "A whole number here is too large."),
        (b"9" * 5000, "", "A whole number here is too large."),
        (b"0." + b"1" * 5000, "", "A number here is too large."),
        (b'{"a": ["x", "\\u0000"]}', "/a/1", "This holds a NUL character, which no text has."),
        (b'{"a": {"b": "\\udfff"}}', "/a/b", "This holds half a character (a lone surrogate)."),
        (b'{"\\ud800": 1}', "", "This holds half a character (a lone surrogate)."),
        (b"[" * 33 + b"]" * 33, "", "This is nested deeper than 32 levels."),
        (b"[" * 100_000, "", "This is nested deeper than 32 levels."),
        (b'{"a":' * 100_000, "", "This is nested deeper than 32 levels."),
    ],
)
def test_read_says_where_and_why_it_refuses(raw: bytes, pointer: str, reason: str) -> None:
    with pytest.raises(BadJSON) as refused:
        read(raw)

    assert (refused.value.pointer, refused.value.reason) == (pointer, reason)


def test_read_counts_no_brackets_inside_text() -> None:
    text = '["' + '[{\\"' * 50 + '"]'

    assert read(text.encode()) == json.loads(text)


def test_read_takes_as_many_levels_as_are_allowed() -> None:
    assert read(b"[" * 32 + b"]" * 32) == json.loads("[" * 32 + "]" * 32)
