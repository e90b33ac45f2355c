"""What allauth may and may not do here."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

logger = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator or at the prompt, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail if there is a way to: what was done about an account stands, whether or not mail goes out."""
        if not settings.SENDS_MAIL:
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as failed:
            logger.warning("mail about an account did not go out", error=type(failed).__name__)
