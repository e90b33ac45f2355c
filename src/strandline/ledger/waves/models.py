from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch
from strandline.store.records import FieldClass, Merge, Record, Retention
from strandline.surge.moments.models import Surge


class WeeklyTotal(Record):
    """What stood in one branch at the end of one week, in sums: released once, and kept as it was released.

    `organised`, `active`, `came`, `sections` and `erased` are of the branch with all below it; `kinds` are the live ties
    of the branch alone, one number for each organised kind, so that branches add up.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    organised = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    kinds = models.JSONField(default=list)
    sections = models.JSONField(default=dict)
    erased = models.PositiveIntegerField(default=0)
    released_at = models.DateTimeField()

    class Meta:
        app_label = "ledger"
        constraints = (
            models.UniqueConstraint(fields=["branch", "on"], name="weekly_total_once_a_branch_and_week"),
        )
        indexes = (models.Index(fields=["on"], name="weekly_total_on"),)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "branch",
                "on",
                "organised",
                "active",
                "came",
                "kinds",
                "sections",
                "erased",
                "released_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.LEDGER


class SurgeWeek(Record):
    """How a surge stood at the end of one week, in sums: released once, and kept as it was released.

    `came` is who first came in the week; the steps are how far those who had come until then had got.
    """

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    came = models.PositiveIntegerField()
    called = models.PositiveIntegerField()
    spoke = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    acted = models.PositiveIntegerField()
    released_at = models.DateTimeField()

    class Meta:
        app_label = "ledger"
        constraints = (
            models.UniqueConstraint(fields=["surge", "on"], name="surge_week_once_a_surge_and_week"),
        )

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "surge",
                "on",
                "came",
                "called",
                "spoke",
                "asked",
                "acted",
                "released_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.LEDGER


class WaveLine(Record):
    """One wave's line in the ledger of one branch as it was last counted, with the net of each horizon as released.

    A wave of a branch reaches those below it too, and each has a line of its own: nobody is told the sums of another.
    `figures` is counted again every night; what stands in `released` is written once its day has passed, and stays.
    """

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    figures = models.JSONField(default=dict)
    released = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        app_label = "ledger"
        constraints = (models.UniqueConstraint(fields=["surge", "branch"], name="wave_line_once_a_branch"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("surge", "branch", "on", "figures", "released", "counted_at")}
        merge = Merge.KEEP
        retention = Retention.LEDGER


class Recount(Record):
    """A past day counted again because somebody asked: what the record says of it now."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    organised = models.PositiveIntegerField()
    kinds = models.JSONField(default=dict)
    erased = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "ledger"
        indexes = (models.Index(fields=["branch", "counted_at"], name="recount_branch"),)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "branch",
                "on",
                "organised",
                "kinds",
                "erased",
                "counted_at",
                "by",
            )
        }
        merge = Merge.KEEP
        retention = Retention.LEDGER
