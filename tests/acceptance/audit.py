"""P23: who saw what is provable: the log cannot be bent unnoticed, and whatever shows a person is in it, by no name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.test import Client

from strandline.organisation.audit import queries as audit
from strandline.organisation.audit.models import AuditEntry, AuditHead
from strandline.organisation.audit.rules import GENESIS, Entry, link
from strandline.organisation.branches.actions import issue_token
from strandline.steady.people.models import Person
from tests.acceptance import harness, routes, stage, worlds
from tests.acceptance.worlds import RANDOM, VIEWERS, World
from tests.cast import NOW

Anchor = tuple[int, str]
Bend = Callable[[random.Random, Anchor], str]
EXPANDED = ("api/v1/ties", "api/v1/touches", "api/v1/follow-ups", "api/v1/handoffs")


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Bend the log in `n` ways, and crawl everything in the name of each viewer."""
    with harness.database():
        bent = bends(n or 600, seed)
        read = reads(len(VIEWERS))
    wrong = [*bent["wrong"], *read["wrong"]]
    return {
        "cases": bent["cases"] + read["cases"],
        "fail": len(wrong),
        "found": bent["found"],
        "answers_with_people": read["with_people"],
        "wrong": wrong[:20],
    }


# The log bent.


def bends(n: int, seed: int) -> dict[str, Any]:
    """Bend a log in n ways, one at a time, and look for the break against the anchor that was kept elsewhere."""
    chance = random.Random(seed)
    wrong: list[str] = []
    found = 0
    with worlds.isolated(), worlds.still():
        browser = stage.build().browser("amina")
        for _ in range(8):
            browser.get("/people/")
        anchor = audit.head()
        browser.get("/people/")
        if audit.break_in_chain(anchor) is not None:
            wrong.append("A whole log is said to be broken.")
        for turn in range(n):
            with worlds.isolated():
                words = BENDS[turn % len(BENDS)](chance, anchor)
                if audit.break_in_chain(anchor) is None:
                    wrong.append(f"not found: {words}")
                else:
                    found += 1
        with worlds.isolated():
            _rebuild(chance, anchor)
            if audit.break_in_chain() is not None:
                wrong.append("A log rebuilt whole is found without an anchor: then the anchor shows nothing.")
    return {"cases": n, "found": found, "fail": len(wrong), "wrong": wrong}


def _any(chance: random.Random) -> AuditEntry:
    return AuditEntry.objects.get(seq=chance.randint(1, audit.head()[0]))


def _edit(chance: random.Random, _: Anchor) -> str:
    entry = _any(chance)
    change: dict[str, Any] = chance.choice(
        [
            {"verb": "person.edited" if entry.verb == "read" else "read"},
            {"actor": RANDOM},
            {"at": entry.at - timedelta(seconds=1)},
            {"subjects": [*entry.subjects, RANDOM]},
            {"sealed": bytes(entry.sealed) + b"x"},
            {"hash": "0" * 64},
        ]
    )
    AuditEntry.objects.filter(pk=entry.pk).update(**change)
    return f"entry {entry.seq}: {', '.join(change)} changed"


def _delete(chance: random.Random, _: Anchor) -> str:
    entry = _any(chance)
    AuditEntry.objects.filter(pk=entry.pk).delete()
    return f"entry {entry.seq} taken out"


def _cut(chance: random.Random, anchor: Anchor) -> str:
    """Take out the end, and let the head say so."""
    seq = chance.randint(2, anchor[0])
    AuditEntry.objects.filter(seq__gte=seq).delete()
    last = AuditEntry.objects.order_by("-seq").first()
    AuditHead.objects.update(seq=last.seq if last else 0, hash=last.hash if last else GENESIS)
    return f"everything from {seq} on taken out, with the head"


def _insert(chance: random.Random, _: Anchor) -> str:
    """Put in an entry that fits the one before it, and move the rest up."""
    before = _any(chance)
    for seq in AuditEntry.objects.filter(seq__gt=before.seq).order_by("-seq").values_list("seq", flat=True):
        AuditEntry.objects.filter(seq=seq).update(seq=seq + 1)
    made = Entry(before.seq + 1, before.at, RANDOM, "read", (), b"")
    AuditEntry.objects.create(
        seq=made.seq, at=made.at, actor=made.actor, verb=made.verb, hash=link(before.hash, made)
    )
    return f"an entry put in after {before.seq}"


def _reorder(chance: random.Random, anchor: Anchor) -> str:
    one = chance.randint(1, anchor[0] - 1)
    for old, new in ((one, -1), (one + 1, one), (-1, one + 1)):
        AuditEntry.objects.filter(seq=old).update(seq=new)
    return f"entries {one} and {one + 1} exchanged"


