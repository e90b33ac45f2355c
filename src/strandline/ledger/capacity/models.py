from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch
from strandline.store.records import FieldClass, Merge, Record, Retention


class WhatIf(Record):
    """A question about a wave that may come, and its answer. The row is its own queue, so that a kill loses none."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    question = models.JSONField(default=dict)
    # Known as soon as it is asked; the courses take a few seconds more.
    exact = models.JSONField(default=dict)
    courses = models.JSONField(default=dict)
    refusal = models.CharField(max_length=300, blank=True, default="")
    # What the worker is at, as `answer.Stage` names it, and how much of it is behind.
    stage = models.CharField(max_length=10, blank=True, default="")
    parts_done = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "ledger"
        indexes = (models.Index(fields=["by", "asked_at"], name="what_if_by"),)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "by",
                "branch",
                "question",
                "exact",
                "courses",
                "refusal",
                "stage",
                "parts_done",
                "parts",
                "asked_at",
                "begun_at",
                "done_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.MONTH
