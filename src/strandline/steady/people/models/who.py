"""Who is on record, and who may see them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Sensitivity, Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people.rules import GrantKind
from strandline.steady.people.sight import Gathered, InScope, OfVisible, Visible
from strandline.store.fields import BytewiseField
from strandline.store.records import FieldClass, Merge, Record, Retention

OP, ID, CO, VIEW = FieldClass.OPERATIONAL, FieldClass.IDENTIFYING, FieldClass.CONTACT, FieldClass.OPINION
NORMAL = Sensitivity.NORMAL.value


class Batch(Record):
    """A load of people that becomes visible at one moment: until it is opened, nobody sees who is in it."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {OP: ("code", "opened_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class PersonQuerySet(models.QuerySet["Person"]):
    """People by who may see them. There is no other way to a person."""

    def visible_to(self, viewer: Viewer, seeing: FieldClass = ID) -> PersonQuerySet:
        """Keep the people of whom the viewer may see this class of fields."""
        return self.filter(Visible(viewer, seeing))

    def gathered_for(self, viewer: Viewer, seeing: FieldClass = ID) -> PersonQuerySet:
        """Keep the same people, asked the other way about: quicker where the viewer may see but few of all."""
        return self.filter(Gathered(viewer, seeing))

    def with_sight(self, viewer: Viewer) -> PersonQuerySet:
        """Add `sees_contact` and `sees_opinion`: what the viewer may see of each, without a query per row."""
        return self.annotate(sees_contact=InScope(viewer, CO), sees_opinion=InScope(viewer, VIEW))


class Person(Record):
    """Anyone on record. The name is kept as it was given, in its script."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    audit_id = models.CharField(max_length=32, unique=True, default=new_code)
    full_name = models.CharField(max_length=300)
    given_name = models.CharField(max_length=150, blank=True, default="")
    family_name = models.CharField(max_length=150, blank=True, default="")
    additional_name = models.CharField(max_length=150, blank=True, default="")
    prefix = models.CharField(max_length=60, blank=True, default="")
    suffix = models.CharField(max_length=60, blank=True, default="")
    also_known_as = models.CharField(max_length=300, blank=True, default="")
    # Folded for search; ordered by a binary key that ends in the code, so that it is unique without a rank.
    folded = BytewiseField(max_length=700, default="")
    order_key = BytewiseField(max_length=700, default="")
    languages = models.JSONField(default=list, blank=True)
    born_on = models.DateField(null=True, blank=True)
    sensitivity = models.CharField(
        max_length=12, default=NORMAL, choices=[(s.value, s.value) for s in Sensitivity]
    )
    practical_note = models.TextField(blank=True, default="")
    # Ways of being contacted that this person refused altogether: email, phone, sms, post.
    refuses = models.JSONField(default=list, blank=True)
    is_deceased = models.BooleanField(default=False)
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.PROTECT, db_index=False, related_name="people"
    )
    # Nobody asks whom an account put on record: an index would only be written.
    added_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    added_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = PersonQuerySet.as_manager()

    class Meta:
        app_label = "steady"
        indexes = (
            models.Index(fields=["order_key"], name="person_order"),
            models.Index(fields=["folded"], name="person_folded"),
            models.Index(fields=["batch"], name="person_batch", condition=Q(batch__isnull=False)),
        )

    class PersonalData:
        about = ""
        classes = {
            ID: (
                "full_name",
                "given_name",
                "family_name",
                "additional_name",
                "prefix",
                "suffix",
                "also_known_as",
                "folded",
                "order_key",
                "born_on",
            ),
            CO: ("languages", "refuses"),
            OP: (
                "code",
                "audit_id",
                "sensitivity",
                "practical_note",
                "is_deceased",
                "batch",
                "added_by",
                "added_at",
                "version",
            ),
        }
        merge = Merge.SURVIVOR
        retention = Retention.PERSON

    def __str__(self) -> str:
        return self.full_name

    def audit_ref(self) -> str:
        return self.audit_id


class PartQuerySet(models.QuerySet[Any]):
    """Rows that belong to a person, seen through the person."""

    def visible_to(self, viewer: Viewer, seeing: FieldClass = ID) -> Any:
        """Keep the rows of people of whom the viewer may see this class of fields."""
        return self.filter(OfVisible(viewer, seeing))


class Part(Record):
    """A row that belongs to a person and goes where the person goes."""

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True


class Belonging(Part):
    """Where a person belongs today: the branch, team and owner of each unended tie, else of the source.

    Derived from the dated rows in the same transaction, so that need to know is one indexed question.
    """

    # Each begins an index below: one of its own would be written twice.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="belongings")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, db_index=False, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        app_label = "steady"
        indexes = (
            models.Index(fields=["person", "branch", "team", "owner"], name="belonging_person"),
            models.Index(fields=["owner", "person"], name="belonging_owner"),
            models.Index(fields=["team", "person"], name="belonging_team"),
            models.Index(fields=["branch", "person"], name="belonging_branch"),
        )

    class PersonalData:
        about = "person"
        classes = {OP: ("person", "branch", "team", "owner")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Grant(Part):
    """One account's right to one person beyond its own scope: shared by someone, or opened with a written reason."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in GrantKind])
    reason = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["account", "person", "until_at"], name="grant_account"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "person", "account", "kind", "reason", "by", "since_at", "until_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON
