"""Where a page of a list ended: sealed, so that it tells nothing, and the same each time, so that pages repeat.

A cursor holds the place itself (a name, a moment), never a row number or a count. AES-SIV is deterministic: the same
place gives the same text, and whoever was not given it can neither read nor make one.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.db.models import Q

from strandline.store import key

MOST_LENGTH = 4000


class BadCursor(ValueError):
    """This text was not sealed here, or for another question."""


@lru_cache(maxsize=2)
def _cipher(secret: bytes) -> AESSIV:
    return AESSIV(secret)


def seal(mark: tuple[str, ...], *, asked: tuple[str, ...]) -> str:
    """Seal the place where a page ended, for this question only: whose it is, which list, filters and order."""
    plain = json.dumps(list(mark), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sealer().encrypt(plain, _bound(asked))).rstrip(b"=").decode()


def unseal(text: str, *, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the place. Raises BadCursor for anything that `seal` did not make for this very question."""
    if not 22 <= len(text) <= MOST_LENGTH or not text.isascii():
        raise BadCursor
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        plain = _sealer().decrypt(raw, _bound(asked))
        if base64.urlsafe_b64encode(raw).rstrip(b"=") != text.encode():
            raise BadCursor  # the last letter has bits that say nothing: only one spelling is ours
    except (binascii.Error, InvalidTag, ValueError):
        raise BadCursor from None
    mark: list[str] = json.loads(plain)
    return tuple(mark)


def _sealer() -> AESSIV:
    return _cipher(key.current().subkey("cursor"))


def _bound(asked: tuple[str, ...]) -> list[bytes]:
    return [part.encode("utf-8", "surrogatepass") for part in asked]


def beyond(names: tuple[str, ...], mark: tuple[Any, ...], *, descending: bool = False) -> Q:
    """Return the condition for the rows after this place, in the order of these columns.

    The columns together have to be unique, so that no row is shown twice and none is left out.
    """
    after, from_here = ("lt", "lte") if descending else ("gt", "gte")
    condition = Q(**{f"{names[-1]}__{after}": mark[-1]})
    for name, value in zip(reversed(names[:-1]), reversed(mark[:-1]), strict=True):
        condition = Q(**{f"{name}__{from_here}": value}) & (Q(**{f"{name}__{after}": value}) | condition)
    return condition
