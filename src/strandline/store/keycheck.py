"""The key-check value beside the database, by which a wrong key and a damaged file are told apart.

It is a keyed BLAKE2b of a constant: who holds it can test a guess at the key, and the key is 256 random bits. Its own
checksum keeps a damaged check file from calling a right key wrong.
"""

import hashlib
import hmac
from enum import StrEnum
from pathlib import Path

from strandline.store.files import write_durably

_NAME = "strandline-keycheck"


class Answer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


def path_for(database: Path) -> Path:
    return database.with_name(database.name + ".keycheck")


def check_value(key: bytes) -> str:
    """Compute the value that only this key gives."""
    return hashlib.blake2b(
        b"strandline key check 1", key=key, digest_size=16, person=b"sl-keycheck"
    ).hexdigest()


def write(database: Path, key: bytes) -> None:
    value = check_value(key)
    write_durably(path_for(database), f"{_NAME} 1 {value} {_checksum(value)}\n".encode())


def ask(database: Path, key: bytes) -> Answer:
    """Say whether `key` is the one this database was made with; UNKNOWN if the check file is missing or damaged."""
    try:
        words = path_for(database).read_text("ascii").split()
    except (FileNotFoundError, UnicodeDecodeError):
        return Answer.UNKNOWN
    match words:
        case [name, "1", value, checksum] if name == _NAME and checksum == _checksum(value):
            return Answer.RIGHT if hmac.compare_digest(value, check_value(key)) else Answer.WRONG
        case _:
            return Answer.UNKNOWN


def _checksum(value: str) -> str:
    return hashlib.blake2b(value.encode(), digest_size=4).hexdigest()
