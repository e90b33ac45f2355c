from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from strandline.lib.text import BadText, fold
from strandline.steady.listening.rules import is_rising, nameless, read_words, suggest, told_in

THEMES = {"rents": ["rent", "deposit"], "damp": ["damp", "mould"], "children": ["niño"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The rents went up, and the DEPOSIT is gone.", ("rents",)),
        ("Damp again; rent as well", ("rents", "damp")),
        ("He is the parent of two", ()),
        ("Los ninos y el alquiler", ("children",)),
        ("", ()),
    ],
)
def test_suggest_hears_words_that_begin_so(text: str, found: tuple[str, ...]) -> None:
    assert suggest(text, THEMES) == found


@given(st.text(max_size=60), st.sampled_from(sorted(THEMES)))
def test_a_text_that_holds_a_word_of_a_theme_speaks_of_it(text: str, theme: str) -> None:
    assert theme in suggest(f"{text} {THEMES[theme][0]} {text}", THEMES)


@given(st.text(max_size=60))
def test_suggest_takes_any_text(text: str) -> None:
    assert set(suggest(text, THEMES)) <= set(THEMES)


def test_read_words_folds_and_keeps_each_once() -> None:
    assert read_words("Rent, rent;\nDépôt") == ["rent", fold("Dépôt")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "at least one word"), ("two words", "not one word"), ("of", "not one word"), ("x" * 41, "not one word"),
     (",".join(f"word{n}" for n in range(61)), "at most 60")],
)  # fmt: skip
def test_read_words_refuses_with_the_reason(typed: str, words: str) -> None:
    with pytest.raises(BadText) as refused:
        read_words(typed)

    assert refused.value.field == "words"
    assert words in refused.value.reason


@pytest.mark.parametrize(
    ("recent", "before", "rises"),
    [
        (4, 0, False),
        (5, 0, True),
        (5, 15, False),
        (10, 30, False),
        (14, 12, True),
        (40, 60, True),
        (0, 90, False),
    ],
)
def test_a_theme_rises_when_luck_would_not_do_it(recent: int, before: int, rises: bool) -> None:
    assert is_rising(recent, before) is rises


@given(st.integers(0, 60), st.integers(0, 120))
def test_rising_agrees_with_another_way_of_computing_it(recent: int, before: int) -> None:
    tail = binom.sf(recent - 1, recent + before, 0.25)

    assert is_rising(recent, before) is (recent >= 5 and bool(tail < 0.01))


@pytest.mark.parametrize(
    ("remarks", "told"),
    [
        ({"ward": 10}, "ward"),
        ({"ward": 9, "hospital": 12}, "hospital"),
        ({"ward": 9, "hospital": 9}, None),
        ({}, None),
    ],
)
def test_few_remarks_are_told_with_those_of_the_section_above(
    remarks: dict[str, int], told: str | None
) -> None:
    assert told_in("ward", remarks, {"ward": "hospital", "hospital": None}) == told


@pytest.mark.parametrize(
    ("text", "names", "told"),
    [
        ("Rosa says the rent", ["Rosa Lindqvist"], "\u2026 says the rent"),
        ("ROSA LINDQVIST-Marek: rent", ["Rosa Lindqvist Marek"], "\u2026: rent"),
        ("Sra. N\u00fa\u00f1ez said no", ["Ana Nunez"], "Sra. \u2026 said no"),
        (
            "\u0645\u062d\u0645\u062f \u0642\u0627\u0644",
            ["\u0645\u062d\u0645\u062f"],
            "\u2026 \u0642\u0627\u0644",
        ),
        ("A rose is a rose", ["A. Rosa"], "A rose is a rose"),
        ("", ["Rosa"], ""),
    ],
)
def test_a_remark_is_told_without_names(text: str, names: list[str], told: str) -> None:
    assert nameless(text, names) == told
