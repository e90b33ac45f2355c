"""Sections of people: which there are, how many of their people are with us, and who belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText, fold
from strandline.steady.constituencies import actions, queries
from strandline.steady.constituencies.actions import CannotAddConstituency, CannotPlace
from strandline.steady.constituencies.rules import HEAT, Dimension, Held, heat, per_thousand
from strandline.steady.listening.queries import may_hear
from strandline.steady.lists import queries as lists
from strandline.steady.ties.rules import TieKind
from strandline.store import cursors
from strandline.store.records import Absent
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.said import said
from strandline.web.ties.picture import strand_words
from strandline.web.toasts import toast_for

from .forms import NameForm, SectionForm, SinceForm, SizeForm

MOST_FOUND = 8
MOST_PEOPLE = 50
PEOPLE = "section"
KINDS = (TieKind.SUPPORTER, TieKind.INTERLOCUTOR, TieKind.ALLY)


def _may_look(request: Request) -> None:
    if not (queries.may_count(request.viewer) or queries.is_told_in_bands(request.viewer)):
        raise PermissionDenied


@dataclass(frozen=True)
class Cell:
    """One cell of the heat table: people with a live tie of a kind, how many that is per 1,000, and its step."""

    words: str
    people: int
    per_thousand: float | None
    step: int | None


def line(section: Any, held: Held) -> dict[str, Any]:
    """Return one section with its people in numbers, for a row of the table."""
    counts = {kind: (held.kinds or {}).get(kind.value, 0) for kind in KINDS}
    return {
        "section": section,
        "people": held.people,
        "organised": held.organised,
        "kinds": [
            Cell(
                strand_words()[kind],
                count,
                per_thousand(count, section.size) if count else None,
                heat(count, section.size),
            )
            for kind, count in counts.items()
        ],
        "per_thousand": per_thousand(held.organised, section.size),
    }


def _steps() -> list[tuple[int, str]]:
    """Return the steps of the heat table with their words."""
    edges = [number_format(f"{edge:g}") for edge in HEAT]
    return [
        (0, _("nobody")),
        (1, _("under %(n)s") % {"n": edges[0]}),
        *(
            (step, _("%(from)s to %(to)s") % {"from": low, "to": high})
            for step, (low, high) in enumerate(pairwise(edges), start=2)
        ),
        (5, _("%(n)s and more") % {"n": edges[-1]}),
    ]


@require_safe
def sections(request: Request) -> HttpResponse:
    """Show the sections, each kind with its tree, and how many of their people have an organised tie."""
    _may_look(request)
    viewer = request.viewer
    context: dict[str, Any] = {
        "may_name": queries.may_name(viewer),
        "may_hear": may_hear(viewer),
        "is_banded": queries.is_told_in_bands(viewer),
        "steps": _steps(),
    }
    if context["is_banded"]:
        context["week"], told = queries.banded(viewer=viewer)
        rows: list[dict[str, Any]] = [
            {"section": one.section, "organised": one.organised.reads, "per_thousand": one.per_thousand}
            for one in told
        ]
    else:
        held = queries.held(viewer=viewer, on=request.today)
        rows = [line(row, held[row.pk]) for row in queries.tree(viewer=viewer)]
    context["parts"] = [
        {"words": _(kind.words), "rows": [row for row in rows if row["section"].dimension == kind.value]}
        for kind in queries.dimensions_in_use(row["section"] for row in rows)
    ]
    return render.page(request, "breadth/section_list.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Ask for a section's name and kind, and make it."""
    if not queries.may_name(request.viewer):
        raise PermissionDenied
    tree = queries.tree(viewer=request.viewer)
    under = next((row for row in tree if row.code == request.GET.get("under")), None)
    initial = {"parent": under.code, "dimension": under.dimension} if under else {}
    form = SectionForm(asked_of(request), sections=tree, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data | {"dimension": Dimension(form.cleaned_data["dimension"])}
        try:
            made = actions.add_constituency(**asked, by=request.viewer, at=request.at, once=once_of(request))
        except (CannotAddConstituency, BadText) as refused:
            form.refuse(refused)
        else:
            toasts.put(request, toast_for(_("Named: %(name)s.") % {"name": made.name}))
            return see_other(f"/breadth/{made.code}/")
    status = 422 if request.method == "POST" else 200
    return render.page(request, "breadth/section_form.html", context={"form": form}, status=status)


@require_safe
def section(request: Request, code: str) -> HttpResponse:
    """Show one section: how large it is, who of it is with us, and how to add someone."""
    return _detail(request, code)


def _detail(
    request: Request, code: str, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    _may_look(request)
    row = queries.constituency(viewer=request.viewer, code=code)
    context: dict[str, Any] = {
        "section": row,
        "dimension": _(Dimension(row.dimension).words),
        "estimates": queries.estimates(viewer=request.viewer, section=row),
        "below": [one for one in queries.tree(viewer=request.viewer) if one.parent_id == row.pk],
        "may_name": queries.may_name(request.viewer) and row.ended_at is None,
        "is_banded": queries.is_told_in_bands(request.viewer),
        "refusal": refusal,
        "name_form": NameForm(initial={"name": row.name}),
        "size_form": SizeForm(auto_id="size-%s"),
        "since_form": SinceForm(),
    }
    shows: list[str] = []
    if context["is_banded"]:
        context["week"], told = queries.banded(viewer=request.viewer)
        context["told"] = next((one for one in told if one.section == row), None)
    else:
        context |= _people(request, row)
        shows = [person.audit_id for person in (*context["people"], *context["found"])]
    return render.page(
        request, "breadth/section_detail.html", context=context | forms, shows=shows, status=status
    )


def _people(request: Request, row: Any) -> dict[str, Any]:
    asked = (PEOPLE, row.code)
    after: tuple[str, str] | None = None
    if mark := request.GET.get("after", ""):
        try:
            after = (cursors.unseal(mark, asked=asked)[0], "")
        except cursors.BadCursor:
            after = None
    people = queries.people_in(
        viewer=request.viewer, section=row, on=request.today, after=after, most=MOST_PEOPLE + 1
    )
    shown = people[:MOST_PEOPLE]
    typed = request.GET.get("q", "").strip()[:100]
    inside = {person.pk for person in shown}
    found = lists.find(viewer=request.viewer, text=typed, most=MOST_FOUND) if len(fold(typed)) >= 2 else []
    return {
        "line": line(row, queries.held(viewer=request.viewer, on=request.today)[row.pk]),
        "people": shown,
        "more": cursors.seal((shown[-1].order_key,), asked=asked) if len(people) > MOST_PEOPLE else "",
        "typed": typed,
        "found": [person for person in found if person.pk not in inside],
    }


def _change(
    request: Request, code: str, words: str, change: Callable[..., Any], *, to: str = ""
) -> HttpResponse:
    """Carry out a change of a section and go back to its page, or say there why not."""
    try:
        change(by=request.viewer, at=request.at, once=once_of(request))
    except (CannotAddConstituency, CannotPlace, BadText) as refused:
        return _detail(request, code, refusal=said(getattr(refused, "reason", refused)), status=422)
    toasts.put(request, toast_for(words))
    return see_other(to or f"/breadth/{code}/")


@require_POST
def put_in(request: Request, code: str) -> HttpResponse:
    """Let people belong to the section."""
    people, form = request.POST.getlist("person"), SinceForm(request.POST)
    if not queries.may_count(request.viewer):
        raise Absent
    if not form.is_valid():
        return _detail(request, code, since_form=form, status=422)
    if not people:
        return _detail(request, code, refusal=_("Choose at least one person."), status=422)
    since = form.cleaned_data["since"]
    return _change(
        request,
        code,
        _("Added."),
        lambda **by: actions.place_in(people=people, constituency=code, since=since, **by),
    )


@require_POST
def take_out(request: Request, code: str) -> HttpResponse:
    """Let someone belong to the section no more."""
    person = request.POST.get("person", "")
    return _change(
        request,
        code,
        _("Taken off."),
        lambda **by: actions.take_out(person=person, constituency=code, **by),
    )


@require_POST
def rename(request: Request, code: str) -> HttpResponse:
    """Give the section another name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _detail(request, code, name_form=form, status=422)
    name = form.cleaned_data["name"]
    return _change(
        request,
        code,
        _("Renamed."),
        lambda **by: actions.rename_constituency(constituency=code, name=name, **by),
    )


@require_POST
def estimate(request: Request, code: str) -> HttpResponse:
    """Say how many people the section has."""
    form = SizeForm(request.POST, auto_id="size-%s")
    if not form.is_valid():
        return _detail(request, code, size_form=form, status=422)
    asked = form.cleaned_data
    return _change(
        request, code, _("Kept."), lambda **by: actions.estimate_size(constituency=code, **asked, **by)
    )


@require_POST
def end(request: Request, code: str) -> HttpResponse:
    """Use the section no more."""
    return _change(
        request,
        code,
        _("Ended."),
        lambda **by: actions.end_constituency(constituency=code, **by),
        to="/breadth/",
    )
