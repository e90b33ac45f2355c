from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.steady.people.models import Part, PartQuerySet, Person
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import Dimension

OP = FieldClass.OPERATIONAL


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
        classes = {OP: ("code", "name", "dimension", "parent", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class SizeEstimate(Record):
    """How many people a section has, as somebody estimated on a day, and where the number is from."""

    constituency = models.ForeignKey(Constituency, on_delete=models.PROTECT, related_name="estimates")
    size = models.PositiveBigIntegerField()
    source = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["constituency", "at"], name="estimate_constituency"),)

    class PersonalData:
        about = None
        classes = {OP: ("constituency", "size", "source", "at", "by")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class SectionWeek(Record):
    """How many people with an organised tie a section had at the end of a week: released once, and kept as released.

    The centre is told nothing else of sections, and this in bands (METHODS 7).
    """

    constituency = models.ForeignKey(Constituency, on_delete=models.PROTECT, related_name="weeks")
    on = models.DateField()
    organised = models.PositiveIntegerField()

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["constituency", "on"], name="section_week_once"),)
        indexes = (models.Index(fields=["on"], name="section_week_on"),)

    class PersonalData:
        about = None
        classes = {OP: ("constituency", "on", "organised")}
        merge = Merge.KEEP
        retention = Retention.LEDGER


class ConstituencyMembershipQuerySet(PartQuerySet):
    """Who belongs where, as a viewer may know it."""

    def known_to(self, viewer: Viewer) -> Any:
        """Keep what the viewer may know: of a section that gives away origin or belief, what they may see of views."""
        views = [d.value for d in Dimension if d.is_view]
        plain = self.visible_to(viewer, OP).exclude(constituency__dimension__in=views)
        seen = self.visible_to(viewer, FieldClass.OPINION).filter(constituency__dimension__in=views)
        return plain | seen

    def on(self, day: date) -> Any:
        """Keep what held on this day."""
        return self.filter(since_on__lte=day).filter(models.Q(until_on=None) | models.Q(until_on__gt=day))


class ConstituencyMembership(Part):
    """That someone belongs to a section of people, from a day until another; one person may belong to several."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="constituencies")
    constituency = models.ForeignKey(Constituency, on_delete=models.PROTECT, related_name="members")
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ConstituencyMembershipQuerySet.as_manager()  # type: ignore[misc]  # a manager of more than the base class offers

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
        classes = {OP: ("code", "person", "constituency", "since_on", "until_on", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON
