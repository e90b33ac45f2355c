"""Telephone numbers: read for a region, kept in E.164, with a doubt noted where a spreadsheet may have damaged one."""

import functools
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

MOST = 60
"""Longer than any number with its extension and the words beside it."""


SHORTEST_DOUBTFUL = 7
"""A number that is not assigned is kept, with its doubt, from this many digits behind the country code."""


class Doubt(StrEnum):
    """Why a number that could be read should be looked at before anyone relies on it."""

    NONE = ""
    LOST_ZERO = "The leading zero seems to have been lost, as spreadsheets do; read as though it were there."
    FLOAT = "A spreadsheet turned this into a decimal figure; read from its digits."
    UNASSIGNED = "The length is right, but no such number is assigned."


class BadPhone(ValueError):
    """A number that cannot be read; `reason` is a sentence, `is_damaged` tells a spoilt number from another text."""

    def __init__(self, reason: str, *, is_damaged: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_damaged = is_damaged


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that could be read: as typed, in E.164, with its extension and what is doubtful about it."""

    as_typed: str
    e164: str
    extension: str = ""
    doubt: Doubt = Doubt.NONE


_MOST_LEARNT = 5_000


class _Digits(dict[int, int | None]):
    """Digits of every script as 0 to 9, and nothing for what people write between digits."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        digit = unicodedata.decimal(char, None)
        meant: int | None = code
        if digit is not None:
            meant = 48 + digit
        elif char in " \t()-./" or unicodedata.category(char) in {"Zs", "Pd", "Cf"}:
            meant = None
        elif char == "＋":
            meant = 0x2B
        if len(self) < _MOST_LEARNT:
            self[code] = meant
        return meant


_DIGITS = _Digits()
_SCIENTIFIC = re.compile(r"\+?(\d)[.,]?(\d*)[eE]\+?(\d{1,3})")
_FLOAT_END = re.compile(r"(\d{6,})[.,]0{1,2}")
_BETWEEN = re.compile(r"[,;/|\n]")


_Place = tuple[re.Pattern[str] | None, re.Pattern[str]]
"""A region among those of one country code: the digits that alone belong to it, if any, and its valid numbers."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the library knows of a region's numbers, in compiled form.

    `trunk` and `abroad` are what it would strip from the front, `before` either of them or the country code;
    `general` is the loose form of a number at home; `places` the regions of the country code as it asks them.
    """

    country_code: str
    prefix: str
    trunk: re.Pattern[str] | None
    abroad: re.Pattern[str]
    before: re.Pattern[str]
    general: re.Pattern[str]
    places: tuple[_Place, ...]

    def is_valid(self, digits: str, start: int = 0) -> bool:
        """Whether the library calls these digits a valid number: those of the first region that claims them."""
        for leading, valid in self.places:
            if leading is None:
                if valid.match(digits, start):
                    return True
            elif leading.match(digits, start):
                return valid.match(digits, start) is not None
        return False

    def may_strip(self, digits: str, start: int = 0) -> bool:
        """Whether the library might take a trunk prefix away from these digits."""
        return self.trunk is not None and self.trunk.match(digits, start) is not None


_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
    "voicemail",
)  # fmt: skip
_KEEPS_ZERO = frozenset({39, 378, 379})
"""Italy and its neighbours: the leading zero belongs to the number, also abroad."""


@functools.cache
def _plan(region: str) -> _Plan | None:
    """The plan of a region; None sends its numbers to the library."""
    known = PhoneMetadata.metadata_for_region(region, None)
    if known is None or known.country_code is None or known.general_desc is None:
        return None
    if known.country_code in _KEEPS_ZERO or not known.international_prefix:
        return None
    trunk = known.national_prefix_for_parsing
    leads = (known.international_prefix, trunk, known.national_prefix, str(known.country_code))
    return _Plan(
        country_code=str(known.country_code),
        # where the prefix changes what follows it, stripping is left to the library
        prefix=(known.national_prefix or "") if not known.national_prefix_transform_rule else "",
        trunk=re.compile(trunk) if trunk else None,
        abroad=re.compile(known.international_prefix),
        before=re.compile("|".join(f"(?:{lead})" for lead in leads if lead)),
        general=re.compile(f"(?:{known.general_desc.national_number_pattern})$"),
        places=_places(known.country_code),
    )


