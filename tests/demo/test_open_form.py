from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from strandline.demo import actions
from strandline.organisation.audit.queries import break_in_chain


@pytest.mark.django_db
def test_demo_has_its_form_open_in_both_languages() -> None:
    actions.make(seed="tide", on=date(2026, 1, 16), size=60)

    pages = [Client().get(f"/j/harbour/?lang={code}").content.decode() for code in ("en", "es")]

    assert "You are not the only one" in pages[0]
    assert "¿Sin calefacción?" in pages[1]
    assert break_in_chain() is None
