"""What an account page changes and the mail that tells of it are kept together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from strandline.organisation.accounts import actions as accounts

# The pages of allauth that change how someone signs in, and tell them by mail. All but the last two are for those who
# are signed in, and have shown again that it is they: the lock is held for as long as a password takes to be hashed.
CHANGES = frozenset(
    {
        "account_change_password",
        "account_set_password",
        "account_email",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "socialaccount_connections",
        "account_confirm_email",
        "account_reset_password_from_key",
    }
)


class Whole:
    """Runs those pages in one transaction each."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer the request here, in a transaction; leave every other to go on as it does."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.url_name not in CHANGES:
            return None
        with accounts.together():
            return view(request, *args, **kwargs)
