"""The log of the demo: one entry for each deed of its past, in order of time, in the same chain as any other.

Entries are kept as numbers until all lives are told, for the chain needs them sorted: minute, deed, who, about whom.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry, AuditHead, AuditKey, AuditSubject
from strandline.organisation.audit.rules import GENESIS, Entry, link

from .rows import Bulk, count_on

VERBS = (
    "organisation.founded",
    "membership.begun",
    "person.met",
    "conversation.logged",
    "tie.begun",
    "tie.status_set",
    "tie.stage_moved",
    "tie.rest_ended",
    "handoff.offered",
    "handoff.accepted",
    "consent.given",
    "signup.kept",
    "form.made",
    "circle.formed",
    "circle.joined",
    "circle.left",
    "circle.attended",
    "surge.opened",
    "surge.closed",
)  # at most 64: they take six bits
_NUMBER = {verb: number for number, verb in enumerate(VERBS)}
_ACTOR_BITS, _PERSON_BITS, _VERB_BITS = 12, 24, 6
NOBODY = (1 << _PERSON_BITS) - 1
"""About no person: an entry of the organisation itself."""


# Who signed up themselves has no account.
VISITOR = "visitor"
BY_VISITOR = -2


class Past:
    """What will stand in the log."""

    def __init__(self, start: datetime, actors: list[str]) -> None:
        self._start = start
        self._actors = [*actors, VISITOR, audit.CLOCK]
        self._packed = array("Q")
        self._values: dict[int, dict[str, Any]] = {}

    def note(
        self, minute: int, verb: str, actor: int, person: int, values: dict[str, Any] | None = None
    ) -> None:
        """Keep one deed; `actor` counts accounts, -1 is the clock, -2 a visitor."""
        who = actor % len(self._actors)
        packed = ((minute << _VERB_BITS | _NUMBER[verb]) << _ACTOR_BITS | who) << _PERSON_BITS | person
        self._packed.append(packed)
        if values is not None:
            self._values[packed] = values

    def chunks(self, size: int) -> Iterator[list[tuple[int, datetime, str, str, int]]]:
        """Yield the deeds in order of time: key, moment, actor, verb, person."""
        ordered = np.sort(np.frombuffer(self._packed, dtype=np.uint64))
        for begin in range(0, len(ordered), size):
            yield [self._read(int(packed)) for packed in ordered[begin : begin + size]]

    def _read(self, packed: int) -> tuple[int, datetime, str, str, int]:
        person = packed & NOBODY
        rest = packed >> _PERSON_BITS
        actor = self._actors[rest & (1 << _ACTOR_BITS) - 1]
        rest >>= _ACTOR_BITS
        moment = self._start + timedelta(minutes=rest >> _VERB_BITS)
        return packed, moment, actor, VERBS[rest & (1 << _VERB_BITS) - 1], person

    def values(self, packed: int) -> dict[str, Any] | None:
        """Return what is sealed with a deed."""
        return self._values.get(packed)

    def __len__(self) -> int:
        return len(self._packed)


def write(past: Past, subjects: list[str], *, chunk: int) -> int:
    """Write the whole past into the log, a bounded number of entries to a transaction; return how many there are.

    `subjects` are the audit ids of the people, by number.
    """
    entries = Bulk(AuditEntry, "seq at actor verb subjects sealed hash")
    about = Bulk(AuditSubject, "id entry_seq subject")
    opened = Bulk(AuditKey, "id subject key")
    keys: dict[int, bytes] = {}
    seq, head = 0, GENESIS
    for deeds in past.chunks(chunk):
        for packed, at, actor, verb, person in deeds:
            seq += 1
            refs = () if person == NOBODY else (subjects[person],)
            sealed = b""
            if (values := past.values(packed)) is not None:
                if person not in keys:
                    keys[person] = os.urandom(32)
                    opened.add(len(keys), subjects[person], keys[person])
                sealed = audit.sealed_with(keys[person], verb, values)
            head = link(head, Entry(seq, at, actor, verb, refs, sealed))
            entries.add(seq, at, actor, verb, list(refs), sealed, head)
            if refs:
                about.add(seq, seq, refs[0])
        with transaction.atomic(durable=True):
            for bulk in (opened, entries, about):
                bulk.store()
    with transaction.atomic(durable=True):
        heads = Bulk(AuditHead, "id seq indexed hash")
        heads.add(1, seq, seq, head)
        heads.store()
    count_on((AuditSubject, AuditKey, AuditHead))
    return seq
