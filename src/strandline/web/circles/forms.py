"""What is asked when a circle is formed or changed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.steady.circles.actions import NewCircle
from strandline.steady.circles.rules import LEAST_CAPACITY, MOST_CAPACITY
from strandline.web.forms import Day, Form, Words

from .words import language_choices

Choices = list[tuple[str, Any]]
WEEKLY, FORTNIGHTLY, MONTHLY, OWN = "weekly", "fortnightly", "monthly", "own"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FOURTH = 4


def rule_of(often: str, first: date, own: str) -> str:
    """Return the rule of RFC 5545 that a choice means, on the weekday of the first meeting."""
    day = DAYS[first.weekday()]
    if often == WEEKLY:
        return f"FREQ=WEEKLY;BYDAY={day}"
    if often == FORTNIGHTLY:
        return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
    if often == MONTHLY:
        place = (first.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={place if place <= FOURTH else -1}{day}"
    return own


class CircleForm(Form):
    """A circle: what it is called, where and when it meets, who leads it."""

    name = Words(label=_("Name"), most=200, help_text=_("After its place, most often: Mill Lane."))
    place = Words(label=_("Where it meets"), most=200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=language_choices, initial="en")
    starts_on = Day(label=_("First meeting"), error_messages={"required": _("Say which day.")})
    starts_time = forms.TimeField(
        label=_("At what hour"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Say at what hour."), "invalid": _("Write the hour as 19:00.")},
    )
    often = forms.ChoiceField(
        label=_("How often"),
        choices=[
            (WEEKLY, _("Every week")),
            (FORTNIGHTLY, _("Every two weeks")),
            (MONTHLY, _("Each month, on the same weekday")),
            (OWN, _("By a rule of its own")),
        ],
        initial=WEEKLY,
    )
    rule = Words(
        label=_("The rule"),
        most=200,
        required=False,
        help_text=_("Only for a rule of its own, as calendars write it: FREQ=WEEKLY;INTERVAL=3;BYDAY=TU"),
    )
    capacity = forms.IntegerField(
        label=_("Room for"),
        initial=MOST_CAPACITY,
        min_value=LEAST_CAPACITY,
        max_value=MOST_CAPACITY,
        help_text=_("6 to 12 people: in a larger circle not everybody speaks."),
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    convenor = forms.ChoiceField(label=_("Convenor"), required=False)

    def __init__(self, *args: Any, teams: Choices, convenors: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, choices in (("team", teams), ("convenor", convenors)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
            if len(choices) < 2:
                del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("often") == OWN and not asked.get("rule") and "rule" not in self.errors:
            self.add_error("rule", _("Write the rule, or choose one of the others."))
        if asked.get("often") != OWN and asked.get("rule"):
            self.add_error("rule", _("Choose “By a rule of its own” above, or leave this empty."))
        return asked

    def circle(self) -> NewCircle:
        """Return what is known of the circle, for the action."""
        asked = self.cleaned_data
        first: date = asked["starts_on"]
        hour: time = asked["starts_time"]
        return NewCircle(
            name=asked["name"],
            recurrence=rule_of(asked["often"], first, asked["rule"]),
            starts_on=first,
            starts_time=hour,
            place=asked["place"],
            language=asked["language"],
            capacity=asked["capacity"],
        )


class MeetingForm(Form):
    """A meeting at another hour or place, beside the rule, or with what is read."""

    on = Day(label=_("Day"), error_messages={"required": _("Say which day.")})
    starts = forms.TimeField(
        label=_("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the hour as 19:00.")},
    )
    place = Words(label=_("Place"), most=200, required=False)
    reading = Words(label=_("What is read"), most=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
