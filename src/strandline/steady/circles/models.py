from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people.models import Part, Person
from strandline.steady.ties.models import Touch
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import LEAST_CAPACITY, MOST_CAPACITY, Course

OP = FieldClass.OPERATIONAL


class Circle(Record):
    """A recurring discussion group of a team: where and when it meets, in which language, for how many."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="circles")
    place = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=12, default="en")
    # A rule of RFC 5545 over days; the hour is on the organisation's clocks, whatever the season.
    recurrence = models.CharField(max_length=200)
    starts_on = models.DateField()
    starts_time = models.TimeField()
    capacity = models.PositiveSmallIntegerField(default=MOST_CAPACITY)
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (
            models.CheckConstraint(
                condition=Q(capacity__gte=LEAST_CAPACITY, capacity__lte=MOST_CAPACITY), name="circle_capacity"
            ),
        )
        indexes = (models.Index(fields=["team", "ended_at"], name="circle_team"),)

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "name",
                "branch",
                "team",
                "place",
                "language",
                "recurrence",
                "starts_on",
                "starts_time",
                "capacity",
                "formed_at",
                "ended_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name

    @property
    def course(self) -> Course:
        """Return when it meets, for the rules."""
        return Course(self.recurrence, self.starts_on, self.starts_time)


class CirclePartQuerySet(models.QuerySet[Any]):
    """Dated rows of a circle."""

    def on(self, moment: datetime) -> CirclePartQuerySet:
        """Keep the rows that held at this moment."""
        return self.filter(since_at__lte=moment).filter(Q(until_at=None) | Q(until_at__gt=moment))


class Convenorship(Record):
    """Who led a circle, from a moment until another. Never two at once."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="convenorships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    objects = CirclePartQuerySet.as_manager()

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["circle"], condition=Q(until_at=None), name="convenor_one_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["account", "until_at"], name="convenor_account"),)

    class PersonalData:
        about = None
        classes = {OP: ("circle", "account", "since_at", "until_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class CircleMembership(Part):
    """That someone belongs to a circle, from a moment until another. They may come back: another row."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="circle_memberships")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["circle", "person"], condition=Q(until_at=None), name="circle_member_once"
            ),
        )
        indexes = (models.Index(fields=["person", "until_at"], name="circle_member_person"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "circle", "person", "since_at", "until_at", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class CircleInvitation(Part):
    """That someone was asked, or is to be asked, to a circle: open until they come, are not wanted, or say no."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="circle_invitations")
    invited_at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["circle", "person"], condition=Q(closed_at=None), name="circle_invited_once"
            ),
        )
        indexes = (models.Index(fields=["person", "closed_at"], name="circle_invited_person"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "circle", "person", "invited_at", "by", "closed_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class CircleSession(Record):
    """One meeting of a circle, written down when something is said of it: called off, moved in, or who came."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="sessions")
    meets_on = models.DateField()
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, default="")
    reading = models.CharField(max_length=300, blank=True, default="")
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(fields=["circle", "meets_on"], name="circle_session_one_a_day"),
        )
        indexes = (models.Index(fields=["meets_on"], name="circle_session_day"),)

    class PersonalData:
        about = None
        classes = {OP: ("code", "circle", "meets_on", "starts_at", "place", "reading", "called_off_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class Attendance(Part):
    """That someone came to a meeting: the row is there or it is not, and its touch with it (METHODS 0)."""

    session = models.ForeignKey(CircleSession, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendances")
    touch = models.ForeignKey(Touch, on_delete=models.PROTECT, related_name="+")
    is_guest = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),)
        indexes = (models.Index(F("person"), F("at").desc(), name="attendance_person"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("session", "person", "touch", "is_guest", "at", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON
