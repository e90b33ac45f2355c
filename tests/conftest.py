from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests.cast import Cast, assemble
from tests.homes import demo_home, own_home

__all__ = ["demo_home", "own_home"]


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast in an organisation that is a body under Art. 9(2)(d)."""
    return assemble()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """Return a client for one of the cast, signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def plain_words() -> Iterator[None]:
    """Leave no reader's language to the next test: a request keeps its own until the next request."""
    yield
    translation.deactivate()
