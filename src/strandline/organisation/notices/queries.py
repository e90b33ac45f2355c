from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.store import asking
from strandline.store.records import Absent

from .models import Mail, Notice
from .rules import NOTICED_AFTER, Purpose


def unread(*, viewer: Viewer, but: Iterable[str] = ()) -> list[Notice]:
    """Return what the viewer has not yet read, newest first, but for these kinds."""
    kinds = tuple(sorted(but))

    def question() -> QuerySet[Notice]:
        mine = Notice.objects.filter(account_id=viewer.account_id, read_at=None).exclude(kind__in=kinds)
        return mine.order_by("-at", "-pk")[:50]

    return asking.found(("unread", viewer.account_id, kinds), question)


@dataclass(frozen=True, slots=True)
class Standing:
    """How mails stand: how many wait, since when the oldest, what the mail server said last and when.

    `given_up` counts those that can still be sent again.
    """

    waiting: int = 0
    since: datetime | None = None
    answer: str = ""
    tried_at: datetime | None = None
    given_up: int = 0

    def is_stuck(self, at: datetime) -> bool:
        """Tell whether somebody has to look at it: given up, or waiting longer than a slow server takes."""
        return self.given_up > 0 or (self.since is not None and at - self.since > NOTICED_AFTER)


def _standing(rows: QuerySet[Mail]) -> Standing:
    is_waiting = Q(sent_at=None, given_up_at=None)
    again = [purpose.value for purpose in Purpose if purpose.can_be_sent_again]
    found = rows.aggregate(
        waiting=Count("pk", filter=is_waiting),
        since=Min("put_at", filter=is_waiting),
        tried_at=Max("tried_at", filter=is_waiting & ~Q(answer="")),
        given_up=Count("pk", filter=~Q(given_up_at=None) & Q(purpose__in=again)),
    )
    answer = ""
    if found["tried_at"] is not None:
        last = rows.filter(is_waiting, tried_at=found["tried_at"]).exclude(answer="")
        answer = last.values_list("answer", flat=True).first() or ""
    return Standing(answer=answer, **found)


def mail_standing() -> Standing:
    """Say how the mails of the whole organisation stand, in numbers only."""
    return _standing(Mail.objects.filter(sent_at=None))


def standing_of(*, purpose: Purpose, subjects: QuerySet[Any, Any]) -> Standing:
    """Say how the mails about these subjects stand: a step of a question that asked for its viewer."""
    return _standing(Mail.objects.filter(purpose=purpose.value, subject__in=subjects, sent_at=None))


@dataclass(frozen=True, slots=True)
class GivenUp:
    """So many mails for one purpose, given up for one reason."""

    purpose: Purpose
    answer: str
    number: int
    last_at: datetime


def given_up(*, viewer: Viewer) -> list[GivenUp]:
    """Return what was given up within a month, by purpose and reason, for administrators. Raises Absent."""
    if not viewer.is_(Role.ADMINISTRATOR):
        raise Absent
    rows = Mail.objects.given_up().values("purpose", "answer").order_by("purpose", "answer")
    counted = rows.annotate(number=Count("pk"), last_at=Max("given_up_at"))
    return [GivenUp(Purpose(r["purpose"]), r["answer"], r["number"], r["last_at"]) for r in counted]


def last_left() -> datetime | None:
    """Return when the last mail has left, as far as that is still known."""
    last: datetime | None = Mail.objects.aggregate(last=Max("sent_at"))["last"]
    return last
