from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models, transaction

from strandline.lib.codes import new_code
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.receipts import queries as receipts
from strandline.organisation.receipts.models import Receipt
from strandline.organisation.receipts.rules import Once, TokenReused
from strandline.store import asking, bulk, driver, writer
from strandline.store.errors import storage_trouble
from strandline.store.records import Journal, journal

from ..models import AuditEntry, AuditHead, AuditKey, AuditSubject, Change, Deed
from ..rules import GENESIS, READ, TAKE_BACK_FOR, Entry, link
from . import restoring
from .restoring import CannotTakeBack as CannotTakeBack

_latest: ContextVar[str] = ContextVar("latest_deed", default="")
_present: ContextVar[str] = ContextVar("present_deed", default="")
# Who stands in the log for what no account did: the day came, the clock struck.
CLOCK = "clock"
# How many readings are put into the index of subjects at once.
READINGS = 50
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Line:
    """One entry to be written: who did what to whom, with values that only the person's key opens."""

    verb: str
    by: str
    at: datetime
    about: tuple[str, ...] = ()
    values: dict[str, Any] | None = None


def record(
    *, verb: str, by: Viewer, at: datetime, about: Any = (), values: dict[str, Any] | None = None
) -> None:
    """Write one entry in the transaction of the deed that it tells of.

    `about` is a row about a person, a person, or several of them.
    """
    rows = about if isinstance(about, list | tuple) else (about,)
    refs = tuple(dict.fromkeys(ref for ref in (row.audit_ref() for row in rows) if ref))
    record_lines([Line(verb, by.audit_id, at, refs, values)])


@transaction.atomic(savepoint=False)
def record_lines(lines: Sequence[Line]) -> None:
    """Write entries in order; the head is taken last and once, since it serialises all writers."""
    sealed = _seal(lines)
    here, (seq, tip) = driver.here(), _head()
    rows, subjects, moment = [], [], bulk.moments(here)
    for line, values in zip(lines, sealed, strict=True):
        entry = Entry(seq + 1, line.at, line.by, line.verb, line.about, values)
        seq, tip = entry.seq, link(tip, entry)
        rows.append((entry.seq, moment(line.at), line.by, line.verb, json.dumps(line.about), values, tip))
        if (
            line.verb != READ
        ):  # an entry of a reading holds everyone on the page: they are indexed many at a time
            subjects += [(entry.seq, ref) for ref in line.about]
    # Below the ORM: every sign-up and every page that shows somebody writes here.
    bulk.insert(here, AuditEntry, _ENTRY, rows)
    if subjects:
        bulk.insert(here, AuditSubject, ("entry_seq", "subject"), subjects)
    driver.run(here, "UPDATE organisation_audithead SET seq = %s, hash = %s WHERE id = 1", [seq, tip])


def _head() -> tuple[int, str]:
    """Return the last entry's number and hash, and hold them until the transaction ends."""
    locked = " FOR UPDATE" if driver.here().vendor == "postgresql" else ""
    found = asking.rows(f"SELECT seq, hash FROM organisation_audithead WHERE id = 1{locked}", ())
    if not found:
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": GENESIS})
        found = [(head.seq, head.hash)]
    return found[0]


_ENTRY = ("seq", "at", "actor", "verb", "subjects", "sealed", "hash")


def _seal(lines: Sequence[Line]) -> list[bytes]:
    wanted = {line.about[0] for line in lines if line.values and line.about}
    keys = {k.subject: bytes(k.key) for k in AuditKey.objects.filter(subject__in=wanted)} if wanted else {}
    fresh = [AuditKey(subject=ref, key=os.urandom(32)) for ref in sorted(wanted - keys.keys())]
    if fresh:
        AuditKey.objects.bulk_create(fresh)
        keys |= {k.subject: bytes(k.key) for k in fresh}
    sealed = []
    for line in lines:
        if not line.values or not line.about:
            sealed.append(b"")
            continue
        sealed.append(sealed_with(keys[line.about[0]], line.verb, line.values))
    return sealed


def sealed_with(key: bytes, verb: str, values: dict[str, Any]) -> bytes:
    """Return values as an entry keeps them: only this key opens them, and only as part of this verb."""
    nonce = os.urandom(12)
    plain = json.dumps(values, default=str).encode()
    return nonce + AESGCM(key).encrypt(nonce, plain, verb.encode())


