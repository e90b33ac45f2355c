"""What the fields of ours write and read."""

from __future__ import annotations

import pytest
from django import forms
from django.test import SimpleTestCase

from strandline.web.forms import Choice

OPTIONS = [("", "anyone"), ("me", "me"), ("a1", "<b>Ana</b> & co"), ('"x', "X")]


@pytest.mark.parametrize("chosen", [None, "", "me", "a1", '"x', "absent"])
def test_a_choice_is_written_as_django_writes_it(chosen: str | None) -> None:
    attrs = {"class": "input", "id": "filter-held", "required": True}
    ours, theirs = Choice(attrs=attrs, choices=OPTIONS), forms.Select(attrs=attrs, choices=OPTIONS)

    SimpleTestCase().assertHTMLEqual(ours.render("held", chosen), theirs.render("held", chosen))


def test_a_choice_escapes_names() -> None:
    assert "<b>" not in Choice(choices=OPTIONS).render("held", "")
