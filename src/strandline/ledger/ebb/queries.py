from __future__ import annotations

from strandline.ledger.ebb.models import Departure
from strandline.organisation.accounts.rules import Viewer
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Touch
from strandline.store.records import FieldClass


def departure(*, viewer: Viewer, person: Person) -> Departure | None:
    """Return how and since when this person can no longer be met; None while they can, or are out of sight."""
    rows = Departure.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(person=person, until_on=None)
    found: Departure | None = rows.select_related("by").first()
    return found


def tries_since_answer(*, person: Person) -> int:
    """Return how often someone was tried since they last did something with us. A step of saying that they left."""
    rows = Touch.objects.filter(person=person)
    last = rows.filter(is_two_way=True).order_by("-at").values_list("at", flat=True).first()
    tries = rows.filter(is_two_way=False, by__isnull=False)
    return (tries if last is None else tries.filter(at__gt=last)).count()
