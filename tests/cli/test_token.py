from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from typer.testing import CliRunner, Result

from strandline.cli.token import app
from strandline.organisation.accounts.models import ApiToken
from strandline.organisation.accounts.rules import digest
from strandline.organisation.audit.models import AuditEntry
from tests.cast import Cast


def _token(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def _create(*more: str) -> Result:
    return _token("create", "--email", "Amina@example.org", "--name", "sync", *more)


def test_create_prints_the_secret_once_and_keeps_its_digest(cast: Cast) -> None:
    answer = _create("--scope", "people:read", "--scope", "ties:read")

    printed = json.loads(answer.stdout)
    row = ApiToken.objects.get()
    assert (answer.exit_code, printed) == (
        0,
        {"code": row.code, "name": "sync", "scopes": ["people:read", "ties:read"], "token": printed["token"]},
    )
    assert (row.digest, row.expires_at) == (digest(printed["token"]), None)
    assert AuditEntry.objects.get(verb="token.issued").actor == cast.amina.audit_id
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {printed['token']}"})
    assert answer.json()["name"] == "Amina"


def test_create_for_some_days_lets_it_end(cast: Cast) -> None:
    _create("--scope", "people:read", "--days", "7")

    left = ApiToken.objects.get().expires_at - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ["create", "--email", "nobody@example.org", "--name", "x", "--scope", "people:read"],
            "--email: there is no account with the address nobody@example.org, or it was closed.",
        ),
        (
            ["create", "--email", "amina@example.org", "--name", "", "--scope", "people:read"],
            "--name: Nothing was filled in.",
        ),
        (
            ["create", "--email", "amina@example.org", "--name", "x", "--scope", "people:all"],
            "--scope: There is no scope people:all.",
        ),
        (["list", "--email", "nobody@example.org"], "--email: there is no account"),
        (["revoke", "000000000000"], "There is no token 000000000000."),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(cast: Cast, words: list[str], reason: str) -> None:
    answer = _token(*words)

    assert (answer.exit_code, answer.stderr.startswith(reason), answer.stdout) == (2, True, "")
    assert ApiToken.objects.count() == 0


def test_list_names_tokens_and_no_secret(cast: Cast) -> None:
    secret = json.loads(_create("--scope", "people:read").stdout)["token"]

    answer, others = _token("list"), _token("list", "--email", "bruno@example.org")

    line = json.loads(answer.stdout)
    assert (line["email"], line["name"], line["scopes"], line["revoked_at"]) == (
        "amina@example.org",
        "sync",
        ["people:read"],
        None,
    )
    assert secret not in answer.stdout
    assert digest(secret) not in answer.stdout
    assert others.stdout == ""


def test_revoke_ends_it_and_repeating_changes_nothing(cast: Cast) -> None:
    made = json.loads(_create("--scope", "people:read").stdout)

    first = _token("revoke", made["code"])
    at = ApiToken.objects.get().revoked_at
    second = _token("revoke", made["code"])

    assert (first.exit_code, second.exit_code, ApiToken.objects.get().revoked_at) == (0, 0, at)
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
