"""What account pages tell a stranger, and what their policy lets in."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD, Cast


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


def test_an_unknown_address_is_answered_like_a_known_one(cast: Cast) -> None:
    known = Client().post("/account/password/reset/", {"email": "amina@example.org"}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.org"}, follow=True)

    assert known.content == unknown.content
    assert [message.to for message in mail.outbox] == [["amina@example.org"]]


def test_a_change_of_password_is_told_by_mail_and_ends_other_sessions(cast: Cast) -> None:
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    account = cast.accounts["amina"]
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(account, backend=backend)
    fields = {"oldpassword": PASSWORD, "password1": "eight loud herons", "password2": "eight loud herons"}

    answer = here.post("/account/password/change/", fields)

    assert answer.status_code == 302
    assert there.get("/people/").status_code == 302
    [message] = mail.outbox
    assert message.subject == "Your password was changed"
    assert "If that was not you: set a new password" in str(message.body)
    assert "!" not in str(message.body)


class NoServer:
    """A mail backend behind which nobody listens."""

    def __init__(self, **_more: object) -> None:
        pass

    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError


def change_password(cast: Cast) -> int:
    account = cast.accounts["amina"]
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    fields = {"oldpassword": PASSWORD, "password1": "eight loud herons", "password2": "eight loud herons"}
    return client.post("/account/password/change/", fields).status_code


def test_a_password_is_changed_whether_or_not_the_mail_goes_out(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.web.accounts.test_account_policy.NoServer"

    assert change_password(cast) == 302
    cast.accounts["amina"].refresh_from_db()
    assert cast.accounts["amina"].check_password("eight loud herons")


def test_without_a_mail_server_nothing_is_sent_and_the_page_says_whom_to_ask(
    cast: Cast, settings: Any
) -> None:
    settings.SENDS_MAIL = False

    status = change_password(cast)
    page = Client().get("/account/password/reset/").content.decode()

    assert (status, mail.outbox) == (302, [])
    assert "This organisation sends no mail yet." in page
    assert 'name="email"' not in page
