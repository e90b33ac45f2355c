"""A small site of pattern pages: the product's own templates, style and script behind its own strict policy, without a
database. The browser tests of the shell drive it; `python -m tests.web.pattern_site` shows it to a person."""

import mimetypes
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.template import engines

from strandline.web.shell import NavItem, Shell, ShellAccount

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "src" / "strandline" / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {types}"
)
PATTERNS = ("today", "person", "people", "surge", "board", "work", "signup", "table")
PUBLIC = ("signup", "table")


class Sample(forms.Form):
    """A bound form with one field left out, to show an error summary and its fields."""

    name = forms.CharField(label="Name")
    day = forms.DateField(label="Day", help_text="The day you met.", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "Supporter"), ("b", "Interlocutor")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="They agreed", required=False)


def tie(*live: str) -> SimpleNamespace:
    """A tie for the glyph: each kind named is live."""
    return SimpleNamespace(**{kind: kind in live for kind in ("supporter", "interlocutor", "ally")})


def person(code: str, name: str, why: str, chips: list[tuple[str, str]], *live: str) -> SimpleNamespace:
    """One row of people, as `_components/person_row.html` takes it."""
    return SimpleNamespace(
        code=code,
        name=name,
        why=why,
        url=f"/people/{code}/",
        chips=[{"kind": kind, "text": text} for kind, text in chips],
        tie=tie(*live),
        call_url="tel:000",
        log_url=f"/people/{code}/log/",
    )


ROWS = [
    person(
        "tomasz",
        "Tomasz Wren",
        "You promised him the repairs list by Wednesday.",
        [("late", "2 days late")],
        "supporter",
        "interlocutor",
    ),
    person(
        "rosa",
        "Rosa Lindqvist",
        "Ask what the parents at Mill Lane think of the heating demands.",
        [("due", "Today")],
        "supporter",
        "interlocutor",
    ),
    person(
        "ade",
        "Ade B.",
        "Signed up at the Northgate table, wants to help. No one has called yet.",
        [("due", "9 h left"), ("sea", "surge")],
    ),
    person(
        "hannah",
        "Hannah Moyo",
        "Missed two circles in a row after five in a row.",
        [("due", "Today")],
        "supporter",
    ),
    person(
        "james",
        "Rev. James Oduya",
        "Church hall for the 24th: he answers after noon.",
        [("due", "Today")],
        "ally",
    ),
]
STEPS = [("call", "Call back"), ("visit", "Visit"), ("circle", "Invite to circle"), ("none", "None for now")]


def shell(here: str = "today", **changes: Any) -> Shell:
    """The frame of an organiser's page."""
    nav = [
        NavItem("today", "Today", "/today/", "today", 7),
        NavItem("people", "People", "/people/", "people"),
        NavItem("circles", "Circles", "/circles/", "circles"),
        NavItem("breadth", "Breadth", "/breadth/", "breadth"),
        NavItem("plans", "Plans", "/plans/", "plans"),
        NavItem("surges", "Surges", "/surge/", "surges", "1 live"),
        NavItem("reports", "Reports", "/reports/", "reports"),
        NavItem("care", "Data care", "/care/", "care", 3),
    ]
    account = ShellAccount(
        code=changes.pop("account", "mira"), name="Mira Holt", role_line="Organiser, Harbourside"
    )
    sees = "You see Harbourside and what is shared with you."
    return Shell("Estuary Tenants’ Union", account, nav, here, sees=sees, **changes)


