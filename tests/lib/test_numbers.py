"""Numbers are read exactly, or refused with the field and the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.numbers import LARGEST, BadNumber, decimal, whole


@pytest.mark.parametrize(
    ("value", "mark", "read"),
    [
        ("7", ".", 7), (" 7 ", ".", 7), ("-0", ".", 0), ("+7", ".", 7), ("٣", ".", 3), ("１２", ".", 12),
        ("1,500", ".", 1500), ("1.500", ",", 1500), ("1 500 000", ".", 1_500_000), ("1\u202f500", ",", 1500),
        ("1’500", ".", 1500), ("7.0", ".", 7), ("7,00", ",", 7), ("−7", ".", -7), (7, ".", 7), (7.0, ".", 7),
        (Decimal("7.00"), ".", 7), (str(LARGEST), ".", LARGEST), (str(-LARGEST - 1), ".", -LARGEST - 1),
        (-0.0, ".", 0), ("١٬٥٠٠", ".", 1500),
    ],
)  # fmt: skip
def test_whole_reads(value: object, mark: str, read: int) -> None:
    assert whole(value, field="Count", mark=mark) == read


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "Nothing was filled in."),
        (str(LARGEST + 1), "This number is too large to be kept."),
        (LARGEST + 1, "This number is too large to be kept."),
        (10**400, "This number is too large."),
        ("1" * 5_000, "This number is too long (5,000 characters)."),
        ("NaN", "This is not a finite number."),
        ("-Infinity", "This is not a finite number."),
        (float("nan"), "This is not a finite number."),
        (float("inf"), "This is not a finite number."),
        (Decimal("sNaN"), "This is not a finite number."),
        ("1e999", "This is written as a power of ten; write it out."),
        ("1,5", "Numbers are read with '.' as the decimal mark here; 1,5 can be read in two ways."),
        ("1.5", "This must be a whole number, and 1.5 is not."),
        (1.5, "This must be a whole number, and 1.5 is not."),
        ("1,50,000", "This is not a number."),
        ("1,500 000", "This is not a number."),
        ("0x10", "This is not a number."),
        ("1_000", "This is not a number."),
        ("--1", "This is not a number."),
        ("²", "This is not a number."),
        (True, "This must be a number."),
        (None, "This must be a number."),
        ([], "This must be a number."),
    ],
)
def test_whole_refuses_with_the_reason(value: object, reason: str) -> None:
    with pytest.raises(BadNumber) as refused:
        whole(value, field="Count")

    assert (refused.value.field, refused.value.reason) == ("Count", reason)


def test_whole_names_its_bounds() -> None:
    with pytest.raises(BadNumber, match="This must be between 1 and 1,000"):
        whole("0", field="Count", least=1, most=1_000)
    with pytest.raises(BadNumber, match="This must be 0 or more"):
        whole("-1", field="Count", least=0)


@pytest.mark.parametrize(
    ("value", "mark", "read"),
    [
        ("1.5", ".", "1.5"), ("1,5", ",", "1.5"), ("1.234,50", ",", "1234.5"), ("1,234.50", ".", "1234.5"),
        ("-0", ".", "0"), ("-0.0", ".", "0"), (".5", ".", "0.5"), ("5.", ".", "5"), ("٣٫٥", ".", "3.5"),
        (0.1, ".", "0.1"), (3, ".", "3"), (1e-05, ".", "0.00001"),
    ],
)  # fmt: skip
def test_decimal_reads_exactly(value: object, mark: str, read: str) -> None:
    found = decimal(value, field="Share", mark=mark)

    assert found == Decimal(read)
    assert not str(found).startswith("-")


def test_decimal_refuses_what_does_not_fit() -> None:
    with pytest.raises(BadNumber, match="more than 2 places"):
        decimal("0.125", field="Share", places=2)
    with pytest.raises(BadNumber, match="between 0 and 1"):
        decimal("1.5", field="Share", least=0, most=1)
    with pytest.raises(BadNumber, match="too large"):
        decimal("9" * 30, field="Share")
    with pytest.raises(BadNumber, match="power of ten"):
        decimal("1e3", field="Share")


@given(st.integers(-LARGEST - 1, LARGEST))
def test_whole_reads_back_what_was_written(number: int) -> None:
    assert whole(str(number), field="n") == number == whole(f"{number:,}", field="n")
    assert whole(f"{number:,}".replace(",", "."), field="n", mark=",") == number


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=3))
def test_decimal_reads_back_what_was_written(number: Decimal) -> None:
    assert decimal(f"{number:f}", field="n") == number
    assert decimal(f"{number:f}".replace(".", ","), field="n", mark=",") == number


@given(st.one_of(st.text(max_size=50), st.floats(), st.none(), st.integers(), st.decimals()))
def test_reading_never_breaks(value: object) -> None:
    reasons = []
    for read in (whole, decimal):
        try:
            read(value, field="n")
        except BadNumber as refused:
            reasons.append(refused.reason)

    assert all(reason.endswith(".") for reason in reasons)
