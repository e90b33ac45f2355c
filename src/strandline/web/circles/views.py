from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText, fold
from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role
from strandline.steady.circles import actions, queries
from strandline.steady.circles.actions import CannotConvene
from strandline.steady.circles.rules import LATE_DAYS
from strandline.steady.lists import queries as lists
from strandline.store.records import Absent
from strandline.web import render, toasts
from strandline.web.answers import done, see_other
from strandline.web.once import once_of
from strandline.web.outbox import lets_in
from strandline.web.requests import Request, asked_of
from strandline.web.toasts import toast_for

from .forms import CircleForm, MeetingForm
from .offline import outbox
from .picture import attendance_picture
from .words import language_name, often_words

MOST_FOUND = 8
SOON = 4


def _may_see(request: Request) -> None:
    if not (request.viewer.works_with_people or request.viewer.is_(Role.CONVENOR)):
        raise PermissionDenied


@require_safe
def circles(request: Request) -> HttpResponse:
    """List the circles that the reader may see, those that meet first before the others."""
    _may_see(request)
    rows = queries.circles(viewer=request.viewer, on=request.today)
    context = {
        "rows": [
            {
                "circle": row.circle,
                "often": often_words(row.circle.recurrence),
                "convenor": row.convenor,
                "next_on": row.next_on,
                "is_today": row.next_on == request.today,
                "people": row.people,
                "came": row.came,
                "last_on": row.last_on,
                "is_mine": row.is_mine,
            }
            for row in rows
        ],
        "today": request.today,
        "can_form": request.viewer.works_with_people,
    }
    return render.page(request, "circles/circle_list.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_circle(request: Request) -> HttpResponse:
    """Ask where and when a circle meets, and form it."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    teams, convenors = _choices(request)
    form = CircleForm(asked_of(request), teams=teams, convenors=convenors)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = actions.form_circle(
                new=form.circle(),
                team=asked.get("team", ""),
                convenor=asked.get("convenor", ""),
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except BadText as refused:
            form.add_error("rule" if refused.field == "how often" else None, refused.reason)
        except CannotConvene as refused:
            form.add_error(None, str(refused))
        else:
            toasts.put(request, toast_for(_("Formed: %(name)s.") % {"name": made.name}))
            return see_other(f"/circles/{made.code}/")
    status = 422 if request.method == "POST" else 200
    return render.page(request, "circles/circle_form.html", context={"form": form}, status=status)


def _choices(request: Request) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The teams in which the reader may form a circle, and who can lead one there."""
    teams = queries.teams_to_form_in(viewer=request.viewer)
    found: dict[str, str] = {}
    for team in teams:
        for account in queries.may_be_convenors(viewer=request.viewer, team=team.pk, at=request.at):
            found[account.code] = account.name
    mine = [(code, name) for code, name in found.items() if code == request.viewer.code]
    return [(t.code, t.name) for t in teams], mine + [one for one in found.items() if one not in mine]


@require_safe
def circle(request: Request, code: str) -> HttpResponse:
    """Show one circle: its next meeting, its usual people, who came lately."""
    return _detail(request, code)


def _detail(
    request: Request, code: str, *, refusal: str = "", form: MeetingForm | None = None, status: int = 200
) -> HttpResponse:
    row = queries.circle(viewer=request.viewer, code=code)
    standing = queries.standing(viewer=request.viewer, circle=row, on=request.today)
    typed = request.GET.get("q", "").strip()[:100]
    can_find = request.viewer.is_(*PEOPLE_ROLES)
    found = []
    if can_find and len(fold(typed)) >= 2:
        inside = {seat.person.pk for seat in standing.people}
        found = [
            p for p in lists.find(viewer=request.viewer, text=typed, most=MOST_FOUND) if p.pk not in inside
        ]
    shown = [*standing.people, *standing.invited, *standing.guests]
    context = {
        "circle": row,
        "often": often_words(row.recurrence),
        "spoken": language_name(row.language),
        "standing": standing,
        "faded": [seat for seat in standing.people if seat.is_faded],
        "picture": attendance_picture(standing.meetings),
        "coming": queries.coming_meetings(viewer=request.viewer, circle=row, on=request.today, most=SOON),
        "latest": queries.latest_day(viewer=request.viewer, circle=row, on=request.today),
        "typed": typed,
        "found": found,
        "can_find": can_find,
        "can_lead": request.viewer.works_with_people,
        "convenors": queries.may_be_convenors(viewer=request.viewer, team=row.team_id, at=request.at),
        "refusal": refusal,
        "form": form or MeetingForm(),
        "today": request.today,
    }
    shows = [*(seat.person.audit_id for seat in shown), *(p.audit_id for p in found)]
    return render.page(request, "circles/circle_detail.html", context=context, shows=shows, status=status)


def _change(request: Request, code: str, words: str, change: Any) -> HttpResponse:
    """Carry out a change of a circle and go back to its page, or say there why not."""
    try:
        change(by=request.viewer, at=request.at, once=once_of(request))
    except (CannotConvene, BadText) as refused:
        return _detail(request, code, refusal=str(getattr(refused, "reason", refused)), status=422)
    toasts.put(request, toast_for(words))
    return see_other("/circles/" if words == _("Ended.") else f"/circles/{code}/")


@require_POST
def join(request: Request, code: str) -> HttpResponse:
    """Let someone belong to the circle."""
    people = request.POST.getlist("person")
    return _change(request, code, _("Added."), lambda **by: actions.join(circle=code, people=people, **by))


@require_POST
def leave(request: Request, code: str) -> HttpResponse:
    """Let someone belong to the circle no more, or be asked no more."""
    person = request.POST.get("person", "")
    return _change(
        request, code, _("Taken off."), lambda **by: actions.leave(circle=code, person=person, **by)
    )


@require_POST
def hand_on(request: Request, code: str) -> HttpResponse:
    """Let somebody else lead the circle."""
    to = request.POST.get("to", "")
    return _change(
        request, code, _("The convenor is changed."), lambda **by: actions.hand_on(circle=code, to=to, **by)
    )


@require_POST
def end(request: Request, code: str) -> HttpResponse:
    """Let the circle meet no more."""
    return _change(request, code, _("Ended."), lambda **by: actions.end_circle(circle=code, **by))


@require_POST
def set_meeting(request: Request, code: str) -> HttpResponse:
    """Write down a meeting: its hour, its place, what is read."""
    queries.circle(viewer=request.viewer, code=code)
    form = MeetingForm(request.POST)
    if not form.is_valid():
        return _detail(request, code, form=form, status=422)
    asked = form.cleaned_data
    return _change(
        request, code, _("Kept."), lambda **by: actions.propose_session(circle=code, **asked, **by)
    )


def day_of(text: str) -> date:
    """Read the day of an address. Raises Absent."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Absent from None


@require_POST
def call_off(request: Request, code: str, on: str) -> HttpResponse:
    """Let one meeting not take place."""
    day = day_of(on)
    return _change(request, code, _("Called off."), lambda **by: actions.call_off(circle=code, on=day, **by))


@require_safe
def attendance(request: Request, code: str, on: str) -> HttpResponse:
    """Take attendance: one tap a person."""
    return _attendance(request, code, day_of(on))


def _attendance(
    request: Request, code: str, on: date, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    row = queries.circle(viewer=request.viewer, code=code)
    meeting = queries.meeting(viewer=request.viewer, circle=row, on=on)
    seats = queries.seats(viewer=request.viewer, circle=row, on=on)
    context = {
        "circle": row,
        "meeting": meeting,
        "seats": seats,
        "came": sum(seat.came for seat in seats),
        "expected": sum(seat.is_member for seat in seats),
        "left": sum(seat.is_member and not seat.came for seat in seats),
        "is_open": not meeting.is_off and request.today - timedelta(days=LATE_DAYS) <= on <= request.today,
        "is_ahead": on > request.today,
        "refusal": refusal,
        "today": request.today,
        "outbox": outbox(),
    }
    shows = [seat.person.audit_id for seat in seats]
    return lets_in(
        render.page(
            request, "circles/attendance.html", part="attendance", context=context, shows=shows, status=status
        )
    )


def _note(request: Request, code: str, on: date, words: Any, change: Any) -> HttpResponse:
    try:
        made = change(by=request.viewer, at=request.at, once=once_of(request))
    except (CannotConvene, BadText) as refused:
        return _attendance(request, code, on, refusal=str(getattr(refused, "reason", refused)), status=422)
    return done(
        request,
        to=f"/circles/{code}/meetings/{on.isoformat()}/",
        toast=toast_for(words(made)),
        part=lambda: _attendance(request, code, on),
    )


@require_POST
def came(request: Request, code: str, on: str) -> HttpResponse:
    """Note that someone came, or that it was a slip."""
    day, person = day_of(on), request.POST.get("person", "")
    is_there = request.POST.get("came") != "0"
    return _note(
        request,
        code,
        day,
        lambda _made: _("Came.") if is_there else _("Not there."),
        lambda **by: actions.take_attendance(
            circle=code,
            on=day,
            came=[person] if is_there else [],
            not_came=[] if is_there else [person],
            **by,
        ),
    )


@require_POST
def everyone(request: Request, code: str, on: str) -> HttpResponse:
    """Note that all who were expected came."""
    day = day_of(on)
    return _note(
        request,
        code,
        day,
        lambda _made: _("Everyone expected came."),
        lambda **by: actions.everyone_came(circle=code, on=day, **by),
    )


@require_POST
def guest(request: Request, code: str, on: str) -> HttpResponse:
    """Put a new face on record."""
    day, name = day_of(on), request.POST.get("name", "")
    return _note(
        request,
        code,
        day,
        lambda made: format_html(_("New here: <bdi>{}</bdi>."), made.full_name),
        lambda **by: actions.welcome_guest(circle=code, on=day, name=name, **by),
    )
