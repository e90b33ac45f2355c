from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.text import BadText, fold
from strandline.steady.listening.rules import read_words, suggest

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
