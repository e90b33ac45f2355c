"""A request that finds things changed by its own twin is answered as the twin was."""

from __future__ import annotations

from typing import Any

import pytest

from strandline.organisation.receipts import queries as receipts
from strandline.organisation.receipts.rules import Once
from strandline.steady.people import actions as people
from strandline.steady.people.models import Channel
from strandline.store.records import Absent
from tests.cast import NOW, Cast


def test_refusal_after_the_same_request_is_answered_as_that_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the other request may commit between the look for a receipt and the lock of the row."""
    rosa = cast.person(reaches=(("email", "rosa@example.org"),))
    asked: dict[str, Any] = {
        "channel": Channel.objects.get().code,
        "by": cast.amina,
        "at": NOW,
        "once": Once("token-0001-abc", "words"),
    }
    first = people.remove_channel(**asked)
    looks = iter([None])
    earlier = receipts.earlier
    monkeypatch.setattr(receipts, "earlier", lambda **more: next(looks, earlier(**more)))

    again = people.remove_channel(**asked)

    assert (first, again) == (rosa, rosa)


def test_refusal_without_such_a_request_stays_one(cast: Cast) -> None:
    with pytest.raises(Absent):
        people.remove_channel(
            channel="0123456789bc", by=cast.amina, at=NOW, once=Once("token-0002-abc", "words")
        )
