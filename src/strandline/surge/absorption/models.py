from __future__ import annotations

from django.db import models

from strandline.steady.circles.models import Circle
from strandline.store.records import FieldClass, Merge, Record, Retention
from strandline.surge.moments.models import Surge


class SurgeCircle(Record):
    """That a circle was formed of people who came with a surge."""

    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="circles")
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+")
    formed_at = models.DateTimeField()

    class Meta:
        app_label = "surge"
        constraints = (models.UniqueConstraint(fields=["surge", "circle"], name="surgecircle_once"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("surge", "circle", "formed_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
