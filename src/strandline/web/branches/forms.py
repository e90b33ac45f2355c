"""What an administrator is asked for when someone comes in, takes a role, or a team is begun."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.actions.growing import Post
from strandline.web.forms import Form, Words

Choices = list[tuple[str, Any]]
ROLES = [(role.value, role.words) for role in Role]


class RoleForm(Form):
    """A role, and over what it holds."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLES,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose one of these roles.")},
    )
    place = forms.ChoiceField(
        label=_("Team or branch"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of these teams and branches.")},
        help_text=_(
            "Organisers, team leads, convenors and callers work in a team; branch leads and data stewards over "
            "a branch. For the centre and administrators choose none."
        ),
    )

    def __init__(self, *args: Any, places: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        _offer(self.fields["place"], [("", _("The whole organisation")), *places])

    def post(self) -> Post:
        """Return the role with its place."""
        kind, _colon, code = self.cleaned_data["place"].partition(":")
        role = Role(self.cleaned_data["role"])
        return Post(role, team=code if kind == "team" else "", branch=code if kind == "branch" else "")


class MemberForm(RoleForm):
    """Someone who is to sign in."""

    name = Words(label=_("Name"), most=200)
    email = Words(
        label=_("E-mail address"),
        most=254,
        widget=forms.EmailInput(),
        help_text=_("They sign in with it."),
    )
    field_order = ("name", "email", "role", "place")


class BranchForm(Form):
    """A branch and the one above it."""

    prefix = "branch"
    name = Words(label=_("Name of the branch"), most=200)
    below = forms.ChoiceField(
        label=_("Part of"),
        error_messages={"required": _("Choose a branch."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, branches: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        _offer(self.fields["below"], branches)


class TeamForm(Form):
    """A team and its branch."""

    prefix = "team"
    name = Words(label=_("Name of the team"), most=200)
    branch = forms.ChoiceField(
        label=_("Branch"),
        error_messages={"required": _("Choose a branch."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, branches: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        _offer(self.fields["branch"], branches)


def _offer(field: forms.Field, choices: Choices) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
