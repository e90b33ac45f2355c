"""A browser for the tests that need one: Debian's Chromium, headless, with nothing that would call out."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

CHROMIUM = os.environ.get("STRANDLINE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once a module; without it these tests are skipped, or fail where CI says that it must be there.

    Playwright keeps an event loop running in this thread, and Django's test client refuses to work beside one: so it ends
    with the module, and a module with a browser has no test with a client.
    """
    if not shutil.which(CHROMIUM):
        reason = f"{CHROMIUM} is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a fresh context; at the end nothing may have gone wrong on any page so opened.

    A refused script, style or Trusted Types assignment shows on the console as an error, and so fails the test.
    """
    contexts: list[BrowserContext] = []
    wrongs: list[str] = []

    def open_page(
        url: str, *, size: ViewportSize = LAPTOP, allow: tuple[str, ...] = (), **options: Any
    ) -> Page:
        context = browser.new_context(viewport=size, has_touch=size["width"] < 760, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(25_000)

        def heard(text: str, where: str = "") -> None:
            if not any(words in text for words in allow):
                wrongs.append(f"{text} {where}")

        page.on(
            "console",
            lambda message: heard(message.text, message.location["url"]) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: heard(str(error)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrongs == []
