"""The counts of series: from the record by grouped SQL, from outside by the newest revision of each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import ExtractHour

from strandline.organisation.accounts.rules import Viewer
from strandline.steady.constituencies.models import Constituency
from strandline.steady.intake.models import Form
from strandline.steady.listening.models import Theme, ThemeHeard
from strandline.steady.ties import queries as ties
from strandline.steady.ties.models import Touch
from strandline.steady.ties.rules import Outcome
from strandline.store import asking

from ..models import WatchedSeries
from ..rules import reach_back
from ..rules.settings import Step
from ..rules.watched import LATE_DAYS, Course, Source, length_of
from .daily import between, signups, signups_by_day, themes_by_day, touches_by_day

CAME = {Outcome.ATTENDED.value: Source.ATTENDANCE, Outcome.ANSWERED.value: Source.REPLIES}
SIGN_UPS = frozenset({Source.BRANCH, Source.FORM, Source.CONSTITUENCY})
TOUCHES = frozenset(CAME.values())
Days = Mapping[date, int]
# By source, branch and part.
Counted = Mapping[tuple[str, int, int], Days]


@dataclass(frozen=True)
class InRecord:
    """One series that the record could give: what is counted, where, and from which day on."""

    source: Source
    branch: int
    begins_on: date
    form: int | None = None
    constituency: int | None = None
    theme: int | None = None

    @property
    def part(self) -> int:
        """Return the key of the form, section or theme; 0 for all of a branch."""
        return self.form or self.constituency or self.theme or 0


def courses(
    series: Iterable[WatchedSeries],
    *,
    on: date,
    back: int = 0,
    only: int = 0,
    counted: Counted | None = None,
) -> dict[int, Course]:
    """Return the counts of these series up to the step of this day, by key, in as many queries as there are records.

    As many steps as the newest decision rests on, and `back` more; or `only` so many, where nothing is decided. A
    series that has not begun is left out. Whoever asks for one day after another counts the record once, and hands in
    what was `counted`.
    """
    wanted = list(series)
    inner = [s for s in wanted if not s.is_external]
    first = _first(Step.DAY, on, back, only)
    found: dict[int, Course] = {}
    if inner:
        by_series = counted or count_record(
            first,
            on,
            sources={Source(s.source) for s in inner},
            branches={s.branch_id for s in inner},
            themes={s.theme_id for s in inner if s.theme_id is not None},
        )
        for one in inner:
            begins = max(filter(None, (one.begins_on, first)))
            if begins <= on:
                days = by_series.get((one.source, one.branch_id, one.part), {})
                found[one.pk] = _even(days, begins, on, Step.DAY)
    outer = [s for s in wanted if s.is_external]
    if outer:
        found |= _from_outside(outer, on, back, only)
    return found


def _even(days: Days, begins: date, ends: date, step: Step) -> Course:
    length = length_of(step)
    number = (ends - begins) // length + 1
    return Course(begins, tuple(days.get(begins + i * length, 0) for i in range(number)), step)


def first_day(on: date, *, back: int = 0) -> date:
    """Return the first day whose counts the decision of this day rests on, and `back` days before it."""
    return _first(Step.DAY, on, back, 0)


def _first(step: Step, on: date, back: int, only: int) -> date:
    steps = only - 1 if only else reach_back(step) + LATE_DAYS + back
    return on - steps * length_of(step)


def count_record(
    first: date,
    last: date,
    *,
    sources: Collection[Source] = frozenset(Source),
    branches: Collection[int] | None = None,
    themes: Collection[int] | None = None,
) -> Counted:
    """Return what the record gives for each day from the first to the last: sums by source, branch and part.

    Of these branches alone, with those below them, and of these themes; of all unless said.
    """
    lines = branch_lines()
    wanted = None if branches is None else frozenset(branches)
    within = None if wanted is None else [b for b, line in lines.items() if not wanted.isdisjoint(line)]
    totals: dict[tuple[str, int, int], Counter[date]] = {}

    def add(source: Source, branch: int, part: int, day: date, number: int) -> None:
        for above in lines[branch]:
            totals.setdefault((source.value, above, part), Counter())[day] += number

    if not SIGN_UPS.isdisjoint(sources):
        for branch, form, section, day, number in signups_by_day(first, last, branches=within):
            add(Source.BRANCH, branch, 0, day, number)
            totals.setdefault((Source.FORM.value, branch, form), Counter())[day] += number
            if section:
                add(Source.CONSTITUENCY, branch, section, day, number)
    outcomes = [outcome for outcome, source in CAME.items() if source in sources]
    if outcomes:
        for branch, outcome, day, number in touches_by_day(first, last, outcomes=outcomes, branches=within):
            add(CAME[outcome], branch, 0, day, number)
    if Source.THEME in sources:
        for branch, theme, day, number in themes_by_day(first, last, themes=themes, branches=within):
            add(Source.THEME, branch, theme, day, number)
    return totals


def _from_outside(series: list[WatchedSeries], on: date, back: int, only: int) -> dict[int, Course]:
    """Of each day the newest revision stands. Days are numbers here, for there are hundreds of them to a series."""
    keys: dict[Step, list[int]] = {}
    for one in series:
        keys.setdefault(Step(one.step), []).append(one.pk)
    asked: list[str] = []
    given: list[Any] = []
    for step, some in keys.items():
        asked.append(f'series_id IN ({asking.marks(some)}) AND "on" >= %s')
        given += [*some, _first(step, on, back, only)]
    day, wanted = asking.day_number('"on"'), " OR ".join(asked)
    rows = asking.rows(
        f'SELECT series_id, {day}, count FROM surge_seriescount WHERE ({wanted}) AND "on" <= %s '  # noqa: S608 -- names are ours
        'ORDER BY series_id, "on", revision',
        [*given, on],
    )
    found = {key: {day: count for _, day, count in its} for key, its in groupby(rows, key=itemgetter(0))}
    return {key: _course(found[key], step) for step, some in keys.items() for key in some if key in found}


def _course(days: dict[int, int], step: Step) -> Course:
    """The counts of days in order, by their numbers in the calendar; those between without a count are 0."""
    first, last = next(iter(days)), next(reversed(days))
    counted = range(first, last + 1, length_of(step).days)
    return Course(date.fromordinal(first), tuple(map(days.get, counted, repeat(0))), step)


def streams() -> int:
    """Return how many series are watched, which share the budget of false alarms; at least 1."""
    return int(
        max(asking.rows("SELECT count(*) FROM surge_watchedseries WHERE ended_at IS NULL", ())[0][0], 1)
    )


def ends(*, series: WatchedSeries) -> tuple[date, date] | None:
    """Return the first and the last step of which a series from outside has a count."""
    one = "FROM surge_seriescount WHERE series_id = %s"
    found = asking.rows(f'SELECT (SELECT min("on") {one}), (SELECT max("on") {one})', [series.pk, series.pk])[
        0
    ]
    begins, newest = (asking.day(value) for value in found)
    return (begins, newest) if begins and newest else None


def stock(*, series: WatchedSeries, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Return revision and count of the days between two that have one: the newest revision of each."""
    rows = asking.rows(
        'SELECT "on", revision, count FROM surge_seriescount '
        'WHERE series_id = %s AND "on" BETWEEN %s AND %s ORDER BY "on", revision',
        [series.pk, first, last],
    )
    return {on: (revision, count) for on, revision, count in rows}


