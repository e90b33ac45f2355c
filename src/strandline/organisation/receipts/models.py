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
    result_model = models.CharField(max_length=60, default="")
    result_pk = models.BigIntegerField(null=True)
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
                "result_model",
                "result_pk",
                "at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.MONTH
