"""What is asked when a section of people is named, measured, or gets people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from strandline.steady.constituencies.rules import MOST_SIZE, Dimension
from strandline.web.forms import Day, Form, Words

# Digits as people group them: 1 850, 1,850, 1.850.
GROUPS = str.maketrans("", "", " ,.'\u00a0\u202f\u2019")


class Number(forms.CharField):
    """A whole number of people, with the marks between thousands that people write."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}))
        super().__init__(max_length=30, **more)

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value) or "").translate(GROUPS)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= MOST_SIZE:
            raise forms.ValidationError(_("Give a number of people from 1 to 8,000,000,000."))
        return int(text)


class SizeForm(Form):
    """How many people a section has, and where the number is from."""

    size = Number(label=_("How many people"), error_messages={"required": _("Say how many.")})
    source = Words(
        label=_("Where the number is from"),
        most=300,
        help_text=_("A census, a union's own count, your best guess: say which."),
    )


class SectionForm(Form):
    """A section of people: what it is called, of which kind it is, and what it stands under."""

    name = Words(
        label=_("Name"), most=200, help_text=_("As the people in it say it: Hospital staff, Old Quay.")
    )
    dimension = forms.ChoiceField(
        label=_("Kind"),
        choices=lambda: [(one.value, gettext(one.words)) for one in Dimension],
        initial=Dimension.PLACE.value,
    )
    parent = forms.ChoiceField(label=_("Stands under"), required=False)
    size = Number(label=_("How many people"), required=False)
    source = Words(label=_("Where the number is from"), most=300, required=False)

    def __init__(self, *args: Any, sections: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        parent = self.fields["parent"]
        if isinstance(parent, forms.ChoiceField):
            parent.choices = [("", _("Nothing: it stands at the top")), *section_choices(sections)]

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("source") and asked.get("size") is None and "size" not in self.errors:
            self.add_error("size", _("Say how many, or leave the source empty."))
        return asked


class NameForm(Form):
    """Another name for a section."""

    name = Words(label=_("Name"), most=200)


class SinceForm(Form):
    """Since when people belong to a section."""

    since = Day(label=_("Since"), required=False, help_text=_("Today, if you leave it empty."))


class ThemeForm(Form):
    """A theme, and the words in which people say it."""

    name = Words(label=_("Theme"), most=100)
    words = Words(
        label=_("Words by which it is heard"),
        most=1000,
        help_text=_("Apart by commas; the beginning of a word is enough: rent, deposit, landlord."),
    )


def section_choices(sections: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the sections to choose from, those that stand under another moved in."""
    return [(row.code, "\u2003" * row.depth + row.name) for row in sections]
