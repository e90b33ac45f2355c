"""What lies in a mail that waits, closed with this installation's own key: an address and perhaps a link that opens."""

from __future__ import annotations

import json
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strandline.store import key

NONCE = 12


@lru_cache(maxsize=1)
def _box() -> AESGCM:
    return AESGCM(key.current().subkey("mail"))


def seal(content: dict[str, str], *, code: str) -> bytes:
    """Close what lies in the mail with this code; it opens as part of that mail only."""
    nonce = os.urandom(NONCE)
    return nonce + _box().encrypt(nonce, json.dumps(content).encode(), code.encode())


def unseal(sealed: bytes, *, code: str) -> dict[str, str]:
    """Return what lies in the mail; nothing where nothing does."""
    if not sealed:
        return {}
    opened = _box().decrypt(sealed[:NONCE], sealed[NONCE:], code.encode())
    return {str(name): str(value) for name, value in json.loads(opened).items()}
