from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from strandline.organisation.accounts.rules import GRANTS, Viewer
from strandline.organisation.privacy.rules.bands import Band, band
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.ties.queries import end_of, zone
from strandline.store.records import Absent, FieldClass

from . import rules
from .models import Theme, ThemeHeard

MONTHS = 12


def may_hear(viewer: Viewer) -> bool:
    """Tell whether one of the viewer's roles grants views of people at all."""
    return any(FieldClass.OPINION in GRANTS[role] for role in viewer.roles)


def themes(*, viewer: Viewer) -> list[Theme]:
    """Return the themes in use by name; the same for everybody whose role grants views, none for others."""
    if not may_hear(viewer):
        return []
    return list(Theme.objects.filter(ended_at=None).order_by("name", "pk"))


def theme(*, viewer: Viewer, code: str) -> Theme:
    """Return one theme in use. Raises Absent."""
    row = Theme.objects.filter(code=code, ended_at=None).first() if may_hear(viewer) else None
    if row is None:
        raise Absent
    return row


def suggested(*, viewer: Viewer, text: str) -> list[str]:
    """Return the codes of the themes of which a text speaks, by plain words; the text goes nowhere."""
    return list(rules.suggest(text, {one.code: one.words for one in themes(viewer=viewer)}))


@dataclass(frozen=True)
class Heard:
    """How often a theme was heard in each of some months, in bands: remarks, not people."""

    theme: Theme
    months: tuple[Band, ...]
    all: Band


def heard(
    *, viewer: Viewer, months: Collection[date], constituency: Constituency | None = None
) -> list[Heard]:
    """Return how often each theme was heard in these months, given by their first day, the most heard first.

    Counted over people whose views the viewer may see, told in bands (METHODS 7); of one section of people if said.
    """
    here, days = zone(), sorted(months)
    if not days or not may_hear(viewer):
        return []
    rows = ThemeHeard.objects.visible_to(viewer, FieldClass.OPINION).filter(
        at__gte=end_of(date.fromordinal(days[0].toordinal() - 1), here)
    )
    if constituency is not None:
        inside = ConstituencyMembership.objects.filter(constituency=constituency, until_on=None)
        rows = rows.filter(person__in=inside.values("person"))
    counts = {
        (pk, month.date()): number
        for pk, month, number in rows.annotate(month=TruncMonth("at", tzinfo=here))
        .order_by()
        .values_list("theme", "month")
        .annotate(n=Count("pk"))
    }
    found = []
    for one in themes(viewer=viewer):
        told = [counts.get((one.pk, day), 0) for day in days]
        found.append((sum(told), Heard(one, tuple(band(n) for n in told), band(sum(told)))))
    return [row for _, row in sorted(found, key=lambda item: (-item[0], item[1].theme.name))]
