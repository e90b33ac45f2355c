"""allauth's forms in the words of these pages: plain labels, and no second label inside the field."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Worded:
    """Gives the fields of a form their labels. A placeholder that repeats one hides what is to be typed."""

    LABELS: ClassVar[dict[str, Promise]] = {
        "login": _("E-mail"),
        "email": _("E-mail"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = getattr(self, "fields", {})
        for name, field in fields.items():
            field.label = self.LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Worded, forms.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Signing in."""


class ReauthenticateForm(Worded, forms.ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Showing again that it is you."""


class AddEmailForm(Worded, forms.AddEmailForm):  # type: ignore[misc]  # allauth ships no types
    """A further address."""


class ChangePasswordForm(Worded, forms.ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Another password in place of the present one."""


class SetPasswordForm(Worded, forms.SetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """A first password."""


class ResetPasswordKeyForm(Worded, forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth ships no types
    """A new password by the link that was sent."""
