from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.store.records import FieldClass, Merge, Record, Retention


class Notice(Record):
    """Something that an account holder must be told, by kind, until it is read. It points; it repeats no content."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=32, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "organisation"
        indexes = (models.Index(fields=["account", "read_at"], name="notice_unread"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "account", "kind", "subject", "at", "read_at")}
        merge = Merge.KEEP
        retention = Retention.MONTH
