"""What is asked when a past day is counted again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.web.forms import Day, Form


class RecountForm(Form):
    """Which day, and where."""

    branch = forms.ChoiceField(
        label=_("Branch"), error_messages={"invalid_choice": _("Choose one of those that are offered.")}
    )
    on = Day(label=_("Day"), error_messages={"required": _("Say which day.")})

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        place = self.fields["branch"]
        if isinstance(place, forms.ChoiceField):
            place.choices = branches
