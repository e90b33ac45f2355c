"""Who is let in, with what, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from strandline.organisation.accounts.models import ApiToken
from strandline.organisation.accounts.rules import digest
from strandline.organisation.branches.actions import end_membership, issue_token, revoke_token
from strandline.organisation.branches.models import Membership
from strandline.steady.people.models import Person
from tests.cast import NOW, Cast

from .conftest import problem
from .machine import Machine

Make = Callable[..., Machine]


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer slt_" + "0" * 64,
        "Basic YTpi",
        "slt_" + "0" * 64,
        "Bearer " + "x" * 5000,
        "Bearer \u00e9" + "0" * 64,
    ],
)
def test_request_without_a_token_that_holds_is_refused(db: None, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}

    answer = Client().get("/api/v1/people", headers=headers)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="strandline"')
    assert problem(answer)["type"] == "urn:strandline:problem:unauthorised"


def test_session_counts_for_nothing(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    assert signed_in("amina").get("/api/v1/people").status_code == 401


def test_token_with_a_session_of_someone_else_acts_for_its_own_account(
    cast: Cast, machine: Make, signed_in: Callable[[str], Client]
) -> None:
    chen = machine("chen")
    chen.client = signed_in("amina")

    assert chen.get("/me").json()["name"] == "Chen"


def test_revoked_token_is_refused_with_the_next_request(cast: Cast, machine: Make) -> None:
    amina = machine("amina")
    before = amina.get("/me").status_code

    revoke_token(token=ApiToken.objects.get().code, by=cast.amina, at=NOW)

    assert (before, amina.get("/me").status_code) == (200, 401)


def test_expired_token_is_refused(cast: Cast) -> None:
    _, secret = issue_token(
        account=cast.accounts["amina"],
        name="sync",
        scopes=["people:read"],
        by=cast.amina,
        at=NOW - timedelta(days=2),
        expires_at=NOW,
    )

    assert Machine(secret).get("/people").status_code == 401


def test_token_of_an_account_that_was_closed_is_refused(cast: Cast, machine: Make) -> None:
    amina = machine("amina")
    cast.accounts["amina"].is_active = False
    cast.accounts["amina"].save(update_fields=["is_active"])

    assert amina.get("/me").status_code == 401


def test_token_sees_nobody_once_the_membership_has_ended(cast: Cast, machine: Make) -> None:
    rosa = cast.person()
    bruno = machine("bruno")
    end_membership(membership=Membership.objects.get(account=cast.accounts["bruno"]), by=cast.adam, at=NOW)

    assert bruno.get("/people").json()["items"] == []
    assert bruno.get(f"/people/{rosa.code}").status_code == 404


def test_only_a_digest_of_the_secret_is_kept(cast: Cast, machine: Make) -> None:
    secret = machine("amina").secret

    row = ApiToken.objects.values().get()

    assert row["digest"] == digest(secret)
    assert not [value for value in row.values() if secret in str(value)]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/people", "people:read"),
        ("GET", "/people/000000000000", "people:read"),
        ("POST", "/people", "people:write"),
        ("PATCH", "/people/000000000000", "people:write"),
        ("DELETE", "/channels/000000000000", "people:write"),
        ("GET", "/ties", "ties:read"),
        ("POST", "/ties", "ties:write"),
        ("POST", "/ties/000000000000/end", "ties:write"),
        ("GET", "/touches", "touches:read"),
        ("POST", "/touches", "touches:write"),
        ("GET", "/follow-ups", "followups:read"),
        ("PATCH", "/follow-ups/000000000000", "followups:write"),
        ("GET", "/handoffs", "handoffs:read"),
        ("POST", "/handoffs/000000000000/accept", "handoffs:write"),
    ],
)
def test_token_without_the_scope_is_refused_and_told_which(
    cast: Cast, machine: Make, method: str, path: str, scope: str
) -> None:
    from strandline.organisation.accounts.rules import API_SCOPES

    others = [one for one in API_SCOPES if one != scope]

    answer = machine("amina", *others).ask(method, path, {} if method in ("POST", "PATCH") else None)

    assert (answer.status_code, problem(answer)["scope"]) == (403, scope)
    assert f'scope="{scope}"' in answer["WWW-Authenticate"]


def test_expanding_a_person_needs_the_scope_to_read_people(cast: Cast, machine: Make) -> None:
    cast.person()

    answer = machine("amina", "ties:read").get("/ties?expand=person")

    assert (answer.status_code, problem(answer)["scope"]) == (403, "people:read")


def test_budget_of_a_token_ends_and_fills_again(cast: Cast, machine: Make) -> None:
    amina, bruno = machine("amina"), machine("bruno")
    with override_settings(API_PER_MINUTE=3):
        statuses = [amina.get("/me").status_code for _ in range(4)]
        refused = amina.get("/me")

        assert statuses == [200, 200, 200, 429]
        assert int(refused["Retry-After"]) == 20
        assert problem(refused)["type"] == "urn:strandline:problem:too-many-requests"
        assert bruno.get("/me").status_code == 200


def test_lists_have_a_smaller_budget(cast: Cast, machine: Make) -> None:
    amina = machine("amina")
    with override_settings(API_LISTS_PER_MINUTE=2):
        statuses = [amina.get("/people?q=ro").status_code for _ in range(3)]

        assert (statuses, amina.get("/me").status_code) == ([200, 200, 429], 200)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("fields=*", "fields"),
        ("fields=full_name,password", "fields"),
        ("fields=", "fields"),
        ("expand=owner.contacts", "expand"),
        ("expand=*", "expand"),
        ("order=secret", "order"),
        ("page=-1", "page"),
        ("page=1000000000", "page"),
        ("page=%00", None),
        ("size=0", "size"),
        ("size=201", "size"),
        ("size=1e9", "size"),
        ("size=%D9%A3", "size"),
        ("size=1_0", "size"),
        ("size=-0", "size"),
        ("size=5&size=6", "size"),
        ("is_staff=1", "is_staff"),
        ("scope=all", "scope"),
        ("_method=DELETE", "_method"),
        ("password__startswith=a", "password__startswith"),
        ("q=%C3%28", None),
        ("q=%ED%A0%80", None),
        ("q=" + "%25a" * 300, "q"),
        ("q=%C2%A0", "q"),
        ("quiet=99999", "quiet"),
        ("quiet=0", "quiet"),
        ("quiet=9999", "quiet"),
        ("kind=friend", "kind"),
        ("held=amina", "held"),
        ("email=nobody", "email"),
        ("phone=12345", "phone"),
        ("email=a@b.example&q=a", "email"),
        ("q=" + "a" * 9000, None),
    ],
)
def test_parameter_outside_the_closed_list_is_refused_by_name(
    cast: Cast, machine: Make, query: str, name: str | None
) -> None:
    answer = machine("amina").get(f"/people?{query}")

    found = problem(answer)
    assert (answer.status_code, found.get("errors", [{"name": None}])[0]["name"]) == (400, name)
    assert found["detail"]


@pytest.mark.parametrize("path", ["/ties", "/touches", "/follow-ups", "/handoffs"])
@pytest.mark.parametrize(
    "query", ["fields=*", "expand=person.channels", "order=secret", "page=-1", "person=x"]
)
def test_lists_refuse_what_is_outside_their_closed_lists(
    cast: Cast, machine: Make, path: str, query: str
) -> None:
    answer = machine("amina").get(f"{path}?{query}")

    assert (answer.status_code, problem(answer)["errors"][0]["name"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b'{"full_name": "a", "full_name": "b"}', "application/json", 400),
        (b'{"full_name": NaN}', "application/json", 400),
        (b'{"full_name": 1e999}', "application/json", 400),
        (b'{"full_name": 9223372036854775808}', "application/json", 400),
        (b'{"full_name": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"full_name": "\\ud800"}', "application/json", 400),
        (b'{"full_name": "\\u0000"}', "application/json", 400),
        (b'{"full_name": "\xc3\x28"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, "application/json", 400),
        (b'{"full_name": "' + b"x" * 1_000_000 + b'"}', "application/json", 413),
        (b'{"full_name": "' + b"x" * 3_000_000 + b'"}', "application/json", 413),
        (b'{"full_name": "Ali"}', "text/plain", 415),
        (b'{"full_name": "Ali"}', "application/x-www-form-urlencoded", 415),
        (b'{"full_name": "Ali"}', "multipart/form-data; boundary=x", 415),
        (b'{"full_name": "Ali"}', "application/json; charset=utf-16", 415),
    ],
)
def test_body_that_is_not_exact_json_is_refused_and_nothing_is_kept(
    cast: Cast, machine: Make, raw: bytes, content_type: str, status: int
) -> None:
    answer = machine("amina").ask("POST", "/people", raw, Content_Type=content_type)

    assert (answer.status_code, Person.objects.count()) == (status, 0)
    assert problem(answer)["detail"]


def test_compressed_body_is_refused(cast: Cast, machine: Make) -> None:
    answer = machine("amina").post("/people", b"\x1f\x8b", Content_Encoding="gzip")

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("headers", "status", "name"),
    [
        ({"Idempotency_Key": "short"}, 400, "Idempotency-Key"),
        ({"Idempotency_Key": "x" * 65}, 400, "Idempotency-Key"),
        ({"Idempotency_Key": "abcdefgh%0d%0aX-Evil: 1"}, 400, "Idempotency-Key"),
        ({"If_Match": '"1"'}, 400, "If-Match"),
        ({"X_HTTP_Method_Override": "DELETE"}, 400, "X-HTTP-Method-Override"),
        ({"X_Filler": "x" * 200_000}, 431, None),
    ],
)
def test_header_that_cannot_be_read_is_refused_by_name(
    cast: Cast, machine: Make, headers: dict[str, str], status: int, name: str | None
) -> None:
    answer = machine("amina").post("/people", {"full_name": "Ali"}, **headers)

    assert (answer.status_code, problem(answer).get("errors", [{"name": None}])[0]["name"]) == (status, name)
    assert Person.objects.count() == 0


@pytest.mark.parametrize("etag", ["1", 'W/"1"', '"x"', '"1", "2"', '""', '"99999999999"'])
def test_if_match_that_is_no_version_is_refused(cast: Cast, machine: Make, etag: str) -> None:
    rosa = cast.person()

    answer = machine("amina").patch(f"/people/{rosa.code}", {"full_name": "X"}, If_Match=etag)

    assert (answer.status_code, problem(answer)["errors"][0]["name"]) == (400, "If-Match")


def test_foreign_host_is_refused_as_a_problem(cast: Cast, machine: Make) -> None:
    answer = machine("amina").get("/me", Host="evil.example")

    assert (answer.status_code, problem(answer)["type"]) == (400, "urn:strandline:problem:bad-request")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/people", "/api/v1/people/", "/api/v1/nope", "/api/%00"]
)
def test_unknown_address_is_a_problem(db: None, path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, problem(answer)["type"]) == (404, "urn:strandline:problem:not-found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_method_that_is_not_there_is_a_problem(cast: Cast, machine: Make, method: str) -> None:
    answer = machine("amina").ask(method, "/people")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert problem(answer)["type"] == "urn:strandline:problem:method-not-allowed"


def test_head_answers_as_get_does(cast: Cast, machine: Make) -> None:
    rosa = cast.person()

    answer = machine("amina").ask("HEAD", f"/people/{rosa.code}")

    assert (answer.status_code, answer["ETag"], answer.content) == (200, '"1"', b"")


@pytest.mark.parametrize("code", ["1", "%27", "x" * 5000, "000000000000%00", "../../etc/passwd", "me"])
def test_code_that_is_none_is_absent(cast: Cast, machine: Make, code: str) -> None:
    amina = machine("amina")

    answer = amina.get(f"/people/{code}")

    assert (answer.status_code, answer.content) == (404, amina.get("/people/000000000000").content)
