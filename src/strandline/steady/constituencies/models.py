from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import Dimension


class Constituency(Record):
    """A section of people, in a tree per dimension; sections of different dimensions overlap."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    dimension = models.CharField(max_length=12, choices=[(d.value, d.words) for d in Dimension])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["dimension", "name"], name="constituency_name"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "name", "dimension", "parent", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name
