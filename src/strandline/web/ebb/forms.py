"""What is asked when someone can no longer be met."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.ledger.ebb.rules.leaving import SAID_BY_SOMEONE
from strandline.web.forms import Day, Form, Words
from strandline.web.said import said

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of those that are offered.")}


class DepartureForm(Form):
    """How, since when, and what is known of it."""

    how = forms.ChoiceField(
        label=_("They"),
        choices=lambda: [(how.value, said(how.words)) for how in SAID_BY_SOMEONE],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    since_on = Day(label=_("Since"), error_messages={"required": _("Say since which day.")})
    reason = Words(label=_("What is known of it"), most=500, required=False)
