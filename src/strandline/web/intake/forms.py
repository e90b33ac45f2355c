"""What an organiser fills in to make a form, and a row of a paper sheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from strandline.steady.intake.actions import NewForm
from strandline.steady.intake.rules import LANGUAGES
from strandline.web.forms import Form, Moment, Words

from .words import LOCALES

NAMES = {"en": "English", "es": "Español"}


class MakeForm(Form):
    """A title and the words of consent are enough; everything else has a default."""

    title = Words(
        label=_("Title"),
        most=200,
        help_text=_("What people see first, such as: No heating? You are not the only one."),
    )
    slug = Words(
        label=_("Address"),
        most=60,
        required=False,
        help_text=_(
            "Small letters, figures and dashes: it becomes /j/no-heating/. Left empty, it is made from the title."
        ),
    )
    lead = Words(label=_("What happens next, in a sentence"), most=500, required=False)
    consent_text = Words(
        label=_("What they agree to"),
        most=500,
        initial=_("Yes, contact me about this and what we do together."),
    )
    promise_hours = forms.IntegerField(
        label=_("Somebody calls within (hours)"), initial=48, min_value=1, max_value=720
    )
    question = Words(label=_("One question"), most=200, required=False)
    second_question = Words(label=_("Another question"), most=200, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=[(code, NAMES[code]) for code in LANGUAGES if code in LOCALES],
        initial=["en"],
        widget=forms.CheckboxSelectMultiple,
    )
    title_es = Words(label=_("Title in Spanish"), most=200, required=False)
    lead_es = Words(label=_("What happens next, in Spanish"), most=500, required=False)
    consent_text_es = Words(label=_("What they agree to, in Spanish"), most=500, required=False)
    constituency = forms.ChoiceField(label=_("Section of people"), required=False)
    event = forms.ChoiceField(label=_("Event"), required=False)
    least_age = forms.IntegerField(
        label=_("Youngest age"), initial=16, min_value=0, max_value=21, required=False
    )
    asks_birth_year = forms.BooleanField(label=_("Ask for the year of birth"), required=False)
    is_double_opt_in = forms.BooleanField(
        label=_("Send one mail to confirm an email address"), required=False
    )
    closes_at = Moment(label=_("Closes on"), required=False)
    embedded_on = Words(
        label=_("Websites that may show it"),
        most=500,
        required=False,
        help_text=_("Such as https://example.org, one after another."),
    )

    def __init__(
        self, *args: Any, zone: tzinfo, constituencies: Iterable[Any], events: Iterable[Any], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        closes, section, event = self.fields["closes_at"], self.fields["constituency"], self.fields["event"]
        if isinstance(closes, Moment):
            closes.zone = zone
        if isinstance(section, forms.ChoiceField):
            section.choices = [("", _("None")), *((row.code, row.name) for row in constituencies)]
        if isinstance(event, forms.ChoiceField):
            event.choices = [("", _("None")), *((row.code, row.name) for row in events)]

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if not asked.get("slug") and asked.get("title") and "slug" not in self.errors:
            asked["slug"] = slugify(asked["title"])[:60].strip("-")
            if not asked["slug"]:
                self.add_error("slug", _("This title has no letters for an address. Write one."))
        if "es" not in asked.get("languages", ["es"]):
            for name in ("title_es", "lead_es", "consent_text_es"):
                if asked.get(name):
                    self.add_error(name, _("Tick Español as well, or leave this empty."))
        return asked

    def new(self) -> NewForm:
        """Return the form to be made, for the action."""
        asked = self.cleaned_data
        spanish = {
            "title": asked["title_es"],
            "lead": asked["lead_es"],
            "consent_text": asked["consent_text_es"],
        }
        return NewForm(
            slug=asked["slug"],
            title=asked["title"],
            lead=asked["lead"],
            consent_text=asked["consent_text"],
            question=asked["question"],
            second_question=asked["second_question"],
            languages=tuple(asked["languages"]),
            translations={"es": spanish} if any(spanish.values()) else {},
            promise_hours=asked["promise_hours"],
            least_age=asked["least_age"] or 0,
            asks_birth_year=asked["asks_birth_year"],
            is_double_opt_in=asked["is_double_opt_in"],
            constituency=asked["constituency"],
            event=asked["event"],
            closes_at=asked["closes_at"],
            embedded_on=tuple(asked["embedded_on"].split()),
        )


class CallForm(Form):
    """What came of a call from the queue."""

    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[("spoke", _("Spoke")), ("no_answer", _("No answer")), ("left_message", _("Left a message"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    said = Words(label=_("Practical note"), most=10_000, multiline=True, required=False)
