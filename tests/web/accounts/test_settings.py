from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from strandline.organisation.accounts.models import Account, ApiToken
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches.actions import issue_token
from tests.cast import ROLES, Cast

Sign = Callable[[str], Client]
ASKED = {"name": "Amina K.", "theme": "dark", "language": "es", "token": "settings-token"}


def amina() -> Account:
    return Account.objects.get(email="amina@example.org")


@pytest.mark.parametrize("name", ROLES)
def test_settings_are_there_for_everyone(cast: Cast, signed_in: Sign, name: str) -> None:
    answer = signed_in(name).get("/settings/")

    body = answer.content.decode()
    assert answer.status_code == 200
    assert f"You sign in as {name}@example.org." in body
    assert ("Branches and teams" in body) is (name == "adam")


def test_settings_change_and_the_next_page_is_in_that_language(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    answer = client.post("/settings/", ASKED)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/")
    kept = amina()
    assert (kept.name, kept.theme, kept.language, kept.has_single_keys) == ("Amina K.", "dark", "es", False)
    page = client.get("/settings/")
    assert page.headers["Content-Language"] == "es"
    body = page.content.decode()
    assert '<html lang="es" dir="ltr" data-theme="dark">' in body
    assert 'data-keys="off"' in body


def test_language_of_one_account_does_not_stay_for_the_next(cast: Cast, signed_in: Sign) -> None:
    signed_in("amina").post("/settings/", ASKED)
    signed_in("amina").get("/settings/")

    page = signed_in("bruno").get("/settings/", headers={"Accept-Language": "es"})

    assert page.headers["Content-Language"] == "en-gb"
    assert Client().get("/account/login/").headers["Content-Language"] == "en-gb"


def test_settings_sent_twice_are_changed_once(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    codes = [client.post("/settings/", ASKED).status_code for _ in range(2)]

    assert codes == [303, 303]
    assert AuditEntry.objects.filter(verb="account.settings_changed").count() == 1
    assert client.post("/settings/", ASKED | {"name": "Other"}).status_code == 422
    assert amina().name == "Amina K."


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Nothing was filled in."),
        ({"name": "A\x00b"}, "NUL"),
        ({"name": "x" * 201}, "too long"),
        ({"theme": "neon"}, "Choose one of these looks."),
        ({"language": "xx"}, "Choose one of these languages."),
        ({"name": ["A", "B"]}, "This came twice"),
    ],
)
def test_settings_refuse_and_keep_what_was_typed(
    cast: Cast, signed_in: Sign, wrong: dict[str, object], says: str
) -> None:
    answer = signed_in("amina").post("/settings/", ASKED | {"name": "Typed Name"} | wrong)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert says in body
    if "name" not in wrong:
        assert 'value="Typed Name"' in body
    assert amina().name == "Amina"


def test_look_is_kept_and_leads_back_to_the_page(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post(
        "/settings/look/", {"theme": "light"}, headers={"Referer": "http://testserver/people/?kind=ally"}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/people/?kind=ally")
    assert (amina().theme, amina().has_single_keys) == ("light", True)


def test_look_does_not_lead_elsewhere(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post(
        "/settings/look/", {"theme": "light"}, headers={"Referer": "http://elsewhere.example/"}
    )

    assert answer.headers["Location"] == "/settings/"


def test_look_refuses_what_there_is_not(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post("/settings/look/", {"theme": "neon"})

    assert answer.status_code == 422
    assert amina().theme == "system"


def test_settings_need_the_forms_own_proof(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.accounts["amina"], backend="allauth.account.auth_backends.AuthenticationBackend")

    codes = {path: client.post(path, ASKED).status_code for path in ("/settings/", "/settings/look/")}

    assert codes == {"/settings/": 403, "/settings/look/": 403}


def test_tokens_are_ones_own_and_can_be_revoked(cast: Cast, signed_in: Sign) -> None:
    at = datetime.now(UTC)
    for name in ("amina", "bruno"):
        issue_token(
            account=cast.accounts[name],
            name=f"{name}-bot",
            scopes=["people:read"],
            by=cast.viewer(name, at),
            at=at,
        )
    mine, other = (ApiToken.objects.get(name=f"{n}-bot") for n in ("amina", "bruno"))
    client = signed_in("amina")
    body = client.get("/settings/").content.decode()
    assert ("amina-bot" in body, "bruno-bot" in body) == (True, False)

    codes = [client.post(f"/settings/tokens/{t.code}/revoke/").status_code for t in (mine, mine, other)]

    assert codes == [303, 303, 404]
    assert ApiToken.objects.get(pk=other.pk).revoked_at is None
    assert AuditEntry.objects.filter(verb="token.revoked").count() == 1
    assert f"/settings/tokens/{mine.code}/revoke/" not in client.get("/settings/").content.decode()
