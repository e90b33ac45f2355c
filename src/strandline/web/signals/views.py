"""The list of series, one series with its replay, adding one, taking in its counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.dates import BadDate, Order, read_day
from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import Role
from strandline.store.records import Absent
from strandline.surge.signals import actions, queries
from strandline.surge.signals.actions import CannotCount
from strandline.surge.signals.queries import Replay, SeriesState
from strandline.surge.signals.rules import Decision, Tier, ascent
from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.uploading import MOST_BYTES, BadCountsFile, Fault, read_counts
from strandline.surge.signals.rules.watched import Answer, Source, last_whole, length_of, may_keep, may_look
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.said import said
from strandline.web.templatetags.words import day

from . import picture
from .forms import Choices, CountsForm, SeriesForm
from .words import ANSWERS, CHIPS, COUNTED, SOURCES, TIERS, name_of

if TYPE_CHECKING:
    from strandline.surge.signals.models import Alert, WatchedSeries

HERE = "/surges/signals/"


def _permitted(request: Request) -> None:
    if not may_look(request.viewer):
        raise Absent


def _year_began(request: Request) -> datetime:
    return datetime(request.today.year, 1, 1, tzinfo=request.zone)


@require_safe
def index(request: Request) -> HttpResponse:
    """List the series that are watched; at the centre, last week's sign-ups by branch in bands."""
    _permitted(request)
    rows, week = [], None
    if request.viewer.is_(Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD):
        found = queries.states(
            viewer=request.viewer, on=last_whole(request.today, Step.DAY), year_began=_year_began(request)
        )
        rows = [_row(state) for state in found]
    else:
        told = queries.banded(viewer=request.viewer, today=request.today)
        week = {
            "begins_on": told.begins_on,
            "total": told.total.reads,
            "tier": TIERS[told.tier],
            "chip": CHIPS[told.tier],
            "rows": [
                {"name": r.branch, "came": r.came.reads, "tier": TIERS[r.tier], "chip": CHIPS[r.tier]}
                for r in told.rows
            ],
        }
    context = {"rows": rows, "week": week, "can_add": bool(queries.homes(viewer=request.viewer))}
    return render.page(request, "signals/series_list.html", context=context)


def _row(state: SeriesState) -> dict[str, Any]:
    series = state.series
    recent = sum(state.recent[-7:])
    says = ngettext("%(n)s in the last 7 steps", "%(n)s in the last 7 steps", recent) % {"n": recent}
    return {
        "url": f"{HERE}{series.code}/",
        "name": name_of(series.source, series.name),
        "source": SOURCES[Source(series.source)],
        "place": series.team.name if series.team else series.branch.name,
        "tier": TIERS[state.tier],
        "chip": CHIPS[state.tier],
        "why": state.why or _("Nothing has been counted yet."),
        "spark": picture.spark(state.recent, says=says),
        "alert": _alert_line(state.alert) if state.alert else "",
        "false_alarms": _false(state.false_alarms),
    }


def _false(number: int) -> str:
    if not number:
        return _("No false alarm this year.")
    return ngettext("%(n)s false alarm this year.", "%(n)s false alarms this year.", number) % {"n": number}


