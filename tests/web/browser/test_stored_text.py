"""P20: text that somebody stored never runs, on whichever page it is shown."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Request
from pytest_django.live_server_helper import LiveServer

from strandline.store import writer
from tests.acceptance import routes, stage
from tests.acceptance.badinput import CODED, Door, fields_read
from tests.acceptance.sends import SENDS
from tests.acceptance.stage import Stage

pytestmark = pytest.mark.browser
PAYLOAD = (
    "\"'><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{7*7}}"
    "<a href=javascript:alert(4) autofocus onfocus=alert(5) hx-get=/people/ hx-trigger=load>"
)
# What ends things would leave less to look at.
ENDS = (
    "close",
    "end/",
    "remove",
    "revoke",
    "take-back",
    "set-aside",
    "withdraw",
    "stop",
    "put-back",
    "decline",
)
VIEWERS = ("lea", "stella", "adam")


@dataclass
class Seen:
    """What a page did that no text may bring about."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("dialog", lambda dialog: (self.faults.append(f"{page.url}: a dialog"), dialog.dismiss()))
        page.on("request", self._request)
        page.on("console", lambda line: self._console(page, line.text))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    def _request(self, request: Request) -> None:
        if request.url.startswith("data:"):
            return
        if not request.url.startswith(self.origin):
            self.faults.append(f"off the origin: {request.url}")
        if urlsplit(request.url).path == "/people/" and request.headers.get("hx-request"):
            self.faults.append("a stored text asked for a page")

    def _console(self, page: Page, text: str) -> None:
        if "Content Security Policy" in text or "Trusted Type" in text:
            self.faults.append(f"{page.url}: {text[:200]}")


@pytest.fixture
def planted(transactional_db: None) -> Iterator[Stage]:
    """A stage on which every field that takes text holds a text that would run."""
    set_up = stage.build()
    for route, send in SENDS.items():
        if send.is_json or any(word in route for word in ENDS):
            continue
        door = Door(set_up, route, send)
        with fields_read() as read:
            door.browser.post(door.path, door.form())
        for name in sorted(read - {"token", "csrfmiddlewaretoken"}):
            door.post(name, PAYLOAD)
    yield set_up
    writer.stop_all()


def paths(set_up: Stage, client: Client) -> Iterator[str]:
    """Yield every address that this browser is shown something at."""
    for route in routes.every():
        if route.startswith((routes.ACCOUNTS, "api/")) or "<" in route.replace("<str:code>", ""):
            continue
        code = next((set_up.codes[kind] for begin, kind in CODED.items() if route.startswith(begin)), "")
        path = "/" + route.replace("<str:code>", code)
        answer = client.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield path


def test_stored_text_never_runs(planted: Stage, browser: Browser, live_server: LiveServer) -> None:
    seen, shown = Seen(live_server.url), 0

    for who in VIEWERS:
        client = planted.browser(who)
        context = browser.new_context()
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page = context.new_page()
        seen.listen(page)
        for path in paths(planted, client):
            page.goto(live_server.url + path, wait_until="load")
            shown += html.escape("<img src=x onerror", quote=False) in page.content()
            made = page.locator("img[src=x], svg[onload], [onfocus], a[href^=javascript]").count()
            assert (path, made) == (path, 0)
        context.close()

    assert seen.faults == []
    assert shown >= 15