@transaction.atomic(durable=True)
def record_reads(lines: Sequence[Line]) -> list[None]:
    """Write one entry for each response that showed people. Made for the group writer: one answer each."""
    record_lines(lines)
    return [None] * len(lines)


@transaction.atomic(durable=True)
def index_readings(*, most: int = READINGS) -> int:
    """Put the people of the next readings into the index of subjects; return how many entries were gone through.

    The entry itself is durable before the page is given and names them all. The index is only a way to them, and one
    row for each person of each page, in the order of their ids, would cost each page more than all its questions.
    """
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        return 0
    upto = min(head.seq, head.indexed + most)
    rows = AuditEntry.objects.filter(seq__gt=head.indexed, seq__lte=upto, verb=READ).values_list(
        "seq", "subjects"
    )
    found = sorted((ref, seq) for seq, refs in rows for ref in refs)
    if found:
        bulk.insert(driver.here(), AuditSubject, ("subject", "entry_seq"), found)
    gone_through = upto - head.indexed
    head.indexed = upto
    models.Model.save(head, update_fields=["indexed"])
    return gone_through


def keep_reading(*, viewer: Viewer, at: datetime, shows: Iterable[str]) -> None:
    """Keep one entry for the people, by audit id, whom a response shows; return once it is durable.

    For the ways in, when the response is made and before it is given. Nothing is kept when it shows nobody.
    Raises NotSaved: then the response must not be given.
    """
    about = tuple(dict.fromkeys(ref for ref in shows if ref))
    if about:
        line = Line(READ, viewer.audit_id, at, about, None)
        writer.get().write(record_reads, line)


def release(rows: Sequence[Any], *, of: str, verb: str, at: datetime) -> int:
    """Keep sums of weeks where none stand yet, for they stay as they were released; return how many were kept.

    `of` is what the sums are of, a foreign key of the rows. They are counted before this is called, outside of any
    transaction: nobody at the door waits for a sum.
    """
    if not rows:
        return 0
    model = type(rows[0])
    with transaction.atomic(durable=True):
        stand = set(model._default_manager.filter(on__in={row.on for row in rows}).values_list(of, "on"))
        fresh = [row for row in rows if (getattr(row, f"{of}_id"), row.on) not in stand]
        model._default_manager.bulk_create(fresh, batch_size=500)
        if fresh:
            record_lines([Line(verb, CLOCK, at)])
    return len(fresh)


def deed(verb: str, *, can_be_taken_back: bool = False) -> Callable[[Callable[P, R]], Callable[..., R]]:
    """Make a function an action: one durable transaction, done once per client token, and taken back if so said.

    The action is called with `by`, `at` and, from a way in, `once`. A repeat gets the first result again.
    Raises TokenReused when the token came before with other words. `latest_deed()` then names the
    code by which it can be taken back.
    """

    # The wrapped action takes `once` beside its own arguments, which a ParamSpec cannot say.
    def wrap(action: Callable[P, R]) -> Callable[..., R]:
        @functools.wraps(action)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            once = cast("Once | None", kwargs.pop("once", None))
            by, at = cast(Viewer, kwargs["by"]), cast(datetime, kwargs["at"])
            _latest.set("")
            code = new_code()
            _present.set(code)
            try:
                with transaction.atomic(durable=True):
                    if once is not None and (receipt := receipts.earlier(actor=by.audit_id, once=once)):
                        return cast(R, _again(receipt))
                    # A journal reads each row before it is written: not for what nobody can take back.
                    with journal() if can_be_taken_back else nullcontext() as kept:
                        result = action(*args, **kwargs)
                    _keep(code, verb, by=by, at=at, once=once, result=result, kept=kept)
            except TokenReused:
                raise
            except Exception as refused:
                # Two requests with one token at the same moment: the other one won, and its result is ours too.
                if once is None or storage_trouble(refused):
                    raise
                receipt = receipts.earlier(actor=by.audit_id, once=once)
                if receipt is None:
                    raise
                return cast(R, _again(receipt))
            return result

        return act

    return wrap


