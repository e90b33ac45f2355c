"""The outbox: mails are put by what they tell of, taken by a worker, and noted when they have left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.notices import sealing
from strandline.organisation.notices.models import Mail
from strandline.organisation.notices.rules import (
    KEPT_FOR,
    LEASE,
    MARGIN,
    STALE,
    Answer,
    Purpose,
    patience,
)
from strandline.store.records import Absent

# How many are taken at once: few, so that one that is slow holds up few.
AT_ONCE = 20
# How many rows are removed at once.
AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail that one worker has taken, with what lies in it."""

    code: str
    purpose: Purpose
    subject: str
    content: dict[str, str]
    tries: int
    until: datetime

    def is_held(self, at: datetime) -> bool:
        """Tell whether there is time left to send it before another worker may take it."""
        return at < self.until - MARGIN


@transaction.atomic(savepoint=False)
def put_mails(
    *,
    purpose: Purpose,
    at: datetime,
    subjects: Sequence[str] = ("",),
    content: dict[str, str] | None = None,
) -> None:
    """Put mails into the outbox, one for each subject: a step of the action that they tell of.

    What lies in them is sealed. They are sent when, and only when, that action stands.
    """
    rows = []
    for subject in subjects:
        code = new_code()
        sealed = sealing.seal(content, code=code) if content else b""
        row = Mail(code=code, purpose=purpose.value, subject=subject, sealed=sealed, put_at=at, due_at=at)
        rows.append(row)
    Mail.objects.bulk_create(rows)


def lease_mails(*, worker: str, at: datetime, most: int = AT_ONCE) -> list[Leased]:
    """Take mails that are due, oldest first, so that no other worker sends them meanwhile."""
    due = Mail.objects.waiting().filter(due_at__lte=at)
    due = due.filter(Q(leased_until=None) | Q(leased_until__lt=at))
    if not due.exists():  # no lock is taken to find out that there is nothing to do
        return []
    until = at + LEASE
    with transaction.atomic(durable=True):
        rows = list(due.select_for_update(skip_locked=True).order_by("due_at", "pk")[:most])
        taken = Mail.objects.filter(pk__in=[row.pk for row in rows])
        taken.update(leased_by=worker, leased_until=until)
    return [
        Leased(
            row.code,
            Purpose(row.purpose),
            row.subject,
            sealing.unseal(bytes(row.sealed), code=row.code),
            row.tries,
            until,
        )
        for row in rows
    ]


def free_leases(*, is_up: Callable[[str], bool]) -> int:
    """Let go of what workers had taken that are gone; return how many mails."""
    held = Mail.objects.waiting().exclude(leased_by="")
    gone = [
        name for name in held.order_by().values_list("leased_by", flat=True).distinct() if not is_up(name)
    ]
    if not gone:
        return 0
    with transaction.atomic(durable=True):
        return held.filter(leased_by__in=gone).update(leased_by="", leased_until=None)


@transaction.atomic(savepoint=False)
def mark_left(*, mail: str, at: datetime) -> None:
    """Note that the mail server has taken a mail, and empty it."""
    _end(mail, at, sent_at=at, answer="")


@transaction.atomic(savepoint=False)
def drop(*, mail: str) -> None:
    """Remove a mail that has nobody to go to any longer."""
    Mail.objects.filter(code=mail).delete()


@transaction.atomic(savepoint=False)
def give_up(*, mail: str, answer: Answer, at: datetime) -> None:
    """Note that a mail is tried no longer, and why, and empty it. It stays to be seen for a month."""
    _end(mail, at, given_up_at=at, answer=answer.code)


def _end(mail: str, at: datetime, **how: object) -> None:
    Mail.objects.filter(code=mail, sent_at=None).update(
        sealed=b"", tries=F("tries") + 1, tried_at=at, leased_by="", leased_until=None, **how
    )


@transaction.atomic(savepoint=False)
def postpone(*, mail: str, answer: Answer, at: datetime, until: datetime) -> None:
    """Put a mail off because of what came of a try. One that would come too late is given up."""
    row = Mail.objects.waiting().filter(code=mail).first()
    if row is None:
        return
    if until > row.put_at + patience(Purpose(row.purpose)):
        give_up(mail=mail, answer=answer, at=at)
        return
    Mail.objects.filter(pk=row.pk).update(
        tries=row.tries + 1,
        tried_at=at,
        answer=answer.code,
        due_at=until,
        leased_by="",
        leased_until=None,
    )


@transaction.atomic(savepoint=False)
def let_go(*, mails: Iterable[str], answer: Answer | None = None, at: datetime) -> None:
    """Give mails back that were taken and not tried; with an answer, when none could be tried because of it."""
    rows = Mail.objects.waiting().filter(code__in=list(mails))
    told = {"answer": answer.code, "tried_at": at} if answer else {}
    rows.update(leased_by="", leased_until=None, **told)


@transaction.atomic(durable=True)
def give_up_stale(*, at: datetime) -> int:
    """Give up what has waited longer than it may, whether or not there is a server; return how many."""
    given_up = 0
    for purpose in Purpose:
        waiting = Mail.objects.waiting().filter(purpose=purpose.value, put_at__lt=at - patience(purpose))
        waiting = waiting.filter(Q(leased_until=None) | Q(leased_until__lt=at))
        waiting.filter(answer="").update(answer=STALE.code)
        given_up += waiting.update(given_up_at=at, sealed=b"", leased_by="", leased_until=None)
    return given_up


@transaction.atomic(durable=True)
def forget_mails(*, at: datetime) -> int:
    """Remove what was sent or given up a month ago, a bounded number at a time; return how many."""
    since = at - KEPT_FOR
    old = Mail.objects.filter(Q(sent_at__lt=since) | Q(given_up_at__lt=since)).order_by("pk")
    return Mail.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_MOST])).delete()[0]


@audit.deed("mail.sent_again")
def send_again(*, by: Viewer, at: datetime) -> int:
    """Put back into the outbox what was given up and can still be written; return how many mails. Raises Absent."""
    if not by.is_(Role.ADMINISTRATOR):
        raise Absent
    again = [purpose.value for purpose in Purpose if purpose.can_be_sent_again]
    # What could not be written then can be written now, if that was mended; an address that is none stays one.
    rows = Mail.objects.given_up().filter(purpose__in=again)
    put = rows.update(given_up_at=None, put_at=at, due_at=at, tries=0, answer="")
    audit.record(verb="mail.sent_again", by=by, at=at)
    return put
