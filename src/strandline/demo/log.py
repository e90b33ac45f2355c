"""The log of the demo: one entry for each deed of its past, in order of time, in the same chain as any other.

Entries are kept as numbers until all lives are told, for the chain needs them sorted: minute, deed, who, about whom.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from numpy.typing import NDArray

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry, AuditHead, AuditKey, AuditSubject
from strandline.organisation.audit.rules import GENESIS, Entry, link
from strandline.store import bulk

from .beside import Answer, Asked
from .rows import Bulk, Rows, count_on, store

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
        # In order of time once the first are asked for: nothing is noted after that.
        self._ordered: NDArray[np.uint64] | None = None
        self._given = 0

    def note(
        self, minute: int, verb: str, actor: int, person: int, values: dict[str, Any] | None = None
    ) -> None:
        """Keep one deed; `actor` counts accounts, -1 is the clock, -2 a visitor."""
        who = actor % len(self._actors)
        packed = ((minute << _VERB_BITS | _NUMBER[verb]) << _ACTOR_BITS | who) << _PERSON_BITS | person
        self._packed.append(packed)
        if values is not None:
            self._values[packed] = values

    def chunks(
        self, size: int, *, until: datetime | None
    ) -> Iterator[Iterable[tuple[int, datetime, str, str, int]]]:
        """Yield the deeds before a moment that were not yet given, in order of time: key, moment, actor, verb, person."""
        if self._ordered is None:
            self._ordered = np.sort(np.frombuffer(self._packed, dtype=np.uint64))
        end = len(self._ordered)
        if until is not None:
            minutes = max(0, int((until - self._start).total_seconds() // 60))
            bound = np.uint64(minutes << _VERB_BITS + _ACTOR_BITS + _PERSON_BITS)
            end = int(np.searchsorted(self._ordered, bound))
        while self._given < end:
            some = self._ordered[self._given : min(self._given + size, end)]
            self._given += len(some)
            yield self._read(some)

    def _read(self, packed: NDArray[np.uint64]) -> Iterable[tuple[int, datetime, str, str, int]]:
        """Return what was packed, many deeds at once."""

        def part(above: int, bits: int) -> list[int]:
            found: list[int] = (packed >> np.uint64(above) & np.uint64((1 << bits) - 1)).tolist()
            return found

        past = _PERSON_BITS + _ACTOR_BITS
        # Deeds come in order of time, and several fall into one minute.
        moment = lru_cache(maxsize=2)(lambda minute: self._start + timedelta(minutes=minute))
        return zip(
            packed.tolist(),
            map(moment, part(past + _VERB_BITS, 64 - past - _VERB_BITS)),
            map(self._actors.__getitem__, part(_PERSON_BITS, _ACTOR_BITS)),
            map(VERBS.__getitem__, part(past, _VERB_BITS)),
            part(0, _PERSON_BITS),
            strict=True,
        )

    def values(self, packed: int) -> dict[str, Any] | None:
        """Return what is sealed with a deed."""
        return self._values.get(packed)


class Top(NamedTuple):
    """How far the log is written: its last entry and its hash, and the numbers of the last reference and the last key."""

    seq: int
    hash: str
    reference: int
    key: int


class Scribe:
    """Makes the entries: without a database, so that another process can do it."""

    def __init__(self, past: Past, subjects: list[str], *, chunk: int) -> None:
        """`subjects` are the audit ids of the people, by number; `chunk` entries are given together."""
        self._past, self._subjects, self._chunk = past, subjects, chunk
        self._keys: dict[int, bytes] = {}

    def write(self, top: Top, until: datetime | None) -> Generator[list[Rows], None, Top]:
        """Give the rows of what happened before a moment, or of all that is left, behind `top`; return the new top."""
        entries = Bulk(AuditEntry, "seq at actor verb subjects sealed hash")
        about = Bulk(AuditSubject, "id entry_seq subject")
        opened = Bulk(AuditKey, "id subject key")
        stored = bulk.moments(connection)
        seq, head, reference, number = top
        for deeds in self._past.chunks(self._chunk, until=until):
            for packed, at, actor, verb, person in deeds:
                seq += 1
                refs: tuple[str, ...] = () if person == NOBODY else (self._subjects[person],)
                sealed = b""
                if (values := self._past.values(packed)) is not None:
                    if person not in self._keys:
                        self._keys[person] = os.urandom(32)
                        number += 1
                        opened.add(number, refs[0], self._keys[person])
                    sealed = audit.sealed_with(self._keys[person], verb, values)
                head = link(head, Entry(seq, at, actor, verb, refs, sealed))
                # A code is the same in JSON as it is.
                entries.add(seq, stored(at), actor, verb, f'["{refs[0]}"]' if refs else "[]", sealed, head)
                if refs:
                    reference += 1
                    about.add(reference, seq, refs[0])
            yield [*opened.take(), *entries.take(), *about.take()]
        return Top(seq, head, reference, number)


class Log:
    """The log as it is written: up to one night after another, so that what the shipped code does stands in between."""

    def __init__(self, teller: Asked) -> None:
        self._teller = teller
        self._first: Answer | None = None

    def begin(self, until: datetime | None) -> None:
        """Let the first entries be made already, up to where `write` will ask for them: nothing is stored yet."""
        self._first = self._teller.ask("log", Top(0, GENESIS, 0, 0), until)

    def write(self, until: datetime | None = None) -> int:
        """Write what happened before a moment, or all that is left; return how many entries the log has then."""
        if AuditHead.objects.exists():
            return self._write(self._teller.ask("log", _top(), until))
        told = self._first or self._teller.ask("log", _top(), until)
        with bulk.with_indexes_last(connection, (AuditEntry, AuditSubject)):
            return self._write(told)

    def _write(self, told: Answer) -> int:
        for some in told:
            with transaction.atomic(durable=True):
                store(some)
        top: Top = told.value
        head = {"seq": top.seq, "indexed": top.seq, "hash": top.hash}
        with transaction.atomic(durable=True):
            AuditHead.objects.update_or_create(pk=1, defaults=head)
        count_on((AuditSubject, AuditKey, AuditHead))
        return top.seq


def _top() -> Top:
    row = AuditHead.objects.first()
    seq, head = (row.seq, row.hash) if row else (0, GENESIS)
    return Top(seq, head, _last(AuditSubject), _last(AuditKey))


def _last(model: type[AuditSubject | AuditKey]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0
