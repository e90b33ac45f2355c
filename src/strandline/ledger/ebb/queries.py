from __future__ import annotations

import numpy as np
from django.db.models import QuerySet

from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules.leaving import COMPETING
from strandline.organisation.accounts.rules import Viewer
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from strandline.store.records import FieldClass
from strandline.surge.absorption.rules.record import Left


def departure(*, viewer: Viewer, person: Person) -> Departure | None:
    """Return how and since when this person can no longer be met; None while they can, or are out of sight."""
    rows = Departure.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=person, until_on=None)
    found: Departure | None = rows.select_related("by").first()
    return found


def left(*, viewer: Viewer) -> Left:
    """Return who of those whom the viewer may see moved away or died, and when: what the curves of a surge go by."""
    return _left(Departure.objects.visible_to(viewer, FieldClass.OPERATIONAL))


def all_left() -> Left:
    """Return the same of everybody. A step of sums: nobody is shown."""
    return _left(Departure.objects.all())


def _left(rows: QuerySet[Departure]) -> Left:
    gone = rows.filter(how__in=[how.value for how in COMPETING], until_on=None).order_by("person")
    found = [(person, day.toordinal()) for person, day in gone.values_list("person", "since_on")]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Left(table[:, 0], table[:, 1])


def tries_since_answer(*, person: Person) -> int:
    """Return how often someone was tried since they last did something with us. A step of saying that they left."""
    rows = Touch.objects.filter(person=person)
    last = rows.filter(is_two_way=True).order_by("-at").values_list("at", flat=True).first()
    tries = rows.filter(is_two_way=False, by__isnull=False)
    return (tries if last is None else tries.filter(at__gt=last)).count()
