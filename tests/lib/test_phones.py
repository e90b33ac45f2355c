"""Numbers are read as the library reads them, sooner, and damaged ones are told from good ones."""

import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.lib import phones
from strandline.lib.phones import BadPhone, Doubt, Phone, is_region, parse, split


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("(212) 555-0143", "US", "+12125550143"),
        ("212.555.0143", "US", "+12125550143"),
        ("1 212 555 0143", "US", "+12125550143"),
        ("+1 212 555 0143", "DE", "+12125550143"),
        ("011 44 7911 123456", "US", "+447911123456"),
        ("07911 123456", "GB", "+447911123456"),
        ("+44 (0)7911 123456", "GB", "+447911123456"),
        ("0044 7911 123456", None, "+447911123456"),
        ("447911123456", "GB", "+447911123456"),
        ("030/12 34 56 78", "DE", "+493012345678"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("06 12345678", "IT", "+390612345678"),
        ("٠٧٩١١ ١٢٣٤٥٦", "GB", "+447911123456"),
        ("＋４４ ７９１１ １２３４５６", None, "+447911123456"),
        ("+44\u20117911\u00a0123456", None, "+447911123456"),
        ("\u202a+44 7911 123456\u202c", None, "+447911123456"),
        ("tel:+447911123456", None, "+447911123456"),
    ],
)
def test_parse_reads(typed: str, region: str | None, e164: str) -> None:
    assert parse(typed, region) == Phone(typed, e164)


def test_parse_keeps_the_extension() -> None:
    assert parse("(212) 555-0143 x12", "US") == Phone("(212) 555-0143 x12", "+12125550143", "12")


@pytest.mark.parametrize(
    ("typed", "region", "e164", "doubt"),
    [
        ("7911 123456", "GB", "+447911123456", Doubt.LOST_ZERO),
        ("701234567", "SE", "+46701234567", Doubt.LOST_ZERO),
        ("4.47911123456E+11", "GB", "+447911123456", Doubt.FLOAT),
        ("447911123456.0", "GB", "+447911123456", Doubt.FLOAT),
        ("555 555 0143", "US", "+15555550143", Doubt.UNASSIGNED),
    ],
)
def test_parse_flags_what_a_spreadsheet_did(typed: str, region: str, e164: str, doubt: Doubt) -> None:
    assert parse(typed, region) == Phone(typed, e164, "", doubt)


@pytest.mark.parametrize("typed", ["4.47E+11", "4,47E+11", "+4.48e11", "1E+10", "4.479111234E+11", "1e999"])
def test_parse_refuses_damaged_numbers_as_damaged(typed: str) -> None:
    with pytest.raises(BadPhone, match="lost its last digits") as refused:
        parse(typed, "GB")

    assert refused.value.is_damaged


@pytest.mark.parametrize(
    ("typed", "region", "reason"),
    [
        ("", "GB", "Nothing was filled in."),
        ("---", "GB", "This holds no digits."),
        ("n/a", "GB", "This is not a telephone number."),
        ("12", "GB", "This is not a telephone number."),
        ("12345", "DE", "This has too few digits for a telephone number."),
        ("555-0143", "US", "The area code is missing."),
        ("+44 79", "GB", "This has too few digits for a telephone number."),
        ("212 555 0143 999", "US", "This has too many digits for a telephone number."),
        ("+44791112345678901", "GB", "This has too many digits for a telephone number."),
        ("9223372036854775808", "US", "This has too many digits for a telephone number."),
        ("9" * 30, "US", "This has too many digits for a telephone number."),
        ("9" * 5_000, "US", "This is too long for a telephone number (5,000 characters)."),
        ("07911 123456", None, "Without a country this number must begin with + and its country code."),
        ("+999 123456789", None, "No country has this country code."),
        ("ana2026@example.org", "US", "This is an e-mail address, not a telephone number."),
        ("=1+1", "US", "This is not a telephone number."),
        ("a1b2c3", "US", "This is not a telephone number."),
    ],
)
def test_parse_refuses_with_the_reason(typed: str, region: str | None, reason: str) -> None:
    with pytest.raises(BadPhone) as refused:
        parse(typed, region)

    assert refused.value.reason == reason
    assert not refused.value.is_damaged


def _oracle(typed: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _ours(typed: str, region: str) -> str | None:
    try:
        phone = parse(typed, region)
    except BadPhone:
        return None
    return None if phone.doubt is Doubt.UNASSIGNED else phone.e164


EXAMPLES = [
    (region, example)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in range(11)
    if (example := phonenumbers.example_number_for_type(region, kind)) is not None
]


def test_parse_agrees_with_the_library_on_numbers_of_every_country() -> None:
    chance = random.Random(20260304)
    disagreements = []
    for region, example in EXAMPLES * 4:
        digits = list("0" * bool(example.italian_leading_zero) + str(example.national_number))
        for _ in range(chance.choice([0, 0, 1, 3])):
            digits[chance.randrange(len(digits))] = str(chance.randrange(10))
        if chance.random() < 0.1:
            digits.append("5")
        known = phonenumbers.PhoneMetadata.metadata_for_region(region)
        prefix = (known and known.national_prefix) or ""
        form = chance.choice(
            [
                f"+{example.country_code} ",
                f"{example.country_code}",
                f"{prefix} ",
                prefix,
                "",
                "00",
                f"00{example.country_code}",
                f"011 {example.country_code}",
                f"000{example.country_code}",
            ]
        )
        typed = form + "".join(digits)
        asked = chance.choice([region, region, chance.choice(EXAMPLES)[0]])
        if _ours(typed, asked) != _oracle(typed, asked):
            disagreements.append((typed, asked))

    assert disagreements == []


@settings(max_examples=400)
@given(
    st.from_regex(r"\A[+]?[0-9() .-]{5,18}\Z"),
    st.sampled_from(["US", "GB", "DE", "ES", "RU", "IT", "BR", "AU"]),
)
def test_parse_agrees_with_the_library_on_figures(typed: str, region: str) -> None:
    if sum(char.isdecimal() for char in typed) >= 8 and not typed.rstrip().endswith((".0", ".00", ".")):
        assert _ours(typed, region) == _oracle(typed.strip(), region)


@settings(max_examples=300)
@given(st.text(max_size=70), st.sampled_from([None, "US", "GB", "XX"]))
def test_parse_never_breaks(typed: str, region: str | None) -> None:
    try:
        outcome = parse(typed, region).e164
    except BadPhone as refused:
        outcome = refused.reason

    assert outcome.startswith("+") or outcome.endswith(".")


def test_odd_characters_are_not_gathered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "_MOST_LEARNT", 0)
    held = len(phones._DIGITS)

    with pytest.raises(BadPhone):
        parse("ꙮ123", "GB")
    assert len(phones._DIGITS) == held


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("07911 123456; 020 7946 0000", ["07911 123456", "020 7946 0000"]),
        ("07911123456 / 02079460000", ["07911123456", "02079460000"]),
        ("030/123456", ["030/123456"]),
        ("", []),
    ],
)
def test_split_parts_a_cell(cell: str, numbers: list[str]) -> None:
    assert split(cell) == numbers


def test_regions_are_known_by_their_two_letters() -> None:
    assert is_region("SE")
    assert not is_region("se")
    assert not is_region("EU")
