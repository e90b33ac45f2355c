from __future__ import annotations

from datetime import datetime

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.store.records import FieldClass, Merge, Record, Retention


class Organisation(Record):
    """The organisation whose home this is: one row, made by `init`."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    region = models.CharField(max_length=2, default="GB")
    languages = models.JSONField(default=list)
    # Declared at init: a body with a political, religious or trade-union aim under GDPR Art. 9(2)(d).
    is_body = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # How many people one person alone may take out in a file (PROMISES, section 1).
    export_alone = models.PositiveIntegerField(default=200)

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "export_alone",
                "name",
                "time_zone",
                "region",
                "languages",
                "is_body",
                "is_demo",
                "created_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class Branch(Record):
    """A local part of the organisation; branches form a tree whose root is the centre."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "name", "parent")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class Team(Record):
    """Organisers of one branch with a remit: an issue area, a constituency, or relationships."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    remit = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "branch", "name", "remit")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by when they hold."""

    def held(self, at: datetime) -> MembershipQuerySet:
        return self.filter(since_at__lte=at).filter(models.Q(until_at=None) | models.Q(until_at__gt=at))


class Membership(Record):
    """An account's role in a branch or team, from a moment until it ends. Never overwritten, so that it can be asked of a past day."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.words) for r in Role])
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="memberships")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        app_label = "organisation"
        constraints = (
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=models.Q(until_at=None) | models.Q(until_at__gte=models.F("since_at")),
            ),
        )

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: ("code", "account", "role", "branch", "team", "since_at", "until_at")
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
