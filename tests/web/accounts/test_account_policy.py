"""What account pages tell a stranger, and what their policy lets in."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from csp.utils import build_policy
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.jobs.post import Post
from strandline.organisation.accounts.models import Account
from strandline.organisation.notices.models import Mail
from tests.cast import PASSWORD, Cast

NEW = {"oldpassword": PASSWORD, "password1": "eight loud herons", "password2": "eight loud herons"}


def test_sign_in_pages_open_no_door_for_script_and_desk_pages_one(cast: Cast) -> None:
    client = Client()

    closed = client.get("/account/login/")
    client.force_login(cast.accounts["amina"], backend="allauth.account.auth_backends.AuthenticationBackend")
    desk = client.get("/people/")

    assert "trusted-types 'none'" in closed["Content-Security-Policy"]
    assert "trusted-types default" in desk["Content-Security-Policy"]
    for answer in (closed, desk):
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_policy_is_what_the_settings_say(cast: Cast) -> None:
    def parts(policy: str) -> set[str]:
        return {part.strip() for part in policy.split(";")}

    answer = Client().get("/account/login/", follow=True)
    client = Client()
    client.force_login(cast.accounts["amina"], backend="allauth.account.auth_backends.AuthenticationBackend")

    closed = build_policy(replace={"trusted-types": ["'none'"]})
    assert parts(answer["Content-Security-Policy"]) == parts(closed)
    assert parts(client.get("/people/")["Content-Security-Policy"]) == parts(build_policy())
    assert "Content-Security-Policy-Report-Only" not in answer


def ask_for_link(address: str) -> HttpResponse:
    return Client().post("/account/password/reset/", {"email": address}, follow=True)


def test_an_unknown_address_is_answered_like_a_known_one(cast: Cast) -> None:
    known = ask_for_link("amina@example.org")
    unknown = ask_for_link("nobody@example.org")
    waiting = Mail.objects.count()
    while Post("one").deliver():
        pass

    assert known.content == unknown.content
    assert waiting == 2
    assert [message.to for message in mail.outbox] == [["amina@example.org"]]
    assert Mail.objects.exclude(sealed=b"").count() == 0


def test_an_unknown_address_makes_the_same_work_as_a_known_one(cast: Cast) -> None:
    """Equal questions, in equal order: there is nothing by which the time could differ."""
    asked = []
    ask_for_link("first@example.org")
    for address in ("amina@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as captured:
            ask_for_link(address)
        asked.append([re.sub(r"'[^']*'|s\d+_x\d+|\b\d+\b", "?", each["sql"]) for each in captured])

    assert asked[0] == asked[1]
    assert not any("organisation_account" in sql or "account_emailaddress" in sql for sql in asked[0])


def test_a_link_is_written_for_the_address_that_was_stated_and_in_the_holders_language(
    cast: Cast, settings: Any
) -> None:
    settings.STATED_URL = "https://tenants.example.org"
    Account.objects.filter(email="amina@example.org").update(language="es")

    Client().post("/account/password/reset/", {"email": "Amina@example.org"}, headers={"host": "localhost"})
    Post("one").deliver()

    [message] = mail.outbox
    link = re.search(r"https://tenants\.example\.org(/account/password/reset/key/\S+)", str(message.body))
    assert link
    assert "tenants.example.org" in str(message.body).splitlines()[-1]
    assert "Someone asked" not in str(message.body)
    assert Client().get(link[1], follow=True).context["form"] is not None


def test_a_closed_account_gets_no_link(cast: Cast) -> None:
    Account.objects.filter(email="amina@example.org").update(is_active=False)

    ask_for_link("amina@example.org")
    Post("one").deliver()

    assert (mail.outbox, Mail.objects.count()) == ([], 0)


def test_a_change_of_password_is_told_by_mail_and_ends_other_sessions(cast: Cast) -> None:
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    account = cast.accounts["amina"]
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(account, backend=backend)

    answer = here.post("/account/password/change/", NEW)
    within_the_request = len(mail.outbox)
    Post("one").deliver()

    assert (answer.status_code, within_the_request) == (302, 0)
    assert there.get("/people/").status_code == 302
    [message] = mail.outbox
    assert message.subject == "Your password was changed"
    assert "If that was not you: set a new password" in str(message.body)
    assert "!" not in str(message.body)


def change_password(cast: Cast) -> int:
    account = cast.accounts["amina"]
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.post("/account/password/change/", NEW).status_code


def test_a_password_is_changed_whether_or_not_there_is_a_mail_server(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = 9  # nobody listens there

    assert change_password(cast) == 302
    cast.accounts["amina"].refresh_from_db()
    assert cast.accounts["amina"].check_password("eight loud herons")


def test_a_password_is_not_changed_when_its_mail_cannot_be_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("strandline.organisation.notices.actions.put_mails", full)

    with pytest.raises(OSError, match="No space"):
        change_password(cast)

    cast.accounts["amina"].refresh_from_db()
    assert cast.accounts["amina"].check_password(PASSWORD)


def test_without_a_mail_server_nothing_is_sent_and_the_page_says_whom_to_ask(
    cast: Cast, settings: Any
) -> None:
    settings.SENDS_MAIL = False

    status = change_password(cast)
    page = Client().get("/account/password/reset/").content.decode()

    assert (status, Mail.objects.count()) == (302, 0)
    assert "This organisation sends no mail yet." in page
    assert 'name="email"' not in page
