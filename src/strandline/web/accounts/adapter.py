"""What allauth may and may not do here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from strandline.organisation.notices import actions as notices
from strandline.organisation.notices.rules import Purpose


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator or at the prompt, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail about an account into the outbox: no page waits for a mail server, and none fails by it.

        Where the page changes something it goes in with the change, or not at all (`whole`). Without a server of its
        own an organisation puts none: the pages say so.
        """
        if not settings.SENDS_MAIL:
            return
        site = {"domain": self.request.get_host()}
        mail = self.render_mail(template_prefix, email, {"email": email, "current_site": site} | context)
        content = {"to": email, "subject": str(mail.subject), "text": str(mail.body)}
        notices.put_mails(purpose=Purpose.ACCOUNT, content=content, at=timezone.now())
