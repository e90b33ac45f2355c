"""A row becomes a person, is passed over, or is unreadable with line, field, reason and a way out (CSV21 to CSV27)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.lib.dates import Order
from strandline.lib.phones import Doubt
from strandline.steady.interchange.rules.people import (
    Channel,
    EmailEntry,
    Flag,
    PersonRow,
    PhoneEntry,
    Skipped,
)
from strandline.steady.interchange.rules.refusals import Unreadable
from strandline.steady.interchange.rules.rows import RowReader
from strandline.steady.interchange.rules.systems import map_columns
from strandline.steady.interchange.rules.vocabulary import Special
from tests.steady.interchange.files import people
from tests.steady.interchange.test_systems import HEADERS


def _one(content: str, **stated: object) -> PersonRow:
    """The only row of a file, which must be a person."""
    (row,) = people(content, **stated)  # type: ignore[arg-type]  # by name
    assert isinstance(row, PersonRow)
    return row


def _of_system(name: str, /, **cells: str) -> PersonRow:
    """One row of a system's export with these cells filled; `__` is a space in their names."""
    header = HEADERS[name].split(", ")
    named = {key.replace("__", " "): value for key, value in cells.items()}
    assert named.keys() <= set(header)
    row = RowReader(map_columns(header), region="US")(2, [named.get(column, "") for column in header])
    assert isinstance(row, PersonRow)
    return row


def test_a_plain_row_is_a_person() -> None:
    row = _one(
        "First name,Last name,Email,Phone,City,Zip,Country\nÅsa,Öst,Asa@Example.org,(212) 555-0143,Ås,01234,US\n"
    )

    assert row == PersonRow(
        2,
        given_name="Åsa",
        family_name="Öst",
        locality="Ås",
        postcode="01234",
        country="US",
        emails=(EmailEntry("Asa@Example.org", "asa@example.org"),),
        phones=(PhoneEntry("(212) 555-0143", "+12125550143"),),
    )
    assert row.name == "Åsa Öst"
    assert row._replace(full_name="A. Öst").name == "A. Öst"


@pytest.mark.parametrize(
    "name", ["O'Brien-D'Arcy", "Null", "True", "Ö", "van der Berg", "محمد", "Аnna", "<b>x</b>", "%"]
)
def test_names_are_kept_as_typed(name: str) -> None:
    assert _one(f"Name,Email\n{name},a@x.org\n").full_name == name


def test_spaces_around_cells_go_and_those_inside_stay() -> None:
    assert _one("Name,Email\n  Ann  Berg , a@x.org \n").full_name == "Ann  Berg"
    assert _one("Name,Email\n Åsa\u2003Ö , a@x.org \n").full_name == "Åsa\u2003Ö"
    assert _one("Name,Email\n\u00a0,a@x.org\n").full_name == ""


def test_a_tilde_in_a_cell_does_no_harm() -> None:
    assert _one("Name,Email\n~'Ann ~ Berg~,a@x.org\n").full_name == "~'Ann ~ Berg~"


def test_two_people_alike_in_all_fields_are_both_read() -> None:
    assert len(people("Name,Email\n" + "Ann Berg,a@x.org\n" * 50)) == 50


# what a row is refused for


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("x" * 201, "This is too long: 201 characters, and at most 200 fit."),
        ("An\x07n", "This holds a control character (U+0007)."),
        ("a" + "\u0301" * 300, "One letter carries more than 8 marks."),
        ('"Ann\nBerg"', "This must be on one line."),
        ("\u200b", "This holds nothing that can be seen."),
    ],
)
def test_text_that_cannot_be_kept_refuses_its_row_alone(cell: str, reason: str) -> None:
    found = people(f"Name,Email\n{cell},a@x.org\nBo,b@x.org\n")

    assert found[0] == Unreadable(
        2,
        "Name",
        reason,
        "Correct this cell and import the file again; the rows already taken will not change.",
    )
    assert isinstance(found[1], PersonRow)


def test_a_row_that_names_nobody_is_refused() -> None:
    found = people("Name,Email,Phone,City\n,,,Oslo\n,not an address,,Oslo\n,,4.47E+11,\n-,,,x\n")

    assert found[0] == Unreadable(
        2, "name", "This row names nobody: no name, no e-mail, no telephone number.", "Fill one of them in."
    )
    assert (found[1].line, found[1][1]) == (3, "Email")
    assert found[2] == Unreadable(
        4,
        "Phone",
        "A spreadsheet turned this number into a power of ten and lost its last digits. Ask for it again.",
        "Correct it: without it this row names nobody.",
    )
    assert isinstance(found[3], PersonRow)