def render(source: str, **context: Any) -> str:
    """Draw a pattern, or a template given as text, with everything that the patterns ask for."""
    path = HERE / "patterns" / f"{source}.html"
    text = path.read_text() if path.exists() else source
    text = text.replace('{% include "patterns/log.html" %}', (HERE / "patterns" / "log.html").read_text())
    form = Sample({"day": "2026-02-30", "kind": "a"})
    sample = {
        "shell": shell(
            {"person": "people", "board": "surges", "work": "care", "surge": "surges"}.get(source, source)
        ),
        "organisation": "Estuary Tenants’ Union",
        "rows": ROWS,
        "steps": STEPS,
        "form": form,
        "tie": tie("supporter", "interlocutor"),
        "csrf_token": "made-up-for-the-pattern",
        "widths": [{"kind": "chart-broad", "units": 700}, {"kind": "chart-slim", "units": 340}],
        "bars": [
            {"x": 30 + i * 26, "y": 160 - h, "height": h}
            for i, h in enumerate([4, 6, 14, 55, 120, 100, 80, 50, 22])
        ],
        "funnel": [
            {"words": "Came", "count": "1,222", "share": 100},
            {"words": "First call made", "count": "1,151", "share": 94},
            {"words": "Came to one", "count": "187", "share": 15, "kind": "wrack"},
        ],
        "lines": [
            {"name": "Sign-up follow-up"},
            {"name": "Northgate stairwells"},
            {"name": "Meeting of 24 January"},
        ],
        "wills": ["Hear from us", "Come to a circle", "Lend a hand"],
    }
    return str(engines["django"].from_string(text).render({**sample, **context}))


ITEM = '<li id="item-{{ row.code }}">{% include "_components/person_row.html" %}</li>'
SAVED = (
    ITEM
    + '<div hx-swap-oob="beforeend:#toasts">{% include "_components/toast.html" %}</div><span class="muted small push"'
    ' id="count" hx-swap-oob="true">6</span>'
)
FOUND = (
    '<li hidden data-say="2 found"></li><li role="option" id="find-0" data-href="/person/">Rosa Lindqvist'
    '<span class="muted small">Mill Lane</span></li><li role="option" id="find-1" data-href="/people/">People</li>'
)


class Site(ThreadingHTTPServer):
    """The server, and what it was sent: `posts` holds (path, fields) in order. With `refuse` set, a save answers so."""

    daemon_threads = True
    request_queue_size = 64  # a page asks for its style and script all at once

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts: list[tuple[str, dict[str, list[str]]]] = []
        self.asked: list[str] = []
        self.refuse = 0
        self.account = "mira"
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    """Answers with patterns, the product's static files, and what htmx asks for."""

    server: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the tests read `posts`."""

    def answer(
        self, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, types: str = "default"
    ) -> None:
        """Send one response under the policy."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY.format(types=types))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Pages, parts and files."""
        path = urlsplit(self.path).path
        self.server.asked.append(self.path)
        name = path.strip("/")
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            self.answer(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/manifest+json")
        elif path == "/find/" and self.headers.get("HX-Request"):
            none = parse_qs(urlsplit(self.path).query).get("q", [""])[0].startswith("zz")
            self.answer(FOUND.encode() if not none else b'<li hidden data-say="No one found"></li>')
        elif self.headers.get("HX-Request") and "?" in self.path:
            self.answer(b'<p class="more muted">That is all.</p>')
        elif path.endswith("/log/"):
            row = next(row for row in ROWS if row.code == name.split("/")[1])
            self.answer(render("log", row=row).encode())
        elif name in PATTERNS:
            frame = shell("surges" if name in ("surge", "board") else name, account=self.server.account)
            self.answer(render(name, shell=frame).encode(), types="'none'" if name in PUBLIC else "default")
        else:
            self.answer(render("{% include '404.html' %}").encode(), status=404)

    def do_POST(self) -> None:
        """Keep what was sent; answer a log as the product does."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        self.server.posts.append((self.path, parse_qs(body, keep_blank_values=True)))
        if self.server.refuse:
            self.answer(b"", status=self.server.refuse)
        elif self.path.endswith("/log/"):
            row = next(row for row in ROWS if row.code == self.path.split("/")[2])
            said = f"Saved: spoke with {row.name}."
            self.answer(render(SAVED, row=row, toast={"text": said, "undo_url": "/undo/d1/"}).encode())
        else:
            self.answer(render("signup").encode())


def main() -> None:
    """Serve the patterns until interrupted."""
    site = Site()
    print("\n".join(f"{site.url}/{name}/" for name in PATTERNS))
    while True:
        time.sleep(60)


if __name__ == "__main__":
    import django

    django.setup()
    main()
