"""Pages of sections: what each of the cast sees, what is refused and why, how many questions are asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit.models import AuditEntry
from strandline.steady.constituencies.actions import (
    add_constituency,
    estimate_size,
    place_in,
    release_sections,
)
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership, SizeEstimate
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.people.models import Person
from strandline.web.breadth import views
from tests.cast import NOW, Cast
from tests.steady.constituencies.test_naming import organised

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def hospital(cast: Cast) -> Constituency:
    row = add_constituency(name="Hospital", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    estimate_size(constituency=row.code, size=2000, source="Census", by=cast.lea, at=NOW)
    return row


def placed(cast: Cast, section: Constituency, *names: str, by: str = "amina") -> list[str]:
    codes = [organised(cast, name, by=by).code for name in names]
    since = date(2026, 1, 1)
    place_in(people=codes, constituency=section.code, since=since, by=cast.viewer(by), at=NOW)
    return codes


def test_sections_stand_in_their_tree_with_their_people(
    cast: Cast, signed_in: SignIn, hospital: Constituency
) -> None:
    ward = add_constituency(name="Ward", dimension=Dimension.TRADE, parent=hospital.code, by=cast.lea, at=NOW)
    placed(cast, ward, "Rosa Lindqvist", "Noor Haddad")

    mine, other = (signed_in(who).get("/breadth/").content.decode() for who in ("amina", "chen"))

    assert mine.index("Hospital") < mine.index("section-1") < mine.index("Ward")
    assert mine.count('data-label="Organised"><b>2</b>') == 2
    assert ">1.0</td>" in mine
    assert "size not known" in mine
    assert other.count('data-label="Organised"><b>0</b>') == 2


def test_kinds_of_tie_stand_as_heat(cast: Cast, signed_in: SignIn, hospital: Constituency) -> None:
    add_constituency(name="Docks", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    placed(cast, hospital, "Rosa Lindqvist", "Noor Haddad")

    body = signed_in("amina").get("/breadth/").content.decode()

    docks, rows = (
        body[body.index(f"<bdi>{name}</bdi>") :].split("</tr>")[0] for name in ("Docks", "Hospital")
    )
    assert re.findall(r'heat-cell (heat-\w+)"><b>(\d+)</b>(?:<span>([^<]*))?', rows) == [
        ("heat-2", "2", "1.0"),
        ("heat-0", "0", "nobody"),
        ("heat-0", "0", "nobody"),
    ]
    assert docks.count("heat-cell heat-0") == 3
    assert [words for words in ("under 0.5", "1.5 to 5", "20 and more") if words not in body] == []


def test_section_of_unknown_size_shows_counts_only(cast: Cast, signed_in: SignIn) -> None:
    docks = add_constituency(name="Docks", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    placed(cast, docks, "Rosa Lindqvist")

    body = signed_in("amina").get("/breadth/").content.decode()

    assert '<span class="heat-cell heat-bare"><b>1</b></span>' in body
    assert "size not known" in body


def test_without_sections_the_page_says_how_to_begin(cast: Cast, signed_in: SignIn) -> None:
    begin = "Name the sections of people your work touches. Start with five."
    asked = "Leads and data stewards name them."

    pages = {who: signed_in(who).get("/breadth/").content.decode() for who in ("lea", "amina", "dede")}

    assert [begin in page for page in pages.values()] == [True, False, False]
    assert [asked in page for page in pages.values()] == [False, True, True]
    assert ["/breadth/new/" in page for page in pages.values()] == [True, False, False]


@pytest.mark.parametrize("who", ["adam", "uma"])
def test_breadth_is_for_those_who_may_use_it(
    cast: Cast, signed_in: SignIn, hospital: Constituency, who: str
) -> None:
    client = signed_in(who)

    assert client.get("/breadth/").status_code == 403
    assert client.get(f"/breadth/{hospital.code}/").status_code == 403
    assert "/breadth/" not in client.get("/settings/").content.decode()


def test_the_centre_reads_released_bands_and_no_name(
    cast: Cast, signed_in: SignIn, hospital: Constituency
) -> None:
    placed(cast, hospital, *(f"Person {n}" for n in range(6)))
    client = signed_in("dede")

    before = client.get("/breadth/").content.decode()
    release_sections(at=NOW)
    after, one = (client.get(path).content.decode() for path in ("/breadth/", f"/breadth/{hospital.code}/"))

    assert "The first figures are released on Monday." in before
    assert ("about 10" in after, "about 10" in one) == (True, True)
    assert "Person 1" not in after + one
    assert client.get(f"/breadth/{hospital.code}/?q=person").content.decode().count("Person") == 0
    assert client.post(f"/breadth/{hospital.code}/people/", {"person": "x"}).status_code == 404


def test_a_section_lists_its_people_and_the_reading_is_kept(
    cast: Cast, signed_in: SignIn, hospital: Constituency
) -> None:
    (code,) = placed(cast, hospital, "Rosa Lindqvist")
    rosa = Person.objects.get(code=code).audit_id
    placed(cast, hospital, "Peter Quay", by="chen")

    mine, other = (
        signed_in(who).get(f"/breadth/{hospital.code}/").content.decode() for who in ("amina", "chen")
    )

    assert ("Rosa Lindqvist" in mine, "Peter Quay" in mine) == (True, False)
    assert ("Rosa Lindqvist" in other, "Peter Quay" in other) == (False, True)
    assert "1 on record, 1 organised, 0.5 per 1,000" in mine.replace("\n", "")
    seen = AuditEntry.objects.filter(verb="read").order_by("-seq")[1]
    assert seen.subjects == [rosa]


def test_a_section_that_never_was_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("amina").get("/breadth/nothing/").status_code == 404


def test_long_sections_go_on_behind_more(
    cast: Cast, signed_in: SignIn, hospital: Constituency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_PEOPLE", 2)
    placed(cast, hospital, "Ada Obi", "Bo Lind", "Cy Marek")
    client, path = signed_in("amina"), f"/breadth/{hospital.code}/"

    first = client.get(path).content.decode()
    mark = first.split("?after=")[1].split('"')[0]
    second = client.get(f"{path}?after={mark}").content.decode()

    assert [name in first for name in ("Ada Obi", "Bo Lind", "Cy Marek")] == [True, True, False]
    assert [name in second for name in ("Ada Obi", "Bo Lind", "Cy Marek")] == [False, False, True]
    assert "Ada Obi" in client.get(f"{path}?after=broken").content.decode()


def test_name_a_section(cast: Cast, signed_in: SignIn, hospital: Constituency) -> None:
    form = {
        "name": "Ward",
        "dimension": "trade",
        "parent": hospital.code,
        "size": "1 850",
        "source": "The union",
        "token": "section-0001",
    }

    answers = [signed_in("lea").post("/breadth/new/", form) for _ in range(2)]

    made = Constituency.objects.get(name="Ward")
    assert {(a.status_code, a["Location"]) for a in answers} == {(303, f"/breadth/{made.code}/")}
    assert (made.parent, SizeEstimate.objects.get(constituency=made).size) == (hospital, 1850)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Name"),
        ({"name": "hospital"}, "There is a section of this name here already."),
        ({"dimension": "star"}, "star"),
        ({"dimension": "place", "parent": "@"}, "A section stands under one of the same dimension."),
        ({"parent": "nothing"}, "nothing"),
        ({"size": "many"}, "Give a number of people from 1 to 8,000,000,000."),
        ({"size": "0"}, "Give a number of people"),
        ({"size": "\u0663"}, "Give a number of people"),
        ({"size": "12"}, "Say where the number is from"),
        ({"source": "Census"}, "Say how many, or leave the source empty."),
    ],
)
def test_what_cannot_be_named_is_said_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, hospital: Constituency, change: dict[str, str], words: str
) -> None:
    change = {name: hospital.code if value == "@" else value for name, value in change.items()}
    form = {"name": "Clinic", "dimension": "trade", "parent": "", "size": "", "source": ""} | change

    answer = signed_in("lea").post("/breadth/new/", form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Constituency.objects.count() == 1


@pytest.mark.parametrize("who", ["amina", "chen", "dede", "adam"])
def test_others_name_none(cast: Cast, signed_in: SignIn, hospital: Constituency, who: str) -> None:
    client = signed_in(who)

    assert client.get("/breadth/new/").status_code == 403
    for then in ("name", "size", "end"):
        form = {"name": "Clinic", "size": "5", "source": "x"}
        assert client.post(f"/breadth/{hospital.code}/{then}/", form).status_code in (403, 422)
    assert Constituency.objects.get().name == "Hospital"
    assert SizeEstimate.objects.count() == 1


def test_rename_estimate_and_end(cast: Cast, signed_in: SignIn, hospital: Constituency) -> None:
    client, path = signed_in("lea"), f"/breadth/{hospital.code}/"

    answers = [
        client.post(f"{path}name/", {"name": "Clinic"}),
        client.post(f"{path}size/", {"size": "900", "source": "A count"}),
        client.post(f"{path}end/"),
    ]

    assert [answer["Location"] for answer in answers] == [path, path, "/breadth/"]
    page = client.get(path).content.decode()
    assert ("Clinic" in page, "900" in page, "Used no more since" in page) == (True, True, True)


@pytest.mark.parametrize(("then", "form"), [("name", {"name": ""}), ("size", {"size": "x", "source": ""})])
def test_a_bad_change_is_said(
    cast: Cast, signed_in: SignIn, hospital: Constituency, then: str, form: dict[str, str]
) -> None:
    answer = signed_in("lea").post(f"/breadth/{hospital.code}/{then}/", form)

    assert (answer.status_code, b"error" in answer.content) == (422, True)


def test_people_are_found_put_in_and_taken_off(cast: Cast, signed_in: SignIn, hospital: Constituency) -> None:
    rosa, noor = cast.person("Rosa Lindqvist"), cast.person("Rosa Haddad")
    client, path = signed_in("amina"), f"/breadth/{hospital.code}/"

    found = client.get(f"{path}?q=rosa").content.decode()
    empty = client.post(f"{path}people/", {})
    put = client.post(f"{path}people/", {"person": [rosa.code, noor.code], "since": "2025-06-01"})
    off = client.post(f"{path}leave/", {"person": noor.code})

    assert found.count('type="checkbox"') == 2
    assert (empty.status_code, b"Choose at least one person." in empty.content) == (422, True)
    assert (put.status_code, off.status_code) == (303, 303)
    assert ConstituencyMembership.objects.get(until_on=None).person == rosa
    assert set(ConstituencyMembership.objects.values_list("since_on", flat=True)) == {date(2025, 6, 1)}


def test_nobody_goes_by_a_code_with_a_nul_in_it(
    cast: Cast, signed_in: SignIn, hospital: Constituency
) -> None:
    answer = signed_in("amina").post(f"/breadth/{hospital.code}/leave/", {"person": "An\0na"})

    assert answer.status_code == 404


@pytest.mark.parametrize(("since", "words"), [("soon", "error"), ("2026-02-01", "The day is still to come.")])
def test_a_day_that_cannot_be_is_said(
    cast: Cast, signed_in: SignIn, hospital: Constituency, since: str, words: str
) -> None:
    rosa = cast.person()

    form = {"person": rosa.code, "since": since}
    answer = signed_in("amina").post(f"/breadth/{hospital.code}/people/", form)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not ConstituencyMembership.objects.exists()


def test_someone_out_of_sight_is_not_put_in(cast: Cast, signed_in: SignIn, hospital: Constituency) -> None:
    rosa = cast.person()

    for code in (rosa.code, "nobody"):
        form = {"person": code}
        assert signed_in("chen").post(f"/breadth/{hospital.code}/people/", form).status_code == 404


def test_a_person_is_put_into_sections_from_their_page(
    cast: Cast, signed_in: SignIn, hospital: Constituency
) -> None:
    rosa = cast.person()
    parish = add_constituency(name="Parish", dimension=Dimension.COMMUNITY, by=cast.lea, at=NOW)
    client, path = signed_in("amina"), f"/people/{rosa.code}/"

    put = client.post(f"{path}sections/", {"section": hospital.code})
    refused = client.post(f"{path}sections/", {"section": parish.code})
    page = client.get(path).content.decode()
    client.post(f"{path}sections/", {"remove": hospital.code})

    assert put.status_code == 303
    assert (refused.status_code, "once the person has agreed" in refused.content.decode()) == (422, True)
    assert f'href="/breadth/{hospital.code}/"' in page
    assert not ConstituencyMembership.objects.filter(until_on=None).exists()
    for who in ("chen", "dede", "adam"):
        assert signed_in(who).post(f"{path}sections/", {"section": hospital.code}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_many_questions_whatever_their_size(
    cast: Cast, signed_in: SignIn, hospital: Constituency, number: int
) -> None:
    for n in range(number - 1):
        add_constituency(name=f"Ward {n}", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    placed(cast, hospital, *(f"Person {n}" for n in range(number)))
    release_sections(at=NOW + timedelta(days=7))
    client, centre = signed_in("amina"), signed_in("dede")
    client.get("/breadth/")
    centre.get("/breadth/")
    counts = []

    for who, path in (
        (client, "/breadth/"),
        (client, f"/breadth/{hospital.code}/"),
        (centre, "/breadth/"),
        (centre, f"/breadth/{hospital.code}/"),
    ):
        with CaptureQueriesContext(connection) as asked:
            who.get(path)
        counts.append(len(asked))

    assert counts == [10, 19, 8, 11]
