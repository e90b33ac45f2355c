"""Exports of other systems are known by their headers, and every column becomes what it is."""

import pytest

from strandline.steady.interchange.rules.headers import plain
from strandline.steady.interchange.rules.systems import SYSTEMS, map_columns, recognise
from strandline.steady.interchange.rules.vocabulary import Mapping, Special, Target

HEADERS = {
    "Action Network": "uuid, email, first_name, last_name, zip_code, country, can2_phone, can2_sms_status, "
    "can2_user_address, can2_user_city, can2_user_state, can2_state_abbreviated, can2_county, "
    "can2_subscription_status, can2_subscription_date, can2_user_tags, can2_lifetime_value, Phone Number",
    "NationBuilder": "nationbuilder_id, twitter_id, civicrm_id, external_id, prefix, first_name, middle_name, "
    "last_name, suffix, full_name, legal_name, employer, sex, party, religion, church, ethnicity, language, "
    "is_deceased, born_at, email, email1, email2, email3, email4, email1_is_bad, email2_is_bad, email_opt_in, "
    "phone_number, work_phone_number, do_not_call, do_not_contact, federal_donotcall, mobile_number, mobile_opt_in, "
    "is_mobile_bad, support_level, inferred_support_level, note, parent_id, point_person_name_or_email, "
    "recruiter_name_or_email, tag_list, created_at, unsubscribed_at, is_prospect, signup_type, van_id, county_district, "
    "primary_address1, primary_address2, primary_city, primary_state, primary_zip, primary_country_code, "
    "mailing_city, registered_zip, donations_count, work_capital_amount",
    "CiviCRM": "Contact ID, Contact Type, Contact Subtype, Do Not Email, Do Not Phone, Do Not Mail, Do Not Sms, "
    "Do Not Trade, No Bulk Emails (User Opt Out), External Identifier, Sort Name, Display Name, Nickname, "
    "Contact Hash, Contact Source, First Name, Middle Name, Last Name, Individual Prefix, Individual Suffix, "
    "Job Title, Gender, Birth Date, Deceased, Current Employer, Location Type, Street Address, "
    "Supplemental Address 1, City, Postal Code, County, State, Country, Phone, Phone Type, Email, On Hold, Website, "
    "Group(s), Tag(s), Note(s), Home-Email, Employee of-Organization Name",
    "Mobilize": "email, first name, last name, event id, timeslot id, signup created time, signup updated time, "
    "status, attended, rating, utm_source",
    "Mobilize (older)": "First name, Last name, Email, ZIP, Mobile number, Event ID, Timeslot start, "
    "Attendance status, Event organization name",
    "Mobilize (mirror)": "id, created_date, user_id, user__given_name, user__family_name, user__email_address, "
    "user__phone_number, user__postal_code, user__blocked_date, event_id, email_at_signup, given_name_at_signup",
    "Mobilize (API)": "id, person_id, user_id, created_date, given_name, family_name, email_addresses.1.primary, "
    "email_addresses.1.address, phone_numbers.1.number, sms_opt_in_status, blocked_date",
    "Zetkin": "ID, FIRST NAME, LAST NAME, EMAIL, PHONE NUMBER, ALTERNATE PHONE NUMBER, ADDRESS, C/O ADDRESS, "
    "POST CODE, CITY, COUNTY, GENDER, EXTERNAL ID, IS USER",
    "Zetkin (API)": "id, ext_id, first_name, last_name, email, phone, alt_phone, street_address, co_address, "
    "zip_code, city, country, gender, is_user, favourite_fruit",
    "Zetkin (Swedish register)": "Medlemsnummer, Förnamn, Efternamn, E-post, Telefon, C/O-adress, Gatuadress, "
    "Postnummer, Stad, Grupp",
    "OSDI": "identifiers, created_date, modified_date, family_name, given_name, honorific_prefix, "
    "party_identification, ethnicities, preferred_language, birthdate.month, birthdate.day, birthdate.year, "
    "postal_addresses.1.address_lines, postal_addresses.1.locality, postal_addresses.1.postal_code, "
    "email_addresses.1.address, email_addresses.1.status, phone_numbers.1.number, phone_numbers.1.do_not_call, "
    "custom_fields.Shift",
    "Disciple.Tools": "ID, name, nickname, overall_status, seeker_path, faith_status, gender, age, contact_phone, "
    "contact_email, contact_address, milestones, baptism_date, assigned_to, sources, campaigns, groups",
    "VAN": "Voter File VANID, LastName, FirstName, MiddleName, Suffix, Sex, Party, Age, vAddress, mZip5, PrecinctName",
    "EveryAction bulk upload": "Source ID, Prefix, First Name, Middle Name, Last Name, Suffix, Employer Name, "
    "Occupation Name, Address Line 1, Address Line 2, City, State, Zip, Country, Email Address, Email Type, "
    "Email Subscription Status, Phone, Phone Type, SMS Opt-In Status, Activist Code, Notes, Origin Source Code, "
    "Relationship",
    "Reach": "Reach ID, First Name, Last Name, Email, Added Timestamp, Added by User ID, Last Reached Timestamp, "
    "Source Tag, Campaign Tags",
    "Solidarity Tech": "First Name, Last Name, Email, Phone Number, Zip Code, Solidarity Tech User ID",
    "Google Contacts": "First Name, Middle Name, Last Name, Phonetic First Name, Name Prefix, Name Suffix, Nickname, "
    "File As, Organization Name, Organization Title, Organization Department, Birthday, Notes, Photo, Labels, "
    "E-mail 1 - Label, E-mail 1 - Value, E-mail 2 - Label, E-mail 2 - Value, Phone 1 - Label, Phone 1 - Value, "
    "Address 1 - Label, Address 1 - Formatted, Address 1 - Street, Address 1 - City, Address 1 - Postal Code, "
    "Website 1 - Value",
    "Outlook": "Title, First Name, Middle Name, Last Name, Suffix, Company, Department, Job Title, Business Street, "
    "Business City, Business State, Business Postal Code, Business Country/Region, Business Phone, Mobile Phone, "
    "E-mail Address, Web Page, Notes",
    "Thunderbird": "First Name, Last Name, Display Name, Nickname, Primary Email, Secondary Email, Work Phone, "
    "Home Phone, Mobile Number, Work City",
    "vCard": "UID, KIND, FN, N given, N family, EMAIL 1, EMAIL 1 type, TEL 1, ADR street, ADR code, CATEGORIES",
    "Spoke": "firstName, lastName, cell, zip, external_id",
}


