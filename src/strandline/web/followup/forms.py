"""What is asked when a step is moved or set, and when ties are handed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.steady.followup.rules import StepKind
from strandline.web.forms import Day, Form, Words

SETTABLE = (StepKind.CALL, StepKind.VISIT, StepKind.INVITE, StepKind.SEND, StepKind.OTHER)


class MoveForm(Form):
    """To which day: one of those offered, or any other."""

    to = Day(label=_("Which day"), error_messages={"required": _("Say which day.")})
    version = forms.IntegerField(min_value=1, max_value=2**31, required=False)


class StepForm(Form):
    """A next step for someone who has none."""

    kind = forms.ChoiceField(label=_("Next step"), choices=[(k.value, _(k.words)) for k in SETTABLE])
    due_on = Day(label=_("When"), error_messages={"required": _("Say which day.")})
    reason = Words(label=_("What about"), most=500, required=False)


class HandoverForm(Form):
    """To whom, and a word with it."""

    to = forms.ChoiceField(
        label=_("Hand over to"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colleague."), "invalid_choice": _("Choose a colleague.")},
    )
    note = Words(label=_("A word with it"), most=500, multiline=True, required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        to = self.fields["to"]
        if isinstance(to, forms.ChoiceField):
            to.choices = colleagues
