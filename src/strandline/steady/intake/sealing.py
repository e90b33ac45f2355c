"""How an entry is sealed on a phone and opened here: ECDH on P-256, HKDF-SHA-256, AES-256-GCM.

The phone makes a key pair for each entry and forgets the private half at once, so that it cannot open the entry again;
what comes back to it is a receipt that is signed with the organisation's other key.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from strandline.store import key

INFO = b"strandline table 1"
MOST_SEALED = 64 * 1024


class CannotUnseal(ValueError):
    """The entry was sealed to another key, cut off, or altered."""


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as bad:
        raise CannotUnseal("This is not what a phone sends.") from bad


def new_pair() -> tuple[str, bytes]:
    """Return a public key as phones read it, and its private half sealed with the installation's key."""
    made = ec.generate_private_key(ec.SECP256R1())
    private = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    nonce = os.urandom(12)
    return encode(public), nonce + AESGCM(key.current().subkey("outbox")).encrypt(nonce, private, None)


def _opened(sealed: bytes) -> ec.EllipticCurvePrivateKey:
    private = AESGCM(key.current().subkey("outbox")).decrypt(sealed[:12], sealed[12:], None)
    loaded = load_der_private_key(private, None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise CannotUnseal("The organisation's key is of another kind.")
    return loaded


def _entry_key(shared: bytes, ephemeral: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=ephemeral, info=INFO).derive(shared))


def seal(entry: Mapping[str, Any], *, public: str, token: str) -> dict[str, str]:
    """Seal an entry as the page's script does: for tests, rigs and the benchmark."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(public))
    mine = ec.generate_private_key(ec.SECP256R1())
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    nonce = os.urandom(12)
    cipher = _entry_key(mine.exchange(ec.ECDH(), theirs), point)
    sealed = cipher.encrypt(nonce, json.dumps(dict(entry)).encode(), token.encode())
    return {"point": encode(point), "nonce": encode(nonce), "sealed": encode(sealed)}


def unseal(parts: Mapping[str, Any], *, private: bytes, token: str) -> dict[str, Any]:
    """Open an entry that was sealed for this key and under this token. Raises CannotUnseal."""
    try:
        point, nonce, sealed = (decode(str(parts[name])) for name in ("point", "nonce", "sealed"))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        cipher = _entry_key(_opened(private).exchange(ec.ECDH(), theirs), point)
        found = json.loads(cipher.decrypt(nonce, sealed, token.encode("utf-8", "replace")))
    except (KeyError, ValueError, InvalidTag, RecursionError) as bad:
        raise CannotUnseal("This entry cannot be opened.") from bad
    if not isinstance(found, dict):
        raise CannotUnseal("This entry holds nothing that a form asks.")
    return found


def sign(text: str, *, private: bytes) -> str:
    """Sign a receipt so that a browser can check it: r and s side by side, as Web Crypto wants them."""
    r, s = decode_dss_signature(_opened(private).sign(text.encode(), ec.ECDSA(SHA256())))
    return encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
