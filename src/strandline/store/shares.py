"""The key on paper: split into shares so that any two of three give it back, and one alone gives nothing.

Shamir's scheme over the field of 256 elements (that of AES, polynomial 0x11b), byte by byte. The cryptography library
has no secret sharing, and the packages that have are unkept.
"""

import hashlib
import os
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from functools import reduce
from operator import xor

from strandline.store.keyfile import SECRET_BYTES

_VERSION = 1
_HEAD = 3  # version, needed, number
_SET = 8
_SUM = 4
_BYTES = _HEAD + _SET + SECRET_BYTES + _SUM
_LETTERS = 5  # to a group, as long as an eye keeps in mind
_MISREAD = str.maketrans("018", "OIB")  # the alphabet has no 0, 1 or 8


class CannotCombine(Exception):
    """The shares do not give a key; the message says which line and why."""


def split(secret: bytes, *, needed: int = 2, of: int = 3) -> list[str]:
    """Split the key into lines to be printed, each on a paper of its own."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a key has {SECRET_BYTES} bytes, this has {len(secret)}")
    if not 2 <= needed <= of <= 255:
        raise ValueError("a split needs at least two of at most 255 shares")
    # One random polynomial for each byte; its value at 0 is the byte.
    curves = [bytes([byte]) + os.urandom(needed - 1) for byte in secret]
    lines = []
    for number in range(1, of + 1):
        points = bytes(_value(curve, number) for curve in curves)
        lines.append(_line(bytes([_VERSION, needed, number]) + _set_of(secret) + points, number, of, needed))
    return lines


def combine(lines: list[str]) -> bytes:
    """Put the key together from shares as typed; blanks, hyphens and case do not matter. Raises CannotCombine."""
    shares: dict[int, tuple[bytes, bytes]] = {}
    needed = 2
    for place, line in enumerate(lines, 1):
        payload = _payload(line, place)
        needed, number = payload[1], payload[2]
        shares[number] = payload[_HEAD : _HEAD + _SET], payload[_HEAD + _SET :]
    if len({name for name, _ in shares.values()}) > 1:
        raise CannotCombine("These shares belong to different keys.")
    if len(shares) < needed:
        raise CannotCombine(f"{needed} different shares are needed; here is {len(shares)}.")
    numbers = list(shares)[:needed]
    weights = _weights_at_zero(numbers)
    points = zip(*(shares[number][1] for number in numbers), strict=True)
    secret = bytes(_sum(map(_times, column, weights)) for column in points)
    if _set_of(secret) != next(iter(shares.values()))[0]:
        raise CannotCombine("These shares do not fit each other: one was altered on purpose.")
    return secret


def _set_of(secret: bytes) -> bytes:
    """Name the set, so that shares of different keys are not mixed; it says nothing of the key."""
    return hashlib.blake2b(b"strandline shares", key=secret, digest_size=_SET).digest()


def _line(payload: bytes, number: int, of: int, needed: int) -> str:
    code = b32encode(payload + _checksum(payload)).decode().rstrip("=")
    groups = " ".join(code[i : i + _LETTERS] for i in range(0, len(code), _LETTERS))
    return f"Strandline share {number} of {of}, any {needed} open: {groups}"


def _payload(line: str, place: int) -> bytes:
    code = re.sub(r"[\s\-.]", "", line.rpartition(":")[2]).upper().translate(_MISREAD)
    try:
        raw = b32decode(code + "=" * (-len(code) % 8))
    except ValueError:
        raw = b""
    if b32encode(raw).decode().rstrip("=") != code:
        raw = b""  # the last letter has bits that stand for nothing: there too only the printed one will do
    payload, checksum = raw[:-_SUM], raw[-_SUM:]
    if len(raw) != _BYTES or _checksum(payload) != checksum or payload[0] != _VERSION or 0 in payload[1:3]:
        raise CannotCombine(
            f"Share {place} was not typed as it was printed: compare each group of five letters."
        )
    return payload


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_SUM, person=b"sl-share").digest()


def _times(a: int, b: int) -> int:
    """Multiply in the field; every bit is looked at, so the time does not depend on the key."""
    product = 0
    for bit in range(8):
        product ^= -(b >> bit & 1) & a
        a = (a << 1) ^ (-(a >> 7) & 0x11B)
    return product


def _inverse(a: int) -> int:
    """a to the power of 254: every element but 0 has 255 powers that come round."""
    result = 1
    for _ in range(254):
        result = _times(result, a)
    return result


def _value(curve: bytes, x: int) -> int:
    result = 0
    for coefficient in reversed(curve):
        result = _times(result, x) ^ coefficient
    return result


def _weights_at_zero(numbers: list[int]) -> list[int]:
    """Lagrange's formula at 0: what each share counts; minus is plus in this field."""
    weights = []
    for x in numbers:
        weight = 1
        for other in numbers:
            if other != x:
                weight = _times(weight, _times(other, _inverse(other ^ x)))
        weights.append(weight)
    return weights


def _sum(terms: Iterable[int]) -> int:
    return reduce(xor, terms)
