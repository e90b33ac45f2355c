"""Opaque marks in addresses: where a page of a list ends, sealed so that the name it stands at cannot be read.

The seal is deterministic (AES-SIV, RFC 5297): the same place gives the same mark, so that two answers can be compared
byte for byte (PROMISES P14).
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from strandline.store import key

MOST = 2000


class BadCursor(ValueError):
    """The mark was not made here, or was altered, or is of another list."""


def _cipher() -> AESSIV:
    return AESSIV(key.current().subkey("cursor", length=64))


def seal(text: str, *, purpose: str) -> str:
    """Return a mark that only this installation can open, and only for the same purpose."""
    if not text:
        return ""
    sealed = _cipher().encrypt(text.encode(), [purpose.encode()])
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(mark: str, *, purpose: str) -> str:
    """Return what was sealed. Raises BadCursor."""
    if not mark:
        return ""
    if len(mark) > MOST or not mark.isascii():
        raise BadCursor("This page mark cannot be read. Start again from the first page.")
    try:
        raw = base64.b64decode(mark + "=" * (-len(mark) % 4), altchars=b"-_", validate=True)
        return _cipher().decrypt(raw, [purpose.encode()]).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise BadCursor("This page mark cannot be read. Start again from the first page.") from error
