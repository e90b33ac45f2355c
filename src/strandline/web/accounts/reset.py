"""Asking for a new password: the same work for an address that has an account and for one that has none."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from strandline.organisation.notices import actions as notices
from strandline.organisation.notices.rules import Purpose

from .worded import Worded


class ResetForm(Worded, ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Keeps what was asked, and looks nobody up: whether there is such an account the worker finds out, on sending."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **_more: Any) -> str:
        email = str(self.cleaned_data["email"])
        if settings.SENDS_MAIL:
            # The address that `init` was told; without it the one that was just used, which is one of ALLOWED_HOSTS.
            base = settings.STATED_URL or request.build_absolute_uri("/")
            content = {"email": email, "base": base}
            notices.put_mails(purpose=Purpose.RESET, content=content, at=timezone.now())
        return email
