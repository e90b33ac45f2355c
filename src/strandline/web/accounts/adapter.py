"""What allauth may and may not do here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator or at the prompt, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
