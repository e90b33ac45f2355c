"""P31 and section 3: whatever is put into any field of any address, nothing breaks, nothing is bent, and the refusal says why.

The fields are not listed anywhere: they are what each address reads while it is sent something that it takes. So a new
field is tried from its first day, and a new address is known to fail from `sends`.
"""

from __future__ import annotations

import html
import io
import itertools
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import quote_plus, urlencode

from django.core.files.base import File
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from strandline.web.intake import posts
from tests.acceptance import badinput_api, harness, routes, stage, twice, worlds
from tests.acceptance.sends import SENDS, Send
from tests.acceptance.stage import Stage
from tests.acceptance.trying import BROKEN, Case, Found, body_of, drawn
from tests.acceptance.writes import Writes

GUESSED = "Themes are guessed from it and shown; nothing is kept before the form is saved."
BOX = "A box that is ticked, whatever it says."
URLENCODED = "application/x-www-form-urlencoded"
# What is read and is nobody's words: marks of the request itself.
MARKS = frozenset({"csrfmiddlewaretoken", "token"})
# The forms of a page that has several of one kind are numbered.
_FORM = re.compile(r"^c\d+-")
# What is taken though nothing of it is kept, and why nothing is lost by it. `*` stands for every address.
STEERS: dict[tuple[str, str], str] = {
    ("breadth/new/", "under"): "Which section is chosen beforehand; one that is not there chooses none.",
    ("*", "place"): "Where the answer is shown.",
    ("*", "from"): "Where the answer leads back to.",
    ("*", "lang"): "The language of the answer.",
    ("j/<str:slug>/", "proof"): "The sum that a browser did; without it the entry waits to be looked at.",
    ("j/<str:slug>/", "website"): "Only robots fill it in; the entry waits to be looked at.",
    ("log/<str:code>/themes/", "offered"): GUESSED,
    ("log/<str:code>/themes/", "said"): GUESSED,
    ("log/<str:code>/themes/", "themes"): GUESSED,
    ("surges/signals/<str:code>/counts/", "missing_is_zero"): BOX,
    ("circles/<str:code>/meetings/<str:on>/came/", "came"): "A tick of nobody who is expected ticks nobody.",
    ("surges/<str:code>/circles/", "c0-shown"): "Who was not proposed is not asked.",
    ("surges/<str:code>/circles/", "c0-use"): BOX,
    ("surges/<str:code>/circles/", "slot"): "An hour that is not offered leaves the hours as they are.",
    ("steps/<str:code>/move/", "version"): "+1 is the version that was shown.",
    ("calls/<str:code>/log/", "then"): "What the answer shows next.",
    ("people/<str:code>/tags/", "remove"): "A tag that nobody put on is gone already.",
    ("forms/<str:code>/typing/take-back/", "batch"): "A sheet that nobody typed is empty.",
    ("people/<str:code>/edit/", "is_deceased"): BOX,
    ("settings/", "has_single_keys"): BOX,
    ("forms/new/", "asks_birth_year"): BOX,
    ("forms/new/", "is_double_opt_in"): BOX,
}
# More that an address reads together with what `sends` gives it.
TOO: dict[str, dict[str, Any]] = {
    # Without it no answer is kept, whatever it says (PROMISES F14).
    "forms/<str:code>/typing/": {"consent": "yes"},
    "steps/<str:code>/move/": {"to": "", "day": "2026-02-02"},
    "forms/new/": {"languages": ["en", "es"], "title_es": "Caldera", "consent_text_es": "Sí."},
}
# What is longer than any field may be shown shortened.
MOST_SHOWN = 5000


