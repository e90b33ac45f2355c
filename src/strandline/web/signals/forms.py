"""What is asked for when a series is added, its counts are uploaded, or an alert is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.lib.dates import Order
from strandline.surge.signals.actions import NewSeries
from strandline.surge.signals.rules import Step
from strandline.web.forms import Form, Words

Choices = list[tuple[str, Any]]


class SeriesForm(Form):
    """A series of counts that comes from outside."""

    name = Words(
        label=_("What is counted"),
        most=200,
        help_text=_("Such as: Calls to the helpline. No names of people: everyone in the branch reads this."),
    )
    step = forms.ChoiceField(
        label=_("Counted by"),
        choices=[(Step.DAY.value, _("day")), (Step.WEEK.value, _("week, from Monday"))],
        initial=Step.DAY.value,
        error_messages={"invalid_choice": _("Choose day or week.")},
    )
    home = forms.ChoiceField(
        label=_("Belongs to"), error_messages={"invalid_choice": _("Choose one of these teams and branches.")}
    )

    def __init__(self, *args: Any, homes: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        home = self.fields["home"]
        if isinstance(home, forms.ChoiceField):
            home.choices = homes

    def new(self) -> NewSeries:
        """Return the series to be added."""
        kind, _colon, code = self.cleaned_data["home"].partition(":")
        return NewSeries(
            self.cleaned_data["name"],
            Step(self.cleaned_data["step"]),
            branch=code if kind == "branch" else "",
            team=code if kind == "team" else "",
        )


class CountsForm(Form):
    """A file of counts."""

    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        help_text=_(
            "CSV with two columns: day and count. Such as 2026-01-15,12. Days that are over, each once."
        ),
    )
    order = forms.ChoiceField(
        label=_("Dates in figures are written"),
        required=False,
        choices=[
            ("", _("so that they can be read in one way only")),
            (Order.DAY_FIRST.value, _("day first: 4/3 is 4 March")),
            (Order.MONTH_FIRST.value, _("month first: 4/3 is 3 April")),
        ],
    )
    missing_is_zero = forms.BooleanField(
        label=_("No line means that nobody came"),
        required=False,
        help_text=_("Otherwise a day without a line is refused: it may have been an outage."),
    )


class DismissForm(Form):
    """Why there is nothing to an alert."""

    reason = Words(
        label=_("Why there is nothing to it"),
        most=500,
        help_text=_("Such as: we wrote to everybody on Monday. It counts as a false alarm."),
    )


class SurgeForm(Form):
    """The surge that an alert becomes."""

    name = Words(label=_("Name of the surge"), most=200)
    lead = forms.ChoiceField(
        label=_("Lead"),
        error_messages={"required": _("Choose who leads."), "invalid_choice": _("Choose a colleague.")},
    )
    deputy = forms.ChoiceField(
        label=_("Deputy"), required=False, error_messages={"invalid_choice": _("Choose a colleague.")}
    )
    promise_hours = forms.IntegerField(
        label=_("Somebody calls within (hours)"), initial=48, min_value=1, max_value=720
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        lead, deputy = self.fields["lead"], self.fields["deputy"]
        if isinstance(lead, forms.ChoiceField) and isinstance(deputy, forms.ChoiceField):
            lead.choices = list(colleagues)
            deputy.choices = [("", _("Nobody yet")), *colleagues]
