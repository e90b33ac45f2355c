from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.steady.lists.rules import Holder, StepFilter
from strandline.steady.ties.rules import Status, TieKind
from strandline.web.forms import Choice

ANY = ("", _("any"))
STEPS = {
    StepFilter.LATE: _("late"),
    StepFilter.TODAY: _("today"),
    StepFilter.WEEK: _("within a week"),
    StepFilter.NONE: _("none"),
}


class FilterForm(forms.Form):
    """The filters of the people list as fields; the address is their only state."""

    q = forms.CharField(label=_("Name"), required=False, max_length=200)
    held = forms.ChoiceField(label=_("Held by"), required=False, widget=Choice)
    by = forms.CharField(label=_("or a colleague, by name"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind of tie"),
        required=False,
        widget=Choice,
        choices=[ANY, *((k.value, _(k.value.capitalize())) for k in TieKind)],
    )
    status = forms.ChoiceField(
        label=_("Tie is"),
        required=False,
        widget=Choice,
        choices=[ANY, *((s.value, _(s.words)) for s in Status)],
    )
    step = forms.ChoiceField(
        label=_("Next step"),
        required=False,
        widget=Choice,
        choices=[ANY, *((s.value, words) for s, words in STEPS.items())],
    )
    quiet = forms.IntegerField(label=_("No talk in days"), required=False, min_value=1, max_value=3650)
    new = forms.IntegerField(label=_("Came in the last days"), required=False, min_value=1, max_value=3650)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=100)

    def __init__(
        self, *args: Any, colleagues: Iterable[tuple[str, str]], has_more: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **(kwargs | {"auto_id": "filter-%s"}))
        if not has_more:
            del self.fields["by"]
        held = self.fields["held"]
        assert isinstance(held, forms.ChoiceField)
        held.choices = [
            ("", _("anyone")),
            (Holder.ME.value, _("me")),
            (Holder.NOBODY.value, _("nobody")),
            *colleagues,
        ]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
