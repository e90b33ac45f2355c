from __future__ import annotations

from collections.abc import Callable

import pytest

from strandline.steady.people.actions import share_person
from strandline.steady.people.models import Channel, Person
from tests.cast import NOW, Cast

from .conftest import problem
from .machine import Machine

Make = Callable[..., Machine]
EMAIL = ("email", "rosa@example.org")


def _names(answer: object) -> list[str]:
    return [item["full_name"] for item in answer.json()["items"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("amina", ["Rosa Lindqvist"]),
        ("bruno", ["Rosa Lindqvist"]),
        ("lea", ["Rosa Lindqvist"]),
        ("bela", ["Rosa Lindqvist"]),
        ("stella", ["Rosa Lindqvist"]),
        ("chen", []),
        ("dede", []),
        ("adam", []),
        ("uma", []),
    ],
)
def test_list_people_gives_each_of_the_cast_their_own(
    cast: Cast, machine: Make, who: str, names: list[str]
) -> None:
    cast.person()

    answer = machine(who).get("/people")

    assert (answer.status_code, _names(answer), answer.json()["next"]) == (200, names, None)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("amina", 200),
        ("bruno", 200),
        ("bela", 200),
        ("stella", 200),
        ("chen", 404),
        ("dede", 404),
        ("uma", 404),
    ],
)
def test_get_person_answers_each_of_the_cast(cast: Cast, machine: Make, who: str, status: int) -> None:
    rosa = cast.person()

    assert machine(who).get(f"/people/{rosa.code}").status_code == status


def test_get_person_answers_absent_and_hidden_alike(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    chen = machine("chen")

    hidden, absent = chen.get(f"/people/{rosa.code}"), chen.get("/people/000000000000")

    assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (
        absent.status_code,
        absent.content,
        dict(absent.headers),
    )


def test_get_person_gives_the_closed_fields(cast: Cast, machine: Make) -> None:
    rosa = cast.person(reaches=(EMAIL,), tags=("stairwell B",))
    channel = Channel.objects.get(person=rosa)

    answer = machine("amina").get(
        f"/people/{rosa.code}?expand=channels,tags,sources,addresses,consents,custom"
    )

    assert answer["ETag"] == '"1"'
    assert answer.json() == {
        "code": rosa.code,
        "full_name": "Rosa Lindqvist",
        "given_name": "",
        "family_name": "",
        "also_known_as": "",
        "born_on": None,
        "languages": [],
        "practical_note": "",
        "sensitivity": "normal",
        "is_deceased": False,
        "added_at": "2026-01-16T10:00:00+00:00",
        "version": 1,
        "channels": [
            {
                "code": channel.code,
                "kind": "email",
                "value": "rosa@example.org",
                "label": "",
                "is_primary": True,
                "is_bad": False,
                "opted_out_at": None,
            }
        ],
        "addresses": [],
        "tags": ["stairwell B"],
        "sources": [
            {
                "code": rosa.sources.get().code,
                "kind": "conversation",
                "label": "",
                "met_on": "2026-01-16",
                "by": {"code": cast.amina.code, "name": "Amina"},
                "branch": {"code": cast.harbour.code, "name": "Harbourside"},
                "team": {"code": cast.tenants.code, "name": "Tenants"},
            }
        ],
        "consents": [],
        "custom": {},
    }


def test_get_person_with_fields_gives_only_those(cast: Cast, machine: Make) -> None:
    rosa = cast.person(reaches=(EMAIL,))

    answer = machine("amina").get(f"/people/{rosa.code}?fields=full_name,version")

    assert answer.json() == {"code": rosa.code, "full_name": "Rosa Lindqvist", "version": 1}


def test_person_shared_with_someone_is_there_until_the_grant_ends(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    chen = machine("chen")
    grant = share_person(
        person=rosa.code,
        with_account=cast.accounts["chen"].code,
        reason="They are neighbours",
        by=cast.amina,
        at=NOW,
    )

    seen = chen.get(f"/people/{rosa.code}").status_code
    grant.until_at = NOW
    grant.save(update_fields=["until_at"])

    assert (seen, chen.get(f"/people/{rosa.code}").status_code) == (200, 404)


def test_list_people_comes_in_pages_that_leave_nobody_out(cast: Cast, machine: Make) -> None:
    names = [f"Person {n:02}" for n in range(7)]
    for name in reversed(names):
        cast.person(name)
    amina = machine("amina")

    found, page = [], amina.get("/people?size=3").json()
    while True:
        found += [item["full_name"] for item in page["items"]]
        if page["next"] is None:
            break
        page = amina.get(f"/people?size=3&page={page['next']}").json()

    assert found == names


def test_list_people_repeats_the_same_cursor(cast: Cast, machine: Make) -> None:
    for name in ("Ada", "Ben", "Cem"):
        cast.person(name)
    amina = machine("amina")

    first, second = amina.get("/people?size=2").content, amina.get("/people?size=2").content

    assert first == second


def test_list_people_refuses_a_cursor_of_another_question_or_account(cast: Cast, machine: Make) -> None:
    for name in ("Ada", "Ben", "Cem"):
        cast.person(name)
    cursor = machine("amina").get("/people?size=2").json()["next"]

    other_question = machine("amina").get(f"/people?size=2&q=a&page={cursor}")
    other_account = machine("bruno").get(f"/people?size=2&page={cursor}")
    bent = machine("amina").get(f"/people?size=2&page={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}")

    for answer in (other_question, other_account, bent):
        assert (answer.status_code, problem(answer)["errors"][0]["name"]) == (400, "page")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=ros", ["Rosa Lindqvist"]),
        ("q=lindqvist%20rosa", ["Rosa Lindqvist"]),
        ("q=%25", []),
        ("q=%27%20OR%201%3D1--", []),
        ("held=me", ["Ali Demir", "Rosa Lindqvist"]),
        ("held=nobody", []),
        ("kind=contact", ["Ali Demir", "Rosa Lindqvist"]),
        ("kind=ally", []),
        ("tag=stairwell%20B", ["Rosa Lindqvist"]),
        ("email=ROSA@example.org", ["Rosa Lindqvist"]),
        ("phone=020%207946%200018", ["Ali Demir"]),
        ("email=nobody@example.org", []),
    ],
)
def test_list_people_chooses_by_filters(cast: Cast, machine: Make, query: str, names: list[str]) -> None:
    cast.person(reaches=(EMAIL,), tags=("stairwell B",))
    cast.person("Ali Demir", reaches=(("phone", "020 7946 0018"),))

    assert _names(machine("amina").get(f"/people?{query}")) == names