def _header(name: str) -> list[str]:
    return HEADERS[name].split(", ")


def _targets(mapping: Mapping) -> dict[str, Target]:
    return {column.header: column.target for column in mapping.columns}


@pytest.mark.parametrize("name", HEADERS)
def test_each_system_is_recognised(name: str) -> None:
    assert map_columns(_header(name)).name == name


@pytest.mark.parametrize("name", HEADERS)
def test_case_order_and_marks_do_not_hide_a_system(name: str) -> None:
    changed = ["\ufeff'" + header.upper() for header in reversed(_header(name))]
    if name in {"VAN", "Spoke"}:  # words glued by their capitals come apart only while the capitals show
        changed = [header.swapcase() for header in _header(name)][::-1]
        changed = [header.swapcase() for header in changed]

    found = recognise(changed)

    assert found is not None
    assert found.name == name


def test_every_system_has_its_header_here() -> None:
    assert {system.name for system in SYSTEMS} == {*HEADERS, "Strandline"}


@pytest.mark.parametrize("name", HEADERS)
def test_every_system_gives_a_name_and_a_way_to_reach(name: str) -> None:
    targets = set(_targets(map_columns(_header(name))).values())

    assert targets & {Target.FULL_NAME, Target.GIVEN_NAME}
    assert targets & {Target.EMAIL, Target.PHONE, Target.STREET}


@pytest.mark.parametrize(
    ("name", "special"),
    [
        (
            "NationBuilder",
            {"party", "religion", "church", "ethnicity", "support_level", "inferred_support_level"},
        ),
        ("OSDI", {"party_identification", "ethnicities"}),
        ("Disciple.Tools", {"seeker_path", "faith_status", "milestones", "baptism_date"}),
        ("VAN", {"Party"}),
        ("Action Network", set()),
    ],
)
def test_special_categories_are_not_taken(name: str, special: set[str]) -> None:
    assert {column.header for column in map_columns(_header(name)).not_taken} == special