def branch_lines() -> dict[int, list[int]]:
    """Return for each branch itself and those above it: what happens in one happens in all of them."""
    parents: dict[int, int | None] = dict(asking.rows("SELECT id, parent_id FROM organisation_branch", ()))
    lines: dict[int, list[int]] = {}
    for branch in parents:
        line: list[int] = []
        at: int | None = branch
        while at is not None and at not in line:
            line.append(at)
            at = parents.get(at)
        lines[branch] = line
    return lines


def _touches() -> QuerySet[Touch]:
    """What people did and how it was logged, by the branches in which they had a tie by then."""
    rows: QuerySet[Touch] = Touch.objects.filter(
        Q(person__batch=None) | Q(person__batch__opened_at__isnull=False),
        outcome__in=CAME,
        is_two_way=True,  # as both are: it names the index
        person__ties__began_at__lte=F("logged_at"),
    )
    return rows


def _heard() -> QuerySet[ThemeHeard]:
    rows: QuerySet[ThemeHeard] = ThemeHeard.objects.filter(
        Q(person__batch=None) | Q(person__batch__opened_at__isnull=False),
        theme__ended_at=None,
        person__ties__began_at__lte=F("touch__logged_at"),
    )
    return rows


def found_in_record(*, on: date, known: Collection[tuple[Source, int, int]] = ()) -> list[InRecord]:
    """Return every series that the record can give on this day, with the day from which it is kept. For the clock.

    Of touches and themes nothing is asked once every branch has its series of them among the `known`.
    """
    here = ties.zone()
    lines = branch_lines()
    firsts: dict[tuple[Source, int, int | None], date] = {}

    def begin(source: Source, branch: int, day: date, part: int | None = None) -> None:
        key = (source, branch, part)
        firsts[key] = min(day, firsts.get(key, day))

    found = []
    forms = Form.objects.values_list("pk", "branch", "constituency", "made_at", "closed_at")
    for form, branch, section, made_at, closed_at in forms:
        day = made_at.astimezone(here).date()
        if closed_at is None:
            found.append(InRecord(Source.FORM, branch, day, form=form))
        for above in lines[branch]:
            begin(Source.BRANCH, above, day)
            if section:
                begin(Source.CONSTITUENCY, above, day, section)
    if not {(source, branch, 0) for source in TOUCHES for branch in lines} <= set(known):
        rows = _touches().filter(at__lt=ties.end_of(on)).values_list("person__ties__branch", "outcome")
        for branch, outcome, first in rows.annotate(first=Min("at")).order_by():
            for above in lines[branch]:
                begin(CAME[outcome], above, first.astimezone(here).date())
    themes = Theme.objects.filter(ended_at=None).values_list("pk", flat=True)
    if not {(Source.THEME, branch, theme) for theme in themes for branch in lines} <= set(known):
        heard = _heard().filter(at__lt=ties.end_of(on)).values_list("person__ties__branch", "theme")
        for branch, theme, first in heard.annotate(first=Min("at")).order_by():
            for above in lines[branch]:
                begin(Source.THEME, above, first.astimezone(here).date(), theme)
    for (source, branch, part), day in firsts.items():
        is_theme = source is Source.THEME
        found.append(
            InRecord(
                source,
                branch,
                day,
                constituency=None if is_theme else part,
                theme=part if is_theme else None,
            )
        )
    return found


