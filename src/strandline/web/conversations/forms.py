"""The log form. Only the outcome is required; everything else is proposed."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.rules import Proposal, StepKind
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.web.forms import Day, Form, Moment, Words
from strandline.web.templatetags.words import day as day_words

OUTCOMES = (Outcome.SPOKE, Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE, Outcome.MOVED)
WAYS = (TouchKind.CALL, TouchKind.ONE_TO_ONE, TouchKind.MESSAGE, TouchKind.MEETING)
STEPS = (StepKind.CALL, StepKind.VISIT, StepKind.INVITE, StepKind.SEND)
NO_STEP, OTHER_DAY = "none", "pick"
NO_CHOICE = {"required": _("Choose one.")}


def day_choices(proposal: Proposal) -> list[tuple[str, str]]:
    """Return the days that the form offers, the proposed one among them in its place, then any other day."""
    offered = {day: str(_(words)) for words, day in reversed(proposal.days)}
    offered.setdefault(proposal.due_on, day_words(proposal.due_on))
    days = [(day.isoformat(), offered[day]) for day in sorted(offered)]
    return [*days, (OTHER_DAY, str(_("Pick a day")))]


class LogForm(Form):
    """What happened, what was said, and what is owed next."""

    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[(o.value, _(o.words)) for o in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages=NO_CHOICE,
    )
    said = Words(label=_("What was said"), most=10_000, multiline=True, required=False)
    step = forms.ChoiceField(
        label=_("Next step"),
        choices=[*((s.value, _(s.words)) for s in STEPS), (NO_STEP, _("None for now"))],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = Words(label=_("What about"), most=500, required=False)
    when = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect, required=False)
    day = Day(label=_("Which day"), required=False)
    kind = forms.ChoiceField(
        label=_("How"), choices=[(k.value, _(k.words)) for k in WAYS], required=False, initial=TouchKind.CALL
    )
    at = Moment(label=_("When it was"), required=False)
    themes = forms.MultipleChoiceField(
        label=_("Themes heard"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This theme is no longer in use.")},
    )

    def __init__(
        self, *args: Any, proposal: Proposal, zone: tzinfo, themes: list[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        heard = self.fields["themes"]
        if isinstance(heard, forms.ChoiceField):
            heard.choices = themes
        self.proposal = proposal
        when, at = self.fields["when"], self.fields["at"]
        if isinstance(when, forms.ChoiceField):
            when.choices = day_choices(proposal)
        if isinstance(at, Moment):
            at.zone = zone
        for name in ("said", "reason", "day", "kind", "at"):
            self.fields[name].widget.attrs["class"] = "input"
        self.initial.setdefault("step", proposal.kind.value)
        self.initial.setdefault("when", proposal.due_on.isoformat())

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if asked.get("when") == OTHER_DAY and not asked.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say which day."))
        return asked

    def touch(self, *, now: datetime) -> NewTouch:
        """Return what happened, for the action."""
        asked = self.cleaned_data
        return NewTouch(
            kind=TouchKind(asked["kind"] or TouchKind.CALL),
            outcome=Outcome(asked["outcome"]),
            at=asked["at"] or now,
            said=asked["said"],
        )

    def next_step(self) -> NextStep | None:
        """Return what is owed next, for the action; None lets it follow from the outcome, or leaves nothing owed."""
        asked = self.cleaned_data
        proposed = self.proposal.due_on
        due: date = (
            asked["day"]
            if asked["when"] == OTHER_DAY
            else date.fromisoformat(asked["when"] or proposed.isoformat())
        )
        if asked["step"] in (NO_STEP, ""):
            return None
        # The proposal is made for a talk; nobody answered, so the step comes again on the next working day.
        if asked["outcome"] == Outcome.NO_ANSWER and due == proposed:
            return None
        return NextStep(StepKind(asked["step"]), due, asked["reason"])
