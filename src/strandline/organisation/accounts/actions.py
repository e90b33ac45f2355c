from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from strandline.lib import emails
from strandline.lib.text import clean

from .models import Account


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
