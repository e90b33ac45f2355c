"""What is asked about one person. Choices come from the rules; text is kept as typed or refused with the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import Sensitivity
from strandline.steady.people.rules import MOST_NAME, ConsentPurpose, SourceKind
from strandline.web.forms import Day, Form, Words

MOST_LANGUAGES = 10
CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of those that are offered.")}

SOURCES = (
    SourceKind.CONVERSATION,
    SourceKind.EVENT,
    SourceKind.TABLE,
    SourceKind.INTRODUCTION,
    SourceKind.CAMPAIGN,
)
PURPOSES = {
    ConsentPurpose.CONTACT: _("to be contacted"),
    ConsentPurpose.VIEWS: _("that views are noted"),
    ConsentPurpose.PARTNERS: _("that partners are told"),
}
CLOSENESS = {
    Sensitivity.NORMAL: _("normal: the team sees it"),
    Sensitivity.RESTRICTED: _("restricted: who holds the tie, and leads"),
    Sensitivity.CONFIDENTIAL: _("confidential: who holds the tie, and by grant"),
}


class AddForm(Form):
    """Someone just met: a name is enough."""

    name = Words(
        label=_("Name"),
        most=MOST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words", "autofocus": True}),
    )
    how = forms.ChoiceField(
        label=_("How you met"),
        choices=[(k.value, _(k.words)) for k in SOURCES],
        required=False,
        error_messages=CHOOSE,
    )
    where = Words(label=_("Where"), most=200, required=False)
    met_on = Day(label=_("On which day"), required=False)
    introducer = Words(label=_("Introduced by"), most=16, required=False, widget=forms.HiddenInput())


class ReachForm(Form):
    """One way to reach someone: a number or an address, told apart by what it looks like."""

    reach = Words(
        label=_("Phone or e-mail"),
        most=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    label = Words(label=_("What kind"), most=60, required=False)


class TagForm(Form):
    """One more tag."""

    tag = Words(label=_("Tag"), most=100)


class ShareForm(Form):
    """With whom a record is shared, and why."""

    account = forms.ChoiceField(label=_("Share with"), error_messages=CHOOSE)
    reason = Words(label=_("Why"), most=500, required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        account = self.fields["account"]
        if isinstance(account, forms.ChoiceField):
            account.choices = [("", _("Choose a colleague")), *colleagues]


class ConsentForm(Form):
    """What someone agreed to, and in which words."""

    purpose = forms.ChoiceField(
        label=_("They agreed"),
        choices=[(p.value, words) for p, words in PURPOSES.items()],
        error_messages=CHOOSE,
    )
    words = Words(label=_("In which words"), most=500, required=False)


class OpenForm(Form):
    """The branch lead's way in: which record, and why."""

    code = Words(label=_("Link or code of the record"), most=300)
    reason = Words(
        label=_("Reason"),
        most=500,
        multiline=True,
        help_text=_("Whoever holds the tie and the administrator will read it."),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().rstrip("/").rpartition("/")[2]


class EditForm(Form):
    """What is kept of a person, with the version that was on the screen."""

    full_name = Words(label=_("Name"), most=MOST_NAME)
    given_name = Words(label=_("Given name"), most=150, required=False)
    family_name = Words(label=_("Family name"), most=150, required=False)
    also_known_as = Words(label=_("Other names"), most=300, required=False)
    languages = Words(
        label=_("Languages"), most=200, required=False, help_text=_("Separated by commas, as en, es.")
    )
    born_on = Day(label=_("Born on"), required=False)
    practical_note = Words(
        label=_("Practical note"),
        most=5000,
        multiline=True,
        required=False,
        help_text=_("Doorbell, times, access. No views."),
    )
    sensitivity = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[(s.value, words) for s, words in CLOSENESS.items()],
        error_messages=CHOOSE,
    )
    is_deceased = forms.BooleanField(label=_("Has died"), required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, sensitivities: list[str], hides: tuple[str, ...] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name in hides:
            del self.fields[name]
        closeness = self.fields.get("sensitivity")
        if isinstance(closeness, forms.ChoiceField):
            closeness.choices = [
                (s.value, words) for s, words in CLOSENESS.items() if s.value in sensitivities
            ]
            if len(sensitivities) < 2:
                del self.fields["sensitivity"]

    def clean_languages(self) -> list[str]:
        found = [part.strip() for part in self.cleaned_data["languages"].split(",") if part.strip()]
        if len(found) > MOST_LANGUAGES or any(len(part) > 40 for part in found):
            raise forms.ValidationError(_("Name at most ten languages, each in a word or two."))
        return list(dict.fromkeys(found))

    def changes(self) -> dict[str, Any]:
        """Return what the form asks to be so, by the names of the record."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
