from __future__ import annotations

from datetime import datetime

from .models import Account, ApiToken
from .rules import digest


def token_by_secret(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the token that has this secret, with its account; None when there is none that holds at this moment.

    Asked before there is a viewer: it is how a machine says in whose name it asks.
    """
    token = ApiToken.objects.select_related("account").filter(digest=digest(secret)).first()
    if token is None or token.revoked_at is not None or not token.account.is_active:
        return None
    if token.expires_at is not None and token.expires_at <= at:
        return None
    return token


def account_by_email(email: str) -> Account | None:
    """Return the account that signs in with this address. For the keeper at the prompt, not for a viewer."""
    return Account.objects.filter(email=email.strip().lower(), is_active=True).first()


def tokens_of(account: Account) -> list[ApiToken]:
    """Return an account's tokens, newest first, revoked ones too. For the keeper at the prompt and the holder."""
    return list(
        ApiToken.objects.filter(account=account).select_related("account").order_by("-created_at", "-pk")
    )


def all_tokens() -> list[ApiToken]:
    """Return every token, newest first. For the keeper at the prompt."""
    return list(ApiToken.objects.select_related("account").order_by("-created_at", "-pk"))
