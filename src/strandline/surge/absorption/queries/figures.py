"""All figures of a surge's page, over the people whom the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from strandline.lib.arrays import distinct
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.steady.intake.models import Form, Submission
from strandline.steady.ties.queries import end_of, zone
from strandline.surge.absorption.rules import measures
from strandline.surge.absorption.rules.cohorts import BASELINE_DAYS, Wave, baseline_cohort, stays, wave_cohort
from strandline.surge.absorption.rules.funnel import Funnel, funnel
from strandline.surge.absorption.rules.measures import STILL_HERE_DAYS, Figure
from strandline.surge.absorption.rules.outlook import Expected, Level, expected_next, usual_levels
from strandline.surge.absorption.rules.record import (
    DAY,
    TWO_WAY,
    Left,
    Pace,
    People,
    Span,
    Tries,
    arrivals_of,
    by_day,
    by_hour,
    first_acts,
    hours_until,
    local_days,
    minutes_of,
    pace,
    watched_until,
)
from strandline.surge.absorption.rules.survival import Curve, kaplan_meier
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge
from strandline.surge.moments.rules import Phase, counted_phase, crest, standing_phase

from .columns import Arrived, columns, newcomers, steps_of, tries_of

Ints = NDArray[np.int64]

BEFORE_DAYS = 56
EARLIER_WAVES = 3
PACE_DAYS = 3
HOURS_SHOWN = 48
ACT_DAYS = (14, 30)


@dataclass(frozen=True)
class WaveCurve:
    """How long the people of one cohort stayed: the curve with its figures, or None while there is nobody."""

    name: str
    code: str
    people: int
    curve: Curve | None
    here: tuple[Figure, ...]


@dataclass(frozen=True)
class Caller:
    """How many first calls wait with somebody, and how many they made in the last three days. No name: with nobody."""

    name: str | None
    waiting: int
    tries: int


@dataclass(frozen=True)
class Queue:
    """Who waits for a first call: the hours left of the promise of each, the most pressing first."""

    hours_left: tuple[float, ...]

    @property
    def waiting(self) -> int:
        return len(self.hours_left)

    @property
    def late(self) -> int:
        return sum(left < 0 for left in self.hours_left)

    @property
    def next_left(self) -> float | None:
        """The hours left of the promise that runs out next; None when all are past it or nobody waits."""
        return next((left for left in self.hours_left if left >= 0), None)


@dataclass(frozen=True)
class SurgeFigures:
    """Everything the page counts, over the people whom the viewer may see, at one moment."""

    at: datetime
    on: date
    first_on: date
    last_on: date
    daily: tuple[int, ...]
    hourly: tuple[int, ...]
    before: tuple[int, ...]
    usual: tuple[Level, ...] | None
    expected: tuple[Expected, ...]
    phase: Phase
    peaked_on: date | None
    funnel: Funnel
    forms: int
    known_before: int
    queue: Queue
    pace: Pace
    kept: Figure
    reached: Figure
    acts: dict[int, Figure]
    wave: WaveCurve
    baseline: WaveCurve
    earlier: tuple[WaveCurve, ...]
    lift: dict[int, Figure]
    stayed: Figure | None
    callers: tuple[Caller, ...] = field(default=())

    @property
    def came(self) -> int:
        return self.funnel.bars[0].people

    @property
    def today(self) -> int:
        """How many came on the day of asking; 0 once the window is over."""
        return self.daily[-1] if self.last_on == self.on and self.daily else 0


def _wave(starts_on: date, ends_on: date | None) -> Wave:
    return Wave(starts_on.toordinal(), None if ends_on is None else ends_on.toordinal())


def _earlier(viewer: Viewer, surge: Surge) -> list[Surge]:
    """The last waves before this one that reached the same people and that the viewer may see, the latest first."""
    near = branches.above(branches=[surge.branch_id]) | branches.below(branch=surge.branch_id)
    return [
        one
        for one in moments.surges(viewer=viewer)
        if one.branch_id in near and one.ends_on is not None and one.ends_on < surge.starts_on
    ][:EARLIER_WAVES]


def _spans(wave: Wave, today: int, earlier: Sequence[Surge]) -> list[Span]:
    found = [Span(wave.start - BASELINE_DAYS, wave.last(today))]
    for one in earlier:
        assert one.ends_on is not None  # it is earlier because it has ended
        found.append(Span(one.starts_on.toordinal(), one.ends_on.toordinal()))
    return found


def daily_intake(*, viewer: Viewer, surge: Surge, at: datetime) -> tuple[date, tuple[int, ...]]:
    """Return the first day of a surge and how many came on each since, up to today or its end, as the viewer may see."""
    wave, today = _wave(surge.starts_on, surge.ends_on), at.astimezone(zone()).date().toordinal()
    span = Span(wave.start, wave.last(today))
    found = newcomers(viewer=viewer, branches=branches.below(branch=surge.branch_id), spans=[span])
    return surge.starts_on, by_day(found.first, span.first, span.last)


def surge_figures(
    *, viewer: Viewer, surge: Surge, at: datetime, left: Left, with_curves: bool = True
) -> SurgeFigures:
    """Return all figures of a surge over the people whom the viewer may see, in as many questions however many came.

    Without curves nobody is read who came long before, and who is still here is left empty: what changes by the minute
    does not need it. `left` is who moved away or died, as far as the viewer may see: the ledger keeps it, which stands above.
    """
    here = zone()
    on = at.astimezone(here).date()
    wave, today, now = _wave(surge.starts_on, surge.ends_on), on.toordinal(), minutes_of(at)
    earlier = _earlier(viewer, surge) if with_curves else []
    spans = (
        _spans(wave, today, earlier) if with_curves else [Span(wave.start - BEFORE_DAYS, wave.last(today))]
    )
    below = branches.below(branch=surge.branch_id)
    everyone = newcomers(viewer=viewer, branches=below, spans=spans)
    mine = wave_cohort(everyone.first, wave, today)
    came, said = everyone.people.chosen(mine), everyone.touches.of(mine)
    forms, same, known = _forms(viewer, below, surge, on, came)
    promise, gone = float(surge.promise_hours), left.of(came)
    asked, waiting = steps_of(people=came)
    tries = tries_of(people=came, since=now - PACE_DAYS * DAY)
    arrived = arrivals_of(came, said, asked, gone, now)
    talked = said.having(TWO_WAY).first(len(came))
    spoke_hours, spoke = hours_until(came.minute, talked, watched_until(gone, now))
    days, outcome = first_acts(came, said, gone, now)
    curves = _curves(surge, wave, earlier, everyone, left, on, here) if with_curves else _NO_CURVES
    return SurgeFigures(
        at=at,
        on=on,
        first_on=surge.starts_on,
        last_on=date.fromordinal(wave.last(today)),
        hourly=_hourly(came, surge, at),
        funnel=funnel(arrived, promise=promise, forms=len(came) + same),
        forms=forms,
        known_before=known,
        queue=Queue(tuple(np.sort(promise - arrived.hours[arrived.waits]).tolist())),
        pace=pace(came, said, tries, now, PACE_DAYS),
        kept=measures.promise_kept(arrived.hours, arrived.called, promise),
        reached=measures.reached_in_time(spoke_hours, spoke, promise),
        acts={within: measures.first_act(days, outcome, within) for within in ACT_DAYS},
        callers=_callers(tries, waiting),
        wave=curves.wave,
        baseline=curves.baseline,
        earlier=curves.earlier,
        lift=curves.lift,
        stayed=curves.stayed,
        **_intake(viewer, surge, wave, everyone.first, mine, on),
    )


def _intake(
    viewer: Viewer, surge: Surge, wave: Wave, first: Ints, mine: NDArray[np.bool_], on: date
) -> dict[str, Any]:
    """Who came on each day, what is usual and what is expected; the day that has just begun tells nothing yet."""
    last = wave.last(on.toordinal())
    daily = by_day(first[mine], wave.start, last)
    before = by_day(first, wave.start - BEFORE_DAYS, wave.start - 1)
    runs = last == on.toordinal() and surge.closed_at is None
    whole = daily[:-1] if runs else daily
    top = crest(whole)
    return {
        "daily": daily,
        "before": before,
        "usual": usual_levels(before, (wave.start - BEFORE_DAYS - 1) % 7),
        "expected": expected_next(whole, float(np.mean(before))) if runs else (),
        "phase": _phase(viewer, surge, whole, on),
        "peaked_on": date.fromordinal(wave.start + top) if top is not None else None,
    }


def _hourly(came: People, surge: Surge, at: datetime) -> tuple[int, ...]:
    """How many came in each hour of the first two days, up to now; empty once those are over."""
    began = end_of(date.fromordinal(surge.starts_on.toordinal() - 1))
    hours = int((at - began).total_seconds() // 3600) + 1
    return by_hour(came.minute, minutes_of(began), hours) if 0 < hours <= HOURS_SHOWN else ()


def _phase(viewer: Viewer, surge: Surge, whole: Sequence[int], on: date) -> Phase:
    return standing_phase(
        counted_phase(whole, surge.starts_on),
        moments.phase_by_hand(viewer=viewer, surge=surge),
        closed_on=surge.closed_on(zone()),
        on=on,
    )


def _forms(
    viewer: Viewer, below: frozenset[int], surge: Surge, on: date, came: People
) -> tuple[int, int, int]:
    """How many forms were sent in, how many of them by someone who had sent one already, and by how many known before."""
    last = surge.ends_on or on
    mine = Form.objects.visible_to(viewer).filter(branch__in=below)
    rows = Submission.objects.filter(
        form__in=mine.values("pk"),
        at__gte=end_of(date.fromordinal(surge.starts_on.toordinal() - 1)),
        at__lt=end_of(last),
        person__isnull=False,
    )
    sent = columns(rows.order_by().values_list("person"), in_one_piece=True)[:, 0]
    who = distinct(sent)
    return len(sent), len(sent) - len(who), int((~np.isin(who, came.ids)).sum())


def _curve(name: str, code: str, some: Arrived, left: Left, on: date, here: ZoneInfo) -> WaveCurve:
    """How long some people stayed. Who moved away or died is followed up to that day, and did not leave us."""
    if not len(some.people):
        return WaveCurve(name, code, 0, None, ())
    two_way = some.touches.having(TWO_WAY)
    day = local_days(two_way.minute, here)
    stayed = stays(some.first, two_way.place, day, on.toordinal(), left_on=left.of(some.people))
    curve = kaplan_meier(stayed.days, stayed.ended)
    known = tuple(measures.still_here(curve, day) for day in STILL_HERE_DAYS)
    return WaveCurve(name, code, len(some.people), curve, known)


@dataclass(frozen=True)
class _Curves:
    wave: WaveCurve
    baseline: WaveCurve
    earlier: tuple[WaveCurve, ...]
    lift: dict[int, Figure]
    stayed: Figure | None


_NO_CURVES = _Curves(WaveCurve("", "", 0, None, ()), WaveCurve("", "", 0, None, ()), (), {}, None)


def _curves(
    surge: Surge,
    wave: Wave,
    earlier: Sequence[Surge],
    everyone: Arrived,
    left: Left,
    on: date,
    here: ZoneInfo,
) -> _Curves:
    others = [
        _wave(one.window.starts_on, one.window.ends_on)
        for one in moments.windows(branch=surge.branch_id)
        if one.code != surge.code
    ]

    def of(name: str, code: str, mine: NDArray[np.bool_]) -> WaveCurve:
        return _curve(name, code, everyone.chosen(mine), left, on, here)

    today, first = on.toordinal(), everyone.first
    this = of(surge.name, surge.code, wave_cohort(first, wave, today))
    usual = of("", "", baseline_cohort(first, wave, others))
    past = [
        of(one.name, one.code, wave_cohort(first, _wave(one.starts_on, one.ends_on), today))
        for one in earlier
    ]
    lift = {}
    if this.curve is not None and usual.curve is not None:
        lift = {day: measures.lift(this.curve, usual.curve, day) for day in STILL_HERE_DAYS}
    stayed = measures.days_stayed(this.curve) if this.curve is not None else None
    return _Curves(this, usual, tuple(one for one in past if one.people), lift, stayed)


def _callers(tries: Tries, waiting: Mapping[int, int]) -> tuple[Caller, ...]:
    """With whom first calls wait and who made calls in the last days, by name: no ranking (DESIGN section 1)."""
    ids, counts = np.unique(tries.by, return_counts=True)
    made = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    names: dict[int, str | None] = {0: None}
    names |= dict(Account.objects.filter(pk__in=made.keys() | waiting.keys()).values_list("pk", "name"))
    called: Counter[str | None] = Counter()
    waits: Counter[str | None] = Counter()
    for account, name in names.items():
        if account in waiting:
            waits[name] += waiting[account]
        if account and account in made:
            called[name] += made[account]
    everyone = sorted(
        waits.keys() | called.keys(), key=lambda name: (name is not None, (name or "").casefold())
    )
    return tuple(Caller(name, waits[name], called[name]) for name in everyone)
