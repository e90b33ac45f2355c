"""The series one may see: what was said of them, which alerts stand, and what would have been said on a past day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.store import asking
from strandline.store.records import Absent
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge

from ..models import Alert, AlertAnswer, Evaluation, SeriesCount, WatchedSeries
from ..rules import SETTINGS, Baseline, Decision, Settings, Tier, baseline, replay
from ..rules.settings import Step
from ..rules.watched import Answer, Course, Said
from .counts import courses, streams

# As long as a picture is wide: four months of days, two years of weeks.
SHOWN = {Step.DAY: 120, Step.WEEK: 104}
SPARK = 56


def series_of(*, viewer: Viewer) -> list[WatchedSeries]:
    """Return the series that the viewer may see, branch by branch."""
    rows = WatchedSeries.objects.visible_to(viewer).watched().select_related("branch", "team")
    return list(rows.order_by("branch__name", "name", "pk"))


def series(*, viewer: Viewer, code: str) -> WatchedSeries:
    """Return one series. Raises Absent."""

    def question() -> QuerySet[WatchedSeries]:
        rows = WatchedSeries.objects.visible_to(viewer).filter(code=asking.SOME_TEXT)
        return rows.select_related("branch", "team", "constituency")

    rows = asking.found(("series", viewer), question, text=code)
    if not rows:
        raise Absent
    return rows[0]


def page_of_series(*, viewer: Viewer, after: str = "", most: int = 50) -> list[WatchedSeries]:
    """Return a page of the series that the viewer may see, also of those no longer watched, by code."""
    rows = WatchedSeries.objects.visible_to(viewer).filter(code__gt=after).select_related("branch", "team")
    return list(rows.order_by("code")[:most])


def said_last(*, viewer: Viewer, series: Iterable[WatchedSeries]) -> dict[int, Evaluation]:
    """Return by series what was said of its newest step."""
    wanted = WatchedSeries.objects.visible_to(viewer).filter(pk__in=[s.pk for s in series])
    newest = Evaluation.objects.filter(series=OuterRef("pk")).order_by("-on", "-revision").values("pk")[:1]
    keys = wanted.annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    return {row.series_id: row for row in Evaluation.objects.filter(pk__in=list(keys))}


def homes(*, viewer: Viewer) -> list[tuple[Branch, Team | None]]:
    """Return where the viewer may add a series: whole branches, and teams that they lead."""
    branches = Branch.objects.filter(pk__in=viewer.branches(Role.BRANCH_LEAD, Role.STEWARD))
    teams = Team.objects.filter(pk__in=viewer.teams(Role.TEAM_LEAD)).select_related("branch")
    whole: list[tuple[Branch, Team | None]] = [(b, None) for b in branches.order_by("name", "pk")]
    return whole + [(t.branch, t) for t in teams.order_by("name", "pk")]


def is_lead_of(*, viewer: Viewer, series: WatchedSeries) -> bool:
    """Tell whether the viewer decides what becomes of an alert of this series."""
    if series.branch_id in viewer.branches(Role.BRANCH_LEAD):
        return True
    led = viewer.teams(Role.TEAM_LEAD)
    if series.team_id is not None:
        return series.team_id in led
    return bool(led) and Team.objects.filter(pk__in=led, branch=series.branch_id).exists()


def stood(*, series: Iterable[WatchedSeries], since: date) -> dict[int, dict[date, Said]]:
    """Return by series and day what stands since a day: the last word on each."""
    keys = [s.pk for s in series]
    rows = asking.rows(
        'SELECT series_id, "on", revision, tier, count FROM surge_evaluation '  # noqa: S608 -- places only
        f'WHERE series_id IN ({asking.marks(keys)}) AND "on" >= %s ORDER BY revision',
        [*keys, since],
    )
    found: dict[int, dict[date, Said]] = {}
    for key, on, revision, tier, count in rows:
        found.setdefault(key, {})[on] = Said(Tier(tier), count, revision)
    return found


def alerts_of(*, viewer: Viewer, series: WatchedSeries, most: int = 50) -> list[Alert]:
    """Return the alerts of a series, the newest first."""
    rows = Alert.objects.filter(series__in=WatchedSeries.objects.visible_to(viewer).filter(pk=series.pk))
    return list(rows.select_related("series").order_by("-last_on", "-pk")[:most])


def alert(*, viewer: Viewer, code: str) -> Alert:
    """Return one alert of a series that the viewer may see. Raises Absent."""
    seen = WatchedSeries.objects.visible_to(viewer).values("pk")
    rows = Alert.objects.filter(series__in=seen, code=code).select_related("series__branch", "series__team")
    row = rows.first()
    if row is None:
        raise Absent
    return row


def reaches(*, surge: Surge, series: WatchedSeries) -> bool:
    """Tell whether a surge takes on people whom a series may count: one's branch stands in the other's line."""
    place = series.branch_id
    return surge.branch_id in branches.above(branches=[place]) | branches.below(branch=place)


def running(*, viewer: Viewer, series: WatchedSeries, on: date) -> list[Surge]:
    """Return the surges that run on this day and to which an alert of a series may belong, as the viewer sees them."""
    live = moments.live_surges(viewer=viewer, on=on)
    return [one for one in live if reaches(surge=one, series=series)]


def alert_of_surge(*, viewer: Viewer, surge: Surge) -> Alert | None:
    """Return the first alert that a surge was declared from or that was attached to it, if the viewer may see it."""

    def question() -> QuerySet[Alert]:
        seen = WatchedSeries.objects.visible_to(viewer).values("pk")
        rows = Alert.objects.filter(series__in=seen, surge=asking.SOME_ROW, withdrawn_at=None)
        return rows.select_related("series").order_by("raised_at", "pk")[:1]

    return next(iter(asking.found(("alert_of_surge", viewer), question, row=surge.pk)), None)


def alert_subjects(*, viewer: Viewer, codes: Iterable[str]) -> dict[str, Alert]:
    """Return those of these alerts that the viewer may see, by code: what a notice points at."""
    wanted = [code for code in codes if code]
    if not wanted:
        return {}
    seen = WatchedSeries.objects.visible_to(viewer).values("pk")
    rows = Alert.objects.filter(series__in=seen, code__in=wanted).select_related("series")
    return {row.code: row for row in rows}


def answers_of(*, viewer: Viewer, alerts: Sequence[Alert]) -> dict[int, list[AlertAnswer]]:
    """Return by alert what was done about it, the first answer first."""
    seen = WatchedSeries.objects.visible_to(viewer).values("pk")
    rows = AlertAnswer.objects.filter(alert__in=[a.pk for a in alerts], alert__series__in=seen)
    found: dict[int, list[AlertAnswer]] = {}
    for row in rows.select_related("by").order_by("at", "pk"):
        found.setdefault(row.alert_id, []).append(row)
    return found


class InWatch(NamedTuple):
    """An alert that stands, with what tells whose company it keeps."""

    key: int
    tier: str
    last_on: date
    source: str
    code: str
    branch: int
    step: str


# Asked with every count that comes in, of which hardly one changes an alert: as columns, never as records.
_IN_WATCH = (
    "SELECT alert.id, alert.tier, alert.last_on, series.source, series.code, series.branch_id, series.step "
    "FROM surge_alert alert JOIN surge_watchedseries series ON series.id = alert.series_id "
    "WHERE alert.last_on >= %s AND alert.withdrawn_at IS NULL AND series.ended_at IS NULL AND alert.answer <> %s "
    "ORDER BY alert.id"
)


def in_watch(*, since: date) -> list[InWatch]:
    """Return the alerts that stand and were in watch or alarm since a day."""
    return [InWatch(*row) for row in asking.rows(_IN_WATCH, [since, Answer.DISMISSED.value])]


def dismissed_since(*, viewer: Viewer, since: datetime) -> dict[int, int]:
    """Return by series how many alerts raised since a moment were dismissed: the false alarms."""
    seen = WatchedSeries.objects.visible_to(viewer).values("pk")
    rows = Alert.objects.filter(series__in=seen, raised_at__gte=since, answer=Answer.DISMISSED.value)
    return dict(rows.values_list("series").annotate(number=Count("pk")).order_by())


@dataclass(frozen=True)
class SeriesState:
    """One series as the list shows it: what was said last, its newest counts, its last alert, its false alarms."""

    series: WatchedSeries
    tier: Tier
    why: str
    on: date | None
    recent: tuple[int, ...]
    alert: Alert | None
    false_alarms: int


def states(*, viewer: Viewer, on: date, year_began: datetime) -> list[SeriesState]:
    """Return every series that the viewer may see with its state, what waits for an answer first."""
    rows = series_of(viewer=viewer)
    keys = [s.pk for s in rows]
    said = said_last(viewer=viewer, series=rows)
    last: dict[int, Alert] = {}
    for alert_ in Alert.objects.filter(series__in=keys, withdrawn_at=None).order_by("last_on", "pk"):
        last[alert_.series_id] = alert_
    dismissed = dismissed_since(viewer=viewer, since=year_began)
    counts = _recent(rows, on)
    found = []
    for row_ in rows:
        newest_said = said.get(row_.pk)
        found.append(
            SeriesState(
                row_,
                Tier(newest_said.tier) if newest_said else Tier.YOUNG,
                newest_said.why if newest_said else "",
                newest_said.on if newest_said else None,
                counts.get(row_.pk, ()),
                last.get(row_.pk),
                dismissed.get(row_.pk, 0),
            )
        )
    order = {Tier.ALARM: 0, Tier.WATCH: 1, Tier.USUAL: 2, Tier.YOUNG: 3}
    return sorted(found, key=lambda s: (order[s.tier], s.series.branch.name, s.series.name, s.series.pk))


def _recent(rows: list[WatchedSeries], on: date) -> dict[int, tuple[int, ...]]:
    """Return the newest counts of each series: as they were judged, for the record itself has too many rows for a page.

    What was never judged is counted: it began today.
    """
    inner = [one for one in rows if not one.is_external]
    judged = stood(series=inner, since=on - timedelta(days=SPARK - 1)) if inner else {}
    found = {key: tuple(said.count for _, said in sorted(days.items())) for key, days in judged.items()}
    left = [one for one in rows if one.pk not in found]
    return found | {key: course.counts[-SPARK:] for key, course in courses(left, on=on, only=SPARK).items()}


@dataclass(frozen=True)
class Replay:
    """What would have been said of a series on each day up to one, from the counts up to that day and nothing after."""

    course: Course
    usual: Baseline
    decisions: tuple[Decision, ...]
    settings: Settings = field(default=SETTINGS)

    @property
    def shown(self) -> range:
        """Return the steps that a picture has room for."""
        length = len(self.course.counts)
        return range(max(length - SHOWN[self.course.step], 0), length)

    @property
    def said(self) -> Decision | None:
        """Return what was said of the last step."""
        return self.decisions[-1] if self.decisions else None

    @property
    def rises(self) -> list[Decision]:
        """Return the first step of each rise: where watch or alarm began."""
        above = (Tier.WATCH, Tier.ALARM)
        before: list[Tier] = [Tier.USUAL, *(said.tier for said in self.decisions)]
        return [
            said
            for said, earlier in zip(self.decisions, before, strict=False)
            if said.tier in above and earlier not in above
        ]


def replay_of(*, viewer: Viewer, series: WatchedSeries, until: date) -> Replay | None:
    """Say what would have been said on each step up to that of a day; None when it had not begun.

    Causal: the counts end with the step, so nothing after it can have a say. The bars are those of today's number of
    streams. Raises Absent.
    """
    if not WatchedSeries.objects.visible_to(viewer).filter(pk=series.pk).exists():
        raise Absent
    step = Step(series.step)
    found = courses([series], on=until, back=SHOWN[step]).get(series.pk)
    course = found.until(until) if found else None
    if course is None or not course.counts:
        return None
    settings = SETTINGS.for_streams(streams())
    since = max(len(course.counts) - SHOWN[step], 0)
    return Replay(
        course,
        baseline(course.counts, step, settings),
        replay(course.counts, step, settings, since=since),
        settings,
    )


def corrections_of(*, viewer: Viewer, series: WatchedSeries, most: int = 20) -> list[dict[str, Any]]:
    """Return the counts that came late or were corrected, the newest first, each with what was there before."""
    seen = WatchedSeries.objects.visible_to(viewer).filter(pk=series.pk)
    late = SeriesCount.objects.filter(series__in=seen, revision__gt=0).select_related("by")
    rows = list(late.order_by("-stored_at", "-on")[:most])
    wanted = Q(pk__in=())
    for row in rows:
        wanted |= Q(on=row.on, revision=row.revision - 1)
    before = dict(SeriesCount.objects.filter(wanted, series=series.pk).values_list("on", "count"))
    return [{"on": r.on, "number": r.count, "before": before.get(r.on), "at": r.stored_at} for r in rows]


def leads_of(series: WatchedSeries, *, branches: Iterable[int], at: datetime) -> list[int]:
    """Return the accounts that decide what becomes of an alert: leads of the branch and those above, and of the team."""
    teams = Q(team=series.team_id) if series.team_id else Q(team__branch=series.branch_id)
    held = Membership.objects.held(at).filter(account__is_active=True)
    led = held.filter(
        Q(role=Role.BRANCH_LEAD.value, branch__in=list(branches)) | Q(teams, role=Role.TEAM_LEAD.value)
    )
    return list(led.order_by("account").values_list("account", flat=True).distinct())
