from __future__ import annotations

import dataclasses
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client

from strandline.steady.intake import actions, queries, sealing
from strandline.steady.intake.models import Form, OutboxKey, Submission
from strandline.steady.people.models import Person
from strandline.store import upkeep
from strandline.web.intake import table
from tests.cast import Cast
from tests.steady.intake.doors import open_form

CLIENT = Client(enforce_csrf_checks=True)


@pytest.fixture
def device(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    from datetime import UTC, datetime

    form = open_form(cast)
    return actions.give_device_code(form=form.code, label="", by=cast.amina, at=datetime.now(UTC)).code


def entry(name: str = "Noor Haddad", token: str = "entry-0001", **more: Any) -> dict[str, Any]:
    key = queries.outbox_key()
    assert key is not None
    values = {"v": 1, "name": name, "reach": "noor@example.org", "consent": "yes"} | more.pop("values", {})
    sealed = sealing.seal(values, public=key.seal_public, token=token)
    return {"token": token, "key": key.code, "at": "2026-01-16T09:00:00Z", "entry": sealed} | more


def sync(entries: Any, device: str = "", slug: str = "heating") -> Any:
    body = json.dumps({"device": device, "entries": entries})
    return CLIENT.post(f"/table/{slug}/sync/", body, content_type="application/json")


def test_page_of_the_table_holds_no_names_and_lets_in_one_script_only(cast: Cast, device: str) -> None:
    cast.person("Rosa Lindqvist")

    page = Client().get("/table/heating/")

    body = page.content.decode()
    key = OutboxKey.objects.get()
    assert "Rosa" not in body
    assert key.seal_public in body
    assert page.cookies == {}
    assert "trusted-types default strandline-worker" in page["Content-Security-Policy"]
    assert bytes(key.seal_private).hex() not in body.encode().hex()


def test_worker_keeps_only_the_table_its_style_and_its_script(cast: Cast, device: str) -> None:
    found = re.search(r"const ASSETS = (\[.*\]);", Client().get("/table/worker.js").content.decode())

    assert found
    assert all(re.search(r"/(css|js|img)/", name) for name in json.loads(found[1]))
    assert all(Client().get(name).status_code == 200 for name in json.loads(found[1]))


def test_manifest_opens_the_table(device: str) -> None:
    answer = Client().get("/table/heating/manifest.webmanifest")

    assert (answer.json()["start_url"], answer["Content-Type"]) == (
        "/table/heating/",
        "application/manifest+json",
    )


def test_sealed_entries_arrive_once_with_a_receipt_that_can_be_checked(device: str) -> None:
    sent = [entry("Noor Haddad", "entry-0001"), entry("Tomasz Wren", "entry-0002")]

    first, again = sync(sent, device).json()["receipts"], sync(sent, device).json()["receipts"]

    assert [r["state"] for r in first + again] == ["kept"] * 4
    assert list(Person.objects.order_by("pk").values_list("full_name", flat=True)) == [
        "Noor Haddad",
        "Tomasz Wren",
    ]
    assert Submission.objects.first().device_at.isoformat() == "2026-01-16T09:00:00+00:00"
    public = sealing.decode(OutboxKey.objects.get().sign_public)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    raw = sealing.decode(first[0]["signature"])
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(signature, b"strandline receipt 1|heating|entry-0001", ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"strandline receipt 1|heating|entry-0002", ec.ECDSA(SHA256()))


def test_entries_in_any_order_and_in_halves_arrive_once(device: str) -> None:
    sent = [entry(f"Person {n}", f"entry-{n:04}") for n in range(6)]

    for group in (sent[3:], sent[:4], list(reversed(sent)), sent[2:3]):
        sync(group, device)

    assert sorted(Person.objects.values_list("full_name", flat=True)) == [f"Person {n}" for n in range(6)]


def test_token_with_other_words_is_refused_with_the_reason(device: str) -> None:
    sync([entry()], device)

    (receipt,) = sync([entry("Someone Else")], device).json()["receipts"]

    assert (receipt["state"], receipt["reason"]) == ("refused", "It was sent before, with other words.")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": "nosuchkey"}, "unreadable"),
        ({"entry": {"point": "AA", "nonce": "AA", "sealed": "AA"}}, "unreadable"),
        ({"entry": "half"}, "unreadable"),
        ({"values": {"v": 99}}, "unreadable"),
        ({"values": {"reach": "nobody can be reached here"}}, "faulty"),
        ({"values": {"name": ""}}, "faulty"),
    ],
)
def test_entry_that_cannot_be_read_is_kept_as_it_came(
    device: str, change: dict[str, Any], reason: str
) -> None:
    (receipt,) = sync([entry(**change)], device).json()["receipts"]

    held = Submission.objects.held().get()
    assert (receipt["state"], held.reason) == ("kept", reason)
    assert held.typed != {}


