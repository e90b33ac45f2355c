from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from strandline.organisation.accounts.rules import GRANTS, Viewer
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.people.models import Person
from strandline.steady.ties.queries import end_of, zone
from strandline.store.records import Absent, FieldClass

from . import rules
from .models import Theme, ThemeHeard

MONTHS = 12
MOST_QUOTES = 30


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
    """How often a theme was heard: month by month, in the last days, and in the days before those. Remarks, not people."""

    theme: Theme
    months: tuple[int, ...]
    recent: int
    before: int

    @property
    def all(self) -> int:
        return sum(self.months)

    @property
    def is_rising(self) -> bool:
        return rules.is_rising(self.recent, self.before)

    @property
    def usual(self) -> int:
        """How often it was heard in so many days before."""
        return round(self.before * rules.RECENT_DAYS / rules.BEFORE_DAYS)


def _remarks(viewer: Viewer, section: Constituency | None) -> QuerySet[ThemeHeard]:
    """What was heard of people whose views the viewer may see; of who belongs to a section today, or to one under it."""
    # Those in sight are gathered first: else every remark there is would be gone through for the few of a team.
    mine = Person.objects.gathered_for(viewer, FieldClass.OPINION).values("pk")
    rows: QuerySet[ThemeHeard] = ThemeHeard.objects.visible_to(viewer, FieldClass.OPINION)
    rows = rows.filter(person__in=mine)
    if section is not None:
        inside = ConstituencyMembership.objects.known_to(viewer).filter(
            until_on=None, constituency__in=constituencies.under(section=section)
        )
        rows = rows.filter(person__in=inside.values("person"))
    return rows


def heard(
    *, viewer: Viewer, months: Collection[date], on: date, section: Constituency | None = None
) -> list[Heard]:
    """Return how often each theme was heard in these months, given by their first day, the most heard first."""
    here, days = zone(), sorted(months)
    if not days or not may_hear(viewer):
        return []
    since = end_of(date.fromordinal(days[0].toordinal() - 1), here)
    rows = _remarks(viewer, section).filter(at__gte=since, at__lt=end_of(on, here)).order_by()
    counts = {
        (pk, month.date()): number
        for pk, month, number in rows.annotate(month=TruncMonth("at", tzinfo=here))
        .values_list("theme", "month")
        .annotate(n=Count("pk"))
    }
    recent = end_of(on - timedelta(days=rules.RECENT_DAYS), here)
    before = end_of(on - timedelta(days=rules.RECENT_DAYS + rules.BEFORE_DAYS), here)
    lately = {
        pk: (now, then)
        for pk, now, then in rows.values_list("theme").annotate(
            now=Count("pk", filter=Q(at__gte=recent)),
            then=Count("pk", filter=Q(at__gte=before, at__lt=recent)),
        )
    }
    found = [
        Heard(one, tuple(counts.get((one.pk, day), 0) for day in days), *lately.get(one.pk, (0, 0)))
        for one in Theme.objects.filter(Q(ended_at=None) | Q(pk__in=lately)).order_by("name", "pk")
    ]
    return sorted(found, key=lambda one: (-one.all, one.theme.name))


def remarks_by_section(*, viewer: Viewer, since: date, on: date) -> dict[int, int]:
    """Return in how many talks themes were heard of people who belong to each section today, or to one under it."""
    if not may_hear(viewer):
        return {}
    here = zone()
    talks: dict[int, set[int]] = {}
    rows = _remarks(viewer, None).filter(
        at__gte=end_of(since - timedelta(days=1), here), at__lt=end_of(on, here)
    )
    for person, talk in rows.values_list("person", "touch").distinct():
        talks.setdefault(person, set()).add(talk)
    belongs = (
        ConstituencyMembership.objects.known_to(viewer)
        .filter(until_on=None, person__in=rows.values("person"))
        .values_list("person", "constituency")
    )
    return constituencies.rolled_up(
        (talk, section) for person, section in belongs for talk in talks.get(person, ())
    )


@dataclass(frozen=True)
class Remark:
    """What somebody said, without names; and whose record it stands in, for the log of readings."""

    on: date
    said: str
    audit_id: str


def remarks(
    *,
    viewer: Viewer,
    theme: Theme,
    since: date,
    on: date,
    section: Constituency | None = None,
    most: int = MOST_QUOTES,
) -> list[Remark]:
    """Return what was said of a theme, the latest first, with the names of who said it left out.

    None where there are fewer remarks than are told apart.
    """
    here = zone()
    rows = _remarks(viewer, section).filter(
        theme=theme, at__gte=end_of(since - timedelta(days=1), here), at__lt=end_of(on, here)
    )
    if not may_hear(viewer) or rows.count() < rules.LEAST_REMARKS:
        return []
    found = rows.exclude(touch__said="").select_related("person", "touch").order_by("-at", "-pk")[:most]
    return [
        Remark(
            row.at.astimezone(here).date(),
            rules.nameless(
                row.touch.said, (row.person.full_name, row.person.also_known_as, row.person.given_name)
            ),
            row.person.audit_id,
        )
        for row in found
    ]