def test_a_row_too_wide_passes_through() -> None:
    (found,) = people("Name,Email\nAnn,a@x.org,b,c\n")

    assert isinstance(found, Unreadable)


def test_what_is_no_person_is_passed_over() -> None:
    content = "Contact ID,Sort Name,Contact Type,Contact Hash,Display Name\n1,B,Individual,x,Bo\n2,C,Organization,x,Co\n"

    found = people(content)

    assert isinstance(found[0], PersonRow)
    assert found[1] == Skipped(3, "This row is not a person but: Organization.")


# contact


def test_several_addresses_in_one_cell_are_parted() -> None:
    row = _one('Name,Email\nAnn,"a@x.org; Bo <b@x.org>, A@X.org"\n')

    assert [entry.as_typed for entry in row.emails] == ["a@x.org", "b@x.org"]


def test_an_address_list_is_parted_and_the_wrong_one_flagged() -> None:
    row = _one('Name,Email,Email 2\nAnn,"a@x.org; b@x.org; c@localhost",A@x.org\n')

    assert [entry.as_typed for entry in row.emails] == ["a@x.org", "b@x.org"]
    assert [(flag.field, flag.value) for flag in row.flags] == [("Email", "c@localhost")]


def test_damaged_numbers_are_flagged_and_not_kept() -> None:
    row = _one("Name,Phone\nAnn,4.47E+11\n")

    assert row.phones == ()
    assert row.flags == (
        Flag(
            "Phone",
            "4.47E+11",
            "A spreadsheet turned this number into a power of ten and lost its last digits. Ask for it again.",
        ),
    )


def test_numbers_that_lost_their_zero_are_kept_and_flagged() -> None:
    row = _one("Name,Phone\nAnn,7911123456\n", region="GB")

    assert row.phones == (PhoneEntry("7911123456", "+447911123456", doubt=Doubt.LOST_ZERO),)
    assert row.flags == (Flag("Phone", "7911123456", Doubt.LOST_ZERO.value),)


def test_several_numbers_in_one_cell_are_parted() -> None:
    row = _one('Name,Phone,Mobile\nAnn,"(212) 555-0143; (212) 555-0144 x7; nope 12345678",212-555-0143\n')

    assert [(entry.e164, entry.extension) for entry in row.phones] == [
        ("+12125550143", ""),
        ("+12125550144", "7"),
    ]
    assert len(row.flags) == 1


def test_the_country_of_a_row_says_how_its_number_is_written() -> None:
    found = people(
        "Name,Phone,Country\nÅsa,070-123 45 67,Sverige\nBo,(212) 555-0143,Narnia\nCy,020 7946 0000,UK\n"
    )

    assert [row.phones[0].e164 for row in found if isinstance(row, PersonRow)] == [
        "+46701234567",
        "+12125550143",
        "+442079460000",
    ]


@pytest.mark.parametrize("cell", ["n/a", "None", "-", "unknown", "0"])
def test_words_for_nothing_are_nothing(cell: str) -> None:
    row = _one(f"Name,Email,Phone\nAnn,{cell},{cell}\n")

    assert (row.emails, row.phones, row.flags) == ((), (), ())


def test_the_apostrophe_of_spreadsheets_goes_from_numbers_and_not_from_names() -> None:
    row = _one("Name,Phone,Zip\n'Abd al-Rahman,'+1 212 555 0143,'01234\n")

    assert (row.full_name, row.phones[0].e164, row.postcode) == ("'Abd al-Rahman", "+12125550143", "01234")


def test_labels_and_bad_flags_come_with_their_address() -> None:
    row = _of_system(
        "Google Contacts",
        **{"First Name": "Ann", "E-mail 1 - Value": "a@x.org ::: b@x.org", "E-mail 1 - Label": "* Work",
           "E-mail 2 - Value": "c@x.org", "Phone 1 - Value": "212 555 0143", "Phone 1 - Label": "Mobile|x"},
    )  # fmt: skip
    bad = _of_system("NationBuilder", email1="a@x.org", email1_is_bad="true", mobile_number="2125550143")

    assert row.emails == (
        EmailEntry("a@x.org", "a@x.org", "Work"),
        EmailEntry("b@x.org", "b@x.org", "Work"),
        EmailEntry("c@x.org", "c@x.org"),
    )
    assert row.phones[0].label == "Mobile/x"
    assert bad.emails == (EmailEntry("a@x.org", "a@x.org", "", True),)
    assert bad.phones == (PhoneEntry("2125550143", "+12125550143", "", "mobile"),)