@dataclass
class Door:
    """One address with the browser of someone who may use it, and what it takes."""

    set_up: Stage
    route: str
    send: Send

    def __post_init__(self) -> None:
        self.path = twice.path_of(self.set_up, self.route, self.send)
        # Signed in before anything is tried: signing in is written too.
        is_public = not self.send.who
        self.browser = (
            Client(raise_request_exception=False) if is_public else self.set_up.browser(self.send.who)
        )

    def form(self) -> dict[str, Any]:
        """Return what it takes, with a token of its own."""
        own = self.send.form(self.set_up) if callable(self.send.form) else dict(self.send.form or {})
        return {"token": worlds.fresh(), **own, **TOO.get(self.route, {})}

    def post(self, name: str, value: str | bytes) -> HttpResponse:
        """Send the form with one field as it was never meant."""
        form = self.form()
        if any(isinstance(given, io.IOBase | File) for given in form.values()):
            return self.browser.post(self.path, {**form, name: value})
        others = {k: v for k, v in form.items() if k != name}
        encoded = value if isinstance(value, bytes) else quote_plus(value, errors="surrogatepass").encode()
        body = urlencode(others, doseq=True).encode() + b"&" + quote_plus(name).encode() + b"=" + encoded
        return self.browser.post(self.path, body, content_type=URLENCODED)


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Put every value into every field; with `n`, so many values into each, drawn anew for each field."""
    with harness.database():
        return check(n, seed)


def check(n: int | None, seed: int, only: set[str] | None = None) -> dict[str, Any]:
    """Try the fields of the pages, what stands in addresses, whole requests and the API; tell what was wrong."""
    found, chance = Found(), random.Random(seed)
    with worlds.isolated(), worlds.still():
        set_up = stage.build()
        for route, send in SENDS.items():
            if (only is None or route in only) and not send.is_json:
                door = Door(set_up, route, send)
                _fields(door, n, chance, found)
                # Whole requests are bent before any view is asked: few of them show it as well as all.
                if n is None or only is not None or chance.random() < n / 8:
                    _requests(door, found)
        if only is None:
            _addresses(set_up, n, chance, found)
    if only is None:
        badinput_api.check(n, chance, found)
    return found.told()


def _fields(door: Door, n: int | None, chance: random.Random, found: Found) -> None:
    with worlds.isolated(), fields_read() as read:
        door.browser.post(door.path, door.form())
    form = door.form()
    for name in sorted({*read, *form} - MARKS):
        if isinstance(form.get(name), io.IOBase | File):
            continue
        found.fields += 1
        for kind, value in drawn(n, chance):
            with worlds.isolated():
                found.cases += 1
                _judge(door, Case(door.route, name, kind), value, found)


def _judge(door: Door, case: Case, value: str | bytes, found: Found) -> None:
    with Writes(connection) as writes:
        answer = door.post(case.name, value)
    status, body = answer.status_code, body_of(answer)
    if status >= 500 or (status >= 400 and BROKEN.search(body)):
        found.wrong.append(f"{case}: broke ({status})")
    elif status >= 400:
        found.refused += 1
        found.wrong += [f"{case}: refused ({status}), and {table} was written" for table in writes.tables()]
        if status == 422 and isinstance(value, str) and answer["Content-Type"].startswith("text/html"):
            found.wrong += [f"{case}: {fault}" for fault in faults_of(body.decode(), case.name, value)]
    elif ("*", case.name) in STEERS or (case.route, _FORM.sub("c0-", case.name)) in STEERS:
        found.kept += 1
    elif status == 303 and not writes.made:
        found.refused += 1
        if b'class="toast"' not in door.browser.get(answer["Location"]).content:
            found.wrong.append(f"{case}: nothing was done, and nothing said")
    else:
        found.kept += 1
        if not _is_kept(value, writes):
            found.wrong.append(f"{case}: taken ({status}), and nowhere to be found")


def _is_kept(value: str | bytes, writes: Writes) -> bool:
    """Tell whether what was taken stands in what was written, as typed; empty is kept by keeping nothing."""
    if isinstance(value, bytes):
        return False
    kept = value.strip(" ").rstrip(" \r\n").replace("\r\n", "\n")
    return not kept.strip() or writes.hold(kept)


def _requests(door: Door, found: Found) -> None:
    """G59 to G66: the request itself is bent, not a field of it."""
    form = {name: value for name, value in door.form().items() if isinstance(value, str | list)}
    body = urlencode(form, doseq=True)
    plain: dict[str, Any] = {"content_type": URLENCODED}
    bent: dict[str, tuple[str, dict[str, Any], bool]] = {
        # What is sent, with what, and whether it has to be refused.
        "G59 text": (body, {"content_type": "text/plain"}, bool(door.send.form)),
        "G59 JSON": ("{}", {"content_type": "application/json"}, bool(door.send.form)),
        "G60": ("\x1f\x8b" + "0" * 5000, {**plain, "HTTP_CONTENT_ENCODING": "gzip"}, bool(door.send.form)),
        "G62": (body, {**plain, "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, False),
        "G63": (body, {**plain, "HTTP_REFERER": "/%0d%0aSet-Cookie:%20a=b"}, False),
        "G64": (body, {**plain, "HTTP_X_LONG": "x" * 200_000}, False),
        "G65": (body, {**plain, "HTTP_HOST": "evil.example"}, True),
        "G66": (body, {**plain, "HTTP_X_FORWARDED_FOR": "127.0.0.1, ::1, '"}, False),
        "cut off": (body, {**plain, "CONTENT_LENGTH": str(len(body) // 2)}, False),
    }
    for kind, (sent, more, is_refused) in bent.items():
        found.cases += 1
        with worlds.isolated(), Writes(connection) as writes:
            answer = door.browser.post(door.path, sent, **more)
        case = Case(door.route, "request", kind)
        if answer.status_code >= 500:
            found.wrong.append(f"{case}: broke ({answer.status_code})")
        elif (is_refused or answer.status_code >= 400) and writes.made:
            found.wrong.append(f"{case}: {', '.join(writes.tables())} was written ({answer.status_code})")
        elif b"evil.example" in body_of(answer) or "evil.example" in answer.get("Location", ""):
            found.wrong.append(f"{case}: a foreign host came back")


def _addresses(set_up: Stage, n: int | None, chance: random.Random, found: Found) -> None:
    """Whatever stands in an address that is only looked at changes nothing and breaks nothing."""
    browsers = {who: set_up.browser(who) for who in ("amina", "lea", "stella", "adam")}
    for route in routes.every():
        if route.startswith((routes.ACCOUNTS, "api/")) or "<" in route.replace("<str:code>", ""):
            continue
        paths = ["/" + route.replace("<str:code>", code) for code in _codes(set_up, route)]
        for path, who in itertools.product(paths, browsers):
            with fields_read() as read:
                answer = browsers[who].get(path)
            if answer.status_code == 200:
                for name in sorted(read - MARKS):
                    found.fields += 1
                    for kind, value in drawn(n, chance):
                        _look(browsers[who], path, Case(route, name, kind), value, found)
                break


# By how an address begins: of what kind of thing the code in it is.
CODED = {
    "people/add/": "person",
    "people/": "person",
    "log/": "person",
    "steps/": "step",
    "lists/": "list",
    "care/import/": "import",
    "forms/": "form",
    "settings/team/": "account",
}


def _codes(set_up: Stage, route: str) -> list[str]:
    if "<" not in route:
        return [""]
    return [set_up.codes[kind] for begin, kind in CODED.items() if route.startswith(begin)][:1]


def _look(browser: Client, path: str, case: Case, value: str | bytes, found: Found) -> None:
    found.cases += 1
    encoded = value.decode() if isinstance(value, bytes) else quote_plus(value, errors="surrogatepass")
    with Writes(connection) as writes:
        answer = browser.get(f"{path}?{case.name}={encoded}")
    if answer.status_code >= 500:
        found.wrong.append(f"GET {case}: broke ({answer.status_code})")
    found.wrong += [f"GET {case}: {table} was written" for table in writes.tables()]


_FIELD = r'<(input|textarea)\b(?=[^>]*\bname="{name}")([^>]*)>([^<]*)'


def faults_of(body: str, name: str, value: str) -> Iterator[str]:
    """Say what a refusal lacks: the reason, beside the field, and what was typed."""
    if not re.search(r'class="(field-error|empty|errors)"|role="alert"', body):
        yield "refused without a word"
    fields = re.findall(_FIELD.replace("{name}", re.escape(name)), body)
    shown = [
        html.unescape(inside if kind == "textarea" else _attribute(marks))
        for kind, marks, inside in fields
        if not re.search(r'type="(hidden|checkbox|radio|submit|search)"', marks)
    ]
    if shown and len(value) <= MOST_SHOWN and _plain(value) not in map(_plain, shown):
        yield f"refused, and what was typed is gone: {shown[0][:40]!r}"


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n")


def _attribute(text: str) -> str:
    found = re.search(r'\bvalue="([^"]*)"', text)
    return found[1] if found else ""


@contextmanager
def fields_read() -> Iterator[set[str]]:
    """Note each name that is looked up in what a request sends."""
    names: set[str] = set()

    def noting(method: str) -> Any:
        plain = getattr(MultiValueDict, method)

        def look_up(self: Any, key: Any, *more: Any, **given: Any) -> Any:
            if isinstance(self, QueryDict) and isinstance(key, str):
                names.add(key)
            return plain(self, key, *more, **given)

        return mock.patch.object(MultiValueDict, method, look_up)

    def look_up_at_the_door(self: posts.Fields, key: str, *more: str) -> Any:
        names.add(key)
        return dict.get(self, key, *more)

    at_the_door = mock.patch.object(posts.Fields, "get", look_up_at_the_door)
    with noting("__getitem__"), noting("getlist"), noting("get"), at_the_door:
        yield names
