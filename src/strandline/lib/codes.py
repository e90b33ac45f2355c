"""Opaque random codes for addresses and references: nothing can be counted or guessed from one.

Thirty letters, lower case, without vowels (no words) and without l and o beside 1 and 0 (no misreading);
twelve of them carry 58 bits.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar

ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"
LENGTH = 12
# So many letters neighbours share: 27,000 first parts, about as many as an index of millions has pages.
_SHARED = 3

# Bytes from 240 on are thrown away: 240 is 8 x 30, so each letter is equally likely.
_LETTERS = bytes(ord(ALPHABET[byte % 30]) for byte in range(256))
_REJECTED = bytes(range(240, 256))

Source = Callable[[int], bytes]


class _Derived:
    """Bytes that follow from a seed and a context alone, one block after another."""

    def __init__(self, seed: bytes, context: str) -> None:
        key = hashlib.blake2b(seed, digest_size=32, person=b"strandline-code").digest()
        self._begun = hashlib.blake2b(key=key, digest_size=64)
        self._context = context.encode("utf-8", "surrogatepass")
        self._block = 0

    def __call__(self, count: int) -> bytes:
        drawn = b""
        while len(drawn) < count:
            self._block += 1
            block = self._begun.copy()
            block.update(self._block.to_bytes(8, "big") + self._context)
            drawn += block.digest()
        return drawn[:count]


_source: ContextVar[Source] = ContextVar("code_source", default=os.urandom)


def new_code(n: int = LENGTH) -> str:
    """A fresh code of `n` letters, from the system's randomness unless inside `seeded`."""
    draw = _source.get()
    letters = draw(n + 6).translate(_LETTERS, _REJECTED)
    while len(letters) < n:
        letters += draw(n).translate(_LETTERS, _REJECTED)
    return letters[:n].decode("ascii")


def new_codes(count: int, n: int = LENGTH) -> list[str]:
    """Many fresh codes of `n` letters from one draw: for loads, where a call to the system each would show."""
    return _cut(_drawn(count * n), n)


def neighbours(count: int, n: int = LENGTH) -> list[str]:
    """Many fresh codes that begin alike, with letters drawn anew for each call, and are random from there on.

    For rows that are written together: in an index of codes they then change one page, and not a page each. The nine
    letters of their own carry 44 bits. Two codes that begin alike tell no more than that their rows may have been
    written at one moment; for ids that must not even hint at that, take `new_codes`.
    """
    shared = new_code(_SHARED)
    return [shared + rest for rest in new_codes(count, n - _SHARED)]


def _cut(text: str, n: int) -> list[str]:
    return [text[start : start + n] for start in range(0, len(text), n)]


def _drawn(wanted: int) -> str:
    draw = _source.get()
    letters = draw(wanted + wanted // 12 + 16).translate(_LETTERS, _REJECTED)
    while len(letters) < wanted:
        letters += draw(wanted - len(letters) + 16).translate(_LETTERS, _REJECTED)
    return letters[:wanted].decode("ascii")


@contextlib.contextmanager
def seeded(seed: str | int | bytes, context: str = "") -> Iterator[None]:
    """Let codes follow from a seed and a context, for the demonstration and for tests.

    The context names what the codes are for ("person 118"), so that they do not depend on what else is made.
    The same seed and context begin the same codes again: enter each once. Other threads keep their own source.
    """
    raw = seed if isinstance(seed, bytes) else str(seed).encode("utf-8", "surrogatepass")
    token = _source.set(_Derived(raw, context))
    try:
        yield
    finally:
        _source.reset(token)


def is_code(text: str, n: int = LENGTH) -> bool:
    """Whether a text has the form of a code; it says nothing about whether the code exists."""
    return len(text) == n and all(letter in ALPHABET for letter in text)