def test_an_address_told_twice_is_bad_if_either_says_so() -> None:
    row = _of_system("NationBuilder", email="a@x.org", email1="A@x.org", email1_is_bad="true")

    assert row.emails == (EmailEntry("a@x.org", "a@x.org", "", True),)


def test_addresses_of_several_lines_become_one_line() -> None:
    row = _one('Name,Address,Address 2,City\nAnn,"1 Main Street\r\nHouse B","Flat 2",Oslo\n')

    assert row.street == "1 Main Street, House B, Flat 2"


# refusals of contact


@pytest.mark.parametrize(
    ("name", "cells", "channels"),
    [
        ("CiviCRM", {"Do__Not__Email": "1"}, {Channel.EMAIL}),
        ("CiviCRM", {"Do__Not__Sms": "Yes", "Do__Not__Mail": "1", "Do__Not__Phone": "0"}, {Channel.SMS, Channel.POST}),
        ("NationBuilder", {"do_not_contact": "true"}, set(Channel)),
        ("NationBuilder", {"do_not_call": "Y", "federal_donotcall": "N"}, {Channel.PHONE}),
        ("NationBuilder", {"email_opt_in": "false", "mobile_opt_in": "N"}, {Channel.EMAIL, Channel.SMS}),
        ("NationBuilder", {"email_opt_in": "true", "mobile_opt_in": ""}, set()),
        ("Action Network", {"can2_subscription_status": "unsubscribed"}, {Channel.EMAIL}),
        ("Action Network", {"can2_subscription_status": "spam complaint"}, {Channel.EMAIL}),
        ("Action Network", {"can2_subscription_status": "subscribed", "can2_sms_status": "unsubscribed"}, {Channel.SMS}),
        ("Mobilize (API)", {"sms_opt_in_status": "OPT_OUT"}, {Channel.SMS}),
        ("Mobilize (mirror)", {"user__blocked_date": "1772620200"}, set(Channel)),
        ("OSDI", {"email_addresses.1.status": "unsubscribed", "phone_numbers.1.do_not_call": "true"},
         {Channel.EMAIL, Channel.PHONE}),
        ("EveryAction bulk upload", {"Email__Subscription__Status": "U", "SMS__Opt-In__Status": "Opt Out"},
         {Channel.EMAIL, Channel.SMS}),
    ],
)  # fmt: skip
def test_refusals_come_in_from_every_system(name: str, cells: dict[str, str], channels: set[Channel]) -> None:
    if name.startswith("Mobilize"):
        key = "user__given_name" if "mirror" in name else "given_name"
        header = HEADERS[name].split(", ")
        row = RowReader(map_columns(header))(2, [{**cells, key: "Ann"}.get(column, "") for column in header])
        assert isinstance(row, PersonRow)
    else:
        first = next(
            key for key in ("first_name", "First Name", "given_name") if key in HEADERS[name].split(", ")
        )
        row = _of_system(name, **{**cells, first: "Ann"})

    assert row.opt_outs == channels


def test_an_unsubscription_keeps_its_day() -> None:
    row = _of_system("NationBuilder", first_name="Ann", unsubscribed_at="2026-03-04T10:30:00-05:00")
    bare = _of_system("NationBuilder", first_name="Ann", unsubscribed_at="true")
    none = _of_system("NationBuilder", first_name="Ann", unsubscribed_at="no")

    assert (row.opt_outs, row.unsubscribed_at) == (
        {Channel.EMAIL},
        dt.datetime(2026, 3, 4, 15, 30, tzinfo=dt.UTC),
    )
    assert (bare.opt_outs, bare.unsubscribed_at) == ({Channel.EMAIL}, None)
    assert none.opt_outs == frozenset()


def test_bouncing_addresses_are_flagged() -> None:
    row = _of_system("Action Network", first_name="Ann", can2_subscription_status="bouncing")

    assert row.opt_outs == frozenset()
    assert row.flags == (
        Flag(
            "can2_subscription_status",
            "bouncing",
            "The other system says that mail to this address comes back.",
        ),
    )


# the rest


