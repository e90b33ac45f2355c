"""Series from outside: adding one, and taking in its counts, which are kept with every correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.ties import queries as ties
from strandline.store import asking, bulk
from strandline.store.records import Absent

from .. import queries
from ..models import SeriesCount, WatchedSeries
from ..rules import SETTINGS
from ..rules.settings import Step
from ..rules.uploading import checked
from ..rules.watched import Source, Way, may_keep
from .watching import join, judged, keep


class CannotCount(Exception):
    """The series cannot be added or its counts not be taken; the reason is written for the screen."""


@dataclass(frozen=True)
class NewSeries:
    """A series from outside as it is added: its name, its step, and the branch or team to which it belongs."""

    name: str
    step: Step = Step.DAY
    branch: str = ""
    team: str = ""


@audit.deed("series.added", can_be_taken_back=True)
def add_series(*, new: NewSeries, by: Viewer, at: datetime) -> WatchedSeries:
    """Watch a series of counts that comes from outside. Raises CannotCount, BadText, Absent."""
    branch, team = _home(new, by)
    verdict = may_keep(by, branch=branch.pk, team=team.pk if team else None)
    if not verdict.ok:
        raise CannotCount(verdict.reason)
    if new.step not in (Step.DAY, Step.WEEK):
        raise CannotCount(
            "Counts from outside are watched by the day or by the week; hours are added up to days."
        )
    row = WatchedSeries(
        name=clean(new.name, field="name", most=200),
        source=Source.EXTERNAL.value,
        step=new.step.value,
        branch=branch,
        team=team,
        made_by_id=by.account_id,
        made_at=at,
    )
    row.save()
    audit.record(verb="series.added", by=by, at=at)
    return row


def _home(new: NewSeries, by: Viewer) -> tuple[Branch, Team | None]:
    """Return where the series belongs: as named, else the first place of the viewer. Another's place is absent."""
    found = queries.homes(viewer=by)
    if not found:
        raise CannotCount("Leads and data stewards of a branch add series.")
    if not new.branch and not new.team:
        return found[0]
    for branch, team in found:
        if (team.code if team else "", branch.code if team is None else "") == (new.team, new.branch):
            return branch, team
    raise Absent


@audit.deed("series.counted")
def take_counts(
    *,
    series: str,
    counts: Sequence[tuple[date, int]],
    by: Viewer,
    at: datetime,
    way: Way = Way.UPLOAD,
    missing_is_zero: bool = False,
) -> WatchedSeries:
    """Take in counts of days or weeks that are over, all or none, and judge what they change.

    A day that had another count gets a further revision; what was said of it stays beside what is said now. Raises
    Absent, CannotCount, and BadCountsFile with what is wrong.
    """
    row = queries.series(viewer=by, code=series)
    verdict = may_keep(by, branch=row.branch_id, team=row.team_id)
    if not verdict.ok:
        raise CannotCount(verdict.reason)
    if not row.is_external:
        raise CannotCount("This series is counted from the record and takes no counts.")
    if row.ended_at is not None:
        raise CannotCount("This series is no longer watched.")
    # One after another, so that two who correct the same day at once make two revisions.
    if connection.vendor == "postgresql":
        asking.rows("SELECT id FROM surge_watchedseries WHERE id = %s FOR UPDATE", [row.pk])
    today = at.astimezone(ties.zone()).date()
    kept = queries.ends(series=row)
    given = checked(counts, step=Step(row.step), today=today, kept=kept, missing_is_zero=missing_is_zero)
    fresh = _store(row, given, by=by, at=at, way=way)
    if row.begins_on != (first := min(given[0][0], kept[0] if kept else given[0][0])):
        row.begins_on = first
        row.save(update_fields=["begins_on"])
    corrected = min((on for on in fresh if kept and on <= kept[1]), default=None)
    found = judged(
        [row],
        today=today,
        settings=SETTINGS.for_streams(queries.streams()),
        courses=queries.courses([row], on=today - timedelta(days=1)),
        corrected_on=corrected,
    )
    keep(list(found), at=at)
    join(today=today, at=at)
    audit.record(verb="series.counted", by=by, at=at)
    return row


def _store(
    row: WatchedSeries, given: Sequence[tuple[date, int]], *, by: Viewer, at: datetime, way: Way
) -> list[date]:
    """Keep the counts that are new or another than stands, each a further revision; return their days."""
    stands = queries.stock(series=row, first=given[0][0], last=given[-1][0])
    fresh = [(on, count) for on, count in given if on not in stands or stands[on][1] != count]
    stored_at = bulk.moment(connection, at)
    bulk.insert(
        connection,
        SeriesCount,
        ("series_id", "on", "count", "revision", "way", "stored_at", "by_id"),
        [
            (row.pk, on, count, stands[on][0] + 1 if on in stands else 0, way.value, stored_at, by.account_id)
            for on, count in fresh
        ],
    )
    return [on for on, _ in fresh]


@audit.deed("series.ended", can_be_taken_back=True)
def end_series(*, series: str, by: Viewer, at: datetime) -> WatchedSeries:
    """Watch a series from outside no longer; its counts and what was said of them are kept. Raises Absent, CannotCount."""
    row = queries.series(viewer=by, code=series)
    verdict = may_keep(by, branch=row.branch_id, team=row.team_id)
    if not verdict.ok:
        raise CannotCount(verdict.reason)
    if not row.is_external:
        raise CannotCount(
            "This series is counted from the record and is watched as long as the record is kept."
        )
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        audit.record(verb="series.ended", by=by, at=at)
    return row
