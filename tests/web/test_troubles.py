"""A database that cannot be written is said to be so, on the pages of whoever works with people too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from strandline.steady.people.models import Person
from strandline.store.lock import FileLock
from tests.cast import PASSWORD, Cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no lock of ours"),
]


@pytest.fixture
def bruno(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.accounts["bruno"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def busy(cast: Cast, bruno: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another writer holds the lock for longer than anybody waits."""
    connection.ensure_connection()
    mine = connection.connection.lock
    monkeypatch.setattr(mine, "deadline", 0.05)
    other = FileLock(mine.path)
    other.take()
    yield
    other.close()


def test_what_is_not_saved_is_said_to_be_not_saved(busy: None, bruno: Client) -> None:
    answer = bruno.post("/people/add/", {"name": "Rosa Anders"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert b"Not saved" in answer.content
    assert Person.objects.count() == 0


def test_trying_to_sign_in_while_others_write_is_not_one_try_too_many(busy: None) -> None:
    visitor = Client(raise_request_exception=False)

    answer = visitor.post("/account/login/", {"login": "amina@example.org", "password": PASSWORD})

    assert answer.status_code == 503
    assert b"Too many" not in answer.content
