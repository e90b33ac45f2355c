from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches.models import Membership
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake import actions, queries, sealing
from strandline.steady.intake.models import CallClaim, DeviceCode, Form, Submission
from strandline.steady.intake.rules import Reason, Way
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie, Touch
from tests.cast import NOW, PASSWORD, Cast
from tests.steady.intake.doors import open_form, send, sheet

Sign = Callable[[str], Client]
NEW = {
    "title": "No heating?",
    "slug": "no-heating",
    "consent_text": "Yes, contact me.",
    "promise_hours": "48",
    "languages": ["en"],
    "token": "make-token-1",
}


@pytest.fixture
def caller(cast: Cast) -> Client:
    """Cora, who calls for Amina's team and sees nobody but whom she was handed."""
    account = Account.objects.create_user("cora@example.org", PASSWORD, name="Cora")
    Membership.objects.create(
        account=account,
        role=Role.CALLER.value,
        team=cast.tenants,
        branch=cast.harbour,
        since_at=NOW - timedelta(days=9),
    )
    cast.accounts["cora"] = account
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def people(count: int, **more: Any) -> list[str]:
    """Let people sign up just now."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    numbers = [f"+44 20 7946 0{n:03}" for n in range(count)]
    send(*(sheet(f"Person {n}", number, at=at, **more) for n, number in enumerate(numbers)))
    return [f"Person {n}" for n in range(count)]


def test_form_is_made_in_one_step_and_open_to_all(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    answers = [client.post("/forms/new/", NEW) for _ in range(2)]

    made = Form.objects.get()
    assert [a.status_code for a in answers] == [303, 303]
    assert (made.branch, made.team, made.promise_hours) == (cast.harbour, cast.tenants, 48)
    assert Client().get("/j/no-heating/").status_code == 200
    page = client.get(f"/forms/{made.code}/").content.decode()
    assert "http://testserver/j/no-heating/" in page
    assert "<svg" in page
    assert "&lt;a href=&quot;http://testserver/j/no-heating/&quot;&gt;" in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("slug", "No Heating", "small letters"),
        ("slug", "heating", "already"),
        ("slug", "worker", "small letters"),
        ("title", "", "Nothing was filled in"),
        ("promise_hours", "0", "greater than or equal to 1"),
        ("closes_at", "2001-01-01T10:00", "past already"),
        ("embedded_on", "http://example.org", "not a website"),
        ("embedded_on", "https://a.example;script-src", "not a website"),
        ("languages", "de", "not one of the available choices"),
    ],
)
def test_form_that_cannot_be_kept_names_the_field(
    cast: Cast, signed_in: Sign, field: str, value: str, says: str
) -> None:
    open_form(cast)

    answer = signed_in("amina").post("/forms/new/", NEW | {field: value})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Form.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("amina", 200),
        ("bruno", 200),
        ("lea", 200),
        ("bela", 200),
        ("stella", 200),
        ("chen", 404),
        ("dede", 404),
        ("adam", 404),
        ("uma", 404),
    ],
)
def test_form_page_is_seen_by_its_team_and_branch_only(
    cast: Cast, signed_in: Sign, name: str, sees: int
) -> None:
    form = open_form(cast)
    client = signed_in(name)

    answers = [client.get(f"/forms/{form.code}/{rest}").status_code for rest in ("", "poster/")]

    assert answers == [sees, sees]


@pytest.mark.parametrize(
    "path",
    [
        "/forms/{form}/close/",
        "/forms/{form}/open/",
        "/forms/{form}/phones/",
        "/forms/{form}/sealed/",
        "/forms/{form}/typing/",
        "/forms/{form}/typing/take-back/",
    ],
)
def test_form_of_another_branch_cannot_be_changed(cast: Cast, signed_in: Sign, path: str) -> None:
    form = open_form(cast)
    before = Form.objects.values().get(), DeviceCode.objects.count()

    answer = signed_in("chen").post(path.format(form=form.code), {"token": "some-token-1"})

    assert answer.status_code == 404
    assert (Form.objects.values().get(), DeviceCode.objects.count()) == before


def test_form_is_closed_and_opened_again(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    client = signed_in("amina")

    client.post(f"/forms/{form.code}/close/")
    closed = Form.objects.get().is_open(datetime.now(UTC))
    client.post(f"/forms/{form.code}/open/")

    assert (closed, Form.objects.get().is_open(datetime.now(UTC))) == (False, True)


def test_form_shows_its_numbers_by_day(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    people(3)
    send(sheet("Held One", "held@example.org", held=Reason.NO_PROOF))

    days = queries.numbers_by_day(viewer=cast.amina, form=form)

    assert sorted((came, held) for _, came, held in days) == [(1, 1), (3, 0)]


def test_phone_is_let_in_for_the_day_and_stopped(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    client = signed_in("amina")

    answer = client.post(f"/forms/{form.code}/phones/", {"label": "Rosa's phone", "token": "phone-token"})
    device = DeviceCode.objects.get()
    page = client.get(answer["Location"]).content.decode()
    client.post(f"/forms/{form.code}/phones/{device.code}/stop/")

    assert f"/table/heating/#device={device.code}" in page
    assert DeviceCode.objects.get().revoked_at is not None
    assert client.get(answer["Location"]).status_code == 404


def test_file_of_sealed_entries_is_taken_in_once(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    device = actions.give_device_code(form=form.code, label="", by=cast.amina, at=datetime.now(UTC))
    key = queries.outbox_key()
    assert key is not None
    entries = [
        {
            "token": f"entry-{n:04}",
            "key": key.code,
            "at": "2026-01-16T09:00:00Z",
            "entry": sealing.seal(
                {"v": 1, "name": f"P {n}", "reach": f"p{n}@example.org"},
                public=key.seal_public,
                token=f"entry-{n:04}",
            ),
        }
        for n in range(60)
    ]
    raw = json.dumps({"strandline": "table 1", "slug": "heating", "device": device.code, "entries": entries})
    client = signed_in("amina")

    for _ in range(2):
        client.post(f"/forms/{form.code}/sealed/", {"file": io.BytesIO(raw.encode())})
    client.post(f"/forms/{form.code}/sealed/", {"file": io.BytesIO(b"not that")})

    assert Person.objects.count() == 60


def test_incoming_lists_by_the_promise_with_a_proposed_owner(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    names = people(3)

    page = signed_in("bruno").get("/people/incoming/").content.decode()

    assert re.findall(r"<bdi>(Person \d)</bdi>", page) == names
    assert "same team" in page
    assert AuditEntry.objects.filter(verb="read", actor=cast.accounts["bruno"].audit_id).exists()


@pytest.mark.parametrize(("name", "status"), [("chen", 200), ("dede", 404), ("adam", 404), ("uma", 404)])
def test_incoming_shows_nobody_to_those_out_of_scope(
    cast: Cast, signed_in: Sign, name: str, status: int
) -> None:
    open_form(cast)
    people(2)

    answer = signed_in(name).get("/people/incoming/")

    assert (answer.status_code, "Person 0" in answer.content.decode()) == (status, False)
    if name == "chen":
        assert "All sign-ups have an owner." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_incoming_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, count: int, django_assert_num_queries: Any
) -> None:
    open_form(cast)
    people(count)
    client = signed_in("amina")
    client.get("/people/incoming/")

    with django_assert_num_queries(21):
        client.get("/people/incoming/")


def test_incoming_says_how_many_have_come_since(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    people(3)

    page = (
        signed_in("amina").get("/people/incoming/?since=1", headers={"HX-Request": "true"}).content.decode()
    )

    assert "2 more have come." in page
    assert "Person" not in page


def test_owners_are_accepted_in_bulk_and_taken_back(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    people(2)
    calls = list(FollowUp.objects.order_by("pk"))
    client = signed_in("lea")
    owners = {f"owner-{c.code}": cast.accounts["bruno"].code for c in calls}

    client.post(
        "/people/incoming/accept/", {"call": [c.code for c in calls], "token": "accept-tok", **owners}
    )

    assert list(Tie.objects.values_list("owner__name", "status")) == [("Bruno", "active")] * 2
    assert set(FollowUp.objects.values_list("owner__name", flat=True)) == {"Bruno"}
    undo = re.search(r"/undo/\w+/", client.get("/people/incoming/").content.decode())
    assert undo
    client.post(undo[0])
    assert (Tie.objects.count(), FollowUp.objects.filter(owner=None).count()) == (0, 2)


def test_owners_of_people_out_of_sight_cannot_be_set(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    people(1)
    code = FollowUp.objects.get().code

    answer = signed_in("chen").post(
        "/people/incoming/accept/", {"call": code, f"owner-{code}": cast.accounts["chen"].code}
    )

    assert (answer.status_code, Tie.objects.count()) == (404, 0)


def test_kept_aside_is_let_in_with_the_promise_of_when_it_came(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    send(sheet(held=Reason.NO_PROOF), sheet("Robot", "r@example.org", held=Reason.TRAP))
    first, second = Submission.objects.order_by("pk")
    client = signed_in("amina")

    page = client.get("/people/incoming/aside/").content.decode()
    client.post(f"/people/incoming/aside/{first.code}/let-in/", {"token": "let-in-tok"})
    client.post(f"/people/incoming/aside/{second.code}/set-aside/", {"token": "set-aside-t"})

    assert "sent no proof of work" in page
    assert FollowUp.objects.get().due_at == NOW + timedelta(hours=48)
    assert Person.objects.get().audit_id == first.audit_id
    assert not Submission.objects.held().exists()
    assert client.post(f"/people/incoming/aside/{first.code}/let-in/").status_code == 404


def test_kept_aside_of_another_branch_is_not_there(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    send(sheet(held=Reason.NO_PROOF))
    code = Submission.objects.get().code

    answer = signed_in("chen").post(f"/people/incoming/aside/{code}/let-in/")

    assert (answer.status_code, Person.objects.count()) == (404, 0)
    assert "Noor" not in signed_in("chen").get("/people/incoming/aside/").content.decode()


def test_caller_gets_one_person_at_a_time_and_sees_nobody_else(cast: Cast, caller: Client) -> None:
    open_form(cast)
    people(2)

    before = caller.get("/calls/").content.decode()
    caller.post("/calls/next/")
    page = caller.get("/calls/").content.decode()

    assert ("Person" in before, "Person 0" in page, "Person 1" in page) == (False, True, False)
    assert "tel:+442079460000" in page
    assert caller.get("/people/").status_code == 404
    assert [p.full_name for p in Person.objects.visible_to(cast.viewer("cora", datetime.now(UTC)))] == [
        "Person 0"
    ]


def test_caller_logs_a_call_and_has_the_next_in_two_clicks(cast: Cast, caller: Client) -> None:
    open_form(cast)
    people(2)
    caller.post("/calls/next/")
    claim = CallClaim.objects.get()

    caller.post(
        f"/calls/{claim.code}/log/",
        {"outcome": "spoke", "said": "Two rooms cold", "then": "next", "token": "call-token"},
    )

    assert "Person 1" in caller.get("/calls/").content.decode()
    assert Touch.objects.get().outcome == "spoke"
    assert FollowUp.objects.filter(closed_at=None).count() == 1
    assert caller.post(f"/calls/{claim.code}/log/", {"outcome": "spoke"}).status_code == 404


def test_call_without_an_answer_comes_again_on_the_next_working_day(cast: Cast, caller: Client) -> None:
    open_form(cast)
    people(1)
    caller.post("/calls/next/")

    caller.post(f"/calls/{CallClaim.objects.get().code}/log/", {"outcome": "no_answer", "then": "next"})

    step = FollowUp.objects.get(closed_at=None)
    assert step.due_on > datetime.now(UTC).date()
    assert "Nobody is waiting for a call." in caller.get("/calls/").content.decode()


def test_two_callers_never_get_the_same_person(cast: Cast, caller: Client, signed_in: Sign) -> None:
    open_form(cast)
    people(2)
    bruno = signed_in("bruno")

    for client in (caller, bruno, caller, bruno):
        client.post("/calls/next/")

    assert sorted(CallClaim.objects.values_list("person__full_name", "by__name")) == [
        ("Person 0", "Cora"),
        ("Person 1", "Bruno"),
    ]


def test_caller_with_overdue_people_of_their_own_gets_nobody_new(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    people(1)
    cast.person("Rosa Lindqvist", by="amina", at=NOW)
    client = signed_in("amina")

    client.post("/calls/next/")

    assert "overdue. Call them first." in client.get("/calls/").content.decode()
    assert not CallClaim.objects.exists()


def test_claim_that_ran_out_goes_back_with_the_right_to_see(cast: Cast, caller: Client) -> None:
    open_form(cast)
    people(1)
    caller.post("/calls/next/")

    swept = actions.sweep_claims(at=datetime.now(UTC) + timedelta(hours=1))

    assert swept == 1
    assert not Person.objects.visible_to(cast.viewer("cora", datetime.now(UTC))).exists()
    assert "Take next call" in caller.get("/calls/").content.decode()


def test_overdue_call_goes_to_the_second(cast: Cast) -> None:
    open_form(cast)
    people(1)
    call = FollowUp.objects.get()
    actions.accept_owners(owners={call.code: cast.accounts["amina"].code}, by=cast.lea, at=NOW)
    Tie.objects.update(second=cast.accounts["bruno"])
    late = call.due_at + timedelta(minutes=1) if call.due_at else NOW

    passed = [actions.pass_on_overdue(at=late) for _ in range(2)]

    assert passed == [1, 0]
    assert FollowUp.objects.get().owner == cast.accounts["bruno"]


def test_overdue_calls_of_many_all_go_to_the_second_in_the_end(cast: Cast) -> None:
    open_form(cast)
    people(3)
    calls = list(FollowUp.objects.all())
    owners = {call.code: cast.accounts["amina"].code for call in calls}
    actions.accept_owners(owners=owners, by=cast.lea, at=NOW)
    Tie.objects.update(second=cast.accounts["bruno"])
    late = max(call.due_at for call in calls if call.due_at) + timedelta(minutes=1)

    # Those that were passed on stay open and late, and are not in the way of the others.
    passed = [actions.pass_on_overdue(at=late, most=2) for _ in range(3)]

    assert passed == [2, 1, 0]
    assert {call.owner for call in FollowUp.objects.all()} == {cast.accounts["bruno"]}


def test_paper_sheet_is_typed_in_row_by_row_and_taken_back_whole(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    client = signed_in("amina")
    page = client.get(f"/forms/{form.code}/typing/").content.decode()
    batch = re.search(r'name="batch" value="(\w+)"', page)
    assert batch
    for number in range(3):
        row = {"name": f"P {number}", "reach": f"p{number}@example.org", "consent": "yes"}
        row |= {"batch": batch[1], "token": f"{batch[1]}-row{number}"}
        for _ in range(2):
            assert client.post(f"/forms/{form.code}/typing/", row).status_code == 303
    typed = Person.objects.count(), set(Submission.objects.values_list("way", "by__name"))

    client.post(f"/forms/{form.code}/typing/take-back/", {"batch": batch[1]})

    assert typed == (3, {(Way.PAPER.value, "Amina")})
    assert (Person.objects.count(), FollowUp.objects.count(), Submission.objects.count()) == (0, 0, 3)
    assert set(Submission.objects.values_list("state", flat=True)) == {"taken_back"}


def test_row_that_cannot_be_kept_stays_in_the_fields(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    row = {"name": "P", "reach": "no", "batch": "2345679bcdfg", "token": "2345679bcdfg-1"}

    answer = signed_in("amina").post(f"/forms/{form.code}/typing/", row)

    assert (answer.status_code, Person.objects.count()) == (422, 0)
    assert 'value="no"' in answer.content.decode()


def test_sheet_is_not_taken_back_when_someone_was_in_touch_since(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    client = signed_in("amina")
    row = {"name": "P", "reach": "p@example.org", "batch": "2345679bcdfg", "token": "2345679bcdfg-1"}
    client.post(f"/forms/{form.code}/typing/", row)
    call = FollowUp.objects.get()
    actions.accept_owners(owners={call.code: cast.accounts["amina"].code}, by=cast.lea, at=datetime.now(UTC))

    client.post(f"/forms/{form.code}/typing/take-back/", {"batch": "2345679bcdfg"})

    assert Person.objects.count() == 1


def test_every_route_of_the_door_is_known(cast: Cast) -> None:
    from strandline.web.intake import public_urls, urls

    routes = {str(p.pattern) for p in (*urls.urlpatterns, *public_urls.urlpatterns)}

    assert len(routes) == 30
    assert get_resolver().resolve("/people/incoming/").func.__name__ == "incoming"
