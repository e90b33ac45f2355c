from __future__ import annotations

from typing import Any

from django.apps import apps

from .models import Receipt
from .rules import Once, TokenReused


def earlier(*, actor: str, once: Once) -> Receipt | None:
    """Return the receipt of the same request, if it was carried out before.

    Raises TokenReused when the token came with other words.
    """
    receipt = Receipt.objects.filter(actor=actor, token=once.token).first()
    if receipt is not None and receipt.fingerprint != once.fingerprint:
        raise TokenReused
    return receipt


def result(receipt: Receipt) -> Any:
    """Return what the action returned then, in its present state; None when it is no longer there."""
    if not receipt.result_model:
        return None
    return apps.get_model(receipt.result_model)._base_manager.filter(pk=receipt.result_pk).first()
