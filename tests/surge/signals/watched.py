"""Series in the record and from outside, for the tests of the watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from strandline.lib.codes import new_code
from strandline.steady.intake.models import Form, Submission
from strandline.steady.intake.rules import State, Way
from strandline.surge.signals import actions
from strandline.surge.signals.models import WatchedSeries
from strandline.surge.signals.rules.settings import Step
from tests.cast import NOW, Cast

TODAY = date(2026, 1, 16)
# Forty quiet days, then a rise.
QUIET = [3, 2, 4, 3, 1, 2, 3] * 8
RISE = [9, 15, 24, 40]


def at_end_of(on: date) -> datetime:
    """The night in which this day is judged."""
    return datetime(on.year, on.month, on.day, 4, 30, tzinfo=UTC) + timedelta(days=1)


def signups(
    form: Form, counts: Sequence[int], *, until: date, state: State = State.KEPT, **more: object
) -> None:
    """Let so many sign up on each day up to one, at noon."""
    rows = []
    for back, number in enumerate(reversed(counts)):
        at = datetime(until.year, until.month, until.day, 12, tzinfo=UTC) - timedelta(days=back)
        rows += [
            Submission(
                form=form,
                token=new_code(),
                fingerprint="f",
                way=Way.WEB.value,
                at=at,
                state=state.value,
                due_at=at,
                **more,
            )
            for _ in range(number)
        ]
    Submission.objects.bulk_create(rows)


def outside(
    cast: Cast,
    counts: Sequence[int],
    *,
    until: date,
    by: str = "lea",
    name: str = "Calls to the helpline",
    step: Step = Step.DAY,
) -> WatchedSeries:
    """Add a series from outside with its counts up to a day, as of the night after."""
    home = {} if by == "lea" else {"branch": cast.harbour.code}
    row = actions.add_series(new=actions.NewSeries(name, step, **home), by=cast.viewer(by), at=NOW)
    if counts:
        push(cast, row, counts, until=until, by=by)
    return row


def push(
    cast: Cast,
    row: WatchedSeries,
    counts: Sequence[int],
    *,
    until: date,
    by: str = "lea",
    at: datetime | None = None,
) -> None:
    """Hand in the counts of the days up to one."""
    length = timedelta(weeks=1) if row.step == "week" else timedelta(days=1)
    given = [(until - i * length, number) for i, number in enumerate(reversed(counts))]
    ends = until + length - timedelta(days=1)
    actions.take_counts(series=row.code, counts=given, by=cast.viewer(by), at=at or at_end_of(ends))
