from __future__ import annotations

from django.db import models

from strandline.store.records import FieldClass, Merge, Record, Retention


class Receipt(Record):
    """What one request did: kept so that a repeat is answered with the same result."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True)
    actor = models.CharField(max_length=32)
    token = models.CharField(max_length=64, null=True)
    fingerprint = models.CharField(max_length=32, default="")
    verb = models.CharField(max_length=60)
    # Where the result is: {"model", "pk"} for a row, {"model", "pks"} for several, {"value"} for anything else.
    result = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        app_label = "organisation"
        constraints = (
            models.UniqueConstraint(
                fields=["actor", "token"], name="receipt_once", condition=models.Q(token__isnull=False)
            ),
        )
        indexes = (models.Index(fields=["actor", "at"], name="receipt_actor_at"),)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "actor",
                "token",
                "fingerprint",
                "verb",
                "result",
                "at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.MONTH
