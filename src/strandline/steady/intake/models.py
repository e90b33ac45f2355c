from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.constituencies.models import Constituency
from strandline.steady.events.models import Event
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person
from strandline.store.fields import BytewiseField
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import FormFacts, State, Way

OP, ID, CO, VIEW = FieldClass.OPERATIONAL, FieldClass.IDENTIFYING, FieldClass.CONTACT, FieldClass.OPINION


class FormQuerySet(models.QuerySet["Form"]):
    """Forms by who looks after them."""

    def visible_to(self, viewer: Viewer) -> FormQuerySet:
        """Keep the forms of the viewer's teams and branches."""
        teams = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
        branches = viewer.branches(Role.BRANCH_LEAD, Role.STEWARD)
        whole_branch = Q(team=None, branch__teams__in=teams)
        return self.filter(Q(team__in=teams) | Q(branch__in=branches) | whole_branch).distinct()


class Form(Record):
    """A page on which anyone can be counted in. Its address is public, so the slug is unique everywhere."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    slug = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    lead = models.CharField(max_length=500, blank=True, default="")
    question = models.CharField(max_length=200, blank=True, default="")
    second_question = models.CharField(max_length=200, blank=True, default="")
    consent_text = models.CharField(max_length=500)
    languages = models.JSONField(default=list)
    # The words in other languages: {"es": {"title": ..., "lead": ..., "question": ..., "consent_text": ...}}.
    translations = models.JSONField(default=dict)
    promise_hours = models.PositiveSmallIntegerField(default=48)
    # Younger than this is kept aside for a grown-up to decide; 0 asks nothing.
    least_age = models.PositiveSmallIntegerField(default=16)
    asks_birth_year = models.BooleanField(default=False)
    asks_postcode = models.BooleanField(default=True)
    is_double_opt_in = models.BooleanField(default=False)
    is_guarded = models.BooleanField(default=True)
    # Origins of other sites that may show this form in a frame.
    embedded_on = models.JSONField(default=list)
    constituency = models.ForeignKey(Constituency, null=True, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = FormQuerySet.as_manager()

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "slug",
                "title",
                "lead",
                "question",
                "second_question",
                "consent_text",
                "languages",
                "translations",
                "promise_hours",
                "least_age",
                "asks_birth_year",
                "asks_postcode",
                "is_double_opt_in",
                "is_guarded",
                "embedded_on",
                "constituency",
                "event",
                "branch",
                "team",
                "closes_at",
                "closed_at",
                "made_by",
                "made_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.title

    def facts(self, *, region: str) -> FormFacts:
        """Return what a sheet is judged by."""
        return FormFacts(
            pk=self.pk,
            slug=self.slug,
            title=self.title,
            branch=self.branch_id,
            team=self.team_id,
            region=region,
            promise_hours=self.promise_hours,
            least_age=self.least_age,
            consent_text=self.consent_text,
            questions=tuple(q for q in (self.question, self.second_question) if q),
            asks_birth_year=self.asks_birth_year,
            is_double_opt_in=self.is_double_opt_in,
            is_guarded=self.is_guarded,
            closes_at=min(filter(None, (self.closes_at, self.closed_at)), default=None),
        )

    def is_open(self, at: datetime) -> bool:
        return (self.closed_at is None or at < self.closed_at) and (
            self.closes_at is None or at < self.closes_at
        )


class DeviceCode(Record):
    """Lets one phone collect at a table for a day. What comes from one that was revoked is kept aside."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="devices")
    label = models.CharField(max_length=60, blank=True, default="")
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {OP: ("code", "form", "label", "made_by", "made_at", "expires_at", "revoked_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def is_good(self, at: datetime) -> bool:
        """Tell whether what this phone took down counts: until the day's end, and unless it was revoked."""
        return self.revoked_at is None and at < self.expires_at


class OutboxKey(Record):
    """The organisation's key pairs for phones: entries are sealed to one, receipts signed by the other.

    The private halves are sealed with this installation's own key.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    seal_public = models.CharField(max_length=120)
    seal_private = models.BinaryField()
    sign_public = models.CharField(max_length=120)
    sign_private = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "seal_public",
                "seal_private",
                "sign_public",
                "sign_private",
                "made_at",
                "retired_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """What was sent, by where it stands."""

    def held(self) -> SubmissionQuerySet:
        """Keep what waits for somebody to look at it."""
        return self.filter(state=State.QUARANTINED.value, settled_at=None)


class Submission(Record):
    """What someone sent, as it was sent: the immutable source beside the person it brought.

    Only the state, the person and who settled it are ever written again.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    # Becomes the audit id of the person, if a person comes of it.
    audit_id = models.CharField(max_length=32, unique=True, default=new_code)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, db_index=False, related_name="submissions")
    token = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=32)
    way = models.CharField(max_length=8, choices=[(w.value, w.words) for w in Way])
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    device = models.ForeignKey(
        DeviceCode, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    language = models.CharField(max_length=12, blank=True, default="")
    typed = models.JSONField(default=dict)
    # A keyed digest of the way to reach them: tells a flood on one address without reading it.
    reach_key = BytewiseField(max_length=24, blank=True, default="")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State])
    reason = models.CharField(max_length=20, blank=True, default="")
    due_at = models.DateTimeField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, db_index=False, related_name="submissions"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    matched_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["form", "token"], name="submission_once"),)
        indexes = (
            models.Index(fields=["form", "fingerprint", "at"], name="submission_same"),
            models.Index(fields=["form", "at"], name="submission_day"),
            models.Index(fields=["reach_key", "at"], name="submission_reach"),
            models.Index(
                fields=["due_at"],
                name="submission_held",
                condition=Q(state=State.QUARANTINED.value, settled_at__isnull=True),
            ),
            models.Index(
                fields=["id"],
                name="submission_unmatched",
                condition=Q(matched_at__isnull=True, person__isnull=False),
            ),
            models.Index(fields=["person"], name="submission_person"),
        )

    class PersonalData:
        about = "person"
        classes = {
            VIEW: ("typed",),
            CO: ("reach_key",),
            OP: (
                "code",
                "audit_id",
                "form",
                "token",
                "fingerprint",
                "way",
                "at",
                "device_at",
                "device",
                "by",
                "language",
                "state",
                "reason",
                "due_at",
                "person",
                "settled_at",
                "settled_by",
                "matched_at",
            ),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON

    def audit_ref(self) -> str:
        return self.audit_id

    @property
    def name(self) -> str:
        """Return the name that was typed, as far as one was."""
        return str(self.typed.get("name", ""))

    @property
    def reach(self) -> str:
        """Return the way to reach them that was typed."""
        return str(self.typed.get("reach", ""))


class Confirmation(Record):
    """Someone is asked by mail whether they meant it: at most once an address a day, and their answer.

    The mail itself lies in the outbox, and is written from this when it leaves.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="confirmations")
    reach_key = BytewiseField(max_length=24)
    on = models.DateField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["reach_key", "on"], name="confirmation_one_a_day"),)

    class PersonalData:
        about = "submission__person"
        classes = {
            CO: ("reach_key",),
            OP: ("code", "submission", "on", "confirmed_at"),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON


class Likeness(Record):
    """Someone who signed up and someone already on record who share a way to be reached: perhaps one person."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="likenesses")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["person", "other"], name="likeness_once"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "person", "other", "found_at", "judged_at")}
        merge = Merge.KEEP
        retention = Retention.PERSON


class CallClaim(Record):
    """One person handed to one caller, so that nobody else calls them meanwhile."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    followup = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=14, blank=True, default="")

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(
                fields=["followup"], condition=Q(ended_at=None), name="claim_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["by"], condition=Q(ended_at=None), name="claim_one_a_caller"),
        )

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "followup", "person", "by", "at", "expires_at", "ended_at", "outcome")}
        merge = Merge.MOVE
        retention = Retention.PERSON
