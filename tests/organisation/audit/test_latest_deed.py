from __future__ import annotations

import pytest

from strandline.organisation.audit import actions as audit
from strandline.organisation.receipts.rules import Once, TokenReused
from strandline.steady.people.actions import tag_people
from tests.cast import NOW, Cast

ONCE = Once("abcdefgh1234", "asked")


def tag(cast: Cast, code: str, name: str, once: Once | None = None) -> None:
    tag_people(people=[code], add=[name], remove=[], by=cast.amina, at=NOW, once=once)


def test_latest_deed_of_a_repeat_is_that_of_the_first(cast: Cast) -> None:
    rosa = cast.person()
    tag(cast, rosa.code, "stairwell", ONCE)
    first = audit.latest_deed()
    tag(cast, rosa.code, "boiler")

    tag(cast, rosa.code, "stairwell", ONCE)

    assert first
    assert audit.latest_deed() == first


def test_latest_deed_of_a_repeat_is_none_once_it_was_taken_back(cast: Cast) -> None:
    rosa = cast.person()
    tag(cast, rosa.code, "stairwell", ONCE)
    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    tag(cast, rosa.code, "stairwell", ONCE)

    assert audit.latest_deed() == ""


def test_latest_deed_is_none_after_a_refusal(cast: Cast) -> None:
    rosa = cast.person()
    tag(cast, rosa.code, "stairwell", ONCE)

    with pytest.raises(TokenReused):
        tag(cast, rosa.code, "stairwell", Once(ONCE.token, "other words"))

    assert audit.latest_deed() == ""
