from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people.models import Part, PartQuerySet, Person
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import DEFAULT_WINDOW_DAYS, Outcome, Status, TieKind, TouchKind

OP, VIEW = FieldClass.OPERATIONAL, FieldClass.OPINION
KINDS = [(k.value, k.value) for k in TieKind]


class Stage(Record):
    """One step of the pathway along which a tie of a kind develops."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    kind = models.CharField(max_length=12, choices=KINDS)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        ordering = ("kind", "place")

    class PersonalData:
        about = None
        classes = {OP: ("code", "kind", "place", "name", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class KindWindow(Record):
    """For how many days a two-way touch keeps a tie of a kind live, from a day on (METHODS 0)."""

    kind = models.CharField(max_length=12, choices=KINDS)
    days = models.PositiveSmallIntegerField(default=DEFAULT_WINDOW_DAYS)
    since_on = models.DateField()

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {OP: ("kind", "days", "since_on")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class TieQuerySet(PartQuerySet):
    """Ties by standing."""

    def unended(self) -> TieQuerySet:
        return self.filter(ended_at=None)


class Tie(Part):
    """The organisation's relationship with a person, of one kind.

    Owner, second, status and stage of today stand on the tie for quick reading; their history stands in dated rows.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="ties")
    kind = models.CharField(max_length=12, choices=KINDS)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    second = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=14, choices=[(s.value, s.words) for s in Status], default=Status.ACTIVE
    )
    stage = models.ForeignKey(Stage, null=True, on_delete=models.PROTECT, related_name="+")
    rhythm_days = models.PositiveSmallIntegerField(default=21)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_touch_at = models.DateTimeField(null=True)
    last_two_way_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = TieQuerySet.as_manager()  # type: ignore[misc]  # a manager of more than the base class offers

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ended_at=None), name="tie_one_of_a_kind"
            ),
        )
        indexes = (
            # All that a list of people shows of their ties, so that it never goes to the rows.
            models.Index(
                fields=["person", "kind", "status", "ended_at", "last_two_way_at", "owner"], name="tie_person"
            ),
            models.Index(fields=["owner", "status", "last_two_way_at"], name="tie_owner"),
            models.Index(fields=["team", "status"], name="tie_team"),
        )

    class PersonalData:
        about = "person"
        classes = {
            OP: (
                "code",
                "person",
                "kind",
                "branch",
                "team",
                "owner",
                "second",
                "status",
                "stage",
                "rhythm_days",
                "began_at",
                "ended_at",
                "last_touch_at",
                "last_two_way_at",
                "version",
            )
        }
        merge = Merge.MOVE
        retention = Retention.PERSON


class TiePartQuerySet(models.QuerySet[Any]):
    """Dated rows of a tie."""

    def on(self, day_end: datetime) -> TiePartQuerySet:
        """Keep the rows that held as a day ended; what begins at its midnight belongs to the next."""
        return self.filter(since_at__lt=day_end).filter(Q(until_at=None) | Q(until_at__gte=day_end))


class TiePart(Record):
    """A dated row of a tie: who, how and where it stood, from a moment until another."""

    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    objects = TiePartQuerySet.as_manager()

    class Meta:
        abstract = True


class Ownership(TiePart):
    """Who held a tie, having accepted it. Never two at once."""

    tie = models.ForeignKey(Tie, on_delete=models.PROTECT, db_index=False, related_name="ownerships")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["tie"], condition=Q(until_at=None), name="ownership_one_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["tie", "since_at"], name="ownership_tie"),)

    class PersonalData:
        about = "tie__person"
        classes = {OP: ("tie", "owner", "since_at", "until_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class TieStatus(TiePart):
    """How a tie stood, with the reason."""

    tie = models.ForeignKey(Tie, on_delete=models.PROTECT, db_index=False, related_name="statuses")
    status = models.CharField(max_length=14, choices=[(s.value, s.words) for s in Status])
    reason = models.CharField(max_length=500, blank=True, default="")
    until_on = models.DateField(null=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(fields=["tie"], condition=Q(until_at=None), name="status_one_at_a_time"),
        )
        indexes = (models.Index(fields=["tie", "since_at"], name="status_tie"),)

    class PersonalData:
        about = "tie__person"
        classes = {OP: ("reason", "tie", "status", "until_on", "by", "since_at", "until_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class StageMove(Record):
    """A move along the pathway: dated, with who and why."""

    tie = models.ForeignKey(Tie, on_delete=models.PROTECT, related_name="stage_moves")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = "tie__person"
        classes = {OP: ("why", "tie", "stage", "at", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Touch(Part):
    """One interaction or personal attempt with its outcome."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="touches")
    kind = models.CharField(max_length=12, choices=[(k.value, k.words) for k in TouchKind])
    outcome = models.CharField(max_length=14, choices=[(o.value, o.words) for o in Outcome])
    is_two_way = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    said = models.TextField(blank=True, default="")
    practical = models.TextField(blank=True, default="")
    minutes = models.PositiveSmallIntegerField(null=True)
    logged_at = models.DateTimeField()

    class Meta:
        app_label = "steady"
        indexes = (
            # With what a touch was, so that the columns of a wave are read from the index alone.
            models.Index(
                fields=["person", "-at", "-id", "is_two_way", "by", "outcome", "kind"], name="touch_person"
            ),
            models.Index(fields=["by", "at"], name="touch_by"),
            models.Index(
                # Whole, so that what people did in half a year is counted without a row of it.
                F("at"),
                F("person"),
                F("is_two_way"),
                F("outcome"),
                F("logged_at"),
                condition=Q(is_two_way=True),
                name="touch_two_way",
            ),
        )

    class PersonalData:
        about = "person"
        classes = {
            VIEW: ("said",),
            OP: (
                "code",
                "person",
                "kind",
                "outcome",
                "is_two_way",
                "at",
                "by",
                "practical",
                "minutes",
                "logged_at",
            ),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON
