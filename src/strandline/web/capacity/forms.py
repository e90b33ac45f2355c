"""What is asked of a wave that may come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.ledger.capacity.rules.question import LONGEST_PROMISE, MOST_DAYS, MOST_PEOPLE, Question, Shape
from strandline.web.forms import Form

WHOLE = {"required": _("Say how many."), "invalid": _("Write a whole number.")}
NUMBER = {"required": _("Say how many."), "invalid": _("Write a number, such as 1.5.")}
SHAPES = (
    (Shape.OWN.value, _("as in our own past waves")),
    (Shape.HALVING.value, _("half as many each day as the day before")),
    (Shape.EVEN.value, _("the same every day")),
)


class WhatIfForm(Form):
    """How large, in how many days, met by whom, and what is promised."""

    branch = forms.ChoiceField(
        label=_("Branch"), error_messages={"invalid_choice": _("Choose one of those that are offered.")}
    )
    size = forms.IntegerField(
        label=_("Sign-ups"), min_value=0, max_value=MOST_PEOPLE, initial=4000, error_messages=WHOLE
    )
    days = forms.IntegerField(
        label=_("In how many days"), min_value=1, max_value=MOST_DAYS, initial=10, error_messages=WHOLE
    )
    shape = forms.ChoiceField(label=_("How they come"), choices=SHAPES, initial=Shape.OWN.value)
    organisers = forms.IntegerField(
        label=_("Callers"), min_value=1, max_value=100_000, initial=14, error_messages=WHOLE
    )
    hours_a_day = forms.FloatField(
        label=_("Hours a caller gives in a day"),
        min_value=0.1,
        max_value=24,
        initial=2,
        error_messages=NUMBER,
    )
    promise_hours = forms.IntegerField(
        label=_("Promised: a call within so many hours"),
        min_value=0,
        max_value=24 * LONGEST_PROMISE,
        initial=48,
        error_messages=WHOLE,
    )
    minutes_a_try = forms.FloatField(
        label=_("Minutes a try takes"), min_value=0.5, max_value=240, initial=6, error_messages=NUMBER
    )
    reach = forms.FloatField(
        label=_("Chance that a try reaches somebody"),
        help_text=_("Between 0.01 and 1. Left empty: from your own first calls."),
        min_value=0.01,
        max_value=1,
        required=False,
        error_messages=NUMBER,
    )
    theta = forms.FloatField(
        label=_("Loss of interest a day"),
        help_text=_(
            "Such as 0.05. Left empty: from your own first calls, or 0.02, 0.05 and 0.1 side by side."
        ),
        min_value=0,
        max_value=5,
        required=False,
        error_messages=NUMBER,
    )

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        place = self.fields["branch"]
        if isinstance(place, forms.ChoiceField):
            place.choices = branches
        if len(branches) == 1:
            place.widget = forms.HiddenInput()
            place.initial = branches[0][0]

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        # With one branch the field is hidden, and what is wrong with it would be seen nowhere.
        if "branch" in self.errors and self["branch"].is_hidden:
            self.add_error(None, _("Choose one of those that are offered."))
        return told

    def question(self, *, so_far: tuple[int, ...] = (), name: str = "") -> Question:
        """The question that was asked. A promise in hours is kept by the end of the day in which it runs out."""
        told = self.cleaned_data
        return Question(
            size=told["size"],
            days=told["days"],
            organisers=told["organisers"],
            hours_a_day=told["hours_a_day"],
            promise_days=told["promise_hours"] // 24,
            minutes_a_try=told["minutes_a_try"],
            reach=told["reach"],
            theta=told["theta"],
            shape=Shape(told["shape"]),
            so_far=so_far,
            name=name,
        )
