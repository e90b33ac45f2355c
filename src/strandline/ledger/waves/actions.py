from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from strandline.ledger.ebb import queries as ebb
from strandline.ledger.waves import queries
from strandline.ledger.waves.models import Recount, SurgeWeek, WaveLine, WeeklyTotal
from strandline.ledger.waves.rules import asking as rules
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branch_queries
from strandline.organisation.branches.models import Branch
from strandline.organisation.receipts.rules import Once
from strandline.steady.ties.queries import zone
from strandline.surge.absorption import queries as absorption
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge

FOLLOWED = timedelta(days=180)  # a surge lasts to its last cohort's day 180; SYSTEM, Words


class CannotCount(ValueError):
    """The day or the wave cannot be counted; the reason is written for the screen."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def release_weeks(*, at: datetime, record: queries.Record | None = None) -> int:
    """Release the sums of every week that is over and was not released yet; return how many rows that made.

    What was released stays, whatever is erased, merged or entered late afterwards. The clock does it. It counts before
    it takes the lock: nobody at the door waits for a sum. Whoever counts more in one night hands in the `record`.
    """
    last = queries.sunday_before(at.astimezone(zone()).date())
    due: list[tuple[Branch, date | None]] = []
    for branch in Branch.objects.order_by("pk"):
        known = WeeklyTotal.objects.filter(branch=branch).order_by("-on").values_list("on", flat=True).first()
        if known is None or known < last:
            due.append((branch, known))
    record = _held(record, [branch.pk for branch, _ in due])
    made = [one for branch, known in due for one in _weeks_of(branch, known, last, record, at)]
    return audit.release(made, of="branch", verb="ledger.week_released", at=at)


def _held(record: queries.Record | None, branches: Iterable[int]) -> queries.Record:
    """Return a record that holds all that these branches and those below them are counted on."""
    record = record or queries.Record()
    record.hold(frozenset[int]().union(*(branch_queries.below(branch=branch) for branch in branches)))
    return record


def _weeks_of(
    branch: Branch, known: date | None, last: date, record: queries.Record, at: datetime
) -> list[WeeklyTotal]:
    below = branch_queries.below(branch=branch.pk)
    ground = record.ground(branches=below, today=last)
    first = (
        known + timedelta(days=1)
        if known
        else date.fromordinal(queries.first_day(ground.roll, last.toordinal()))
    )
    tree = (ground.sections, [one.code for one in ground.tree]) if ground.tree else None
    counted = queries.weeks(
        roll=ground.roll,
        held=ground.book.held,
        branch=branch.pk,
        ends=queries.sundays(first, last),
        tree=tree,
    )
    erased = queries.erased(branches=below)
    return [
        WeeklyTotal(
            branch=branch,
            on=one.on,
            organised=one.organised,
            active=one.active,
            came=one.came,
            kinds=list(one.kinds),
            sections=one.sections,
            erased=erased,
            released_at=at,
        )
        for one in counted
    ]


def release_surge_weeks(*, at: datetime) -> int:
    """Release how each surge stood at the end of every week that is over, up to its last cohort's day 180.

    What was released stays. The clock does it, and counts before it takes the lock; returns how many rows that made.
    """
    last = queries.sunday_before(at.astimezone(zone()).date())
    left = ebb.all_left()
    made: list[SurgeWeek] = []
    for surge in Surge.objects.order_by("pk"):
        ends = last if surge.ends_on is None else min(last, surge.ends_on + FOLLOWED)
        known = SurgeWeek.objects.filter(surge=surge).order_by("-on").values_list("on", flat=True).first()
        first = surge.starts_on if known is None else known + timedelta(days=1)
        weeks = absorption.week_sums(surge=surge, sundays=queries.sundays(first, ends), left=left)
        made += [_surge_week(surge, one, at) for one in weeks]
    return audit.release(made, of="surge", verb="ledger.surge_week_released", at=at)


def _surge_week(surge: Surge, one: absorption.WeekSum, at: datetime) -> SurgeWeek:
    _came, called, spoke, asked, acted = (bar.people for bar in one.told.bars)
    return SurgeWeek(
        surge=surge,
        on=one.on,
        came=one.came,
        called=called,
        spoke=spoke,
        asked=asked,
        acted=acted,
        released_at=at,
    )


def draw_up_lines(*, at: datetime, record: queries.Record | None = None) -> int:
    """Count every wave's line again, and release the net of each horizon whose day has passed; return how many lines.

    The clock does it every night, so that the pages read what stands and count nothing themselves. It counts before it
    takes the lock: nobody at the door waits for a sum. Whoever counts more in one night hands in the `record`.
    """
    drawn = _drawn_up(list(Surge.objects.order_by("starts_on", "pk")), at, record)
    with transaction.atomic(durable=True):
        _keep(drawn)
        if drawn:
            audit.record_lines([audit.Line("ledger.lines_drawn_up", audit.CLOCK, at)])
    return len(drawn)


def count_now(*, surge: str, by: Viewer, at: datetime, once: Once | None = None) -> Surge:
    """Count one wave's line now, without waiting for the night. Raises Absent, CannotCount."""
    row = moments.surge(viewer=by, code=surge)
    if not any(moments.may_change(viewer=by, surge=row)):
        raise CannotCount("", "Only the surge's lead, its deputy and the leads of its branch count it again.")
    kept: Surge = _keep_counted(surge=row, drawn=_drawn_up([row], at), by=by, at=at, once=once)
    return kept


