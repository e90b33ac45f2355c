from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.steady.people.models import Part, Person
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import Dimension


class Constituency(Record):
    """A section of people, in a tree per dimension; sections of different dimensions overlap."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    dimension = models.CharField(max_length=12, choices=[(d.value, d.words) for d in Dimension])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["dimension", "name"], name="constituency_name"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "name", "dimension", "parent", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class ConstituencyMembership(Part):
    """That someone belongs to a section of people, from a day until another; one person may belong to several."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="constituencies")
    constituency = models.ForeignKey(Constituency, on_delete=models.PROTECT, related_name="members")
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "constituency"],
                condition=models.Q(until_on=None),
                name="constituency_member_once",
            ),
        )
        indexes = (models.Index(fields=["constituency", "person"], name="constituency_members"),)

    class PersonalData:
        about = "person"
        classes = {FieldClass.OPERATIONAL: ("code", "person", "constituency", "since_on", "until_on", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON
