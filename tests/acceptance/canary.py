"""P15: nobody learns of a hidden person by content: a mark in each of their fields is found in no answer."""

from __future__ import annotations

import random
from typing import Any

from strandline.steady.people.models import (
    Address,
    CustomField,
    CustomValue,
    Identifier,
    Person,
    PersonTag,
    Tag,
)
from tests.acceptance import harness, routes, worlds
from tests.acceptance.worlds import RANDOM, VIEWERS, World

MARK = "Qxcanaryv"


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Crawl in the name of `n` viewers; all of them unless said."""
    with harness.database():
        return check(n or len(VIEWERS), seed)


def check(n: int, seed: int) -> dict[str, Any]:
    """Plant a mark in every field of someone hidden, crawl everything, and look for it."""
    viewers = list(VIEWERS)
    random.Random(seed).shuffle(viewers)
    leaks: list[str] = []
    cases = 0
    for viewer in viewers[:n]:
        with worlds.isolated(), worlds.still():
            world = worlds.build(viewer, "added", is_other=True)
            plant(world)
            for asked, body in _crawl(world):
                cases += 1
                if MARK.lower().encode() in body.lower():
                    leaks.append(f"{viewer}: {asked}")
    return {"cases": cases, "fail": len(leaks), "leaks": leaks[:20]}


def plant(world: World) -> None:
    """Write the mark into each field of the hidden person and of what belongs to them."""
    person = Person.objects.get(code=world.hidden["person"])
    names = ("full_name", "given_name", "family_name", "also_known_as", "practical_note", "folded")
    Person.objects.filter(pk=person.pk).update(**{name: f"{MARK} {name}" for name in names})
    person.channels.update(value=f"{MARK}@example.org", label=MARK)
    person.touches.update(said=f"{MARK} said", practical=f"{MARK} practical")
    person.followups.update(reason=f"{MARK} reason")
    person.handoffs.update(note=f"{MARK} note")
    person.sources.update(label=f"{MARK} source")
    person.grants.update(reason=f"{MARK} grant")
    Address.objects.create(person=person, street=f"{MARK} street", locality=MARK, postcode=MARK)
    Identifier.objects.create(person=person, system="van", value=MARK)
    branch = person.sources.get().branch
    PersonTag.objects.create(person=person, tag=Tag.objects.create(branch=branch, name=f"{MARK} tag"))
    field = CustomField.objects.create(name="Shoe", kind="text", field_class="opinion")
    CustomValue.objects.create(person=person, field=field, value=MARK)


def _crawl(world: World) -> list[tuple[str, bytes]]:
    client = world.client()
    found = []
    prefixes = [a + b for a in "qaz" for b in "xaeioun"]
    plain = {**routes.PLAIN, "find/": tuple(f"?q={p}" for p in prefixes)}
    for route, queries in plain.items():
        for query in queries:
            found.append((f"/{route}{query}", worlds.serialised(client.get(f"/{route}{query}"))))
    for route, kind in routes.CODED.items():
        code = world.hidden.get(kind, RANDOM)
        found.append((f"/{route}", worlds.serialised(client.get(routes.filled(route, code)))))
    for form in ("csv", "xlsx", "json"):
        sent = {"format": form, "token": worlds.fresh()}
        answer = client.post("/people/export/", sent)
        found.append((f"/people/export/ {form}", _unpacked(answer.content)))
    return found


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(b"PK"):
        return raw
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())