def test_a_stated_basis_takes_in_its_categories_only() -> None:
    mapping = map_columns(_header("NationBuilder")).with_basis({Special.BELIEF})

    assert {column.header for column in mapping.not_taken} == {
        "party", "ethnicity", "support_level", "inferred_support_level",
    }  # fmt: skip
    assert not map_columns(["Name", "Colour"]).with_basis(set()).not_taken


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Political party", Special.OPINION), ("support level", Special.OPINION), ("Partido", Special.OPINION),
        ("Religión", Special.BELIEF), ("Kirche", Special.BELIEF), ("faith", Special.BELIEF),
        ("Ethnicity", Special.ORIGIN), ("Gewerkschaft", Special.UNION), ("disability needs", Special.HEALTH),
        ("sexual orientation", Special.INTIMATE),
    ],
)  # fmt: skip
def test_special_categories_are_seen_in_any_file(header: str, kind: Special) -> None:
    mapping = map_columns(["Name", "Email", header], [("Ann", "a@x.org", "a@x.org")])

    assert [(column.header, column.special) for column in mapping.not_taken] == [(header, kind)]
    assert [column.special for column in map_columns([*_header("Action Network"), header]).not_taken] == [
        kind
    ]


def test_columns_of_other_peoples_ids_are_not_read() -> None:
    header = [*_header("NationBuilder"), "recruiter_id", "point_person_id"]

    targets = _targets(map_columns(header))

    assert {targets[name] for name in ("parent_id", "recruiter_id", "point_person_id")} == {Target.IGNORED}


def test_nationbuilder_columns_become_what_they_are() -> None:
    columns = {column.header: column for column in map_columns(_header("NationBuilder")).columns}

    def told(name: str) -> tuple[Target, int, str]:
        return columns[name].target, columns[name].slot, columns[name].detail

    assert told("nationbuilder_id") == (Target.EXTERNAL_ID, 1, "nationbuilder")
    assert told("email2") == (Target.EMAIL, 3, "")
    assert told("mobile_number") == (Target.PHONE, 3, "mobile")
    assert told("is_mobile_bad") == (Target.PHONE_BAD, 3, "")
    assert told("primary_address2")[:2] == (Target.STREET, 2)
    assert told("mailing_city")[0] is Target.IGNORED
    assert told("county_district")[0] is Target.IGNORED
    assert told("work_capital_amount")[0] is Target.IGNORED
    assert told("do_not_contact")[0] is Target.NO_CONTACT
    assert told("point_person_name_or_email")[0] is Target.OWNER
    assert told("recruiter_name_or_email")[0] is Target.INTRODUCER


@pytest.mark.parametrize(
    ("header", "targets"),
    [
        ("Full Name,E-Mail,Phone,ZIP", [Target.FULL_NAME, Target.EMAIL, Target.PHONE, Target.POSTCODE]),
        ("Nombre,Apellidos,Correo electrónico,Móvil,Código postal,Ciudad",
         [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL, Target.PHONE, Target.POSTCODE, Target.LOCALITY]),
        ("Vorname,Nachname,E-Mail-Adresse,Handynummer,PLZ,Ort,Straße,Geburtsdatum",
         [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL, Target.PHONE, Target.POSTCODE, Target.LOCALITY,
          Target.STREET, Target.BORN_ON]),
        ("Prénom,Nom,Courriel,Téléphone,Code postal,Ville",
         [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL, Target.PHONE, Target.POSTCODE, Target.LOCALITY]),
        ("Förnamn,Efternamn,Epost,Mobil,Anteckningar",
         [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL, Target.PHONE, Target.NOTE]),
        ("FirstName,LASTNAME,Email,Email,Shirt size",
         [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL, Target.EMAIL, Target.CUSTOM]),
    ],
)  # fmt: skip
def test_unknown_files_are_guessed_by_their_words(header: str, targets: list[Target]) -> None:
    mapping = map_columns(header.split(","))

    assert mapping.system == "other"
    assert [column.target for column in mapping.columns] == targets