def _again(receipt: Receipt) -> Any:
    # A repeat offers the same way back as the first answer did.
    can_go_back = Deed.objects.filter(code=receipt.code, taken_back_at=None).exists()
    _latest.set(receipt.code if can_go_back else "")
    return receipts.result(receipt)


def _keep(
    code: str, verb: str, *, by: Viewer, at: datetime, once: Once | None, result: Any, kept: Journal | None
) -> None:
    if once is not None:
        Receipt.objects.create(
            code=code,
            actor=by.audit_id,
            token=once.token,
            fingerprint=once.fingerprint,
            verb=verb,
            result=_reference(result),
            at=at,
        )
    if kept is None or not kept.rows:
        return
    subject = next((c.subject for c in kept.rows.values() if c.subject), "")
    done = Deed.objects.create(code=code, actor=by.audit_id, verb=verb, subject=subject, at=at)
    bulk.insert(
        driver.here(),
        Change,
        ("deed_id", "place", "model", "row", "subject", "before", "after"),
        [
            (done.pk, n, c.model, c.pk, c.subject, _as_json(c.before), _as_json(c.after))
            for n, c in enumerate(kept.rows.values())
            if not (c.before is None and c.after is None)
        ],
    )
    _latest.set(code)


def _as_json(state: dict[str, Any] | None) -> str | None:
    return None if state is None else json.dumps(state)


def _reference(result: Any) -> dict[str, Any]:
    if isinstance(result, models.Model):
        return {"model": result._meta.label, "pk": result.pk}
    if isinstance(result, list) and result and isinstance(result[0], models.Model):
        return {"model": result[0]._meta.label, "pks": [row.pk for row in result]}
    return {"value": result if isinstance(result, int | str | bool | None) else None}


def present_deed() -> str:
    """Return the code that the action now at work will have, for one that notes by what it can be taken back."""
    return _present.get()


def latest_deed() -> str:
    """Return the code by which the last action of this request can be taken back; empty when it cannot."""
    return _latest.get()


def take_back(*, deed: str, by: Viewer, at: datetime) -> Deed:
    """Write back the state before a deed of one's own, whole or not at all.

    Raises CannotTakeBack when it is too old, was taken back, or something in it was changed since.
    """
    with transaction.atomic(durable=True):
        done = Deed.objects.select_for_update().filter(code=deed, actor=by.audit_id).first()
        if done is None:
            raise CannotTakeBack("There is nothing of yours to take back here.")
        if done.taken_back_at is not None:
            return done
        if at - done.at > TAKE_BACK_FOR:
            raise CannotTakeBack("This was more than 30 days ago and can no longer be taken back.")
        for change in reversed(list(done.changes.all())):
            restoring.restore(change)
        done.taken_back_at = at
        done.save(update_fields=["taken_back_at"])
        subjects = tuple(dict.fromkeys(done.changes.exclude(subject="").values_list("subject", flat=True)))
        record_lines([Line(f"{done.verb}.taken_back", by.audit_id, at, subjects)])
    return done


@transaction.atomic(savepoint=False)
def take_back_what_stands(*, deed: str, at: datetime) -> list[str]:
    """Write back the state before a deed, person by person; who was changed since is left, and named by audit id.

    A step of taking a whole import back, whose right was asked there.
    """
    done = Deed.objects.select_for_update().filter(code=deed, taken_back_at=None).first()
    if done is None:
        return []
    kept = restoring.restore_by_subject(list(done.changes.order_by("-place")))
    done.taken_back_at = at
    done.save(update_fields=["taken_back_at"])
    return kept


def forget(subjects: Iterable[str]) -> None:
    """Destroy the keys and the kept states of these people; entries and chain stay. A step of erasure."""
    refs = list(subjects)
    AuditKey.objects.filter(subject__in=refs).delete()
    Change.objects.filter(subject__in=refs).delete()


@transaction.atomic(durable=True)
def forget_old_deeds(*, at: datetime, most: int = 2000) -> int:
    """Remove what can no longer be taken back, oldest first, a bounded number at a time; return how many deeds."""
    old = list(
        Deed.objects.filter(at__lt=at - TAKE_BACK_FOR).order_by("pk").values_list("pk", flat=True)[:most]
    )
    Change.objects.filter(deed__in=old).delete()
    Deed.objects.filter(pk__in=old).delete()
    return len(old)
