from __future__ import annotations

from datetime import date

from django.db.models import Q

from strandline.organisation.accounts.rules import Viewer
from strandline.steady.people.models import Person
from strandline.store.records import Absent, FieldClass

from .models import Constituency, ConstituencyMembership


def tree(*, viewer: Viewer) -> list[Constituency]:
    """Return the sections in use, each after the one it stands under, by name; they are the same for everybody."""
    if not viewer.scopes:
        return []
    rows = list(Constituency.objects.filter(ended_at=None).order_by("dimension", "name", "pk"))
    below: dict[int | None, list[Constituency]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[Constituency] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting.extend(reversed(below.get(row.pk, [])))
    return found


def constituency(*, viewer: Viewer, code: str) -> Constituency:
    """Return one section. Raises Absent."""
    row = Constituency.objects.filter(code=code).first() if viewer.scopes else None
    if row is None:
        raise Absent
    return row


def depth(row: Constituency | None) -> int:
    """Return how many sections stand above this one, itself included."""
    deep = 0
    while row is not None:
        deep, row = deep + 1, row.parent
    return deep


def sections_of(*, viewer: Viewer, person: Person, on: date) -> list[Constituency]:
    """Return the sections to which a person belonged on a day, by name, for a viewer who may see it."""
    rows = ConstituencyMembership.objects.visible_to(viewer, FieldClass.OPERATIONAL)
    held = rows.filter(person=person, since_on__lte=on).filter(Q(until_on=None) | Q(until_on__gt=on))
    return list(Constituency.objects.filter(pk__in=held.values("constituency")).order_by("name", "pk"))