def _alert_line(alert: Alert) -> str:
    return _("Last alert %(days)s: %(answer)s.") % {
        "days": picture.span_words(alert.began_on, alert.last_on),
        "answer": ANSWERS[Answer(alert.answer)],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Add a series that comes from outside."""
    homes = queries.homes(viewer=request.viewer)
    if not homes:
        raise Absent
    choices: Choices = [
        (f"team:{t.code}", f"{b.name}: {t.name}") if t else (f"branch:{b.code}", b.name) for b, t in homes
    ]
    form = SeriesForm(asked_of(request), homes=choices)
    if form.is_bound and form.is_valid():
        try:
            row = actions.add_series(new=form.new(), by=request.viewer, at=request.at, once=once_of(request))
        except (CannotCount, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, _("Added. Hand in its counts next."))
            return see_other(f"{HERE}{row.code}/")
    status = 422 if form.errors else 200
    return render.page(request, "signals/series_add.html", context={"form": form}, status=status)


@require_safe
def one(request: Request, code: str) -> HttpResponse:
    """Show one series as it stands, or as it stood at the end of a past day."""
    return _page(request, code)


def _page(
    request: Request,
    code: str,
    *,
    form: CountsForm | None = None,
    faults: tuple[Fault, ...] = (),
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    row = queries.series(viewer=request.viewer, code=code)
    step = Step(row.step)
    newest = last_whole(request.today, step)
    until, wrong = _until(request, newest)
    told = queries.replay_of(viewer=request.viewer, series=row, until=until)
    said = told.said if told else None
    on = told.course.day(said.index) if told and said else None
    may_hand_in = may_keep(request.viewer, branch=row.branch_id, team=row.team_id).ok and row.is_external
    context = {
        "series": row,
        "name": name_of(row.source, row.name),
        "source": SOURCES[Source(row.source)],
        "counted": COUNTED[Source(row.source)],
        "said": _said(said, on) if said else None,
        "picture": picture.of(told, name="signal", title=_title(said)) if told and said else None,
        "growth": _growth(told, said) if told and said else "",
        "rises": _rises(told) if told else [],
        "hours": _hours(request, row, said, on),
        "replay": _replay(on, newest, step, wrong) if on else None,
        "alerts": _alerts(request, row),
        "false_alarms": _false(
            queries.dismissed_since(viewer=request.viewer, since=_year_began(request)).get(row.pk, 0)
        ),
        "can_hand_in": may_hand_in and row.ended_at is None,
        "form": form or CountsForm(),
        "refusal": refusal,
        "faults": [fault.words for fault in faults],
        "corrections": queries.corrections_of(viewer=request.viewer, series=row) if row.is_external else [],
    }
    return render.page(request, "signals/series_detail.html", context=context, status=status)


def _until(request: Request, newest: date) -> tuple[date, str]:
    """Return the day up to which the series is shown, and why another was not taken."""
    text = request.GET.get("day", "")
    if not text:
        return newest, ""
    try:
        asked = read_day(text)
    except BadDate as bad:
        return newest, bad.reason
    if asked > newest:
        return newest, _("This day is not over yet. Here is the newest one that is.")
    return asked, ""


def _said(told: Decision, on: date | None) -> dict[str, Any]:
    return {"tier": TIERS[told.tier], "chip": CHIPS[told.tier], "why": told.why, "on": on}


def _title(told: Decision | None) -> str:
    return said(told.why.partition(". ")[0].rstrip(".") + ".") if told else ""


def _growth(told: Replay, said: Decision) -> str:
    """Say after an alarm how fast it grows; it raises none."""
    found = ascent(told.course.counts, told.course.step, said)
    if found is None:
        return ""
    if found.doubling is None:
        return _("Whether it still grows cannot be told yet.")
    unit = (
        ngettext("%(n)s week", "%(n)s weeks", 2)
        if told.course.step is Step.WEEK
        else ngettext("%(n)s day", "%(n)s days", 2)
    )
    return _("It doubles about every %(time)s; each who comes brings about %(others)s others.") % {
        "time": unit % {"n": f"{found.doubling:.1f}"},
        "others": f"{found.branching:.1f}",
    }


def _rises(told: Replay) -> list[dict[str, Any]]:
    return [
        {"on": told.course.day(s.index), "tier": TIERS[s.tier], "chip": CHIPS[s.tier], "why": s.why}
        for s in reversed(told.rises)
    ]


def _hours(
    request: Request, row: WatchedSeries, said: Decision | None, on: date | None
) -> list[tuple[str, int]]:
    """Return the hours of an alarm's day: they are for looking inside one, and decide nothing."""
    if said is None or on is None or said.tier is not Tier.ALARM:
        return []
    found = queries.hours_of(viewer=request.viewer, series=row, on=on)
    return [(f"{hour:02}:00", number) for hour, number in found if number]


def _replay(on: date, newest: date, step: Step, wrong: str) -> dict[str, Any]:
    length = length_of(step)
    return {
        "on": on,
        "is_newest": on >= newest,
        "before": f"?day={on - length}",
        "after": f"?day={on + length}" if on < newest else "",
        "wrong": wrong,
        "most": newest,
    }


def _alerts(request: Request, row: WatchedSeries) -> list[dict[str, Any]]:
    rows = queries.alerts_of(viewer=request.viewer, series=row)
    answers = queries.answers_of(viewer=request.viewer, alerts=rows)
    return [
        {
            "alert": alert,
            "url": f"/surges/alerts/{alert.code}/",
            "tier": TIERS[Tier(alert.tier)],
            "chip": CHIPS[Tier(alert.tier)],
            "days": picture.span_words(alert.began_on, alert.last_on),
            "replay": f"?day={alert.began_on}",
            "is_open": alert.withdrawn_at is None and alert.answer == Answer.OPEN.value,
            "answers": [
                _("%(what)s by %(who)s on %(day)s")
                % {"what": ANSWERS[Answer(a.answer)], "who": a.by.name, "day": day(a.at)}
                + (f": {a.reason}" if a.reason else "")
                for a in answers.get(alert.pk, [])
            ],
        }
        for alert in rows
    ]


@require_POST
def take(request: Request, code: str) -> HttpResponse:
    """Take in a file of counts, all of it or nothing."""
    row = queries.series(viewer=request.viewer, code=code)
    form = CountsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, code, form=form, status=422)
    file = form.cleaned_data["file"]
    try:
        if file.size > MOST_BYTES:
            reason = _("The file is larger than %(size)s MB; a series of counts is not.") % {
                "size": MOST_BYTES // 1_000_000
            }
            raise BadCountsFile([Fault(0, reason)])
        order = Order(form.cleaned_data["order"]) if form.cleaned_data["order"] else None
        counts = read_counts(file.read(), step=Step(row.step), order=order)
        actions.take_counts(
            series=code,
            counts=counts,
            missing_is_zero=form.cleaned_data["missing_is_zero"],
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except BadCountsFile as bad:
        return _page(request, code, form=form, faults=bad.faults, status=422)
    except CannotCount as refused:
        return _page(request, code, form=form, refusal=str(refused), status=422)
    render.say(
        request,
        ngettext("%(n)s count taken in.", "%(n)s counts taken in.", len(counts)) % {"n": len(counts)},
    )
    return see_other(f"{HERE}{code}/")


@require_POST
def end(request: Request, code: str) -> HttpResponse:
    """Watch a series no longer."""
    try:
        actions.end_series(series=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotCount as refused:
        render.say(request, str(refused))
        return see_other(f"{HERE}{code}/")
    render.say(request, _("No longer watched. Its counts are kept."))
    return see_other(HERE)
