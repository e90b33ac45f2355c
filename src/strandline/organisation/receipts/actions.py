from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from strandline.lib.codes import new_code

from .models import Receipt
from .rules import KEPT_FOR, SLOTS_KEPT_FOR

CLOCK = "clock"


@transaction.atomic(savepoint=False)
def claim_slot(*, name: str, slot: str, at: datetime) -> bool:
    """Take one slot of the schedule, as a step of enqueuing what is due in it; False when another process has it."""
    token = f"{name}@{slot}"
    if Receipt.objects.filter(actor=CLOCK, token=token).exists():
        return False
    try:
        with transaction.atomic():
            Receipt.objects.create(code=new_code(), actor=CLOCK, token=token, verb="slot.begun", at=at)
    except IntegrityError:
        return False
    return True


@transaction.atomic(durable=True)
def forget_old(*, at: datetime, most: int = 5000) -> int:
    """Remove receipts older than a repeat can come, oldest first, a bounded number at a time; return how many."""
    gone = Q(at__lt=at - KEPT_FOR) | Q(actor=CLOCK, at__lt=at - SLOTS_KEPT_FOR)
    old = Receipt.objects.filter(gone).order_by("pk").values_list("pk", flat=True)[:most]
    return Receipt.objects.filter(pk__in=list(old)).delete()[0]
