"""Themes heard: how often each was heard month by month, in which section of people, and what was said, without names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import Role
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.listening import actions, queries
from strandline.steady.listening.actions import CannotHear
from strandline.steady.listening.rules import LEAST_REMARKS, RECENT_DAYS, told_in
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.said import said
from strandline.web.toasts import toast_for

from .forms import ThemeForm, section_choices
from .picture import themes_picture


def months_to(today: date, count: int = queries.MONTHS) -> list[date]:
    """Return the first days of so many months, the present one the last."""
    place = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(place - count + 1, place + 1)]


@require_safe
def heard(request: Request) -> HttpResponse:
    """Show what is on people's minds, of everybody or of one section."""
    return _page(request)


def _page(
    request: Request, *, form: ThemeForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    viewer = request.viewer
    if not queries.may_hear(viewer):
        raise PermissionDenied
    months = months_to(request.today)
    section, context = _section(request, months[0])
    rows = queries.heard(viewer=viewer, months=months, on=request.today, section=section)
    spoken = [one for one in rows if one.all]
    enough = sum(one.all for one in spoken) >= LEAST_REMARKS
    theme = next((one.theme for one in spoken if one.theme.code == request.GET.get("theme")), None)
    remarks = (
        queries.remarks(viewer=viewer, theme=theme, since=months[0], on=request.today, section=section)
        if theme and enough
        else []
    )
    context |= {
        "picture": themes_picture(spoken, months) if enough else None,
        "rising": [one for one in spoken if one.is_rising] if enough else [],
        "days": RECENT_DAYS,
        "spoken": [one for one in spoken if one.all >= LEAST_REMARKS],
        "theme": theme,
        "remarks": remarks,
        "themes": [one.theme for one in rows if one.theme.ended_at is None],
        "may_name": viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD),
        "form": form or ThemeForm(),
        "refusal": refusal,
        "least": LEAST_REMARKS,
    }
    shows = [one.audit_id for one in remarks]
    return render.page(request, "breadth/heard.html", context=context, shows=shows, status=status)


def _section(request: Request, since: date) -> tuple[Any, dict[str, Any]]:
    """The section that is told, which may stand above the one asked for; and what may be chosen."""
    tree = constituencies.tree(viewer=request.viewer)
    counts = queries.remarks_by_section(viewer=request.viewer, since=since, on=request.today)
    asked = next((row for row in tree if row.code == request.GET.get("section")), None)
    told = told_in(asked.pk, counts, {row.pk: row.parent_id for row in tree}) if asked else None
    section = next((row for row in tree if row.pk == told), None)
    return section, {
        "section": section,
        "asked": asked,
        "choices": section_choices(row for row in tree if counts.get(row.pk, 0) >= LEAST_REMARKS),
    }


@require_POST
def name_theme(request: Request) -> HttpResponse:
    """Name a theme with the words by which it is heard."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        try:
            made = actions.name_theme(
                **form.cleaned_data, by=request.viewer, at=request.at, once=once_of(request)
            )
        except (CannotHear, BadText) as refused:
            form.refuse(refused)
        else:
            toasts.put(request, toast_for(_("Named: %(name)s.") % {"name": made.name}))
            return see_other("/breadth/heard/")
    return _page(request, form=form, status=422)


@require_POST
def end_theme(request: Request, code: str) -> HttpResponse:
    """Suggest a theme no more."""
    try:
        actions.end_theme(theme=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotHear as refused:
        return _page(request, refusal=said(refused), status=422)
    toasts.put(request, toast_for(_("Ended.")))
    return see_other("/breadth/heard/")
