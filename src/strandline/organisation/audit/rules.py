"""How entries are chained, and how a break in the chain is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from json.encoder import encode_basestring_ascii as _json
from typing import NamedTuple

GENESIS = "0" * 64
# What stands in the log for a page that showed people.
READ = "read"
# What can be taken back, for how long (DESIGN section 7).
TAKE_BACK_FOR = timedelta(days=30)


class Entry(NamedTuple):
    """One entry as it stands in the chain."""

    seq: int
    at: datetime
    actor: str
    verb: str
    subjects: tuple[str, ...]
    sealed: bytes


def link(previous: str, entry: Entry) -> str:
    """Return the hash that ties an entry to the whole past before it (BLAKE2b-256)."""
    seq, at, actor, verb, subjects, sealed = entry
    about = ",".join([_json(subject) for subject in subjects])
    # Written out as JSON by hand: every sign-up and every page that shows somebody waits for it.
    body = f'[{seq},"{at.isoformat()}",{_json(actor)},{_json(verb)},[{about}],"{sealed.hex()}"]'
    return hashlib.blake2b((previous + body).encode(), digest_size=32).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where the chain no longer holds, and what that means."""

    seq: int
    reason: str


def first_break(
    entries: Iterable[tuple[Entry, str]], *, head: tuple[int, str], start: tuple[int, str] = (0, GENESIS)
) -> Break | None:
    """Return the first place where the log was edited, cut, extended or reordered; None when it is whole.

    Entries stand in the order in which they were kept. Their moments need not rise: long work is dated when it was
    begun, and others write meanwhile; a clock that was set right goes back. The hashes say whether a moment was altered.
    """
    seq, previous = start
    for entry, stored in entries:
        if entry.seq != seq + 1:
            return Break(seq + 1, "an entry is missing or out of order")
        if link(previous, entry) != stored:
            return Break(entry.seq, "the entry was changed, or something before it was")
        seq, previous = entry.seq, stored
    if (seq, previous) != head:
        return Break(seq, "the log ends elsewhere than its head says")
    return None
