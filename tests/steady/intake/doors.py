"""A form that is open, and sheets as people hand them in: for the tests of the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from strandline.organisation.receipts.rules import fingerprint
from strandline.steady.intake import actions
from strandline.steady.intake.actions import NewForm
from strandline.steady.intake.models import Form
from strandline.steady.intake.rules import Answer, Sheet, Way
from tests.cast import NOW, Cast

CONSENT = "Yes, contact me about the heating and what tenants do together."


def open_form(cast: Cast, slug: str = "heating", *, by: str = "amina", **more: Any) -> Form:
    """Make a form as one of the cast."""
    new = NewForm(
        slug=slug, title="No heating?", consent_text=CONSENT, **{"question": "What is broken?"} | more
    )
    return actions.make_form(new=new, by=cast.viewer(by), at=NOW)


def sheet(
    name: str = "Noor Haddad",
    reach: str = "noor@example.org",
    *,
    form: str = "heating",
    token: str = "",
    at: datetime = NOW,
    way: Way = Way.WEB,
    typed: dict[str, str] | None = None,
    **more: Any,
) -> Sheet:
    """Write a sheet as it comes from a door."""
    said = {"name": name, "reach": reach, "consent": "yes"} | (typed or {})
    words = fingerprint(form, *(f"{k}={v}" for k, v in sorted(said.items())))
    more.setdefault("reach_key", fingerprint(reach)[:24])
    return Sheet(form, token or f"token-{words[:20]}", words, said, at, way, **more)


def send(*sheets: Sheet) -> list[Answer]:
    return actions.sign_up(list(sheets))
