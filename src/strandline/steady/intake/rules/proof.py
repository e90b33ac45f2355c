"""Proof of work: a small sum that a browser does while someone types, and that makes a flood dear.

The challenge is signed here and holds for one form and the hours around its making, so that the page can be cached
and nothing is stored. The sum is found with SHA-256, which every browser has.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache

# 2^15 hashes take a telephone of 2019 about a second in script, which it has while a name is typed.
BITS = 15
# A page kept by a cache or left open over lunch still counts.
HOURS = 12


@lru_cache(maxsize=1000)
def _signed(form: str, hour: int, secret: bytes) -> str:
    return hmac.new(secret, f"{form}|{hour}".encode(), hashlib.sha256).hexdigest()[:32]


def challenge(form: str, *, at: datetime, secret: bytes) -> str:
    """Return the sum that a page of this form sets within this hour."""
    hour = int(at.timestamp()) // 3600
    return f"{hour}.{_signed(form, hour, secret)}"


def is_proved(proof: str, *, form: str, at: datetime, secret: bytes, bits: int = BITS) -> bool:
    """Tell whether this is a solution to a challenge of this form that was set within the last hours."""
    set_, _, answer = proof.rpartition(".")
    hour, _, signature = set_.partition(".")
    if not (answer and len(proof) <= 100 and hour.isascii() and hour.isdecimal() and len(hour) <= 8):
        return False
    age = int(at.timestamp()) // 3600 - int(hour)
    if not 0 <= age <= HOURS or not hmac.compare_digest(
        signature.encode("utf-8", "replace"), _signed(form, int(hour), secret).encode()
    ):
        return False
    found = hashlib.sha256(proof.encode("utf-8", "replace")).digest()
    return int.from_bytes(found[:4], "big") >> (32 - bits) == 0


def solve(set_: str, *, bits: int = BITS) -> str:
    """Find a solution as the page's script does: for tests and rigs."""
    answer = 0
    while True:
        proof = f"{set_}.{answer}"
        if int.from_bytes(hashlib.sha256(proof.encode()).digest()[:4], "big") >> (32 - bits) == 0:
            return proof
        answer += 1
