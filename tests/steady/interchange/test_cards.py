"""Address books are read card by card, as vobject reads them and further."""

import base64

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.interchange.rules.cards import HEADER
from strandline.steady.interchange.rules.refusals import Kind, Limits
from tests.steady.interchange.files import opened, refusal


def _cards(content: str | bytes) -> list[dict[str, str]]:
    """The filled cells of each card."""
    return [
        {name: cell for name, cell in zip(HEADER, row[1], strict=True) if cell}
        for row in opened(content).rows()
        if isinstance(row[1], list)
    ]


def test_a_card_of_version_4_is_read() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nKIND:individual\r\nFN:Dr. Åsa M. Öst\r\n"
        "N:Öst;Åsa;Maria;Dr.;PhD\r\nNICKNAME:Osten,Å\r\nBDAY:19800304\r\n"
        "EMAIL;TYPE=home:asa@example.org\r\nEMAIL;PREF=1;TYPE=work:asa@work.example\r\n"
        'TEL;VALUE=uri;TYPE="voice,cell":tel:+46701234567\r\n'
        "ADR;TYPE=home:;Flat 2;Storgatan 1;Stockholm;;111 22;Sweden\r\nADR:;;Other;;;;\r\nLANG:sv\r\n"
        "ORG:Union;North\r\nTITLE:Clerk\r\nCATEGORIES:a,b\\,c\r\nNOTE:one\\ntwo\\; three\r\n"
        "PHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n"
    )

    table = opened(card)

    assert table.kind is Kind.VCARD
    assert _cards(card) == [
        {
            "UID": "urn:uuid:1", "KIND": "individual", "FN": "Dr. Åsa M. Öst", "N given": "Åsa", "N family": "Öst",
            "N additional": "Maria", "N prefix": "Dr.", "N suffix": "PhD", "NICKNAME": "Osten; Å", "BDAY": "19800304",
            "EMAIL 1": "asa@example.org", "EMAIL 1 type": "home", "EMAIL 2": "asa@work.example",
            "EMAIL 2 type": "work", "TEL 1": "+46701234567", "TEL 1 type": "cell", "ADR street": "Storgatan 1, Flat 2",
            "ADR locality": "Stockholm", "ADR code": "111 22", "ADR country": "Sweden", "LANG": "sv",
            "ORG": "Union, North", "TITLE": "Clerk", "CATEGORIES": "a; b,c", "NOTE": "one\ntwo; three",
        }
    ]  # fmt: skip


def test_old_cards_groups_folds_and_codings_are_read() -> None:
    encoded = base64.b64encode("Grüße".encode()).decode()
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96st;=C3=85sa\n"
        "item1.TEL;CELL;VOICE:+46 70\n  123 45 67\nitem1.X-ABLabel:Handy\n"
        "NOTE;ENCODING=QUOTED-PRINTABLE:first=0D=0Asec=\nond\n"
        f"TITLE;ENCODING=B:{encoded}\nno property\nX-STRANGE\nEMAIL:\nEND:VCARD\n"
    )

    assert _cards(card) == [
        {"N family": "Öst", "N given": "Åsa", "TEL 1": "+46 70 123 45 67", "TEL 1 type": "cell",
         "NOTE": "first\r\nsecond", "TITLE": "Grüße"}
    ]  # fmt: skip


def test_a_damaged_coding_is_left_as_it_stands() -> None:
    card = "BEGIN:VCARD\nFN:Ann\nTITLE;ENCODING=B:!!!x\nNOTE;CHARSET=none;ENCODING=QUOTED-PRINTABLE:=41\nEND:VCARD\n"

    assert _cards(card) == [{"FN": "Ann", "TITLE": "!!!x", "NOTE": "=41"}]


def test_more_addresses_than_columns_share_the_last() -> None:
    lines = "".join(f"EMAIL:p{n}@example.org\n" for n in range(6))

    (card,) = _cards(f"BEGIN:VCARD\nFN:Ann\n{lines}END:VCARD\n")

    assert card["EMAIL 4"] == "p3@example.org; p4@example.org; p5@example.org"


def test_quoted_parameters_may_hold_colons_and_semicolons() -> None:
    (card,) = _cards('BEGIN:VCARD\nFN:Ann\nTEL;X="a;b:c";TYPE=home:123\nNOTE;X="open:1\nEND:VCARD\n')

    assert card == {"FN": "Ann", "TEL 1": "123", "TEL 1 type": "home"}


def test_rows_carry_the_line_their_card_begins_on() -> None:
    content = (
        "BEGIN:VCARD\nFN:Ann\nEND:VCARD\n\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD"
    )

    assert [row[0] for row in opened(content).rows()] == [1, 5]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("BEGIN:VCARD\nFN:Ann\n", 1),
        ("BEGIN:VCARD\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nEND:VCARD\n", 4),
    ],
)
def test_a_card_that_does_not_end_is_refused_with_its_line(content: str, line: int) -> None:
    refused = refusal(content)

    assert (refused.line, refused.reason) == (line, "The card that begins in this line does not end.")


def test_what_stands_between_cards_is_passed_over() -> None:
    assert _cards("BEGIN:VCARD\nFN:Ann\nEND:VCARD\nFN:Nobody\n\n") == [{"FN": "Ann"}]


def test_a_file_without_filled_cards_is_refused() -> None:
    assert refusal("BEGIN:VCARD\nEND:VCARD\n").reason == "This file holds no cards."


def test_an_endless_card_is_refused() -> None:
    content = "BEGIN:VCARD\nNOTE:" + "\n ".join(["x" * 70] * 200) + "\nEND:VCARD\n"

    assert refusal(content, limits=Limits(card=10_000)).reason == "The card in this line is too long."


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20).map(
    str.strip
)


@given(st.lists(st.tuples(WORD, WORD, WORD), min_size=1, max_size=4))
def test_what_vobject_writes_is_read_the_same(people: list[tuple[str, str, str]]) -> None:
    written, expected = "", []
    for given_name, family, note in people:
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=family, given=given_name)
        card.add("fn").value = f"{given_name} {family}".strip() or "x"
        card.add("note").value = note
        written += card.serialize()
        parsed = next(vobject.readComponents(card.serialize()))
        expected.append((parsed.n.value.given, parsed.n.value.family, parsed.fn.value, parsed.note.value))

    found = _cards(written)

    assert [
        (card.get("N given", ""), card.get("N family", ""), card.get("FN", ""), card.get("NOTE", ""))
        for card in found
    ] == [tuple(part.strip() for part in parts) for parts in expected]