@functools.cache
def _places(country_code: int) -> tuple[_Place, ...]:
    """The regions of a country code in the order in which the library asks which of them a number is of."""
    places = []
    for region in COUNTRY_CODE_TO_REGION_CODE[country_code]:
        known = cast(PhoneMetadata, PhoneMetadata.metadata_for_region(region, None))
        general = cast(PhoneNumberDesc, known.general_desc).national_number_pattern
        described = (getattr(known, kind) for kind in _KINDS)
        patterns = [
            desc.national_number_pattern for desc in described if desc and desc.national_number_pattern
        ]
        kinds = "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns))
        valid = re.compile(f"(?=(?:{general})$)(?:{kinds or '(?!)'})$")
        places.append((re.compile(known.leading_digits) if known.leading_digits else None, valid))
    return tuple(places)


@functools.lru_cache(maxsize=2000)
def _plan_abroad(code: str) -> _Plan | None:
    """The plan of the region that the library asks first for a country code, where there is one and it is plain enough.

    Only countries whose numbers come are read: compiling the patterns of all of them takes most of a second.
    """
    is_code = code.isascii() and code.isdecimal() and code[0] != "0"
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ()) if is_code else ()
    return _plan(regions[0]) if regions and regions[0] != "001" else None


def is_region(code: str) -> bool:
    """Whether numbers can be read for a country of these two letters."""
    return code in phonenumbers.SUPPORTED_REGIONS


def parse(raw: str, region: str | None) -> Phone:
    """Read a number as someone in `region` ("GB", "US") writes it; without a region it must begin with + or 00.

    Digits of any script are read. A number that a spreadsheet spoilt beyond repair ("4.47E+11") is refused with
    `is_damaged` set; one that could be read but is doubtful carries its `doubt`. Raises BadPhone.
    """
    typed = raw.strip()
    if len(typed) > MOST:
        raise BadPhone(f"This is too long for a telephone number ({len(typed):,} characters).")
    e164 = quick(typed, region)
    if e164:
        return Phone(typed, e164)
    if e164 := _without_zero(typed, region):
        return Phone(typed, e164, doubt=Doubt.LOST_ZERO)
    return _read_slowly(typed, region)


def quick(typed: str, region: str | None) -> str:
    """The E.164 form of a number written in a common way, without spaces around; '' where `parse` must be asked."""
    digits = typed.translate(_DIGITS)
    if digits[:1] == "+":
        return _abroad(digits)
    plan = _plan(region) if region else None
    if plan is None or ("." in typed and _FLOAT_END.fullmatch(typed)):
        return ""
    if not plan.before.match(digits):
        return f"+{plan.country_code}{digits}" if plan.prefix != "0" and plan.is_valid(digits) else ""
    if dialled := plan.abroad.match(digits):
        return _abroad("+" + digits[dialled.end() :])
    start = len(plan.prefix)
    if not start or not digits.startswith(plan.prefix):
        return f"+{digits}" if _has_its_code(digits, plan) else ""
    stripped = plan.trunk.match(digits) if plan.trunk else None
    good = (
        stripped
        and stripped.end() == start
        and plan.general.match(digits, start)
        and plan.is_valid(digits, start)
    )
    return f"+{plan.country_code}{digits[start:]}" if good else ""


def _abroad(digits: str) -> str:
    """The same number if it is a valid one behind its + and country code, else ''."""
    plan = _plan_abroad(digits[1:3]) or _plan_abroad(digits[1:4]) or _plan_abroad(digits[1:2])
    if plan is None:
        return ""
    start = 1 + len(plan.country_code)
    return digits if plan.is_valid(digits, start) and not plan.may_strip(digits, start) else ""


def _has_its_code(digits: str, plan: _Plan) -> bool:
    """Whether these are a number abroad without its +: the country code, and no number at home."""
    start = len(plan.country_code)
    if not digits.startswith(plan.country_code) or plan.general.match(digits):
        return False
    if not plan.general.match(digits, start):
        return False
    return plan.is_valid(digits, start) and not plan.may_strip(digits) and not plan.may_strip(digits, start)


def _without_zero(typed: str, region: str | None) -> str:
    """The E.164 form of a number that is good but for the 0 that all write before it there; '' for any other."""
    plan = _plan(region) if region else None
    if plan is None or plan.prefix != "0" or "." in typed:
        return ""
    digits = typed.translate(_DIGITS)
    if plan.before.match(digits) or not plan.is_valid(digits):
        return ""
    return f"+{plan.country_code}{digits}"


