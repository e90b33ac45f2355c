from __future__ import annotations

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.constituencies.models import Constituency
from strandline.steady.intake.models import Form
from strandline.steady.listening.models import Theme
from strandline.store.records import FieldClass, Merge, Record, Retention
from strandline.surge.moments.models import Surge

from .rules.settings import Step, Tier
from .rules.watched import Answer, Source, Standing, Way

OP = FieldClass.OPERATIONAL


class WatchedSeriesQuerySet(models.QuerySet["WatchedSeries"]):
    """Series by who may see their counts."""

    def visible_to(self, viewer: Viewer) -> WatchedSeriesQuerySet:
        """Keep the series of the viewer's teams and branches; those about opinions for who may read opinions."""
        works = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
        led = viewer.branches(Role.BRANCH_LEAD)
        near = Q(team__in=works) | Q(team=None, branch__teams__in=works) | Q(branch__in=led)
        cared = Q(branch__in=viewer.branches(Role.STEWARD)) & ~Q(source=Source.THEME.value)
        return self.filter(near | cared).distinct()

    def watched(self) -> WatchedSeriesQuerySet:
        """Keep what is still watched."""
        return self.filter(ended_at=None)


class WatchedSeries(Record):
    """A series of counts that is watched for the moment when it departs from its normal course."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=12, choices=[(s.value, s.words) for s in Source])
    step = models.CharField(max_length=4, choices=[(s.value, s.value) for s in (Step.DAY, Step.WEEK)])
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, null=True, on_delete=models.PROTECT, related_name="+")
    constituency = models.ForeignKey(Constituency, null=True, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, null=True, on_delete=models.PROTECT, related_name="+")
    # The first day of the record that is counted; a series from outside begins with its first count.
    begins_on = models.DateField(null=True)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WatchedSeriesQuerySet.as_manager()

    class Meta:
        app_label = "surge"
        constraints = (
            models.UniqueConstraint(
                fields=["source", "branch"],
                condition=Q(source__in=(Source.BRANCH.value, Source.ATTENDANCE.value, Source.REPLIES.value)),
                name="series_one_a_branch",
            ),
            models.UniqueConstraint(
                fields=["form"], condition=Q(form__isnull=False), name="series_one_a_form"
            ),
            models.UniqueConstraint(
                fields=["branch", "constituency"],
                condition=Q(constituency__isnull=False),
                name="series_one_a_section",
            ),
            models.UniqueConstraint(
                fields=["branch", "theme"], condition=Q(theme__isnull=False), name="series_one_a_theme"
            ),
        )

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "name",
                "source",
                "step",
                "branch",
                "team",
                "form",
                "constituency",
                "theme",
                "begins_on",
                "made_by",
                "made_at",
                "ended_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        """Tell whether its counts come from outside."""
        return self.source == Source.EXTERNAL.value

    @property
    def part(self) -> int:
        """Return the key of the form, section or theme that is counted; 0 for all of a branch."""
        return self.form_id or self.constituency_id or self.theme_id or 0

    @property
    def record(self) -> str:
        """Name the record that is counted, by which independent series are told apart."""
        return Source(self.source).record(self.code)


class SeriesCount(Record):
    """One count that came from outside: never overwritten; a correction is a further row of the same day."""

    is_journaled = False

    series = models.ForeignKey(WatchedSeries, on_delete=models.PROTECT, related_name="counts")
    on = models.DateField()
    count = models.PositiveBigIntegerField()
    revision = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=8, choices=[(w.value, w.value) for w in Way])
    stored_at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "surge"
        constraints = (
            models.UniqueConstraint(fields=["series", "on", "revision"], name="count_once_a_revision"),
        )

    class PersonalData:
        about = None
        classes = {OP: ("series", "on", "count", "revision", "way", "stored_at", "by")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class Evaluation(Record):
    """What was said of one step of a series, and on what: kept beside what is said after a correction."""

    is_journaled = False

    series = models.ForeignKey(WatchedSeries, on_delete=models.PROTECT, related_name="evaluations")
    on = models.DateField()
    revision = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=20, choices=[(t.value, t.value) for t in Tier])
    count = models.PositiveBigIntegerField()
    expected = models.FloatField(null=True)
    evidence = models.FloatField(default=0.0)
    span = models.PositiveSmallIntegerField(default=0)
    luck = models.FloatField(default=1.0)
    why = models.CharField(max_length=500)
    said_at = models.DateTimeField()

    class Meta:
        app_label = "surge"
        constraints = (
            models.UniqueConstraint(fields=["series", "on", "revision"], name="evaluation_once_a_revision"),
        )
        indexes = (models.Index(fields=["on"], name="evaluation_on"),)

    class PersonalData:
        about = None
        classes = {
            OP: (
                "series",
                "on",
                "revision",
                "tier",
                "count",
                "expected",
                "evidence",
                "span",
                "luck",
                "why",
                "said_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class Alert(Record):
    """A series that left its normal course: from the first step in watch until it has been quiet again.

    Tier and answer of today stand here for quick reading; what was said and answered, and when, in dated rows.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    series = models.ForeignKey(WatchedSeries, on_delete=models.PROTECT, related_name="alerts")
    tier = models.CharField(max_length=20, choices=[(t.value, t.value) for t in (Tier.WATCH, Tier.ALARM)])
    began_on = models.DateField()
    last_on = models.DateField()
    alarm_on = models.DateField(null=True)
    count = models.PositiveBigIntegerField()
    expected = models.FloatField()
    why = models.CharField(max_length=700)
    where = models.CharField(max_length=500, blank=True, default="")
    has_company = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answer = models.CharField(
        max_length=12, choices=[(a.value, a.words) for a in Answer], default=Answer.OPEN.value
    )
    surge = models.ForeignKey(Surge, null=True, on_delete=models.SET_NULL, related_name="alerts")

    class Meta:
        app_label = "surge"
        indexes = (models.Index(fields=["series", "-last_on"], name="alert_series"),)

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "series",
                "tier",
                "began_on",
                "last_on",
                "alarm_on",
                "count",
                "expected",
                "why",
                "where",
                "has_company",
                "raised_at",
                "withdrawn_at",
                "answer",
                "surge",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    @property
    def standing(self) -> Standing:
        """Return what a judgement about this alert rests on."""
        return Standing(Answer(self.answer), self.withdrawn_at is not None)


class AlertAnswer(Record):
    """What someone did about an alert: seen, dismissed with the reason, or made a surge."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=12, choices=[(a.value, a.words) for a in Answer])
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "surge"

    class PersonalData:
        about = None
        classes = {OP: ("alert", "answer", "reason", "at", "by")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