@dataclass(frozen=True)
class Sections:
    """Sign-ups by section of people: what came in the span of an alert, what is usual, and what stands under what."""

    parents: Mapping[str, str | None]
    names: Mapping[str, str]
    counts: Mapping[str, int]
    usual: Mapping[str, float]


def sections_of(series: WatchedSeries, *, first: date, last: date, usual_days: int = 56) -> Sections | None:
    """Return who came between two days by section of people, beside the weeks before. A step of raising an alert.

    Only for the sign-ups of a branch, which are the ones spread over sections; None where no form names one.
    """
    if series.source != Source.BRANCH.value:
        return None
    lines, before = branch_lines(), first - timedelta(days=usual_days)
    places = [branch for branch, line in lines.items() if series.branch_id in line]
    now: Counter[str] = Counter()
    then: Counter[str] = Counter()
    for _branch, _form, section, day, number in signups_by_day(before, last, branches=places):
        if section:
            (now if day >= first else then)[str(section)] += number
    if not now or not then:
        return None
    rows = Constituency.objects.values_list("pk", "parent", "name")
    parents = {str(pk): str(parent) if parent else None for pk, parent, _ in rows}
    names = {str(pk): name for pk, _, name in rows}
    days = (last - first).days + 1
    usual = {key: number * days / usual_days for key, number in then.items()}
    return Sections(parents, names, now, usual)


def hours_of(*, viewer: Viewer, series: WatchedSeries, on: date) -> list[tuple[int, int]]:
    """Return the sign-ups of one day by hour, to look inside an alarm; empty where the record holds no hours."""
    if not WatchedSeries.objects.visible_to(viewer).filter(pk=series.pk).exists():
        return []
    since, until = between(on, on)
    rows = signups().filter(at__gte=since, at__lt=until)
    source = Source(series.source)
    if source is Source.FORM:
        rows = rows.filter(form=series.form_id)
    elif source in (Source.BRANCH, Source.CONSTITUENCY):
        rows = rows.filter(
            form__branch__in=[b for b, line in branch_lines().items() if series.branch_id in line]
        )
        if source is Source.CONSTITUENCY:
            rows = rows.filter(form__constituency=series.constituency_id)
    else:
        return []
    counted = dict(
        rows.annotate(hour=ExtractHour("at", tzinfo=ties.zone()))
        .values_list("hour")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return [(hour, counted.get(hour, 0)) for hour in range(24)] if counted else []
