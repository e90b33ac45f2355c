from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from strandline.lib import emails
from strandline.lib.text import clean

from .models import Account, ApiToken
from .rules import Settings, digest, may_hold_scopes

# Says what a leaked line of text is, to people and to scanners.
PREFIX = "slt_"


class CannotOpenAccount(ValueError):
    """The account cannot be made; `field` names what is wrong and the reason says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@transaction.atomic(savepoint=False)
def open_account(*, email: str, name: str, password: str | None) -> Account:
    """Make an account whose address counts as verified, for allauth hides its pages from others.

    A step of the action that gives the account its role. Without a password nobody can sign in to it. Raises CannotOpenAccount, BadText.
    """
    try:
        address = emails.parse(email).normal
    except emails.BadEmail as bad:
        raise CannotOpenAccount("email", str(bad.reason)) from bad
    if Account.objects.filter(email=address).exists():
        raise CannotOpenAccount("email", "There is an account with this address already.")
    account = Account.objects.create_user(address, password, name=clean(name, field="name", most=200))
    EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
    return account


@transaction.atomic(savepoint=False)
def keep_settings(*, account: Account, settings: Settings) -> list[str]:
    """Write what differs and return its fields, none when all is so already: a step of changing one's settings.

    Raises BadText.
    """
    name = None if settings.name is None else clean(settings.name, field="name", most=200)
    wanted = {
        "name": name,
        "theme": settings.theme.value if settings.theme else None,
        "language": settings.language,
        "has_single_keys": settings.has_single_keys,
    }
    changed = [f for f, value in wanted.items() if value is not None and value != getattr(account, f)]
    for field in changed:
        setattr(account, field, wanted[field])
    if changed:
        account.save(update_fields=changed)
    return changed


@transaction.atomic(savepoint=False)
def set_active(*, account: Account, is_active: bool) -> None:
    """Let an account sign in or no longer, from its next request on: a step of closing or reopening it."""
    account.is_active = is_active
    account.save(update_fields=["is_active"])


def together() -> AbstractContextManager[None]:
    """Keep what happens in this block whole or not at all: for what allauth writes of an account, step by step."""
    return transaction.atomic(durable=True)


class CannotIssue(ValueError):
    """A token cannot be issued as asked; the reason is written for who asks."""


@transaction.atomic(savepoint=False)
def make_token(
    *, account: Account, name: str, scopes: Sequence[str], at: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key for a machine and return it with its secret, which is shown once: a step of issuing it.

    Raises CannotIssue, BadText.
    """
    verdict = may_hold_scopes(scopes)
    if not verdict.ok:
        raise CannotIssue(verdict.reason)
    if expires_at is not None and expires_at <= at:
        raise CannotIssue("The day on which the token expires has passed already.")
    # Never from the seeded source of codes: a demonstration that repeats must not repeat its keys.
    secret = PREFIX + secrets.token_hex(32)
    token = ApiToken.objects.create(
        account=account,
        name=clean(name, field="name", most=100),
        digest=digest(secret),
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


@transaction.atomic(savepoint=False)
def end_token(*, token: ApiToken, at: datetime) -> None:
    """Let a token hold no longer, from the next request on: a step of revoking it."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
