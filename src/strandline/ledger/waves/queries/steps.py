"""The next steps that were owed to the people of a part of the organisation, as columns: read once for all its waves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When

from strandline.steady.followup.models import FollowUp, Snooze
from strandline.steady.followup.rules import StepKind
from strandline.surge.absorption.queries import DayNumber, columns, having

from .record import Bools, Ints, Part, moment


@dataclass(frozen=True)
class Steps:
    """Of each step: whose (a place in `Roll.people`), the day it was due, when it was set and closed (seconds; -1 open)."""

    person: Ints
    due: Ints
    set_at: Ints
    closed_at: Ints
    is_first_call: Bools
    was_moved: Bools

    def chosen(self, keep: Bools) -> Steps:
        """Only those rows."""
        return Steps(*(column[keep] for column in vars(self).values()))

    def of(self, some: Part) -> Steps:
        """Only those of the people of a part."""
        mine = self.chosen(some.has[self.person])
        return replace(mine, person=some.place[mine.person])


def steps(*, people: Ints) -> Steps:
    """Read all steps of these people, closed and open. Sums only are made of them."""
    first = Case(
        When(kind=StepKind.FIRST_CALL.value, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    moved = Exists(Snooze.objects.filter(followup=OuterRef("pk")))
    rows = FollowUp.objects.filter(having("person", people)).annotate(
        due=DayNumber("due_on"),
        begun=moment("set_at"),
        closed=moment("closed_at"),
        first=first,
        moved=Case(When(moved, then=Value(1)), default=Value(0), output_field=IntegerField()),
    )
    names = ("person", "due", "begun", "closed", "first", "moved")
    table = columns(rows.order_by().values_list(*names), 6)
    person = np.searchsorted(people, table[:, 0])
    return Steps(person, table[:, 1], table[:, 2], table[:, 3], table[:, 4] > 0, table[:, 5] > 0)
