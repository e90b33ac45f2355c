from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import bidirectional
from urllib.parse import parse_qsl, urlencode

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from strandline.lib.dates import local_day
from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.organisation.branches import queries as branches
from strandline.steady.followup import queries as followups
from strandline.steady.followup.rules import days_late
from strandline.steady.lists import actions, queries, rules
from strandline.steady.lists.queries import Listed
from strandline.steady.lists.rules import Filters, Part
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import TieKind
from strandline.store import cursors
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.drawing import drawn, kept
from strandline.web.followup.today import told
from strandline.web.forms import typed
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.said import said

from .forms import FilterForm
from .kept import places


class Lit(NamedTuple):
    """Which strands of the glyph are lit."""

    supporter: bool
    interlocutor: bool
    ally: bool


UNLIT = Lit(supporter=False, interlocutor=False, ally=False)


@dataclass(slots=True)
class PersonRow:
    """One person as the list shows them."""

    code: str
    name: str
    url: str
    tie: Lit
    held_by: str
    step: str
    due: str
    due_kind: str
    last_talk: str


def _rows(request: Request, people: list[Listed], on: date) -> list[PersonRow]:
    standings = ties.standings(viewer=request.viewer, people=people, on=on)
    steps = followups.next_steps_of(viewer=request.viewer, people=people)
    language, zone = get_language(), request.zone
    made = []
    for person in people:
        standing = standings[person.pk]
        kinds, last = standing.live, standing.last_talk
        step = steps.get(person.pk)
        words = due = due_kind = ""
        if step:
            late = days_late(step.due_on, on=on)
            words, due = said(step.words), _due_words(step.due_on, on, late, language)
            due_kind = "late" if late else "due" if step.due_on == on else ""
        made.append(
            PersonRow(
                person.code,
                person.full_name,
                f"/people/{person.code}/",
                Lit(TieKind.SUPPORTER in kinds, TieKind.INTERLOCUTOR in kinds, TieKind.ALLY in kinds)
                if kinds
                else UNLIT,
                ", ".join(standing.held_by),
                words,
                due,
                due_kind,
                _day(last.astimezone(zone).date(), "j M Y", language) if last else "",
            )
        )
    return made


@lru_cache(maxsize=2000)
def _day(on: date, shape: str, _language: str | None) -> str:
    return date_format(on, shape)


@lru_cache(maxsize=2000)
def _due_words(due: date, on: date, late: int, language: str | None) -> str:
    if late == 1:
        return _("1 day late")
    if late:
        return _("%(days)s days late") % {"days": late}
    if due == on:
        return _("Today")
    return _day(due, "D j M" if due.year == on.year else "D j M Y", language)


def _today(request: Request) -> date:
    return local_day(request.at, ties.zone())


def _permitted(request: Request) -> None:
    """Raise Absent for roles that have no people: the page is not there for them."""
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent


def _told(request: Request) -> tuple[list[Any], list[str]]:
    """Return the notices of data stewards, who have no Today on which they would read them."""
    if request.viewer.works_with_people or request.htmx:
        return [], []
    return told(request)


@require_safe
def people(request: Request) -> HttpResponse:
    """Answer the list of people that the filters in the address choose, a page at a time."""
    _permitted(request)
    filters = rules.read(request.GET)
    on = _today(request)
    try:
        mark = request.GET.get("after", "")
        after = cursors.unseal(mark, asked=("people",))[0] if mark else ""
    except cursors.BadCursor:
        return HttpResponseRedirect("/people/?" + filters.query())
    matches = _called(request)
    if len(matches) == 1:
        return HttpResponseRedirect("/people/?" + replace(filters, holder=matches[0][0]).query())
    if matches == () and request.GET.get("by", "").strip():
        filters = replace(filters, unread=(*filters.unread, (_("Held by"), _("there is no such colleague"))))
    page = queries.listed(viewer=request.viewer, filters=filters, on=on, after=after)
    query = filters.query()
    number, is_all = page.number(is_first=not after), True
    if number is None:
        number, is_all = queries.count(
            viewer=request.viewer, filters=filters, on=on, exact=request.GET.get("exact") == "1"
        )
    context: dict[str, Any] = {
        "is_all": is_all,
        "is_empty": filters.is_empty,
        "unread": filters.unread,
        "called": tuple((name, replace(filters, holder=code).query()) for code, name in matches),
        "steps": _steps(request, filters, on) if number == 0 and not filters.is_empty else (),
    }
    texts = {
        "rows": drawn("lists/people_row.html", _rows(request, page.people, on)),
        "more": _more(query, page.after),
        "query": query,
        "number": intcomma(number),
    }
    if not render.is_part(request):
        _frame_of_list(request, filters, context, texts)
    part = "people-more" if after else "people-found"
    shows = [p.audit_id for p in page.people]
    notices, about = _told(request)
    if notices:
        told = context | texts | {"notices": notices}
        return render.page(request, "lists/people_list.html", part=part, context=told, shows=shows + about)
    return render.kept_page(
        request, "lists/people_list.html", part=part, context=context, texts=texts, shows=shows
    )


