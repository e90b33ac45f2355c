from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.branches.models import Branch, Team
from strandline.store.records import FieldClass, Merge, Record, Retention


class Event(Record):
    """An occasion with a time and a place, held by a branch or one of its teams."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, default="")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["branch", "starts_at"], name="event_branch"),)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "name",
                "starts_at",
                "place",
                "branch",
                "team",
                "called_off_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name
