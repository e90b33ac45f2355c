"""P13: what was taken down without network arrives exactly once, whatever happens to phone, clock and network."""

from __future__ import annotations

import http.client
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from . import place

DEVICES = 200
TURNS = 60


@dataclass
class Phone:
    """A phone at a table: its outbox outlives the app, what the app had in memory does not."""

    number: int
    code: str
    skew: timedelta
    outbox: list[dict[str, Any]] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    def keep(self, name: str, *, key: Any, chance: random.Random) -> str:
        from strandline.steady.intake import sealing

        token = f"{name.replace(' ', '-')}-abcd"
        values = {"v": chance.choice((0, 1)), "name": name, "reach": f"{token}@example.org", "consent": "yes"}
        at = (datetime.now(UTC) + self.skew).isoformat()
        sealed = sealing.seal(values, public=key.seal_public, token=token)
        self.outbox.append({"token": token, "key": key.code, "at": at, "entry": sealed})
        return token


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Let 200 phones keep n entries and send them over a network that loses, doubles, reorders and cuts answers off.

    It must bite: phones that forget an entry when it was sent, not when its receipt has come, lose some.
    """
    count, chance = n or 500, random.Random(seed)
    with place.scratch() as home:
        place.enter(home)
        place.found()
        server = place.Server(home)
        try:
            server.start()
            careless = _tried(server, max(40, count // 5), chance, "careless", careless=True)
            careful = _tried(server, count, chance, "careful")
        finally:
            server.kill()
    fail = (
        careful["lost"] + careful["doubled"] + careful["readable"] + careful["left"] + (careless["lost"] == 0)
    )
    return {"cases": count, "fail": fail, **careful, "bite_lost": careless["lost"]}


def _tried(
    server: place.Server, count: int, chance: random.Random, prefix: str, *, careless: bool = False
) -> dict[str, Any]:
    from strandline.steady.intake import queries
    from strandline.steady.intake.models import Submission
    from strandline.steady.people.models import Person

    key = queries.outbox_key()
    phones = _phones(chance, min(DEVICES, count))
    kept = [phones[n % len(phones)].keep(f"{prefix} {n}", key=key, chance=chance) for n in range(count)]
    readable = sum(prefix in json.dumps([e["entry"] for e in p.outbox]) for p in phones)
    for _ in range(TURNS):
        for phone in chance.sample(phones, len(phones)):
            if phone.outbox:
                _send(server, phone, chance, careless=careless)
        if not any(phone.outbox for phone in phones):
            break
    tokens = Counter(
        Submission.objects.filter(token__startswith=f"{prefix}-").values_list("token", flat=True)
    )
    people = Counter(
        Person.objects.filter(full_name__startswith=f"{prefix} ").values_list("full_name", flat=True)
    )
    return {
        "lost": sum(tokens[token] == 0 for token in kept),
        "doubled": sum(number > 1 for number in (*tokens.values(), *people.values())),
        "left": sum(len(phone.outbox) for phone in phones),
        "people": len(people),
        "readable": readable,
    }


def _phones(chance: random.Random, count: int) -> list[Phone]:
    """Give each phone its code and a clock that is up to three days off; a few stand at 1970."""
    from strandline.steady.intake.models import DeviceCode, Form

    form = Form.objects.get(slug="harbour")
    at = datetime.now(UTC)
    made = []
    for number in range(count):
        code = DeviceCode.objects.create(form=form, made_at=at, expires_at=at + timedelta(days=1)).code
        skew = timedelta(hours=chance.uniform(-72, 72)) if chance.random() > 0.03 else timedelta(days=-20_000)
        made.append(Phone(number, code, skew))
    return made


def _send(server: place.Server, phone: Phone, chance: random.Random, *, careless: bool) -> None:
    """Send some of the outbox over a bad network, and forget only what was receipted."""
    entries = chance.sample(phone.outbox, min(len(phone.outbox), chance.randint(1, 20)))
    if chance.random() < 0.3:
        entries += chance.sample(entries, 1)
    if careless:
        phone.outbox = [e for e in phone.outbox if e not in entries]
    fate = chance.random()
    if fate < 0.25:
        return  # it never left the phone
    receipts = _posted(server, {"device": phone.code, "entries": entries}, cut=fate < 0.5)
    if careless:
        return
    done = {r["token"] for r in receipts if r["state"] == "kept" and _is_signed(r)}
    phone.outbox = [e for e in phone.outbox if e["token"] not in done]


def _posted(server: place.Server, body: dict[str, Any], *, cut: bool) -> list[dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        raw = json.dumps(body)
        connection.request("POST", "/table/harbour/sync/", raw, {"Content-Type": "application/json"})
        if cut:
            return []  # the answer is lost on its way back
        answer = connection.getresponse()
        found: list[dict[str, str]] = json.loads(answer.read())["receipts"] if answer.status == 200 else []
        return found
    finally:
        connection.close()


def _is_signed(receipt: dict[str, str]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    from strandline.steady.intake import queries, sealing

    key = queries.outbox_key()
    point = sealing.decode(key.sign_public if key else "")
    raw = sealing.decode(receipt["signature"])
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    told = f"strandline receipt 1|harbour|{receipt['token']}".encode()
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        public.verify(signature, told, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
