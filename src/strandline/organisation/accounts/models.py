from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from strandline.lib.codes import new_code
from strandline.store import asking
from strandline.store.records import FieldClass, Merge, Record, Retention


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; the only door, so that every account has its code and audit id."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save()
        return account

    def get(self, *args: Any, **wanted: Any) -> Account:
        """Return one account. By its id alone, as every request asks for whoever is signed in, in SQL of ours."""
        if args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        found = asking.records(Account, "SELECT * FROM organisation_account WHERE id = %s", [wanted["pk"]])
        if not found:
            raise Account.DoesNotExist
        return found[0]

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser, Record):
    """Someone who signs in. What they may see follows from their memberships, never from the account."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    audit_id = models.CharField(max_length=32, unique=True, default=new_code)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=12, default="en")
    theme = models.CharField(max_length=6, default="system")
    has_single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        app_label = "organisation"
        # Colleagues are offered in the order of their names, on every page of people: the first few are met by it.
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name", "id"], name="account_name")]

    class PersonalData:
        about = None
        classes = {
            FieldClass.IDENTIFYING: ("email", "name"),
            FieldClass.OPERATIONAL: (
                "code",
                "audit_id",
                "language",
                "theme",
                "has_single_keys",
                "is_active",
                "created_at",
                "password",
                "last_login",
            ),
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class ApiToken(Record):
    """A key for a machine, held for one account and for named scopes. Only its digest is stored."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "account",
                "name",
                "digest",
                "scopes",
                "created_at",
                "expires_at",
                "revoked_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