def _backdate(chance: random.Random, _: Anchor) -> str:
    entry = _any(chance)
    AuditEntry.objects.filter(pk=entry.pk).update(at=entry.at - timedelta(days=chance.randint(1, 400)))
    return f"entry {entry.seq} dated back"


def _rebuild(chance: random.Random, anchor: Anchor) -> str:
    """Change one entry and work out every hash after it again, the head too: only the anchor knows."""
    seq = chance.randint(1, anchor[0])
    AuditEntry.objects.filter(seq=seq).update(actor=RANDOM)
    before = AuditEntry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first() or GENESIS
    for row in AuditEntry.objects.filter(seq__gte=seq).order_by("seq"):
        entry = Entry(row.seq, row.at, row.actor, row.verb, tuple(row.subjects), bytes(row.sealed))
        before = link(before, entry)
        AuditEntry.objects.filter(seq=row.seq).update(hash=before)
    AuditHead.objects.update(hash=before)
    return f"entry {seq} changed and all hashes after it made again"


BENDS: tuple[Bend, ...] = (_edit, _delete, _cut, _insert, _reorder, _backdate, _rebuild)


# What is shown, in the log.


def reads(n: int) -> dict[str, Any]:
    """Crawl as `n` viewers: an answer with a person in it has one read entry, which tells of each who is in it."""
    wrong: list[str] = []
    cases = with_people = 0
    for viewer in list(VIEWERS)[:n]:
        with worlds.isolated(), worlds.still():
            world = worlds.build(viewer, "added", is_other=True)
            people = dict(Person.objects.values_list("full_name", "audit_id"))
            for asked, ask in _crawl(world):
                cases += 1
                before = audit.head()[0]
                body = ask()
                # What was typed comes back in the page; that shows nobody.
                typed = unquote(asked)
                # A circle that is called after someone shows the circle.
                for name in people:
                    body = body.replace(f"Circle of {name}".encode(), b"")
                named = [name for name in people if name.encode() in body and name not in typed]
                with_people += bool(named)
                shown = {people[name] for name in named}
                wrong += [f"{viewer}, {asked}: {fault}" for fault in _faults(before, shown)]
            wrong += [f"{viewer}: {fault}" for fault in _named(world)]
    return {"cases": cases, "with_people": with_people, "fail": len(wrong), "wrong": wrong}


def _faults(before: int, shown: set[str]) -> list[str]:
    entries = list(AuditEntry.objects.filter(seq__gt=before, verb="read"))
    if shown and len(entries) != 1:
        return [f"{len(entries)} read entries for an answer that shows people"]
    told = {ref for entry in entries for ref in entry.subjects}
    return ["shows someone of whom the read entry does not tell"] if shown - told else []


def _crawl(world: World) -> list[tuple[str, Callable[[], bytes]]]:
    browser = world.client()
    account, by = world.cast.accounts[world.viewer], worlds.viewer_now(world)
    _, secret = issue_token(account=account, name="check", scopes=harness.scopes(), by=by, at=NOW)
    machine = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    asked = [
        *((browser, f"/{route}{query}") for route, queries in routes.PLAIN.items() for query in queries),
        *((browser, _filled(world, route, kind)) for route, kind in routes.CODED.items()),
        *((machine, f"/{route}{query}") for route, queries in routes.API_PLAIN.items() for query in queries),
        *((machine, f"/{route}?expand=person") for route in EXPANDED),
        *((machine, _filled(world, route, kind)) for route, kind in routes.API_CODED.items()),
    ]

    def asking(client: Client, path: str) -> Callable[[], bytes]:
        return lambda: worlds.serialised(client.get(path))

    def exporting(form: str) -> Callable[[], bytes]:
        sent = {"format": form, "token": worlds.fresh()}
        return lambda: worlds.serialised(browser.post("/people/export/", sent))

    found = [(f"GET {path}", asking(client, path)) for client, path in asked]
    return [*found, *((f"POST /people/export/ {form}", exporting(form)) for form in ("csv", "json"))]


def _filled(world: World, route: str, kind: str) -> str:
    return routes.filled(route, world.seen.get(kind, RANDOM))


def _named(world: World) -> list[str]:
    """Return what in the log would name someone: it holds random ids and sealed values only."""
    telling = [word for person in Person.objects.all() for word in (person.full_name, person.code)]
    telling += [account.email for account in world.cast.accounts.values()]
    telling += ["example.org", "7700", "heating"]
    told = []
    for row in AuditEntry.objects.values("actor", "verb", "subjects", "sealed"):
        text = json.dumps([row["actor"], row["verb"], row["subjects"]])
        text += bytes(row["sealed"]).decode("latin-1")
        told += [f"the log says {word}" for word in telling if word in text]
    return told[:3]
