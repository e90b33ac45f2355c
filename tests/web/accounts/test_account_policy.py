"""What account pages tell a stranger, and what their policy lets in."""

from django.core import mail
from django.test import Client

from tests.cast import Cast


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
