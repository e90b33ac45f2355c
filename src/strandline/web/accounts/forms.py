"""What someone sets for their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import Theme
from strandline.web.forms import Form, Words
from strandline.web.shell import THEMES


class LookForm(Form):
    """The look alone, as the menu under the name sends it."""

    theme = forms.ChoiceField(
        label=_("Look"),
        choices=THEMES,
        error_messages={"required": _("Choose a look."), "invalid_choice": _("Choose one of these looks.")},
    )

    def look(self) -> Theme:
        """Return what was chosen."""
        return Theme(self.cleaned_data["theme"])


class SettingsForm(LookForm):
    """Name, look, language and keys."""

    name = Words(label=_("Your name, as others here see it"), most=200)
    theme = forms.ChoiceField(
        label=_("Look"),
        choices=THEMES,
        widget=forms.RadioSelect,
        help_text=_("System follows the device."),
        error_messages={"required": _("Choose a look."), "invalid_choice": _("Choose one of these looks.")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("Choose one of these languages."),
        },
    )
    has_single_keys = forms.BooleanField(
        label=_("Single letters are shortcuts"),
        required=False,
        help_text=_("Switch them off when you speak to the device, or type by accident."),
    )
    field_order = ("name", "theme", "language", "has_single_keys")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = self.fields["language"]
        if isinstance(language, forms.ChoiceField):
            language.choices = settings.LANGUAGES
