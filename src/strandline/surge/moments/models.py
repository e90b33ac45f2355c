from __future__ import annotations

from datetime import date, tzinfo

from django.db import models
from django.db.models import F, Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch
from strandline.steady.intake.models import Form
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import PROMISE_HOURS, EditKind, PhaseKind, SurgePostKind, Window

OP = FieldClass.OPERATIONAL


class SurgeQuerySet(models.QuerySet["Surge"]):
    """Surges by when they take people in."""

    def live(self, on: date) -> SurgeQuerySet:
        """Keep those whose window holds on this day and which nobody has closed."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on, closed_at=None)


class Surge(Record):
    """A moment of mass motion, from alert to the last cohort's day 180. Its branch takes it on, with those below it.

    Window and promise of today stand here for quick reading; each change of them is a `SurgeEdit` with its reason.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    promise_hours = models.PositiveSmallIntegerField(default=PROMISE_HOURS)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    # The day on which most came, once it is past.
    peaked_on = models.DateField(null=True)
    # The last day of the intake window, None while people still come.
    ends_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Lead and deputy of today, where they were asked for with it.
    held: list[SurgePost]

    objects = SurgeQuerySet.as_manager()

    class Meta:
        app_label = "surge"
        constraints = (
            models.CheckConstraint(
                name="surge_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        )
        indexes = (models.Index(fields=["branch", "starts_on"], name="surge_branch"),)

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "name",
                "branch",
                "promise_hours",
                "declared_at",
                "declared_by",
                "starts_on",
                "peaked_on",
                "ends_on",
                "closed_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window:
        return Window(self.starts_on, self.ends_on)

    def holder(self, post: SurgePostKind) -> Account | None:
        """Return who holds a post today, of a surge that was asked for with `held`."""
        return next((row.account for row in getattr(self, "held", []) if row.post == post), None)

    def closed_on(self, here: tzinfo) -> date | None:
        """Return the organisation's day on which it was closed."""
        return None if self.closed_at is None else self.closed_at.astimezone(here).date()


class SurgePost(Record):
    """Who leads a surge, and who stands in, from a moment until another. Never two leads at once."""

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="posts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=8, choices=[(p.value, p.words) for p in SurgePostKind])
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "surge"
        constraints = (
            models.UniqueConstraint(
                fields=["surge", "post"], condition=Q(until_at=None), name="surgepost_one_at_a_time"
            ),
            models.CheckConstraint(
                name="surgepost_ends_after_start",
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
            ),
        )
        indexes = (models.Index(fields=["account", "until_at"], name="surgepost_account"),)

    class PersonalData:
        about = None
        classes = {OP: ("surge", "account", "post", "from_at", "until_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class SurgeForm(Record):
    """A form through which people come to a surge, from a moment until it is taken off."""

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="forms")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "surge"
        constraints = (
            models.UniqueConstraint(
                fields=["surge", "form"], condition=Q(until_at=None), name="surgeform_once"
            ),
        )

    class PersonalData:
        about = None
        classes = {OP: ("surge", "form", "from_at", "until_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class SurgePhase(Record):
    """A phase of a surge and the day on which it began: counted from intake, or set by hand with the reason.

    A log: a later row takes the place of an earlier one, and none is overwritten.
    """

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="phases")
    phase = models.CharField(max_length=8, choices=[(p.value, p.words) for p in PhaseKind])
    began_on = models.DateField()
    is_by_hand = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "surge"
        indexes = (models.Index(fields=["surge", "id"], name="surgephase_surge"),)

    class PersonalData:
        about = None
        classes = {OP: ("surge", "phase", "began_on", "is_by_hand", "set_at", "set_by", "reason")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class SurgeEdit(Record):
    """A change of a surge's name, window, promise or post: what stood there, what stands there now, who and why."""

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="edits")
    what = models.CharField(max_length=8, choices=[(e.value, e.words) for e in EditKind])
    before = models.CharField(max_length=200, blank=True, default="")
    after = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "surge"
        indexes = (models.Index(fields=["surge", "at"], name="surgeedit_surge"),)

    class PersonalData:
        about = None
        classes = {OP: ("surge", "what", "before", "after", "reason", "at", "by")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