def test_list_people_by_email_finds_nobody_out_of_sight(cast: Cast, machine: Make) -> None:
    cast.person(reaches=(EMAIL,))

    assert _names(machine("chen").get("/people?email=rosa@example.org")) == []


def test_contact_data_is_left_out_for_whom_it_is_not(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from strandline.organisation.accounts import rules
    from strandline.store.records import FieldClass

    rosa = cast.person(reaches=(EMAIL,), languages=("sv",))
    monkeypatch.setitem(rules.GRANTS, rules.Role.STEWARD, frozenset({FieldClass.IDENTIFYING}))

    body = machine("stella").get(f"/people/{rosa.code}?expand=channels,addresses,tags").json()

    assert {"channels", "addresses", "languages"} & body.keys() == set()
    assert (body["full_name"], body["tags"]) == ("Rosa Lindqvist", [])


def test_add_person_puts_someone_on_record_with_a_tie_and_a_step(cast: Cast, machine: Make) -> None:
    amina = machine("amina")

    answer = amina.post(
        "/people",
        {
            "full_name": "Ali Demir",
            "languages": ["tr", "en"],
            "born_on": "1990-05-01",
            "channels": [{"kind": "phone", "value": "020 7946 0018"}],
            "source": {"kind": "table", "label": "Northgate", "met_on": "2026-01-09"},
            "address": {"street": "1 Mill Lane", "postcode": "N1 1AA"},
            "tags": ["stairwell B"],
            "next_step": {"kind": "visit", "due_on": "2026-01-20", "reason": "Bring the leaflet"},
        },
    )

    code = answer.json()["code"]
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/people/{code}")
    again = amina.get(f"/people/{code}?expand=channels,addresses,tags,sources").json()
    assert (again["full_name"], again["languages"], again["born_on"], again["tags"]) == (
        "Ali Demir",
        ["tr", "en"],
        "1990-05-01",
        ["stairwell B"],
    )
    assert again["addresses"][0]["street"] == "1 Mill Lane"
    assert (again["sources"][0]["kind"], again["sources"][0]["met_on"]) == ("table", "2026-01-09")
    steps = amina.get(f"/follow-ups?person={code}").json()["items"]
    assert [(step["kind"], step["due_on"], step["reason"]) for step in steps] == [
        ("visit", "2026-01-20", "Bring the leaflet")
    ]
    ties = amina.get(f"/ties?person={code}").json()["items"]
    assert [(tie["kind"], tie["owner"]["name"]) for tie in ties] == [("contact", "Amina")]


def test_add_person_is_refused_for_who_belongs_to_no_team(cast: Cast, machine: Make) -> None:
    answer = machine("dede").post("/people", {"full_name": "Ali Demir"})

    assert (answer.status_code, Person.objects.count()) == (409, 0)
    assert problem(answer)["detail"] == "You belong to no team in which someone could be put on record."


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "/full_name"),
        ({"full_name": ""}, "/full_name"),
        ({"full_name": "\u00a0"}, "/full_name"),
        ({"full_name": "x" * 301}, "/full_name"),
        ({"full_name": "e" + "\u0301" * 300}, "/full_name"),
        ({"full_name": 5}, "/full_name"),
        ({"full_name": "Ali", "is_staff": True}, "/is_staff"),
        ({"full_name": "Ali", "born_on": "2027-02-29"}, "/born_on"),
        ({"full_name": "Ali", "born_on": "03/04/2026"}, "/born_on"),
        ({"full_name": "Ali", "born_on": 20260304}, "/born_on"),
        ({"full_name": "Ali", "sensitivity": "secret"}, "/sensitivity"),
        ({"full_name": "Ali", "languages": "en"}, "/languages"),
        ({"full_name": "Ali", "languages": ["en", ""]}, "/languages/1"),
        ({"full_name": "Ali", "channels": [{"kind": "email", "value": "not an address"}]}, "/channels"),
        ({"full_name": "Ali", "channels": [{"kind": "phone", "value": "12"}]}, "/channels"),
        ({"full_name": "Ali", "channels": [{"kind": "email"}]}, "/channels/0/value"),
        ({"full_name": "Ali", "channels": [{"kind": "email", "value": "a@b.example"}] * 21}, "/channels"),
        ({"full_name": "Ali", "tags": ["x"] * 201}, "/tags"),
        ({"full_name": "Ali", "address": {"planet": "Mars"}}, "/address/planet"),
    ],
)
def test_add_person_names_the_field_that_cannot_be_kept(
    cast: Cast, machine: Make, body: dict[str, object], name: str
) -> None:
    answer = machine("amina").post("/people", body)

    assert (answer.status_code, problem(answer)["errors"][0]["name"]) == (422, name)
    assert problem(answer)["errors"][0]["reason"]
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["' OR 1=1--", "<script>alert(1)</script>", "=HYPERLINK(1)", "محمد", "Null", "O'Brien-D'Arcy", "Аnna"],
)
def test_add_person_keeps_a_name_as_typed(cast: Cast, machine: Make, name: str) -> None:
    answer = machine("amina").post("/people", {"full_name": name})

    assert (answer.status_code, answer.json()["full_name"]) == (201, name)


