from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.notices.models import Notice

from .posting import (
    Leased,
    drop,
    forget_mails,
    free_leases,
    give_up,
    give_up_stale,
    lease_mails,
    let_go,
    mark_left,
    postpone,
    put_mails,
    send_again,
)

__all__ = [
    "Leased",
    "drop",
    "forget_mails",
    "free_leases",
    "give_up",
    "give_up_stale",
    "lease_mails",
    "let_go",
    "mark_left",
    "mark_read",
    "postpone",
    "put_mails",
    "send_again",
    "settle",
    "tell",
]


@transaction.atomic(savepoint=False)
def tell(*, accounts: Iterable[int], kind: str, at: datetime, subject: str = "") -> None:
    """Put a notice in front of each of these accounts: a step of the action that it tells of."""
    Notice.objects.bulk_create(
        Notice(account_id=pk, kind=kind, subject=subject, at=at) for pk in dict.fromkeys(accounts)
    )


@transaction.atomic(savepoint=False)
def settle(*, account: int, kind: str, at: datetime) -> None:
    """Take what an account was told of this kind off its list: a step of the action that leaves nothing to do."""
    # Past the journal: taking the action back must not hang on a notice, which is removed after a month.
    Notice.objects.filter(account_id=account, kind=kind, read_at=None).update(read_at=at)


@transaction.atomic(durable=True)
def mark_read(*, notice: str, by: Viewer, at: datetime) -> None:
    """Take one of the viewer's own notices off the list."""
    Notice.objects.filter(code=notice, account_id=by.account_id, read_at=None).update(read_at=at)
