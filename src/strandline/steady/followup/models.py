from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.steady.people.models import Part, PartQuerySet, Person
from strandline.steady.ties.models import Tie, Touch
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import HandoffStanding, HandoffState, StepKind

OP = FieldClass.OPERATIONAL


class FollowUpQuerySet(PartQuerySet):
    """Next steps by when they are owed."""

    def open(self) -> FollowUpQuerySet:
        return self.filter(closed_at=None)

    def overdue(self, on: date) -> FollowUpQuerySet:
        return self.open().filter(due_on__lt=on)


class FollowUp(Part):
    """A next step that is owed to a person: owner, due, reason. One open step a person and owner."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="followups")
    tie = models.ForeignKey(Tie, null=True, on_delete=models.PROTECT, related_name="followups")
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(k.value, k.words) for k in StepKind])
    due_on = models.DateField()
    # A promise in hours has a moment, not only a day (the first call after a sign-up).
    due_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    set_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Touch, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = FollowUpQuerySet.as_manager()  # type: ignore[misc]  # a manager of more than the base class offers

    class Meta:
        app_label = "steady"
        indexes = (
            models.Index(fields=["owner", "due_on", "id"], condition=Q(closed_at=None), name="followup_open"),
            models.Index(fields=["person", "closed_at", "kind", "owner", "set_at"], name="followup_person"),
        )

    class PersonalData:
        about = "person"
        classes = {
            OP: (
                "reason",
                "code",
                "person",
                "tie",
                "owner",
                "kind",
                "due_on",
                "due_at",
                "set_by",
                "set_at",
                "closed_at",
                "closed_by",
                "version",
            ),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON

    @property
    def words(self) -> str:
        """Return what is owed, in the words of who set it, else by its kind."""
        return self.reason or StepKind(self.kind).words


class Snooze(Record):
    """A next step that was moved to another day: from, to, by whom, why."""

    followup = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="snoozes")
    from_on = models.DateField()
    to_on = models.DateField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = "followup__person"
        classes = {OP: ("followup", "from_on", "to_on", "by", "at")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Handoff(Part):
    """An offer to take over a tie with its next step; offered, then accepted and completed, or declined, or withdrawn."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handoffs")
    tie = models.ForeignKey(Tie, on_delete=models.PROTECT, related_name="handoffs")
    offered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    offered_to = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in HandoffState], default=HandoffState.OFFERED
    )
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["tie"], condition=Q(state=HandoffState.OFFERED.value), name="handoff_one_offer"
            ),
        )
        indexes = (
            models.Index(fields=["offered_to", "state"], name="handoff_to"),
            models.Index(fields=["offered_by", "state"], name="handoff_by"),
        )

    class PersonalData:
        about = "person"
        classes = {
            OP: (
                "note",
                "answer",
                "code",
                "person",
                "tie",
                "offered_by",
                "offered_to",
                "state",
                "offered_at",
                "answered_at",
                "completed_at",
            ),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON

    @property
    def standing(self) -> HandoffStanding:
        return HandoffStanding(HandoffState(self.state), self.offered_to_id, self.offered_by_id)
