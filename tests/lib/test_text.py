"""Text is kept as typed or refused with a reason; keys ignore what eyes ignore."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strandline.lib import text
from strandline.lib.text import (
    BadText,
    clean,
    closest,
    decode,
    distance,
    fold,
    grams,
    initials,
    is_close,
    is_confusable,
    is_invisible,
    scripts,
    skeleton,
    sort_key,
)

KEPT_AS_TYPED = [
    "' OR 1=1--", '"); DROP TABLE person;--', "%", "_" * 50, "\\",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<div hx-get=/api/export hx-trigger=load>",
    "javascript:alert(1)", "{{7*7}}", "{% debug %}", "<svg><math><mtext></svg>",
    '=HYPERLINK("https://example.org")', "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1",
    "Anna\u202e", "\u2066Anna", "می\u200cخواهم", "क्\u200dष", "Anna\u200b", "\ufeffAnna", "Anna\U000e0041",
    "❤\ufe0f", "Аnna", "e\u0301", "ﬁ", "İ", "ı", "ß", "ẞ", "１２３", "١٢٣",
    "O'Brien-D'Arcy", "Null", "True", "Ö", "van der Berg", "محمد", "Nguyễn Thị Lan", "שָׁלוֹם",
]  # fmt: skip


@pytest.mark.parametrize("typed", KEPT_AS_TYPED)
def test_clean_keeps_what_was_typed(typed: str) -> None:
    assert clean(typed, field="Name") == typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Nothing was filled in."),
        ("   \n", "Nothing was filled in."),
        ("\u00a0", "This holds nothing that can be seen."),
        ("\t", "This holds nothing that can be seen."),
        ("\u200b\u200d\ufeff", "This holds nothing that can be seen."),
        ("\u3164", "This holds nothing that can be seen."),
        ("\u00ad", "This holds nothing that can be seen."),
        ("An\0na", "This holds a NUL character, which no text has."),
        ("An\ud800na", "This holds half a character (a lone surrogate). Type it again."),
        ("An\x07na", "This holds a control character (U+0007)."),
        ("An\x85na", "This holds a control character (U+0085)."),
        ("An\ufffena", "This holds a code that is not a character (U+FFFE)."),
        ("An\U0001ffffna", "This holds a code that is not a character (U+1FFFF)."),
        ("a" + "\u0301" * 300, "One letter carries more than 8 marks."),
        ("a" + "\u0301" * 9, "One letter carries more than 8 marks."),
        ("x" * 201, "This is too long: 201 characters, and at most 200 fit."),
        ("%a" * 30_000, "This is too long: 60,000 characters, and at most 200 fit."),
        ("x" * 1_000_000, "This is too long: 1,000,000 characters, and at most 200 fit."),
        ("Anna\nBruno", "This must be on one line."),
        ("Anna\u2028Bruno", "This must be on one line."),
        ("Anna \r\n Bruno", "This must be on one line."),
    ],
)
def test_clean_refuses_with_field_and_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadText) as refused:
        clean(typed, field="Name")

    assert (refused.value.field, refused.value.reason) == ("Name", reason)


def test_clean_counts_marks_on_one_letter_and_not_in_all() -> None:
    assert len(clean("a\u0301" * 90, field="Name")) == 180
    with pytest.raises(BadText, match="more than 8 marks"):
        clean("ok " + "e" + "\u0301\u200d" * 9, field="Name")


def test_clean_refuses_what_is_not_text() -> None:
    with pytest.raises(BadText, match="This must be text"):
        clean(7, field="Name")  # type: ignore[arg-type]  # what a parsed body may hold


def test_clean_strips_spaces_around_and_line_breaks_after_only() -> None:
    assert clean("  Anna Berg \r\n", field="Name") == "Anna Berg"
    assert clean("\u00a0Anna", field="Name") == "\u00a0Anna"


def test_clean_lets_optional_text_be_empty() -> None:
    assert clean("  ", field="Note", required=False) == ""


def test_clean_keeps_lines_where_lines_are_meant() -> None:
    assert clean("one\ntwo\r\n", field="Note", multiline=True) == "one\ntwo"


@given(st.text(max_size=30))
def test_clean_either_keeps_or_refuses_and_repeats_itself(typed: str) -> None:
    try:
        kept = clean(typed, field="Name")
    except BadText:
        return

    assert clean(kept, field="Name") == kept
    assert kept in typed
    kept.encode("utf-8")


def test_decode_names_the_byte() -> None:
    assert decode("Ö".encode(), field="Name") == "Ö"
    with pytest.raises(BadText, match=r"not valid UTF-8 \(at byte 1\)"):
        decode(b"\xc3\x28", field="Name")


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Łukasz", "lukasz"), ("ÉMILE", "emile"), ("e\u0301", "e"), ("ﬁ", "fi"), ("İstanbul", "istanbul"),
        ("ısı", "isi"), ("straße", "strasse"), ("STRAẞE", "strasse"), ("Ærø", "aero"), ("Đặng", "dang"),
        ("Œuvre", "oeuvre"), ("Þóra", "thora"), ("１２", "12"), ("١٢٣", "123"), ("An\u200bna", "anna"),
        ("An\U000e0041na", "anna"), ("❤\ufe0f", "❤"), ("\u202eAnna", "anna"), ("O’Brien", "o'brien"),
        ("Lee–Ann", "lee-ann"), ("A\u00a0 \tB", "a b"), ("Σίσυφος", "σισυφοσ"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("مُحَمَّد", "محمد"), ("محمـد", "محمد"), ("A`B", "a'b"), ("a\x00b", "ab"), ("𝐀nna", "anna"),
    ],
)  # fmt: skip
def test_fold_compares_as_eyes_do(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=40))
@example("ŉ")
@example("ϓ")
@example("ǅ")
def test_fold_twice_is_fold_once(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@given(st.text(max_size=40))
def test_fold_is_the_same_for_canonical_equals(typed: str) -> None:
    assert fold(unicodedata.normalize("NFD", typed)) == fold(unicodedata.normalize("NFC", typed))


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=30))
def test_fold_of_plain_letters_is_case_and_space_only(typed: str) -> None:
    printable = "".join(char for char in typed if char.isprintable()).replace("`", "")

    assert fold(printable) == " ".join(printable.lower().split())


def test_fold_does_not_gather_letters_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_MOST_LEARNT", 0)
    held = len(text._FOLDED)

    assert fold("ꙮ") == "ꙮ"
    assert len(text._FOLDED) == held


def test_sort_key_sets_apostrophes_and_hyphens_aside() -> None:
    names = ["O'Connor", "Obama", "Ödön", "Lee-Ann", "Lee Anna", "Oz"]

    assert sorted(names, key=sort_key) == ["Lee-Ann", "Lee Anna", "Obama", "O'Connor", "Ödön", "Oz"]


@given(st.text(max_size=30))
def test_grams_are_every_run_of_three(text: str) -> None:
    found = grams(text)

    assert len(found) == len(set(found))
    assert set(found) == {text[i : i + 3] for i in range(len(text)) if len(text[i : i + 3]) == 3}


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Noor van der Berg", "NB"), ("Cher", "C"), ("élise ö", "ÉÖ"), ("محمد", "م"), ("張偉", "張"),
        ("(Ann) 'Lee'", "AL"), ("\u200bAnn", "A"), ("-", "?"), ("", "?"), ("ßa", "S"),
    ],
)  # fmt: skip
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_confusable_flags_mixed_scripts_in_one_word() -> None:
    assert is_confusable("Аnna Berg")
    assert not is_confusable("Анна Berg")
    assert not is_confusable("Анна-Berg")
    assert not is_confusable("Anna")
    assert not is_confusable("東京タワーです")


def test_scripts_are_named() -> None:
    assert scripts("Anna — Анна 7") == {"LATIN", "CYRILLIC"}


def test_skeleton_makes_lookalikes_equal() -> None:
    assert skeleton("Аnna") == skeleton("Anna") == "anna"
    assert fold("Аnna") != fold("Anna")


def test_invisible_characters_draw_nothing() -> None:
    assert all(is_invisible(char) for char in "\u200b\u200d\ufeff\u202e\ufe0f\U000e0100\U000e0041\u3164")
    assert not any(is_invisible(char) for char in "a \u0301م")


def _reference_distance(one: str, other: str) -> int:
    """The textbook recursion, for short words."""
    if not one or not other:
        return len(one) + len(other)
    costs = [
        _reference_distance(one[1:], other) + 1,
        _reference_distance(one, other[1:]) + 1,
        _reference_distance(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        costs.append(_reference_distance(one[2:], other[2:]) + 1)
    return min(costs)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 4))
def test_distance_agrees_with_the_textbook(one: str, other: str, most: int) -> None:
    assert distance(one, other, most=most) == min(_reference_distance(one, other), most + 1)


def test_closeness_finds_transposed_letters_and_nothing_short() -> None:
    assert is_close("amria", "maria")
    assert not is_close("an", "na")
    assert not is_close("maria", "marta el")
    assert is_close("gonzales", "gnozalez")


def test_closest_puts_the_nearest_first() -> None:
    assert closest("maria", ["mario", "maria", "marias", "peter"]) == ["maria", "marias", "mario"]
