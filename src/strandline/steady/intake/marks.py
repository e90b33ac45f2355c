"""Marks that only this installation can make: of an address, of a day's entry, of the link in a mail."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

from strandline.lib import emails
from strandline.store import key

from . import rules
from .rules import FormFacts


@lru_cache(maxsize=1)
def secret() -> bytes:
    """Return the key of the door."""
    return key.current().subkey("intake")


@lru_cache(maxsize=1)
def _begun() -> hmac.HMAC:
    return hmac.new(secret(), digestmod=hashlib.blake2b)


def keyed(*parts: str) -> str:
    """Return a short digest that nobody can make, or try out, without the installation's key."""
    made = _begun().copy()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        made.update(len(raw).to_bytes(8, "big") + raw)
    return made.hexdigest()[:24]


def reach_key(typed: Mapping[str, str], form: FormFacts) -> str:
    """Return what tells that two sheets name one mailbox or telephone; '' where neither can be read."""
    kind, _, normal = rules.read_reach(typed.get("reach", "").strip(), form.region, [])
    if not normal:
        return ""
    return keyed("reach", kind, emails.match_form(normal) if kind == "email" else normal)


def of_confirmation(slug: str, confirmation: str) -> str:
    """Return what a mail's link ends in: nobody can make one for another form or another mail."""
    return f"{confirmation}-{keyed('confirm', slug, confirmation)}"
