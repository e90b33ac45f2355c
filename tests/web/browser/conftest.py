"""A browser in front of the product itself: a live server over the encrypted file, and someone who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast, assemble

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast, written so that the server's own threads see them."""
    return assemble()


Opens = Callable[..., Page]


SignsIn = Callable[[BrowserContext, str], None]


@pytest.fixture
def sign_in(live_server: LiveServer, town: Cast) -> SignsIn:
    """Give a browser the session of one of the cast."""

    def give(context: BrowserContext, name: str) -> None:
        client = Client()
        client.force_login(town.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return give


@pytest.fixture
def opens(browser: Browser, live_server: LiveServer, sign_in: SignsIn) -> Iterator[Opens]:
    """Open a page of someone who is signed in: on a phone unless said otherwise. Any error in the page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        name: str,
        path: str = "/",
        *,
        size: dict[str, int] | None = None,
        scheme: str = "light",
        **more: object,
    ) -> Page:
        size = size or PHONE
        context = browser.new_context(
            viewport=size,
            color_scheme=scheme,
            has_touch=size["width"] < 760,
            is_mobile=False,
            reduced_motion="reduce",
            base_url=live_server.url,
            **more,
        )
        contexts.append(context)
        sign_in(context, name)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: (
                errors.append(said.text)
                if "Content Security Policy" in said.text or "TrustedHTML" in said.text
                else None
            ),
        )
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
