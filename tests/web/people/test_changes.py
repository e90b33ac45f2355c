from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from strandline.organisation.notices.models import Notice
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Channel, Consent, CustomField, CustomValue, Grant, Person
from strandline.steady.ties.models import Tie
from tests.cast import Cast
from tests.web.bad_inputs import BAD_DAYS, KEPT, REFUSED

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)
OUTSIDE = ("chen", "dede", "adam", "uma")


@pytest.fixture
def rosa(cast: Cast) -> Person:
    return cast.person("Rosa Lindqvist", at=NOW - timedelta(days=3), reaches=[("phone", "+44 7700 900123")])


def test_add_takes_a_name_then_asks_how_to_reach_them(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    answer = client.post("/people/add/", {"name": "Noor Haddad"})

    noor = Person.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/add/{noor.code}/")
    assert "How can they be reached?" in client.get(f"/people/add/{noor.code}/").content.decode()
    assert client.post(f"/people/add/{noor.code}/", {"reach": "07700 900555"}).status_code == 303
    assert Channel.objects.get().normal == "+447700900555"
    assert (
        "Kept. <bdi>Noor Haddad</bdi> is on record." in client.get(f"/people/{noor.code}/").content.decode()
    )
    assert FollowUp.objects.get(person=noor).kind == "first_call"


def test_add_shows_a_twin_after_the_save_and_forces_nothing(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client = signed_in("amina")
    noor = client.post("/people/add/", {"name": "Rosa Lindqvist"}).headers["Location"]
    to = client.post(noor, {"reach": "07700 900123"}).headers["Location"]

    assert "Reached the same way as" in client.get(to).content.decode()
    assert Person.objects.count() == 2


def test_add_tells_nothing_of_a_twin_in_another_branch(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("chen")
    noor = client.post("/people/add/", {"name": "Rosa Lindqvist"}).headers["Location"]
    to = client.post(noor, {"reach": "07700 900123"}).headers["Location"]

    assert "Reached the same way as" not in client.get(to).content.decode()


def test_add_pressed_twice_is_one_person(cast: Cast, signed_in: Sign) -> None:
    client, asked = signed_in("amina"), {"name": "Noor Haddad", "token": "abcdefgh1234"}

    first, second = client.post("/people/add/", asked), client.post("/people/add/", asked)

    assert Person.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_add_keeps_how_where_and_by_whom(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    assert "Rosa Lindqvist" in client.get(f"/people/add/?introducer={rosa.code}").content.decode()

    asked = {
        "name": "Noor",
        "how": "introduction",
        "where": "Mill Lane",
        "met_on": "2026-01-09",
        "introducer": rosa.code,
    }
    client.post("/people/add/", asked)

    source = Person.objects.get(full_name="Noor").sources.get()
    assert (source.kind, source.label, source.introducer) == ("introduction", "Mill Lane", rosa)


def test_add_with_an_introducer_out_of_sight_is_refused(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("chen").post("/people/add/", {"name": "Noor", "introducer": rosa.code})

    assert (answer.status_code, Person.objects.count()) == (422, 1)
    assert "Rosa" not in answer.content.decode()


@pytest.mark.parametrize("name", KEPT.values(), ids=KEPT.keys())
def test_add_keeps_odd_names_as_typed(cast: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in("amina").post("/people/add/", {"name": name}).status_code == 303

    assert Person.objects.get().full_name == name


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED.keys())
def test_add_refuses_names_that_cannot_be_kept(cast: Cast, signed_in: Sign, name: str) -> None:
    answer = signed_in("amina").post("/people/add/", {"name": name, "where": "Mill Lane"})

    assert (answer.status_code, Person.objects.count()) == (422, 0)
    assert "Mill Lane" in answer.content.decode()


@pytest.mark.parametrize(
    ("raw", "status"), [(b"name=%C3%28", 422), (b"name=%ED%A0%80", 422), (b"name=\xc3\x28", 400)]
)
def test_add_refuses_bytes_that_are_no_text(cast: Cast, signed_in: Sign, raw: bytes, status: int) -> None:
    answer = signed_in("amina").post("/people/add/", raw, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, Person.objects.count()) == (status, 0)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_add_refuses_another_kind_of_body(cast: Cast, signed_in: Sign, kind: str) -> None:
    answer = signed_in("amina").post("/people/add/", b'{"name": "Noor"}', content_type=kind)

    assert (400 <= answer.status_code < 500, Person.objects.count()) == (True, 0)


@pytest.mark.parametrize(("name", "status"), [("stella", 303), ("dede", 403), ("adam", 403), ("uma", 403)])
def test_add_is_for_those_with_people(cast: Cast, signed_in: Sign, name: str, status: int) -> None:
    assert signed_in(name).post("/people/add/", {"name": "Noor"}).status_code == status


@pytest.mark.parametrize("typed", ["12", "nobody@", "x" * 1000, "", "07700 900555 / 07700 900556"])
def test_reach_refuses_what_is_neither_number_nor_address_and_keeps_it(
    cast: Cast, signed_in: Sign, rosa: Person, typed: str
) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/channels/", {"reach": typed}, headers=HTMX)

    assert (answer.status_code, Channel.objects.count()) == (422, 1)
    assert "field-error" in answer.content.decode()


def test_channel_is_added_opted_out_and_removed_each_with_undo(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client = signed_in("amina")

    def act(path: str, **asked: str) -> None:
        answer = client.post(path, asked, headers=HTMX)
        assert answer.status_code == 200
        assert 'action="/undo/' in answer.content.decode()

    act(f"/people/{rosa.code}/channels/", reach="rosa@example.org")
    mail = Channel.objects.get(kind="email")
    act(f"/channels/{mail.code}/opt-out/", is_out="1")
    mail.refresh_from_db()
    assert mail.opted_out_at is not None
    act(f"/channels/{mail.code}/opt-out/", is_out="0")
    act(f"/channels/{mail.code}/remove/")
    assert Channel.objects.filter(kind="email").count() == 0


def test_a_number_not_to_be_used_is_not_offered_to_call(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    client.post(f"/channels/{Channel.objects.get().code}/opt-out/", {"is_out": "1"})

    body = client.get(f"/people/{rosa.code}/").content.decode()

    assert "not to be used" in body
    assert "tel:" not in body


def test_tags_are_put_on_and_taken_off(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")

    client.post(f"/people/{rosa.code}/tags/", {"tag": "Mill Lane"})
    assert "Mill Lane" in client.get(f"/people/{rosa.code}/").content.decode()
    client.post(f"/people/{rosa.code}/tags/", {"remove": "Mill Lane"})

    assert rosa.person_tags.count() == 0


@pytest.mark.parametrize("tag", [REFUSED[k] for k in ("G40", "G41", "G43", "two lines")])
def test_tags_that_cannot_be_are_refused(cast: Cast, signed_in: Sign, rosa: Person, tag: str) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/tags/", {"tag": tag}, headers=HTMX)

    assert (answer.status_code, rosa.person_tags.count()) == (422, 0)


FIELDS: tuple[tuple[str, str, str, bool], ...] = (
    ("text", "lift broken", "lift broken", True),
    ("number", "12", "12", True),
    ("number", "twelve", "", False),
    ("number", "NaN", "", False),
    ("day", "2026-03-04", "2026-03-04", True),
    ("day", "03/04/2026", "", False),
    ("choice", "North", "North", True),
    ("choice", "Moon", "", False),
    ("yes_no", "yes", "yes", True),
    ("yes_no", "perhaps", "", False),
)


@pytest.mark.parametrize(("kind", "typed", "kept", "ok"), FIELDS)
def test_own_fields_are_read_by_their_kind(
    cast: Cast, signed_in: Sign, rosa: Person, kind: str, typed: str, kept: str, ok: bool
) -> None:
    field = CustomField.objects.create(name="Stair", kind=kind, field_class="operational", choices=["North"])

    path = f"/people/{rosa.code}/fields/{field.code}/"
    answer = signed_in("amina").post(path, {"value": typed}, headers=HTMX)

    assert answer.status_code == (200 if ok else 422)
    assert list(CustomValue.objects.values_list("value", flat=True)) == ([kept] if ok else [])


def test_own_fields_of_opinion_are_not_there_for_the_steward(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    field = CustomField.objects.create(name="Leaning", kind="text", field_class="opinion")
    client = signed_in("stella")

    assert "Leaning" not in client.get(f"/people/{rosa.code}/").content.decode()
    assert client.post(f"/people/{rosa.code}/fields/{field.code}/", {"value": "x"}).status_code == 404


def test_agreements_are_noted_and_withdrawn(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")

    client.post(f"/people/{rosa.code}/agreements/", {"purpose": "contact", "words": "Call me evenings"})
    assert "Agreed to be contacted" in client.get(f"/people/{rosa.code}/").content.decode()
    client.post(f"/people/{rosa.code}/agreements/contact/end/")

    assert Consent.objects.get().withdrawn_at is not None
    assert client.post(f"/people/{rosa.code}/agreements/war/end/").status_code == 404
    assert (
        client.post(f"/people/{rosa.code}/agreements/", {"purpose": "war"}, headers=HTMX).status_code == 422
    )


def test_share_lets_a_colleague_in_and_ends(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    Person.objects.filter(pk=rosa.pk).update(sensitivity="confidential")
    client = signed_in("amina")
    assert signed_in("bruno").get(f"/people/{rosa.code}/").status_code == 404

    asked = {"account": cast.accounts["bruno"].code, "reason": "Away in March"}
    client.post(f"/people/{rosa.code}/share/", asked)

    assert signed_in("bruno").get(f"/people/{rosa.code}/").status_code == 200
    assert "Someone shared a record with you:" in signed_in("bruno").get("/").content.decode()
    client.post(f"/grants/{Grant.objects.get().code}/end/")
    assert signed_in("bruno").get(f"/people/{rosa.code}/").status_code == 404


def test_share_with_nobody_is_refused(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/share/", {"account": "x"}, headers=HTMX)

    assert (answer.status_code, Grant.objects.count()) == (422, 0)


def test_open_with_reason_opens_one_record_and_tells_owner_and_administrator(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    Person.objects.filter(pk=rosa.pk).update(sensitivity="confidential")
    client = signed_in("bela")
    assert client.get(f"/people/{rosa.code}/").status_code == 404

    asked = {"code": f"https://example.org/people/{rosa.code}/", "reason": "A complaint that names her"}
    answer = client.post("/people/open/", asked)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{rosa.code}/")
    assert client.get(f"/people/{rosa.code}/").status_code == 200
    told = set(Notice.objects.values_list("account__name", flat=True))
    assert told == {"Amina", "Adam"}
    page = signed_in("adam").get("/settings/team/").content.decode()
    assert ("A record was opened with a written reason." in page, "Rosa" in page) == (True, False)


@pytest.mark.parametrize(("name", "status"), [("bela", 422), ("amina", 403), ("lea", 403), ("adam", 403)])
def test_open_with_reason_is_for_the_branch_lead_and_needs_a_sentence(
    cast: Cast, signed_in: Sign, rosa: Person, name: str, status: int
) -> None:
    answer = signed_in(name).post("/people/open/", {"code": rosa.code, "reason": "why"})

    assert (answer.status_code, Grant.objects.count()) == (status, 0)


def test_open_with_reason_elsewhere_is_as_if_there_were_none(cast: Cast, signed_in: Sign) -> None:
    far = cast.person("Far Away", by="chen", at=NOW)
    client = signed_in("bela")

    def ask(code: str) -> Any:
        return client.post("/people/open/", {"code": code, "reason": "A complaint that names them"})

    assert ask(far.code).content == ask("000000000000").content
    assert ask(far.code).status_code == 404


def edited(person: Person, **more: Any) -> dict[str, Any]:
    return {"full_name": person.full_name, "version": person.version, "sensitivity": "normal", **more}


def test_edit_keeps_changes_with_undo(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    assert "Rosa Lindqvist" in client.get(f"/people/{rosa.code}/edit/").content.decode()

    asked = edited(rosa, full_name="Rosa Lindqvist-Wren", languages="en, sv", born_on="1980-02-29")
    answer = client.post(f"/people/{rosa.code}/edit/", asked)

    rosa.refresh_from_db()
    assert answer.status_code == 303
    assert (rosa.full_name, rosa.languages, rosa.version) == ("Rosa Lindqvist-Wren", ["en", "sv"], 2)
    assert 'action="/undo/' in client.get(f"/people/{rosa.code}/").content.decode()


def test_edit_of_what_was_changed_meanwhile_shows_both_versions_to_choose_from(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    first, second = signed_in("amina"), signed_in("bruno")
    first.post(f"/people/{rosa.code}/edit/", edited(rosa, full_name="Rosa Wren", also_known_as="Rosie"))

    answer = second.post(
        f"/people/{rosa.code}/edit/", edited(rosa, full_name="Rosa L. Wren", practical_note="Ring twice")
    )

    body = answer.content.decode()
    assert answer.status_code == 409
    for value in ("Rosa L. Wren", "Rosa Wren", "Rosie", "Ring twice"):
        assert f'value="{value}"' in body
    assert 'name="version" value="2"' in body
    assert 'value="Rosa L. Wren" checked' in body
    assert 'value="Rosie" checked' in body
    rosa.refresh_from_db()
    assert rosa.full_name == "Rosa Wren"
    chosen = {
        "full_name": "Rosa L. Wren",
        "also_known_as": "Rosie",
        "practical_note": "Ring twice",
        "version": "2",
        "sensitivity": "normal",
    }
    assert second.post(f"/people/{rosa.code}/edit/", chosen).status_code == 303
    rosa.refresh_from_db()
    assert (rosa.full_name, rosa.also_known_as, rosa.practical_note) == (
        "Rosa L. Wren",
        "Rosie",
        "Ring twice",
    )


@pytest.mark.parametrize("day", BAD_DAYS.values(), ids=BAD_DAYS.keys())
def test_edit_refuses_a_day_that_cannot_be_read(cast: Cast, signed_in: Sign, rosa: Person, day: str) -> None:
    answer = signed_in("amina").post(f"/people/{rosa.code}/edit/", edited(rosa, born_on=day))

    rosa.refresh_from_db()
    assert (answer.status_code, rosa.born_on) == (422, None)


@pytest.mark.parametrize("version", ["", "x", "-1", str(2**63), "9" * 5000])
def test_edit_without_a_readable_version_is_refused(
    cast: Cast, signed_in: Sign, rosa: Person, version: str
) -> None:
    answer = signed_in("amina").post(
        f"/people/{rosa.code}/edit/", edited(rosa, full_name="X", version=version)
    )

    rosa.refresh_from_db()
    assert (answer.status_code, rosa.full_name) == (422, "Rosa Lindqvist")


def test_edit_lets_nobody_close_a_record_to_themselves(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    answer = signed_in("bruno").post(f"/people/{rosa.code}/edit/", edited(rosa, sensitivity="confidential"))

    rosa.refresh_from_db()
    assert rosa.sensitivity == "normal"
    assert answer.status_code == 303


def test_edit_keeps_the_practical_note_from_the_steward(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    Person.objects.filter(pk=rosa.pk).update(practical_note="Ring twice")
    client = signed_in("stella")

    assert "Ring twice" not in client.get(f"/people/{rosa.code}/edit/").content.decode()
    assert "Ring twice" not in client.get(f"/people/{rosa.code}/").content.decode()
    client.post(f"/people/{rosa.code}/edit/", edited(rosa, full_name="Rosa L", practical_note="Mine"))
    rosa.refresh_from_db()
    assert (rosa.full_name, rosa.practical_note) == ("Rosa L", "Ring twice")


PATHS = (
    "channels/",
    "tags/",
    "agreements/",
    "agreements/contact/end/",
    "share/",
    "edit/",
    "ties/",
    "step/",
)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("path", PATHS)
def test_changes_are_not_there_for_those_who_do_not_see_the_person(
    cast: Cast, signed_in: Sign, rosa: Person, name: str, path: str
) -> None:
    asked = {
        "reach": "a@example.org",
        "tag": "x",
        "purpose": "contact",
        "full_name": "X",
        "kind": "ally",
        "version": 1,
    }
    client = signed_in(name)

    hidden = client.post(f"/people/{rosa.code}/{path}", asked)
    absent = client.post(f"/people/000000000000/{path}", asked)

    assert (hidden.status_code, hidden.content == absent.content) == (404, True)


@pytest.mark.parametrize("name", OUTSIDE)
def test_parts_of_a_hidden_person_are_not_there(cast: Cast, signed_in: Sign, rosa: Person, name: str) -> None:
    channel, tie = Channel.objects.get(), Tie.objects.get()
    client = signed_in(name)

    for path in (
        f"channels/{channel.code}/remove/",
        f"channels/{channel.code}/opt-out/",
        f"ties/{tie.code}/stage/",
        f"ties/{tie.code}/status/",
    ):
        assert client.post(f"/{path}", {"is_out": "1", "status": "ended", "reason": "x"}).status_code == 404
    assert Channel.objects.count() == 1
