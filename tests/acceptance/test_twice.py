"""P9 at a small size, on each commit; the enumeration whole."""

from __future__ import annotations

from typing import Any

import pytest

from strandline.organisation.receipts import queries as receipts
from tests.acceptance import sends, twice


def test_every_unsafe_address_is_listed(db: None) -> None:
    assert twice.unlisted() == []


def test_what_reads_no_token_says_why_a_repeat_does_no_harm() -> None:
    assert [route for route, send in sends.SENDS.items() if send.marks == bool(send.why)] == []


def test_repeats_do_nothing(db: None) -> None:
    found = twice.check()

    assert found["wrong"] == []
    assert found["cases"] >= 150


def test_repeats_bite(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without receipts a repeat is done again, and the check says so."""

    def forgotten(**_: Any) -> None:
        return None

    monkeypatch.setattr(receipts, "earlier", forgotten)

    assert twice.check({"people/add/", "handover/"})["fail"] >= 2


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_do_it_once() -> None:
    found = twice.crowds(4, 3)

    assert found["wrong"] == []
    assert found["cases"] == 44
