"""What someone fills in to declare a surge, to change one, and to close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.surge.moments.rules import MOST_PROMISE_HOURS, PROMISE_HOURS, PhaseKind
from strandline.web.forms import Day, Form, Words

if TYPE_CHECKING:
    from strandline.steady.intake.models import Form as SignUpForm

Choices = Sequence[tuple[str, Any]]

ONE_OF_US = {"required": _("Choose who leads."), "invalid_choice": _("Choose one of your colleagues.")}
NOBODY = ("", _("Nobody yet"))


def _hours(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Somebody calls within (hours)"),
        min_value=1,
        max_value=MOST_PROMISE_HOURS,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
        **more,
    )


def _reason() -> Words:
    return Words(label=_("Why"), most=500, help_text=_("It stands in the surge's history."))


class DeclareForm(Form):
    """A name, a branch, a first day and a lead are enough."""

    name = Words(label=_("Name"), most=200, help_text=_("What people speak of, such as: Heating cut-offs."))
    branch = forms.ChoiceField(
        label=_("Branch"),
        help_text=_("With the branches below it."),
        error_messages={
            "required": _("Choose a branch."),
            "invalid_choice": _("Choose one of your branches."),
        },
    )
    starts_on = Day(
        label=_("First day"), help_text=_("Who first came from this day on is counted to the wave.")
    )
    promise_hours = _hours(initial=PROMISE_HOURS)
    lead = forms.ChoiceField(label=_("Lead"), error_messages=ONE_OF_US)
    deputy = forms.ChoiceField(label=_("Deputy"), required=False, error_messages=ONE_OF_US)
    signup_forms = forms.MultipleChoiceField(
        label=_("Forms"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their links stand on the surge's page. More can be attached later."),
        error_messages={"invalid_choice": _("Choose forms of your teams.")},
    )

    def __init__(
        self, *args: Any, branches: Choices, colleagues: Choices, open_forms: Choices, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        _choose(self, "branch", branches)
        _choose(self, "lead", colleagues)
        _choose(self, "deputy", [NOBODY, *colleagues])
        _choose(self, "signup_forms", open_forms)
        if not open_forms:
            del self.fields["signup_forms"]


class ChangeForm(Form):
    """What a surge is called and promises, and who leads it."""

    name = Words(label=_("Name"), most=200)
    promise_hours = _hours()
    lead = forms.ChoiceField(label=_("Lead"), error_messages=ONE_OF_US)
    deputy = forms.ChoiceField(label=_("Deputy"), required=False, error_messages=ONE_OF_US)
    reason = _reason()

    def __init__(self, *args: Any, colleagues: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        _choose(self, "lead", colleagues)
        _choose(self, "deputy", [NOBODY, *colleagues])


class WindowForm(Form):
    """The first and the last day of the intake window."""

    starts_on = Day(label=_("First day"))
    ends_on = Day(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it open while people still come. After fourteen usual days it is set by itself."),
    )
    reason = _reason()


class PhaseForm(Form):
    """The phase that a person sees, whatever the counts show."""

    phase = forms.ChoiceField(
        label=_("Phase"),
        required=False,
        choices=[
            ("", _("As it is counted")),
            (PhaseKind.RISING.value, _("Rising")),
            (PhaseKind.PEAK.value, _("At its peak")),
            (PhaseKind.EBB.value, _("Falling")),
        ],
        error_messages={"invalid_choice": _("Choose one of the phases.")},
    )
    began_on = Day(label=_("Since"))
    reason = _reason()


class AttachForm(Form):
    """A form that is to belong to the surge."""

    form = forms.ChoiceField(
        label=_("Form"),
        error_messages={"required": _("Choose a form."), "invalid_choice": _("Choose a form of your teams.")},
    )

    def __init__(self, *args: Any, open_forms: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        _choose(self, "form", open_forms)


class CloseForm(Form):
    """The last day of intake, and why the surge is closed."""

    ends_on = Day(
        label=_("Last day on which people came"), required=False, help_text=_("Without one it is today.")
    )
    reason = Words(label=_("Why"), most=500, required=False)


def _choose(form: Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def titled(rows: Iterable[SignUpForm]) -> list[tuple[str, str]]:
    """Return the codes of sign-up forms with their titles; where two have the same, the address tells them apart."""
    found = list(rows)
    often = Counter(row.title for row in found)
    return [
        (row.code, f"{row.title} (/j/{row.slug}/)" if often[row.title] > 1 else row.title) for row in found
    ]