def test_entry_of_an_older_page_is_taken(device: str) -> None:
    sync([entry(values={"v": 0})], device)

    assert Person.objects.count() == 1


def test_entry_sealed_under_another_token_is_not_opened(device: str) -> None:
    sync([entry() | {"token": "entry-0002"}], device)

    assert Submission.objects.held().get().reason == "unreadable"


def test_revoked_and_unknown_phones_are_kept_aside(cast: Cast, device: str) -> None:
    actions.revoke_device(device=device, by=cast.amina, at=Form.objects.get().made_at + timedelta(days=1))

    sync([entry(token="entry-0001")], device)
    sync([entry(token="entry-0002")], "")

    assert set(Submission.objects.held().values_list("reason", flat=True)) == {"device"}
    assert Submission.objects.count() == 2


def test_code_of_another_forms_phone_is_kept_aside(cast: Cast, device: str) -> None:
    open_form(cast, "damp")

    sync([entry()], device, "damp")

    assert list(Submission.objects.held().values_list("form__slug", "reason")) == [("damp", "device")]


def test_one_entry_from_two_phones_is_one_record_and_two_entries_are_two(cast: Cast, device: str) -> None:
    form = Form.objects.get()
    other = actions.give_device_code(form=form.code, label="", by=cast.amina, at=form.made_at).code

    for code in (device, other):
        sync([entry()], code)
    sync([entry(token="entry-0002")], other)

    # Nobody is merged at the door: whether they are the same person is asked later.
    assert sorted(Submission.objects.values_list("token", flat=True)) == ["entry-0001", "entry-0002"]
    assert list(Person.objects.values_list("full_name", flat=True)) == ["Noor Haddad"] * 2


def test_queue_of_a_long_day_arrives_whole_in_groups(device: str) -> None:
    sent = [entry(f"Person {n}", f"entry-{n:04}") for n in range(250)]

    receipts = [
        r
        for at in range(0, 250, table.MOST_ENTRIES)
        for r in sync(sent[at : at + table.MOST_ENTRIES], device).json()["receipts"]
    ]

    assert {r["state"] for r in receipts} == {"kept"}
    assert (len(receipts), Person.objects.count()) == (250, 250)


@pytest.mark.parametrize(
    "at", ["1970-01-01T00:00:00Z", "next week", None, 7, "2026-13-01", "9999-12-31T23:59:59-14:00"]
)
def test_clock_of_the_phone_loses_nothing(device: str, at: Any) -> None:
    (receipt,) = sync([entry(at=at)], device).json()["receipts"]

    assert receipt["state"] == "kept"
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", '{"entries": 1}', '{"entries": [' + "{}," * 60 + "{}]}", "[" * 100_000, "\xff"]
)
def test_what_is_no_table_is_refused(device: str, body: str) -> None:
    answer = CLIENT.post("/table/heating/sync/", body, content_type="application/json")

    assert (answer.status_code, Submission.objects.count()) == (400, 0)


def test_photo_of_forty_megabytes_is_refused(device: str) -> None:
    big = {"token": "entry-0001", "entry": {"sealed": "x" * (3 << 20)}}

    assert sync([big], device).status_code == 413


def test_full_disk_keeps_the_entries_on_the_phone(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "is_room_short", lambda: True)

    assert sync([entry()], device).status_code == 503
    assert not Submission.objects.exists()


def test_answers_without_agreement_are_not_kept(device: str) -> None:
    sync([entry(values={"consent": "", "answer1": "heating", "wishes": "hand"})], device)

    assert set(Submission.objects.get().typed) & {"answer1", "wishes"} == set()


def test_cache_gets_a_new_name_with_new_files() -> None:
    newer = dataclasses.replace(table.KEPT, files=("js/table.js",))

    assert newer.cache != table.KEPT.cache
