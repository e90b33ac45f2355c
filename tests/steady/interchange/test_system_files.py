"""Whole files as the known systems write them, with the faults that people's files have: every row is accounted for."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from strandline.steady.interchange.rules.account import Fate, RowAccount
from strandline.steady.interchange.rules.people import Channel, PersonRow, Skipped
from strandline.steady.interchange.rules.refusals import Unreadable
from tests.steady.interchange.files import people, xlsx
from tests.steady.interchange.test_systems import HEADERS

ROWS = 1_500
GIVEN = ["Ann", "Åsa", "José", "Zoë", "Noor", "محمد", "Łukasz", "O'Neil", "Mary Jane", "李", "Nguyễn", "Bo"]
FAMILY = [
    "Berg",
    "O'Brien",
    "van der Meer",
    "Öst",
    "García López",
    "D'Arcy-Smith",
    "Müller",
    "",
    "Null",
    "Иванова",
]


@dataclass
class Made:
    """A file made for a test, and what is known of each of its rows."""

    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    emails: list[tuple[str, ...]] = field(default_factory=list)
    phones: list[tuple[str, ...]] = field(default_factory=list)
    refused: list[frozenset[Channel]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Writing:
    """How a system writes: its columns for the things that all have, and the shape of its file."""

    given: str
    family: str
    email: str
    phone: str
    stopped: tuple[str, str, Channel]
    separator: str = ","
    codec: str = "utf-8"
    ends: str = "\r\n"
    guard: str = ""
    case: Callable[[str], str] = str


WRITINGS = {
    "Action Network": Writing(
        "first_name", "last_name", "email", "can2_phone",
        ("can2_subscription_status", "unsubscribed", Channel.EMAIL), codec="utf-8-sig"),
    "NationBuilder": Writing(
        "first_name", "last_name", "email1", "mobile_number", ("do_not_call", "true", Channel.PHONE), guard="'"),
    "CiviCRM": Writing(
        "First Name", "Last Name", "Email", "Phone", ("Do Not Sms", "Yes", Channel.SMS), separator=";"),
    "Mobilize (mirror)": Writing(
        "user__given_name", "user__family_name", "user__email_address", "user__phone_number",
        ("event_id", "", Channel.EMAIL)),
    "Zetkin": Writing(
        "FIRST NAME", "LAST NAME", "EMAIL", "PHONE NUMBER", ("GENDER", "", Channel.EMAIL), case=str.upper, ends="\n"),
    "Zetkin (Swedish register)": Writing(
        "Förnamn", "Efternamn", "E-post", "Telefon", ("Grupp", "", Channel.EMAIL), separator=";", codec="utf-16"),
    "EveryAction bulk upload": Writing(
        "First Name", "Last Name", "Email Address", "Phone", ("SMS Opt-In Status", "opt out", Channel.SMS),
        separator="\t"),
    "Google Contacts": Writing(
        "First Name", "Last Name", "E-mail 1 - Value", "Phone 1 - Value", ("Photo", "", Channel.EMAIL), ends="\n"),
    "Outlook": Writing(
        "First Name", "Last Name", "E-mail Address", "Mobile Phone", ("Web Page", "", Channel.EMAIL), ends="\r"),
    "VAN": Writing("FirstName", "LastName", "PrecinctName", "Age", ("Sex", "", Channel.EMAIL), separator="|"),
}  # fmt: skip


def _phone(chance: random.Random, number: int) -> tuple[str, str]:
    """A number as people write it, and in E.164."""
    area, last = chance.choice(["212", "415", "312"]), f"{number % 10_000:04d}"
    form = chance.choice(["({}) 555-{}", "{}-555-{}", "{}.555.{}", "+1 {} 555 {}", "1{}555{}"])
    return form.format(area, last), f"+1{area}555{last}"


def _make(name: str, writing: Writing) -> Made:
    chance = random.Random(name)
    made = Made([writing.case(column) for column in HEADERS[name].split(", ")])
    column = {title: at for at, title in enumerate(HEADERS[name].split(", "))}
    for number in range(ROWS):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        address = f"p{number}.{name.lower().replace(' ', '')[:6]}@Example.org"
        phone, e164 = _phone(chance, number)
        fault = chance.choices(["", "emails", "damaged", "spaces", "nobody", "stopped", "wide", "blank"],
                               [70, 5, 5, 8, 4, 8, 3, 3])[0]  # fmt: skip
        cells = [""] * len(made.header)
        emails: tuple[str, ...] = (address.lower(),)
        phones: tuple[str, ...] = (e164,)
        if fault == "emails":
            emails += (f"second{number}@example.org",)
            address += f"; Second <second{number}@example.org>"
        elif fault == "damaged":
            phone, phones = "2.13E+09", ()
        elif fault == "spaces":
            given, address = f" {given} ", f"  {address}"
        elif fault in {"nobody", "blank"}:
            given = family = address = phone = ""
            emails = phones = ()
        refused = frozenset[Channel]()
        if fault == "stopped" and writing.stopped[1]:
            cells[column[writing.stopped[0]]] = writing.stopped[1]
            refused = frozenset({writing.stopped[2]})
        cells[column[writing.given]], cells[column[writing.family]] = given, family
        cells[column[writing.email]] = address
        cells[column[writing.phone]] = writing.guard + phone if phone else ""
        if fault == "nobody":
            cells[-1] = "left over"
        if fault == "wide":
            cells.append("over")
        made.rows.append(cells)
        made.names.append((given.strip(), family))
        made.emails.append(emails if name != "VAN" else ())
        made.phones.append(phones if name != "VAN" else ())
        made.refused.append(refused)
        made.faults.append(fault)
    return made


def _content(made: Made, writing: Writing) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=writing.separator, lineterminator=writing.ends)
    writer.writerow(made.header)
    writer.writerows(made.rows)
    return text.getvalue().encode(writing.codec)


@pytest.mark.parametrize("name", WRITINGS)
def test_every_row_of_a_file_is_read_as_it_was_meant(name: str) -> None:
    writing = WRITINGS[name]
    made = _make(name, writing)

    found = iter(people(_content(made, writing)))

    account = RowAccount()
    for at, fault in enumerate(made.faults):
        if fault == "blank":
            continue
        row = next(found)
        account.read()
        assert row.line == at + 2
        if fault in {"wide", "nobody"}:
            assert isinstance(row, Unreadable), (fault, row)
            account.add(Fate.REJECTED)
            continue
        if isinstance(row, Unreadable):
            assert (made.names[at][1], made.emails[at]) == ("", ()) or fault == "damaged"
            account.add(Fate.REJECTED)
            continue
        assert isinstance(row, PersonRow)
        assert (row.given_name, row.family_name) == made.names[at]
        assert tuple(entry.normal for entry in row.emails) == made.emails[at]
        assert tuple(entry.e164 for entry in row.phones) == made.phones[at]
        assert row.opt_outs == made.refused[at]
        assert bool(row.flags) == (fault == "damaged" and name != "VAN")
        account.add(Fate.CREATED)
    assert next(found, None) is None
    assert account.balances
    assert account.created > ROWS * 0.8


def test_the_same_list_from_a_workbook_gives_the_same_people() -> None:
    writing = WRITINGS["CiviCRM"]
    made = _make("CiviCRM", writing)

    from_csv = people(_content(made, writing))
    from_xlsx = people(xlsx([made.header, *made.rows]))

    def told(rows: list[object]) -> list[object]:
        return [row._replace(line=0) if isinstance(row, PersonRow) else type(row) for row in rows]

    assert told(list(from_xlsx)) == told(list(from_csv))


def test_households_and_bodies_are_passed_over_and_counted() -> None:
    header = HEADERS["CiviCRM"].split(", ")
    kinds = ["Individual", "Organization", "Household", "Individual", ""]
    lines = [";".join(header)]
    for number, kind in enumerate(kinds):
        held = {"Contact ID": str(number), "Contact Type": kind, "Display Name": f"Name {number}"}
        lines.append(";".join(held.get(column, "") for column in header))

    found = people("\n".join(lines))

    assert [isinstance(row, Skipped) for row in found] == [False, True, True, False, False]
