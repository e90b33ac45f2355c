from __future__ import annotations

from django.db import models
from django.db.models import Q

from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch
from strandline.steady.people.models import Part, Person
from strandline.store.records import FieldClass, Merge, Retention


class Departure(Part):
    """That someone can no longer be met, from a day on: moved away, died, out of reach after six tries, or erased.

    It is nobody's failure, so it is no status of a tie. Of the erased nothing is kept but that there was one: no
    person, only the branch and the day.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=[(how.value, how.words) for how in Leaving])
    since_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    noted_at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "ledger"
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until_on=None) & Q(person__isnull=False),
                name="departure_one_at_a_time",
            ),
            models.CheckConstraint(
                name="departure_of_the_erased_names_nobody",
                condition=Q(how=Leaving.ERASED.value, person=None, reason="")
                | (~Q(how=Leaving.ERASED.value) & Q(person__isnull=False)),
            ),
        )

    class PersonalData:
        about = "person"
        classes = {
            FieldClass.OPERATIONAL: (
                "code",
                "person",
                "branch",
                "how",
                "since_on",
                "until_on",
                "reason",
                "noted_at",
                "by",
            )
        }
        merge = Merge.MOVE
        retention = Retention.PERSON
