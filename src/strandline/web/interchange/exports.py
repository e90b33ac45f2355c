"""People who go out in a file: alone up to a number, above it when a second person agrees."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role
from strandline.steady.interchange import actions, queries
from strandline.steady.interchange.actions import CannotExport, Wish
from strandline.steady.interchange.rules import approval, writing
from strandline.steady.interchange.rules.approval import Approval
from strandline.steady.lists import queries as lists
from strandline.steady.lists import rules as lists_rules
from strandline.steady.lists.rules import Filters
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.forms import typed
from strandline.web.lists.views import MOST_QUERY, refused_list, unread_words
from strandline.web.once import once_of
from strandline.web.requests import Request

HERE = "/people/exports/"


def _permitted(request: Request) -> None:
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent


def _chosen(request: Request, filters: Filters) -> list[Any]:
    return lists.people_chosen(
        viewer=request.viewer, filters=filters, on=request.today, most=approval.MOST + 1
    )


def _asked(request: Request) -> tuple[str, Filters, list[Any]] | HttpResponse:
    """Read which people are asked for, and in which form; or refuse what cannot be read or is too much."""
    _permitted(request)
    form = request.POST.get("format", "csv")
    filters = lists_rules.read(request.POST)
    if form not in writing.FORMS:
        return refused_list(request, filters, _("The format has to be csv, xlsx or json."))
    if filters.unread:
        return refused_list(request, filters, unread_words(filters))
    chosen = _chosen(request, filters)
    if len(chosen) > approval.MOST:
        reason = _(
            "More than %(most)s people at once do not go out in one file. Choose fewer with the filters."
        )
        return refused_list(request, filters, reason % {"most": f"{approval.MOST:,}"})
    return form, filters, chosen


@require_POST
def export(request: Request) -> HttpResponse:
    """Answer a file of the people whom the filters choose, with what the viewer may see of each."""
    asked = _asked(request)
    if isinstance(asked, HttpResponse):
        return asked
    form, filters, chosen = asked
    try:
        noted = actions.note_export(
            count=len(chosen),
            kind=form,
            sentence=lists_rules.sentence(filters),
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except CannotExport as refused:
        return _second(request, form, filters, str(refused))
    return _file(request, form, chosen, noted.code)


def _second(
    request: Request, form: str, filters: Filters, refusal: str, *, reason: str = "", fault: str = ""
) -> HttpResponse:
    """Offer to ask a second person."""
    context = {
        "refusal": refusal,
        "back": f"/people/?{filters.query()}",
        "kept": [*parse_qsl(filters.query()), ("format", form)],
        "reason": reason,
        "fault": fault,
    }
    return render.page(request, "interchange/export_second.html", context=context, status=422)


def _file(request: Request, form: str, chosen: list[Any], code: str) -> HttpResponse:
    custom = queries.custom_names(viewer=request.viewer)
    header = writing.header(custom)
    rows = (
        writing.as_cells(row, custom) for row in queries.export_rows(viewer=request.viewer, people=chosen)
    )
    buffer = io.BytesIO()
    writing.write(buffer, form, header, rows)
    answer = HttpResponse(buffer.getvalue(), content_type=writing.FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="people-{code}.{form}"'
    return render.seen(request, answer, [person.audit_id for person in chosen])


@require_POST
def ask(request: Request) -> HttpResponse:
    """Ask a second person to agree."""
    asked = _asked(request)
    if isinstance(asked, HttpResponse):
        return asked
    form, filters, chosen = asked
    if len(filters.query()) > MOST_QUERY:
        return refused_list(request, filters, _("These filters are too long to be kept together."))
    wish = Wish(form, filters.query(), lists_rules.sentence(filters), len(chosen))
    try:
        reason = typed(request.POST, "reason", words=_("What for"))
        actions.ask_to_export(
            wish=wish, reason=reason, by=request.viewer, at=request.at, once=once_of(request)
        )
    except BadText as bad:
        words = request.POST.get("reason", "")[:5000]
        return _second(request, form, filters, "", reason=words, fault=bad.reason)
    render.say(request, _("Asked. Whoever may answer is told; the list waits here."))
    return see_other(HERE)


@require_safe
def exports(request: Request) -> HttpResponse:
    """Show what one asked to take out, and what waits for one's answer."""
    return _page(request)


def _page(request: Request, *, refusal: str = "", answer: str = "", code: str = "") -> HttpResponse:
    if not request.viewer.is_(*PEOPLE_ROLES, Role.ADMINISTRATOR):
        raise Absent
    own, waiting = queries.export_requests(viewer=request.viewer, at=request.at)
    states = [(row, row.standing.state(request.at)) for row in own]
    context = {
        "own": [(row, row.count, state.words, state is Approval.APPROVED) for row, state in states],
        "waiting": [(row, row.count) for row in waiting],
        # A name that somebody typed into a filter is nothing for those who see no people.
        "sees_choice": request.viewer.is_(*PEOPLE_ROLES),
        "refusal": refusal,
        "answer": answer,
        "answered": code,
        "holds": int(approval.HOLDS.total_seconds() // 3600),
        "waits": approval.WAITS.days,
    }
    status = 422 if refusal else 200
    return render.page(request, "interchange/export_list.html", context=context, status=status)


@require_POST
def answer(request: Request, code: str) -> HttpResponse:
    """Agree that people go out, or decline."""
    said = request.POST.get("said", "")
    if said not in ("agree", "decline"):
        return _page(request, refusal=_("Choose Agree or Decline."), code=code)
    try:
        row = actions.answer_export(
            request=code,
            is_approved=said == "agree",
            answer=typed(request.POST, "answer", words=_("Answer")),
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except (CannotExport, BadText) as refused:
        words = getattr(refused, "reason", str(refused))
        return _page(request, refusal=words, answer=request.POST.get("answer", "")[:5000], code=code)
    render.say(
        request, _("Agreed. The asker is told.") if row.is_approved else _("Declined. The asker is told.")
    )
    return see_other(HERE)


@require_POST
def take(request: Request, code: str) -> HttpResponse:
    """Answer the file that a second person agreed to, with who is in it by now."""
    _permitted(request)
    row = queries.export_request(viewer=request.viewer, code=code, at=request.at)
    chosen = _chosen(request, lists_rules.read(dict(parse_qsl(row.query))))
    try:
        noted = actions.take_export(
            request=code, count=len(chosen), by=request.viewer, at=request.at, once=once_of(request)
        )
    except CannotExport as refused:
        return _page(request, refusal=str(refused))
    return _file(request, row.kind, chosen, noted.code)