def test_change_person_changes_what_is_sent_and_nothing_else(cast: Cast, machine: Make) -> None:
    rosa = cast.person(languages=("sv",))

    answer = machine("amina").patch(
        f"/people/{rosa.code}", {"given_name": "Rosa", "born_on": "1980-01-01"}, If_Match='"1"'
    )

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    body = answer.json()
    assert (body["given_name"], body["born_on"], body["full_name"], body["languages"]) == (
        "Rosa",
        "1980-01-01",
        "Rosa Lindqvist",
        ["sv"],
    )


@pytest.mark.parametrize(("headers", "version", "status"), [({"If_Match": '"1"'}, None, 412), ({}, 1, 409)])
def test_change_person_refuses_a_stale_version_and_shows_both(
    cast: Cast, machine: Make, headers: dict[str, str], version: int | None, status: int
) -> None:
    rosa = cast.person()
    machine("bruno").patch(f"/people/{rosa.code}", {"full_name": "Rosa L."}, If_Match='"1"')

    body = {"full_name": "Rosa Lind"} | ({"version": version} if version else {})
    answer = machine("amina").patch(f"/people/{rosa.code}", body, **headers)

    found = problem(answer)
    assert (answer.status_code, answer["ETag"]) == (status, '"2"')
    assert (found["current"]["full_name"], found["current"]["version"], found["yours"]) == (
        "Rosa L.",
        2,
        body,
    )
    assert Person.objects.get(pk=rosa.pk).full_name == "Rosa L."


def test_change_person_needs_to_know_which_version(cast: Cast, machine: Make) -> None:
    rosa = cast.person()

    answer = machine("amina").patch(f"/people/{rosa.code}", {"full_name": "Rosa"})

    assert (answer.status_code, problem(answer)["type"]) == (
        428,
        "urn:strandline:problem:precondition-required",
    )