@audit.deed("ledger.line_drawn_up")
def _keep_counted(*, surge: Surge, drawn: list[WaveLine], by: Viewer, at: datetime) -> Surge:
    _keep(drawn)
    audit.record(verb="ledger.line_drawn_up", by=by, at=at)
    return surge


def _drawn_up(surges: list[Surge], at: datetime, record: queries.Record | None = None) -> list[WaveLine]:
    """Draw up the lines of these waves in their branches and in every branch below; nothing is kept."""
    today = at.astimezone(zone()).date()
    waves: dict[int, list[Surge]] = {}
    for branch in Branch.objects.order_by("pk").values_list("pk", flat=True):
        over = branch_queries.above(branches=[branch])
        if mine := [one for one in surges if one.branch_id in over]:
            waves[branch] = mine
    record = _held(record, waves)
    drawn: list[WaveLine] = []
    for branch, mine in waves.items():
        ground = record.ground(branches=branch_queries.below(branch=branch), today=today)
        known = {row.surge_id: row for row in WaveLine.objects.filter(branch=branch)}
        for surge in mine:
            row = known.get(surge.pk) or WaveLine(surge=surge, branch_id=branch)
            _draw(row, surge, ground, at)
            drawn.append(row)
    return drawn


def _keep(drawn: list[WaveLine]) -> None:
    """Keep lines that were drawn up; what another released meanwhile stays."""
    stands = {
        (row.surge_id, row.branch_id): row
        for row in WaveLine.objects.filter(surge__in={row.surge_id for row in drawn})
    }
    for row in drawn:
        if (other := stands.get((row.surge_id, row.branch_id))) is not None:
            row.pk, row.released = other.pk, row.released | other.released
        row._state.adding = other is None
        row.save()


def _draw(row: WaveLine, surge: Surge, ground: queries.Ground, at: datetime) -> None:
    wave, others = queries.wave_of(surge), queries.other_waves(surge)
    row.figures = queries.line(ground, wave, others, promise_hours=surge.promise_hours, at=at)
    row.on, row.counted_at = date.fromordinal(ground.book.today), at
    row.released = _with_released(row.released, row.figures, ground, at)


def _with_released(
    before: dict[str, Any], figures: dict[str, Any], ground: queries.Ground, at: datetime
) -> dict[str, Any]:
    """What was released stays as it is; a horizon whose day has passed is released with it."""
    erased = queries.erased(branches=ground.branches)
    fresh = {
        after: balance | {"released_at": at.isoformat(), "erased": erased, "breadth": figures["breadth"]}
        for after, balance in figures["after"].items()
        if after not in before and date.fromisoformat(balance["on"]).toordinal() < ground.book.today
    }
    return before | fresh


def recount_day(*, branch: str, on: date, by: Viewer, at: datetime, once: Once | None = None) -> Recount:
    """Count a past day again from the record, beside what was released of it. Raises Absent, CannotCount."""
    place = queries.branch_to_count(viewer=by, code=branch)
    verdict = rules.may_recount(on, today=at.astimezone(zone()).date())
    if not verdict.ok:
        raise CannotCount("on", verdict.reason)
    below = branch_queries.below(branch=place.pk)
    counted = Recount(
        branch=place,
        on=on,
        organised=queries.organised_on(on=on, branches=below),
        kinds=queries.organised_by_kind(on=on, branches=below),
        erased=queries.erased(branches=below),
        counted_at=at,
        by_id=by.account_id,
    )
    kept: Recount = _keep_recount(counted=counted, by=by, at=at, once=once)
    return kept


@audit.deed("ledger.day_recounted")
def _keep_recount(*, counted: Recount, by: Viewer, at: datetime) -> Recount:
    counted.save()
    audit.record(verb="ledger.day_recounted", by=by, at=at)
    return counted
