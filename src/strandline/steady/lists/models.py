from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.store.records import FieldClass, Merge, Record, Retention


class SavedList(Record):
    """A question about people that someone asks again and again; it holds the question, never the people."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="saved_lists")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="list_once_an_owner"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "owner", "name", "query", "created_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
