"""The strand glyph lights what is live, and speaks the reader's language."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from strandline.web.templatetags.words import glyph


@pytest.mark.parametrize("language", ["en-gb", "es"])
@pytest.mark.parametrize("lit", list(product((False, True), repeat=3)))
def test_each_glyph_is_its_own(lit: tuple[bool, bool, bool], language: str) -> None:
    tie = SimpleNamespace(**dict(zip(("supporter", "interlocutor", "ally"), lit, strict=True)))

    with translation.override(language):
        drawn = glyph(tie)
        expected = render_to_string("_components/glyph.html", {"tie": tie})

    assert drawn == expected
    assert drawn.count("glyph-on") == sum(lit)
