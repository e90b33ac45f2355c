"""P31 and section 3 of PROMISES at a small size, on each commit: one value into each field there is."""

from __future__ import annotations

from typing import Any

import pytest

from strandline.web.forms import Words
from tests.acceptance import badinput


def test_bad_input_is_kept_as_typed_or_refused_with_the_reason(db: None) -> None:
    found = badinput.check(1, 1)

    assert found["wrong"] == []
    assert (found["fields"] >= 300, found["kept"] > 50, found["refused"] > 100) == (True, True, True)


def test_bad_input_bites(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that quietly cuts what is too long, and one that breaks, are both found."""
    plain = Words.clean

    def cut(self: Words, value: Any) -> str:
        if "DROP" in str(value):
            raise RuntimeError("planted")
        return plain(self, str(value or "")[:5])

    monkeypatch.setattr(Words, "clean", cut)

    wrong = badinput.check(40, 1, {"people/add/"})["wrong"]

    assert any("nowhere to be found" in fault for fault in wrong)
    assert any("broke" in fault for fault in wrong)
