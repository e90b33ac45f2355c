"""A real browser against a live server: Debian's chromium, with nothing of its own on the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast, assemble

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for all browser tests of a run; where it is missing they are skipped, and fail under CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Debian's chromium")
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast, written so that the server's own threads see them."""
    return assemble()


Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, live_server: LiveServer, town: Cast) -> Iterator[Opens]:
    """Open a page of someone who is signed in: on a phone unless said otherwise. Any error in the page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        name: str, path: str = "/", *, size: dict[str, int] | None = None, scheme: str = "light", **more: object
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
        client = Client()
        client.force_login(town.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: errors.append(said.text) if "Content Security Policy" in said.text or "TrustedHTML" in said.text else None,
        )
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