def test_a_second_address_has_its_own_slot() -> None:
    mapping = map_columns(["Name", "Email", "Email (2)", "Phone", "Mobile"])

    assert [(column.target, column.slot) for column in mapping.columns[1:]] == [
        (Target.EMAIL, 1), (Target.EMAIL, 2), (Target.PHONE, 1), (Target.PHONE, 2),
    ]  # fmt: skip


def test_a_second_column_of_one_meaning_is_a_custom_field() -> None:
    mapping = map_columns(["Name", "City", "City (2)"])

    assert [column.target for column in mapping.columns] == [Target.FULL_NAME, Target.LOCALITY, Target.CUSTOM]


def test_a_label_without_its_address_is_not_read() -> None:
    mapping = map_columns(["First Name", "Name Prefix", "File As", "E-mail 1 - Label", "Phone 1 - Label"])

    assert [column.target for column in mapping.columns[3:]] == [Target.IGNORED, Target.IGNORED]


@pytest.mark.parametrize(
    ("sample", "targets"),
    [
        ([("Ann Berg", "a@x.org", "07911 123456"), ("Bo Dahl", "b@x.org", "")],
         [Target.FULL_NAME, Target.EMAIL, Target.PHONE]),
        ([("Ann", "Berg", "a@x.org"), ("Bo", "Dahl", "")], [Target.GIVEN_NAME, Target.FAMILY_NAME, Target.EMAIL]),
        ([("a@x.org", "12", "x1")], [Target.EMAIL, Target.IGNORED, Target.IGNORED]),
        ([("Ann", "", "1980-01-02")], [Target.FULL_NAME, Target.IGNORED, Target.IGNORED]),
        ([], [Target.IGNORED, Target.IGNORED, Target.IGNORED]),
    ],
)  # fmt: skip
def test_files_without_header_are_guessed_by_what_is_in_them(
    sample: list[tuple[str, ...]], targets: list[Target]
) -> None:
    mapping = map_columns(["Column 1", "Column 2", "Column 3"], sample)

    assert [column.target for column in mapping.columns] == targets


def test_strange_headers_are_guessed_by_what_is_in_the_column() -> None:
    sample = [
        ("Ann", "a@x.org", "020 7946 0000", "4479111234"),
        ("Bo", "b@x.org", "07911 123456", "8812345678"),
    ]

    mapping = map_columns(["Name", "Reach me", "Ring me", "Ledger"], sample)

    assert [column.target for column in mapping.columns[1:]] == [Target.EMAIL, Target.PHONE, Target.CUSTOM]


def test_one_click_changes_a_column() -> None:
    mapping = (
        map_columns(["Name", "Colour", "Religion"]).with_column(1, Target.TAGS).with_column(0, Target.CUSTOM)
    )

    assert [(column.target, column.detail) for column in mapping.columns[:2]] == [
        (Target.CUSTOM, "Name"),
        (Target.TAGS, ""),
    ]


def test_a_changed_column_of_a_special_category_stays_one() -> None:
    mapping = map_columns(["Name", "Religion"]).with_column(1, Target.TAGS)

    assert [column.header for column in mapping.not_taken] == ["Religion"]
    assert mapping.with_basis({Special.BELIEF}).with_column(1, Target.NOTE).not_taken == ()


def test_a_word_that_misled_can_be_corrected_both_ways() -> None:
    mapping = map_columns(["Name", "Party size", "Colour"])

    corrected = mapping.with_column(1, Target.CUSTOM, special=Special.NO).with_column(
        2, Target.CUSTOM, special=Special.OPINION
    )

    assert [column.header for column in mapping.not_taken] == ["Party size"]
    assert [column.header for column in corrected.not_taken] == ["Colour"]


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("E-mail 1 - Value", "e mail 1 value"), ("nationbuilder_id", "nationbuilder id"), ("FirstName", "first name"),
        ("\ufeff'Código  Postal ", "codigo postal"), ("C/O ADDRESS", "c o address"), ("user__given_name", "user given name"),
    ],
)  # fmt: skip
def test_plain_headers_are_words(header: str, word: str) -> None:
    assert plain(header) == word