def _read_slowly(typed: str, region: str | None) -> Phone:
    doubt = Doubt.NONE
    text = _ascii_digits(typed)
    squeezed = text.replace(" ", "").replace("\u00a0", "")
    if scientific := _SCIENTIFIC.fullmatch(squeezed):
        text = _from_scientific(scientific)
        doubt = Doubt.FLOAT
    elif spoilt := _FLOAT_END.fullmatch(squeezed):
        text = spoilt[1]
        doubt = Doubt.FLOAT
    elif text.startswith("00") and region is None:
        text = "+" + text[2:]
    _refuse_at_sight(text)
    number = _ask_library(text, region)
    if not phonenumbers.is_valid_number(number):
        _refuse_impossible(number)
        doubt = doubt or Doubt.UNASSIGNED
    elif not doubt and _lost_its_zero(text, number, region):
        doubt = Doubt.LOST_ZERO
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(typed, e164, number.extension or "", doubt)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    kept = (char for char in text if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.decimal(char, char)) if not char.isascii() else char for char in kept)


def _from_scientific(found: re.Match[str]) -> str:
    """The digits of 4.47911123456E+11, where none were lost. Raises BadPhone where some were."""
    digits, exponent = found[1] + found[2], int(found[3])
    if exponent > 15 or len(digits) < exponent:
        raise BadPhone(
            "A spreadsheet turned this number into a power of ten and lost its last digits. Ask for it again.",
            is_damaged=True,
        )
    return digits.ljust(exponent + 1, "0")[: exponent + 1]


def _refuse_at_sight(text: str) -> None:
    count = sum(char.isdecimal() for char in text)
    if not text:
        raise BadPhone("Nothing was filled in.")
    if count == 0 and not any(char.isalpha() for char in text):
        raise BadPhone("This holds no digits.")
    if count < 3:
        raise BadPhone("This is not a telephone number.")
    if "@" in text:
        raise BadPhone("This is an e-mail address, not a telephone number.")
    if count > 25:
        raise BadPhone("This has too many digits for a telephone number.")


def _ask_library(text: str, region: str | None) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as wrong:
        if wrong.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            if region is None and not text.startswith("+"):
                raise BadPhone(
                    "Without a country this number must begin with + and its country code."
                ) from None
            raise BadPhone("No country has this country code.") from None
        if wrong.error_type == phonenumbers.NumberParseException.TOO_LONG:
            raise BadPhone("This has too many digits for a telephone number.") from None
        raise BadPhone("This is not a telephone number.") from None


def _refuse_impossible(number: phonenumbers.PhoneNumber) -> None:
    """Let a number that is not assigned pass if it has the length of one: the library may be older than the number."""
    length = phonenumbers.is_possible_number_with_reason(number)
    if length == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise BadPhone("The area code is missing.")
    if length == phonenumbers.ValidationResult.IS_POSSIBLE:
        if len(str(number.national_number)) < SHORTEST_DOUBTFUL:
            raise BadPhone("This has too few digits for a telephone number.")
        return
    if length in {phonenumbers.ValidationResult.TOO_LONG, phonenumbers.ValidationResult.INVALID_LENGTH}:
        raise BadPhone("This has too many digits for a telephone number.")
    raise BadPhone("This has too few digits for a telephone number.")


def _lost_its_zero(text: str, number: phonenumbers.PhoneNumber, region: str | None) -> bool:
    """Whether a national number came without the 0 that everyone in its region writes."""
    if region is None or text.startswith(("+", "0", "(0", "(+")):
        return False
    known = PhoneMetadata.metadata_for_region(region, None)
    if known is None or known.national_prefix != "0" or known.country_code != number.country_code:
        return False
    digits = re.sub(r"\D", "", text)
    return digits.startswith(str(number.national_number))


def split(cell: str) -> list[str]:
    """The numbers that one cell holds, parted by comma, semicolon, slash, bar or line; not yet judged.

    A slash parts numbers only where both sides are long enough to be one: `030/123456` is a single number.
    """
    parts = [part.strip() for part in _BETWEEN.split(cell)]
    whole = [part for part in parts if part]
    if len(whole) > 1 and any(sum(char.isdecimal() for char in part) < 7 for part in whole):
        return [cell.strip()]
    return whole
