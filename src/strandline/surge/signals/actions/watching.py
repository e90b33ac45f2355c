"""The watch itself: judging each series day by day, raising alerts, and telling those who decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zlib import crc32

from django.db import IntegrityError, connection, transaction

from strandline.organisation.audit import actions as audit
from strandline.organisation.notices import actions as notices
from strandline.steady.constituencies.models import Constituency
from strandline.steady.intake.models import Form
from strandline.steady.listening.models import Theme
from strandline.steady.ties import queries as ties
from strandline.store import bulk

from .. import queries
from ..models import Alert, Evaluation, WatchedSeries
from ..queries.counts import Counted, InRecord
from ..rules import SETTINGS, Decision, Tier
from ..rules.places import whereabouts
from ..rules.settings import Settings, Step
from ..rules.watched import (
    LATE_DAYS,
    REST,
    Answer,
    Course,
    Source,
    Watched,
    in_company,
    judge,
    last_whole,
    length_of,
)

ABOVE = frozenset({Tier.WATCH, Tier.ALARM})
COMPANY = "Another series, counted apart from this one, is in watch too: together they make an alarm."
# So many at a time that intake, which waits for the same lock, waits for milliseconds.
AT_ONCE = 100


def keep_series(*, at: datetime) -> int:
    """Watch whatever the record has begun to give: forms, branches, sections, attendance, answers; return how many.

    The series of a form ends with the form, and goes on when it opens again. The record is read before the lock is
    taken: the first night of an organisation reads all of it, and nobody at the door waits for that.
    """
    found = queries.found_in_record(on=at.astimezone(ties.zone()).date(), known=_known())
    return _keep_found(found, at=at)


@transaction.atomic(durable=True)
def _keep_found(found: Sequence[InRecord], *, at: datetime) -> int:
    known = _known()  # another process may have kept the same meanwhile
    fresh = [
        one for one in found if (one.source, one.branch if one.form is None else 0, one.part) not in known
    ]
    names = _names(fresh)
    WatchedSeries.objects.bulk_create(_series(one, names.get((one.source, one.part)), at) for one in fresh)
    by_form = WatchedSeries.objects.filter(source=Source.FORM.value)
    by_form.filter(ended_at=None, form__closed_at__isnull=False).update(ended_at=at)
    by_form.filter(ended_at__isnull=False, form__closed_at=None).update(ended_at=None)
    return len(fresh)


def _known() -> set[tuple[Source, int, int]]:
    """Return what is watched already of what the record gives: by source, branch and part."""
    return {
        (Source(s.source), s.branch_id if s.form_id is None else 0, s.part)
        for s in WatchedSeries.objects.exclude(source=Source.EXTERNAL.value)
    }


Named = Form | Constituency | Theme
NAMED_AFTER = (Source.FORM, Source.CONSTITUENCY, Source.THEME)


def _names(fresh: Sequence[InRecord]) -> dict[tuple[Source, int], Named]:
    """Return the forms, sections and themes after which these series are called."""
    keys = {source: [one.part for one in fresh if one.source is source] for source in NAMED_AFTER}
    return {
        **{(Source.FORM, key): row for key, row in Form.objects.in_bulk(keys[Source.FORM]).items()},
        **{
            (Source.CONSTITUENCY, key): row
            for key, row in Constituency.objects.in_bulk(keys[Source.CONSTITUENCY]).items()
        },
        **{(Source.THEME, key): row for key, row in Theme.objects.in_bulk(keys[Source.THEME]).items()},
    }


def _series(one: InRecord, named: Named | None, at: datetime) -> WatchedSeries:
    return WatchedSeries(
        name=(str(named) if named else one.source.words)[:200],
        source=one.source.value,
        step=Step.DAY.value,
        branch_id=one.branch,
        team_id=named.team_id if isinstance(named, Form) else None,
        form_id=one.form,
        constituency_id=one.constituency,
        theme_id=one.theme,
        begins_on=one.begins_on,
        made_at=at,
    )


@dataclass(frozen=True)
class Judged:
    """One new answer about one step of a series."""

    series: WatchedSeries
    on: date
    said: Decision


def evaluate(*, at: datetime, counted: Counted | None = None) -> int:
    """Judge the steps that are over, and again those whose counts came late; return how many answers are new.

    Reads and judges first and writes afterwards, a hundred series at a time, so that nobody waits for the judging.
    Done twice it does nothing more. Whoever judges night after night hands in what was `counted` for all of them.
    """
    rows = list(WatchedSeries.objects.watched())
    settings = SETTINGS.for_streams(max(len(rows), 1))
    today = at.astimezone(ties.zone()).date()
    kept = 0
    courses = queries.courses(rows, on=today - timedelta(days=1), counted=counted)
    waiting = iter(rows)
    while group := list(islice(waiting, AT_ONCE)):
        found = list(judged(group, today=today, settings=settings, courses=courses))
        try:
            kept += _keep_durably(found, at=at)
        except IntegrityError:
            continue  # another process has just judged the same steps
    _join_durably(today=today, at=at)
    return kept


def judged(
    series: Sequence[WatchedSeries],
    *,
    today: date,
    settings: Settings,
    courses: Mapping[int, Course],
    corrected_on: date | None = None,
) -> Iterator[Judged]:
    """Judge these series by their counts, from the first step on that is new or was corrected; a step of an action."""
    since = today - timedelta(days=LATE_DAYS)
    known_since = min(since, corrected_on or since) - timedelta(days=LATE_DAYS)
    stood = queries.stood(series=series, since=known_since)
    for one in series:
        course = courses.get(one.pk)
        if course is None:
            continue
        course = course.until(last_whole(today, course.step))
        for said in judge(course, stood.get(one.pk, {}), settings, since=since, corrected_on=corrected_on):
            yield Judged(one, course.day(said.index), said)


@transaction.atomic(durable=True)
def _keep_durably(found: Sequence[Judged], *, at: datetime) -> int:
    return keep(found, at=at)


@transaction.atomic(savepoint=False)
def keep(found: Sequence[Judged], *, at: datetime) -> int:
    """Keep what was said, beside what had been said before, and raise or withdraw alerts. A step of an action."""
    said_at = bulk.moment(connection, at)
    bulk.insert(connection, Evaluation, _SAID, [(*_row(one), said_at) for one in found])
    fallen: dict[int, WatchedSeries] = {}
    for one in found:
        if one.said.tier in ABOVE:
            _raise(one, at=at)
        elif one.said.revision:
            fallen[one.series.pk] = one.series
    for series in fallen.values():
        _withdraw(series, at=at)
    return len(found)


_SAID = (
    "series_id", "on", "revision", "tier", "count", "expected", "evidence", "span", "luck", "why", "said_at",
)  # fmt: skip


def _row(one: Judged) -> tuple[Any, ...]:
    said = one.said
    return (
        one.series.pk, one.on, said.revision, said.tier.value, said.count, said.expected, said.evidence, said.span,
        said.luck, said.why[:500],
    )  # fmt: skip


def _raise(one: Judged, *, at: datetime) -> None:
    """Begin an alert, or carry on the one to which this step belongs; a watch that becomes an alarm is told again."""
    step, said = Step(one.series.step), one.said
    rows = Alert.objects.select_for_update(of=("self",)).filter(
        series=one.series,
        withdrawn_at=None,
        last_on__gte=one.on - REST[step],
        began_on__lte=one.on + REST[step],
    )
    row = rows.order_by("-last_on", "-pk").first()
    rises = row is None or (row.tier == Tier.WATCH.value and said.tier is Tier.ALARM)
    if row is None:
        row = Alert(series=one.series, began_on=one.on, last_on=one.on, raised_at=at)
    row.began_on, row.last_on = min(row.began_on, one.on), max(row.last_on, one.on)
    if rises or one.on == row.last_on:
        row.count, row.expected, row.why = said.count, said.expected or 0.0, said.why[:700]
    if rises:
        row.tier = said.tier.value
        row.where = _where(one)
        # What was dismissed as a watch is another matter as an alarm.
        row.answer = Answer.OPEN.value if row.answer == Answer.DISMISSED.value else row.answer
    if said.tier is Tier.ALARM and row.alarm_on is None:
        row.alarm_on = one.on
    row.save(update_fields=None if row.pk is None else _MOVED)
    if rises:
        _tell(row, at=at)


_MOVED = ("began_on", "last_on", "alarm_on", "tier", "count", "expected", "why", "where", "answer")


def _where(one: Judged) -> str:
    span = max(one.said.span, 1)
    first = one.on - (span - 1) * length_of(Step(one.series.step))
    found = queries.sections_of(one.series, first=first, last=one.on)
    if found is None:
        return ""
    seed = crc32(f"{one.series.code} {one.on}".encode())
    return whereabouts(found.parents, found.names, found.counts, found.usual, seed=seed)[:500]


def _withdraw(series: WatchedSeries, *, at: datetime) -> None:
    """Take back the alerts of which no step stands after a correction. What was said of them is kept."""
    open_rows = list(Alert.objects.filter(series=series, withdrawn_at=None))
    if not open_rows:
        return
    stood = queries.stood(series=[series], since=min(row.began_on for row in open_rows)).get(series.pk, {})
    for row in open_rows:
        held = [on for on, said in stood.items() if said.tier in ABOVE and row.began_on <= on <= row.last_on]
        if not held:
            row.withdrawn_at = at
            row.save(update_fields=["withdrawn_at"])
            audit.record_lines([audit.Line("alert.withdrawn", audit.CLOCK, at)])


@transaction.atomic(durable=True)
def _join_durably(*, today: date, at: datetime) -> None:
    join(today=today, at=at)


@transaction.atomic(savepoint=False)
def join(*, today: date, at: datetime) -> None:
    """Make alarms of watches that do not stand alone: two series of different records, one branch within the other."""
    standing = queries.in_watch(since=today - timedelta(days=REST[Step.DAY].days))
    waiting = {one.key for one in standing if one.tier == Tier.WATCH.value}
    if len(standing) < 2 or not waiting:
        return  # nobody keeps company with nobody, and an alarm is one already
    lines = queries.branch_lines()
    watches = []
    for one in standing:
        whole = length_of(Step(one.step))
        said_on = one.last_on + whole - timedelta(days=1)
        record = Source(one.source).record(one.code)
        watches.append(Watched(one.key, record, one.branch, said_on, whole.days))
    joined = in_company(watches, lines, on=today - timedelta(days=1)) & waiting
    if not joined:
        return
    for row in Alert.objects.filter(pk__in=joined).select_related("series").order_by("pk"):
        row.tier, row.has_company, row.alarm_on = Tier.ALARM.value, True, row.last_on
        row.why = f"{row.why} {COMPANY}"[:700]
        row.save(update_fields=["tier", "has_company", "alarm_on", "why"])
        _tell(row, at=at)


def _tell(row: Alert, *, at: datetime) -> None:
    """Tell those who decide. A notice points: it names nobody and repeats no counts."""
    line = queries.branch_lines().get(row.series.branch_id, [])
    leads = queries.leads_of(row.series, branches=line, at=at)
    kind = "signal.alarm" if row.tier == Tier.ALARM.value else "signal.watch"
    notices.tell(accounts=leads, kind=kind, at=at, subject=row.code)
    audit.record_lines([audit.Line(kind, audit.CLOCK, at)])
