"""Lists as people have them, made by chance: new people, known ones with new values, repeats, rows that are nobody."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass

import openpyxl

KNOWN = 12
HEADERS = (
    "First name",
    "Last name",
    "E-mail",
    "Mobile phone",
    "Street",
    "Town",
    "Postcode",
    "Tags",
    "Note",
    "Shoe size",
)
GIVEN = ("Noor", "Tomasz", "Ada", "Siân", "Łukasz", "Nguyễn", "Olga", "Émile", "Zoë", "Pia")


@dataclass(frozen=True)
class List:
    """One file, and how many rows with something in them it has."""

    name: str
    content: bytes
    rows: int


def known(number: int) -> tuple[str, str]:
    """Return the name and the address of someone who is on record before any list comes."""
    return f"Kim Known{number}", f"known{number}@example.org"


def made(number: int, seed: int, size: int = 0) -> List:
    """Return the list with this number; the same seed gives the same."""
    chance = random.Random(f"list-{number}-{seed}")
    rows: list[tuple[str, ...]] = []
    for place in range(size or chance.randint(30, 300)):
        draw = chance.random()
        if draw < 0.12:
            rows.append(_of_known(chance))
        elif draw < 0.17 and rows:
            rows.append(chance.choice(rows))
        elif draw < 0.21:
            rows.append(("", "", "", "", "", "", "", "alone", "", ""))
        elif draw < 0.24:
            rows.append(("Bad", f"Address{place}", "not an address", "", "", "", "", "", "", ""))
        else:
            rows.append(_of_new(chance, number, place))
    if number % 3 == 2:
        return List(f"list{number}.xlsx", _workbook(rows), len(rows))
    return List(f"list{number}.csv", _table(rows, ";" if number % 3 else ","), len(rows))


def _of_known(chance: random.Random) -> tuple[str, ...]:
    number = chance.randrange(KNOWN)
    given, family = known(number)[0].split()
    note = f"As of list {chance.randint(1, 99)}"
    return given, family, known(number)[1], "", "", "", "", chance.choice(("", "met again")), note, ""


def _of_new(chance: random.Random, number: int, place: int) -> tuple[str, ...]:
    given, family = chance.choice(GIVEN), f"Family{number}x{place}"
    has_mail = chance.random() < 0.7
    return (
        given,
        family,
        f"p{place}.{number}@example.org" if has_mail else "",
        f"07700 9{chance.randint(0, 99_999):05d}" if chance.random() < 0.6 else "",
        f"{chance.randint(1, 90)} Mill Lane" if chance.random() < 0.4 else "",
        "Harbour" if chance.random() < 0.4 else "",
        "HB1 2AA" if chance.random() < 0.4 else "",
        chance.choice(("", "", "heating", "heating, stairwell", f"only in {number}")),
        "Met at the gate" if chance.random() < 0.2 else "",
        str(chance.randint(36, 46)) if chance.random() < 0.2 else "",
    )


def _table(rows: list[tuple[str, ...]], between: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows([HEADERS, *rows])
    return text.getvalue().encode()


def _workbook(rows: list[tuple[str, ...]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADERS, *rows):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
