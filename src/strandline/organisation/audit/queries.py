"""Questions to the log. `entries` and `break_in_chain` are asked by the keeper of the system, not for a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from strandline.organisation.accounts.rules import Viewer

from .models import AuditEntry, AuditHead, AuditSubject, Deed
from .rules import GENESIS, READ, TAKE_BACK_FOR, Break, Entry, first_break


def entries() -> Iterator[tuple[Entry, str]]:
    """Yield the whole log in order, each entry with its stored hash."""
    for row in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        yield Entry(row.seq, row.at, row.actor, row.verb, tuple(row.subjects), bytes(row.sealed)), row.hash


def head() -> tuple[int, str]:
    """Return number and hash of the last entry."""
    row = AuditHead.objects.filter(pk=1).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def is_head_whole() -> bool:
    """Tell whether the last entry is the one that the head names. Asked by the keeper; it reads one entry, not all."""
    seq, kept = head()
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return last == (seq, kept) if last else seq == 0


def latest_moment() -> datetime | None:
    """Return when the last entry was written. Asked by the keeper."""
    return AuditEntry.objects.order_by("-seq").values_list("at", flat=True).first()


def break_in_chain(anchor: tuple[int, str] | None = None) -> Break | None:
    """Return the first break in the log, also against an anchor that was kept elsewhere."""
    found = first_break(entries(), head=head())
    if found is None and anchor is not None and anchor[0]:
        kept = AuditEntry.objects.filter(seq=anchor[0]).values_list("hash", flat=True).first()
        if kept != anchor[1]:
            return Break(anchor[0], "the log was rebuilt since the anchor was kept")
    return found


def deeds(*, viewer: Viewer, at: datetime) -> list[Deed]:
    """Return what the viewer did in the last 30 days and can still take back, newest first."""
    return list(
        Deed.objects.filter(actor=viewer.audit_id, at__gt=at - TAKE_BACK_FOR, taken_back_at=None).order_by(
            "-at", "-id"
        )[:200]
    )


def touched(refs: Any) -> list[str]:
    """Return which of these people, given by audit id, were changed or worked with by anyone: reading is no touch."""
    reads = AuditEntry.objects.filter(verb=READ).values("seq")
    entries = AuditSubject.objects.filter(subject__in=refs).exclude(entry_seq__in=reads)
    return list(entries.values_list("subject", flat=True).distinct())