@pytest.mark.parametrize(
    "body",
    [{"code": "000000000000"}, {"audit_id": "x"}, {"added_at": "2020-01-01T00:00:00Z"}, {"full_name": None}],
)
def test_change_person_refuses_what_cannot_be_changed(
    cast: Cast, machine: Make, body: dict[str, object]
) -> None:
    rosa = cast.person()

    answer = machine("amina").patch(f"/people/{rosa.code}", body | {"version": 1})

    assert answer.status_code == 422
    assert problem(answer)["errors"][0]["name"] == "/" + next(iter(body))


def test_change_person_does_not_let_anyone_put_a_record_out_of_their_own_sight(
    cast: Cast, machine: Make
) -> None:
    rosa = cast.person()
    change = {"sensitivity": "confidential", "version": 1}

    refused = machine("bruno").patch(f"/people/{rosa.code}", change)
    done = machine("amina").patch(f"/people/{rosa.code}", change)

    assert (refused.status_code, problem(refused)["errors"][0]["name"]) == (422, "/sensitivity")
    assert (done.status_code, done.json()["sensitivity"]) == (200, "confidential")


def test_change_person_keeps_notes_from_the_data_steward(cast: Cast, machine: Make) -> None:
    rosa = cast.person(practical_note="Ring twice")
    stella = machine("stella")

    seen = stella.get(f"/people/{rosa.code}").json()
    refused = stella.patch(f"/people/{rosa.code}", {"practical_note": "Mine", "version": 1})
    done = stella.patch(f"/people/{rosa.code}", {"given_name": "Rosa", "version": 1})

    assert ("practical_note" in seen, "practical_note" in done.json()) == (False, False)
    assert (refused.status_code, problem(refused)["errors"][0]["name"]) == (422, "/practical_note")
    assert Person.objects.get(pk=rosa.pk).practical_note == "Ring twice"


def test_whoever_sees_no_contact_data_changes_nothing(
    cast: Cast, machine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from strandline.organisation.accounts import rules
    from strandline.store.records import FieldClass

    rosa = cast.person()
    stella = machine("stella")
    monkeypatch.setitem(rules.GRANTS, rules.Role.STEWARD, frozenset({FieldClass.IDENTIFYING}))

    answers = [
        stella.patch(f"/people/{rosa.code}", {"given_name": "R", "version": 1}),
        stella.post(f"/people/{rosa.code}/channels", {"kind": "email", "value": "a@example.org"}),
        stella.post(f"/people/{rosa.code}/tags", {"add": ["x"]}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert problem(answers[0])["type"] == "urn:strandline:problem:role-missing"


def test_change_person_out_of_sight_is_absent(cast: Cast, machine: Make) -> None:
    rosa = cast.person()

    answer = machine("chen").patch(f"/people/{rosa.code}", {"full_name": "X", "version": 1})

    assert (answer.status_code, Person.objects.get(pk=rosa.pk).full_name) == (404, "Rosa Lindqvist")


def test_channels_are_added_once_and_removed(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    amina = machine("amina")
    new = {"kind": "email", "value": "rosa@example.org", "label": "home"}

    amina.post(f"/people/{rosa.code}/channels", new)
    answer = amina.post(f"/people/{rosa.code}/channels", new)

    (channel,) = answer.json()["channels"]
    assert (channel["value"], channel["label"], channel["is_primary"]) == ("rosa@example.org", "home", True)
    assert amina.delete(f"/channels/{channel['code']}").status_code == 204
    assert amina.delete(f"/channels/{channel['code']}").status_code == 404
    assert amina.get(f"/people/{rosa.code}?expand=channels").json()["channels"] == []


def test_channels_of_someone_out_of_sight_are_absent(cast: Cast, machine: Make) -> None:
    rosa = cast.person(reaches=(EMAIL,))
    channel = Channel.objects.get()
    chen = machine("chen")

    added = chen.post(f"/people/{rosa.code}/channels", {"kind": "email", "value": "x@example.org"})
    removed = chen.delete(f"/channels/{channel.code}")

    assert (added.status_code, removed.status_code) == (404, 404)
    assert list(Channel.objects.values_list("value", flat=True)) == ["rosa@example.org"]


def test_tags_are_put_on_and_taken_off(cast: Cast, machine: Make) -> None:
    rosa = cast.person(tags=("old",))
    amina = machine("amina")

    answer = amina.post(f"/people/{rosa.code}/tags", {"add": ["new", "newer"], "remove": ["old"]})

    assert (answer.status_code, answer.json()["tags"]) == (200, ["new", "newer"])


def test_tags_of_someone_out_of_sight_are_absent(cast: Cast, machine: Make) -> None:
    rosa = cast.person(tags=("old",))

    answer = machine("chen").post(f"/people/{rosa.code}/tags", {"remove": ["old"]})

    assert (answer.status_code, rosa.person_tags.count()) == (404, 1)
