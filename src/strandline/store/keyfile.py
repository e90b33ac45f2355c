"""The text in which a key is kept: five lines, in clear or locked by a passphrase, each with its check.

strandline-key 1
made-by: init
kind: locked
key: argon2id$3$65536$4$<salt>$<nonce>$<sealed key>
check: <a keyed hash, by which a damaged file and a wrong passphrase are told apart from a right key>
"""

import hashlib
import hmac
import os
import re
import unicodedata
from base64 import b64decode, b64encode
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SECRET_BYTES = 32
# RFC 9106, section 4, second recommended choice: 3 passes, 64 MiB, 4 lanes.
_PASSES, _KIB, _LANES = 3, 65536, 4
_MOST_KIB = 4 * 1024 * 1024  # a damaged file must not ask for all memory
_FIRST = "strandline-key 1"


class MadeBy(StrEnum):
    """Who made the key. Only keys of the demo and of tests allow a clock that is set by hand."""

    INIT = "init"
    DEMO = "demo"
    TEST = "test"
    OUTSIDE = "outside"  # 64 hexadecimal digits from somewhere else


class NoKey(Exception):
    """There is no key to be had; the message says where it was looked for and what to do."""


def written(secret: bytes, *, made_by: MadeBy, passphrase: str | None = None) -> str:
    """Write the key down, locked by the passphrase if there is one."""
    if len(secret) != SECRET_BYTES:
        raise NoKey(f"A key has {SECRET_BYTES} bytes, this has {len(secret)}.")
    if passphrase is None:
        kind, key = "plain", secret.hex()
    else:
        if not passphrase:
            raise NoKey("The passphrase is empty.")
        kind, key = "locked", _lock(secret, passphrase, made_by)
    body = f"{_FIRST}\nmade-by: {made_by}\nkind: {kind}\nkey: {key}\n"
    return f"{body}check: {_checksum(body)}\n"


def is_locked(text: str) -> bool:
    return "\nkind: locked\n" in text.replace("\r\n", "\n")


def read(text: str, *, where: str, passphrase: str | None) -> tuple[bytes, MadeBy]:
    """Read the key and who made it. Raises NoKey: damaged, passphrase needed, or passphrase wrong."""
    bare = text.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", bare):
        return bytes.fromhex(bare), MadeBy.OUTSIDE
    rows = bare.replace("\r\n", "\n").split("\n")
    lines = dict(row.partition(": ")[::2] for row in rows)
    body = "".join(f"{row}\n" for row in rows[:4])
    if not bare.startswith(_FIRST) or not hmac.compare_digest(
        lines.get("check", "").encode(), _checksum(body).encode()
    ):
        raise NoKey(
            f"The keyfile {where} is damaged: take a copy of it, or put it back from its paper shares."
        )
    made_by = MadeBy(lines["made-by"])
    if lines["kind"] == "plain":
        return bytes.fromhex(lines["key"]), made_by
    if passphrase is None:
        raise NoKey(
            f"The keyfile {where} is locked by a passphrase: name the file that holds it in "
            "STRANDLINE_PASSPHRASE_FILE, or set STRANDLINE_PASSPHRASE."
        )
    return _unlock(lines["key"], passphrase, made_by, where), made_by


def _lock(secret: bytes, passphrase: str, made_by: MadeBy) -> str:
    salt, nonce = os.urandom(16), os.urandom(12)
    wrapping = _stretch(passphrase, salt, _PASSES, _KIB, _LANES)
    sealed = AESGCM(wrapping).encrypt(nonce, secret, _sealed_with(made_by))
    parts = [
        str(_PASSES),
        str(_KIB),
        str(_LANES),
        *(b64encode(part).decode() for part in (salt, nonce, sealed)),
    ]
    return "$".join(["argon2id", *parts])


def _unlock(key: str, passphrase: str, made_by: MadeBy, where: str) -> bytes:
    match key.split("$"):
        case ["argon2id", passes, kib, lanes, salt, nonce, sealed] if int(kib) <= _MOST_KIB:
            wrapping = _stretch(passphrase, b64decode(salt), int(passes), int(kib), int(lanes))
        case _:
            raise NoKey(f"The keyfile {where} is locked in a way that this version does not know.")
    try:
        return AESGCM(wrapping).decrypt(b64decode(nonce), b64decode(sealed), _sealed_with(made_by))
    except InvalidTag:
        raise NoKey(f"Wrong passphrase for the keyfile {where}.") from None


def _stretch(passphrase: str, salt: bytes, passes: int, kib: int, lanes: int) -> bytes:
    # The same letters typed on another keyboard may arrive decomposed.
    typed = unicodedata.normalize("NFC", passphrase).encode()
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=kib).derive(typed)


def _sealed_with(made_by: MadeBy) -> bytes:
    """Bound to the sealed key, so that nobody turns a real key into one of the demo by editing the file."""
    return f"{_FIRST} {made_by}".encode()


def _checksum(body: str) -> str:
    return hashlib.blake2b(body.encode(), digest_size=8, person=b"sl-keyfile").hexdigest()
