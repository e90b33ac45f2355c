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
    """Return what the action returned then, rows in their present state; None for a row that is gone."""
    kept = receipt.result
    if "model" not in kept:
        return kept.get("value")
    manager = apps.get_model(kept["model"])._base_manager
    if "pk" in kept:
        return manager.filter(pk=kept["pk"]).first()
    return list(manager.filter(pk__in=kept["pks"]).order_by("pk"))
