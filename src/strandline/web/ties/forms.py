"""What is asked when a tie begins, moves along its pathway or turns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.steady.ties.rules import Status, TieKind
from strandline.web.forms import Day, Form, Words

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of those that are offered.")}


class BeginForm(Form):
    """Of which kind the tie is."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(k.value, _(k.value.capitalize())) for k in TieKind], error_messages=CHOOSE
    )


class StageForm(Form):
    """To which step of its pathway, and why."""

    stage = forms.ChoiceField(label=_("Move to"), error_messages=CHOOSE)
    why = Words(label=_("Why"), most=500, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31, required=False)

    def __init__(self, *args: Any, stages: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        stage = self.fields["stage"]
        if isinstance(stage, forms.ChoiceField):
            stage.choices = stages


class StatusForm(Form):
    """How the tie stands, with the reason, and for a rest its last day."""

    status = forms.ChoiceField(
        label=_("The tie is"), choices=[(s.value, _(s.words)) for s in Status], error_messages=CHOOSE
    )
    reason = Words(label=_("Why"), most=500, required=False)
    until = Day(label=_("Resting until"), required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31, required=False)