def _more(query: str, after: str) -> str:
    """Return the address of the next page; an empty text when there is none."""
    if not after:
        return ""
    mark = urlencode({"after": cursors.seal((after,), asked=("people",))})
    return "/people/?" + "&".join(filter(None, [query, mark]))


def _called(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the colleagues whose name was typed: beyond the few that a choice holds, they are found so."""
    typed = request.GET.get("by", "")[:200]
    return branches.colleagues_called(viewer=request.viewer, at=request.at, name=typed) if typed else ()


def _frame_of_list(
    request: Request, filters: Filters, context: dict[str, Any], texts: dict[str, str]
) -> None:
    """Add what stands around the people found: the filters to choose by, and the lists that the viewer sees."""
    colleagues = branches.colleague_names(viewer=request.viewer, at=request.at, chosen=filters.holder)

    def form() -> dict[str, Any]:
        shown = FilterForm(
            initial=_initial(filters), colleagues=colleagues.names, has_more=colleagues.is_more
        )
        return {"filters": filters, "form": shown}

    context["choice"] = tuple(_initial(filters).items())
    lists = queries.saved(viewer=request.viewer)
    context["own"] = tuple(row for row in lists if row.is_own)
    context["shared"] = tuple(row for row in lists if not row.is_own)
    context["places"] = () if filters.is_empty or filters.words else places(request)
    texts["filter_form"] = kept("lists/people_filters.html", (filters, colleagues), form)
    texts["sentence"] = " ".join(part_words(part) for part in _parts(filters, colleagues.names))


def _parts(filters: Filters, colleagues: Iterable[tuple[str, str]]) -> list[Part]:
    return rules.parts(filters, holder_name=dict(colleagues).get(filters.holder, ""))


def _steps(request: Request, filters: Filters, on: date) -> tuple[tuple[str, str, str], ...]:
    """Say of each part of the sentence how many are left with it and those before, and the address without it."""
    made, upto = [], Filters()
    named = branches.colleague_names(viewer=request.viewer, at=request.at, chosen=filters.holder)
    for part in _parts(filters, named.names):
        if part.filter:
            upto = replace(upto, **{part.filter: getattr(filters, part.filter)})
        number, is_all = queries.count(viewer=request.viewer, filters=upto, on=on)
        shown = intcomma(number) + ("" if is_all else "+")
        made.append((part_words(part), shown, filters.without(part.filter).query() if part.filter else ""))
    return tuple(made)


def part_words(part: Part) -> str:
    """Write a part of the sentence in the reader's language."""
    values = dict(part.values)
    if part.filter == "status":
        values["status"] = _(str(values["status"]))
    return _(part.words) % {name: _apart(value) for name, value in values.items()}


def _apart(value: object) -> object:
    """Set what was typed from right to left apart, so that what stands around it keeps its place."""
    if isinstance(value, str) and any(bidirectional(letter) in ("R", "AL") for letter in value):
        return f"\u2068{value}\u2069"
    return value


def _initial(filters: Filters) -> dict[str, Any]:
    return {
        "q": filters.words,
        "held": filters.holder,
        "kind": filters.kind,
        "status": filters.status,
        "step": filters.step,
        "quiet": filters.quiet_days,
        "new": filters.new_days,
        "tag": filters.tag,
    }


@require_POST
def save(request: Request) -> HttpResponse:
    """Keep the present choice under a name."""
    _permitted(request)
    filters = rules.read(request.POST)
    try:
        _all_read(filters)
        row = actions.save_list(
            name=typed(request.POST, "name", words=_("Name of the list")),
            filters=filters,
            share=request.POST.get("share", ""),
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except (actions.CannotSave, BadText) as refused:
        return refused_list(
            request, filters, getattr(refused, "reason", str(refused)), name=request.POST.get("name", "")
        )
    render.say(request, _("Kept as “%(name)s”.") % {"name": row.name})
    return HttpResponseRedirect(f"/people/?{row.query}", status=303)


def _all_read(filters: Filters) -> None:
    """Refuse a choice of which a part could not be read: without it, more people would be meant than was asked."""
    if filters.unread:
        raise actions.CannotSave(unread_words(filters))


def unread_words(filters: Filters) -> str:
    """Say which filters could not be read, and why."""
    named = "; ".join(f"{name}: {reason}" for name, reason in filters.unread)
    return _("A filter cannot be read (%(named)s). Choose it again.") % {"named": named}


MOST_QUERY = actions.MOST_QUERY


def refused_list(
    request: Request, filters: Filters, reason: str, *, name: str = "", status: int = 422
) -> HttpResponse:
    """Answer that a choice of people cannot be kept or taken along, with what was typed."""
    context = {
        "reason": reason,
        "back": f"/people/?{filters.query()}",
        "name": name,
        "kept": parse_qsl(filters.query()),
    }
    return render.page(request, "lists/list_refused.html", context=context, status=status)
