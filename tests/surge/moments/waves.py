"""Surges for tests, declared through the actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from strandline.surge.moments.actions import open_surge
from strandline.surge.moments.models import Surge
from tests.cast import NOW, Cast

START = date(2026, 1, 7)


def declared(cast: Cast, *, by: str = "lea", at: datetime = NOW, **more: Any) -> Surge:
    """Let someone declare the surge *Heating cut-offs* for Harbourside, led by Lea with Amina as deputy."""
    given: dict[str, Any] = {
        "name": "Heating cut-offs",
        "branch": cast.harbour.code,
        "lead": cast.accounts["lea"].code,
        "deputy": cast.accounts["amina"].code,
        "starts_on": START,
    }
    return open_surge(**(given | more), by=cast.viewer(by, at), at=at)