@pytest.mark.parametrize(
    ("name", "column", "cell", "tags"),
    [
        ("Action Network", "can2_user_tags", "tenant, A/B, north", ("tenant", "A/B", "north")),
        ("Action Network", "can2_user_tags", "tenant / north", ("tenant", "north")),
        ("NationBuilder", "tag_list", "a, b;c,a", ("a", "b;c")),
        ("Google Contacts", "Labels", "* myContacts ::: Tenants ::: * Friends", ("Tenants", "Friends")),
        ("Disciple.Tools", "groups", "a;b", ("a", "b")),
        ("Reach", "Campaign Tags", "a; b, c", ("a", "b, c")),
        ("CiviCRM", "Tag(s)", "a,b", ("a", "b")),
        ("vCard", "CATEGORIES", "a; b", ("a", "b")),
    ],
)  # fmt: skip
def test_tags_are_parted_as_each_system_parts_them(
    name: str, column: str, cell: str, tags: tuple[str, ...]
) -> None:
    first = next(
        key for key in ("first_name", "First Name", "name", "FN") if key in HEADERS[name].split(", ")
    )

    assert _of_system(name, **{first: "Ann", column: cell}).tags == tags


def test_ids_of_other_systems_are_kept_with_their_system() -> None:
    nation = _of_system("NationBuilder", first_name="Ann", nationbuilder_id="12", van_id="99", parent_id="5")
    osdi = _of_system("OSDI", given_name="Ann", identifiers="an:1; van:2; broken")

    assert nation.external_ids == (("nationbuilder", "12"), ("van", "99"))
    assert osdi.external_ids == (("an", "1"), ("van", "2"))


def test_ambiguous_dates_are_left_out_and_flagged_until_the_order_is_stated() -> None:
    content = "Name,Birthday\nAnn,03/04/1980\n"

    asked = _one(content)

    assert asked.born_on is None
    assert "say which" in asked.flags[0].reason
    assert _one(content, order=Order.DAY_FIRST).born_on == dt.date(1980, 4, 3)
    assert _one(content, order=Order.MONTH_FIRST).born_on == dt.date(1980, 3, 4)


def test_birth_dates_in_three_columns_are_put_together() -> None:
    parts = {"birthdate.year": "1980", "birthdate.month": "3", "birthdate.day": "4"}
    wrong = {**parts, "birthdate.month": "13"}

    assert _of_system("OSDI", given_name="Ann", **parts).born_on == dt.date(1980, 3, 4)
    assert _of_system("OSDI", given_name="Ann", **{"birthdate.year": "1980"}).born_on is None
    assert _of_system("OSDI", given_name="Ann", **wrong).flags[0].field == "birth date"


def test_the_moment_of_recording_and_death_are_read() -> None:
    row = _of_system("NationBuilder", first_name="Ann", created_at="2026-03-04 10:30", is_deceased="true")
    wrong = _of_system("NationBuilder", first_name="Ann", created_at="yesterday", is_deceased="N")

    assert (row.recorded_at, row.is_deceased) == (dt.datetime(2026, 3, 4, 10, 30, tzinfo=dt.UTC), True)
    assert (wrong.recorded_at, wrong.is_deceased, wrong.flags[0].field) == (None, False, "created_at")


def test_special_categories_stay_out_until_a_basis_is_stated() -> None:
    header = HEADERS["NationBuilder"].split(", ")
    cells = [
        {"first_name": "Ann", "party": "D", "religion": "none", "employer": "Mill"}.get(c, "") for c in header
    ]
    mapping = map_columns(header)

    plain = RowReader(mapping)(2, list(cells))
    based = RowReader(mapping.with_basis({Special.OPINION}))(2, list(cells))

    assert isinstance(plain, PersonRow)
    assert isinstance(based, PersonRow)
    assert (plain.custom, plain.sensitive) == ((("Employer", "Mill"),), ())
    assert "D" not in repr(plain).replace("Doubt", "").split("'")
    assert based.sensitive == (("party", "D", Special.OPINION),)


def test_text_from_json_is_not_taken_for_a_spreadsheets() -> None:
    (row,) = people('[{"name": "\'=1", "email": "a@x.org"}]')

    assert isinstance(row, PersonRow)
    assert row.full_name == "'=1"


@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_no_row_breaks_the_reader(cells: list[str]) -> None:
    reader = RowReader(map_columns(["Name", "Email", "Phone", "Birthday", "Tags", "Colour"]), region="GB")

    found = reader(7, list(cells))

    assert found.line == 7
    if isinstance(found, PersonRow):
        repr(found).encode("utf-8", "surrogatepass")
        assert found.full_name.strip(" \r\n") in cells[0]


PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=15)


@given(st.lists(PLAIN, min_size=3, max_size=3))
def test_the_fast_way_and_the_careful_way_agree(cells: list[str]) -> None:
    reader = RowReader(map_columns(["Name", "City", "Email"]), region="GB")
    careful = RowReader(map_columns(["Name", "City", "Email"]), region="GB")
    careful._is_plain = lambda whole, cells: False  # type: ignore[method-assign]  # the careful way for every row

    assert reader(1, list(cells)) == careful(1, list(cells))
