from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.steady.people.models import Part, Person
from strandline.steady.ties.models import Touch
from strandline.store.records import FieldClass, Merge, Record, Retention

OP, VIEW = FieldClass.OPERATIONAL, FieldClass.OPINION


class Theme(Record):
    """What people say is on their minds, by its name and the words in which they say it; the same for everybody."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=100)
    # Words or beginnings of words, folded: a text that holds one of them is taken to speak of the theme.
    words = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {OP: ("code", "name", "words", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class ThemeHeard(Part):
    """A theme that was heard in a touch: a view of the person, kept only where there is ground to keep one."""

    touch = models.ForeignKey(Touch, on_delete=models.PROTECT, related_name="themes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="heard")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="themes_heard")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["touch", "theme"], name="theme_once_a_touch"),)
        indexes = (models.Index(fields=["theme", "at"], name="theme_heard_at"),)

    class PersonalData:
        about = "person"
        classes = {VIEW: ("theme",), OP: ("touch", "person", "at", "by")}
        merge = Merge.MOVE
        retention = Retention.PERSON
