"""Changing a surge: its name, promise and posts, its window, its phase, its forms; closing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from strandline.lib.text import BadText
from strandline.steady.intake import queries as intake
from strandline.store.records import Absent
from strandline.surge.moments import actions
from strandline.surge.moments import queries as moments
from strandline.surge.moments.actions import CannotSurge, SurgeChange
from strandline.surge.moments.queries import Sight
from strandline.surge.moments.rules import PhaseKind, SurgePostKind, may_change
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.forms import Form
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.said import said

from . import page
from .forms import AttachForm, ChangeForm, CloseForm, PhaseForm, WindowForm, titled

if TYPE_CHECKING:
    from strandline.surge.moments.models import Surge


def _surge(request: Request, code: str) -> Surge:
    """The surge, for whoever may change it; for others it is not there to be changed."""
    row = moments.surge(viewer=request.viewer, code=code)
    has_post, leads = moments.may_change(viewer=request.viewer, surge=row)
    is_member = moments.sight_of(viewer=request.viewer, surge=row) is Sight.MEMBER
    if not is_member or not may_change(has_post=has_post, leads_there=leads).ok:
        raise Absent
    return row


@require_safe
def edit(request: Request, code: str) -> HttpResponse:
    """Show what can be changed of a surge, and what was."""
    return _edit(request, _surge(request, code))


def _edit(request: Request, row: Surge, **bound: Form) -> HttpResponse:
    forms = _forms(request, row) | bound
    attached = moments.forms_of(viewer=request.viewer, surge=row)
    context: dict[str, Any] = forms | {
        "surge": row,
        "attached": attached,
        "may_attach": bool(_more_forms(request, row)),
        "history": [page.history_words(one) for one in moments.history(viewer=request.viewer, surge=row)],
    }
    status = 422 if any(form.errors for form in bound.values()) else 200
    return render.page(request, "surges/surge_edit.html", context=context, status=status)


def _colleagues(request: Request, row: Surge) -> list[tuple[str, str]]:
    """Whom the viewer may choose, and who holds the posts already."""
    found = {one.code: one.name for one in moments.possible_leads(viewer=request.viewer, at=request.at)}
    for post in SurgePostKind:
        holder = row.holder(post)
        if holder is not None:
            found.setdefault(holder.code, holder.name)
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _open_forms(request: Request) -> list[tuple[str, str]]:
    return titled(form for form in intake.forms(viewer=request.viewer) if form.is_open(request.at))


def _more_forms(request: Request, row: Surge) -> list[tuple[str, str]]:
    attached = {form.code for form in moments.forms_of(viewer=request.viewer, surge=row)}
    return [one for one in _open_forms(request) if one[0] not in attached]


def _forms(request: Request, row: Surge) -> dict[str, Form]:
    lead, deputy = row.holder(SurgePostKind.LEAD), row.holder(SurgePostKind.DEPUTY)
    initial = {
        "name": row.name,
        "promise_hours": row.promise_hours,
        "lead": lead.code if lead else "",
        "deputy": deputy.code if deputy else "",
    }
    window = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    return {
        "change": ChangeForm(colleagues=_colleagues(request, row), initial=initial, prefix="change"),
        "window": WindowForm(initial=window, prefix="window"),
        "phase": PhaseForm(initial={"began_on": request.today}, prefix="phase"),
        "attach": AttachForm(open_forms=_more_forms(request, row), prefix="attach"),
        "closing": CloseForm(initial={"ends_on": row.ends_on}, prefix="closing"),
    }


def _carried_out(
    request: Request,
    row: Surge,
    name: str,
    form: Form,
    carry_out: Callable[[dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Do what the form asks; what is refused stands beside its field, and nothing typed is lost."""
    if form.is_valid():
        try:
            carry_out(form.cleaned_data)
        except (CannotSurge, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, said)
            return see_other(f"/surges/{row.code}/")
    return _edit(request, row, **{name: form})


def _who(request: Request) -> dict[str, Any]:
    return {"by": request.viewer, "at": request.at, "once": once_of(request)}


@require_POST
def change(request: Request, code: str) -> HttpResponse:
    """Change name, promise, lead or deputy."""
    row = _surge(request, code)
    form = ChangeForm(request.POST, colleagues=_colleagues(request, row), prefix="change")

    def carry_out(said: dict[str, Any]) -> object:
        wanted = SurgeChange(said["name"], said["promise_hours"], said["lead"], said["deputy"])
        return actions.change_surge(surge=code, change=wanted, reason=said["reason"], **_who(request))

    return _carried_out(request, row, "change", form, carry_out, _("Changed."))


@require_POST
def window(request: Request, code: str) -> HttpResponse:
    """Move the first or the last day."""
    row = _surge(request, code)
    form = WindowForm(request.POST, prefix="window")

    def carry_out(said: dict[str, Any]) -> object:
        return actions.move_window(
            surge=code,
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            reason=said["reason"],
            **_who(request),
        )

    return _carried_out(request, row, "window", form, carry_out, _("The days are set."))


@require_POST
def phase(request: Request, code: str) -> HttpResponse:
    """Say in which phase the surge is, or trust the counts again."""
    row = _surge(request, code)
    form = PhaseForm(request.POST, prefix="phase")

    def carry_out(said: dict[str, Any]) -> object:
        chosen = PhaseKind(said["phase"]) if said["phase"] else None
        return actions.set_phase(
            surge=code, phase=chosen, began_on=said["began_on"], reason=said["reason"], **_who(request)
        )

    return _carried_out(request, row, "phase", form, carry_out, _("The phase is set."))


@require_POST
def attach(request: Request, code: str) -> HttpResponse:
    """Attach a form."""
    row = _surge(request, code)
    # A form that is attached already is offered too, so that a second tap gets the first one's answer.
    form = AttachForm(request.POST, open_forms=_open_forms(request), prefix="attach")

    def carry_out(said: dict[str, Any]) -> object:
        return actions.attach_form(surge=code, form=said["form"], **_who(request))

    return _carried_out(request, row, "attach", form, carry_out, _("The form belongs to the surge."))


@require_POST
def detach(request: Request, code: str, form: str) -> HttpResponse:
    """Take a form off."""
    _surge(request, code)
    try:
        actions.detach_form(surge=code, form=form, **_who(request))
    except CannotSurge as refused:
        render.say(request, said(refused.reason))
    else:
        render.say(request, _("The form is taken off."))
    return see_other(f"/surges/{code}/edit/")


@require_POST
def close(request: Request, code: str) -> HttpResponse:
    """Close the surge."""
    row = _surge(request, code)
    form = CloseForm(request.POST, prefix="closing")

    def carry_out(said: dict[str, Any]) -> object:
        return actions.close_surge(
            surge=code, ends_on=said["ends_on"], reason=said["reason"], **_who(request)
        )

    return _carried_out(request, row, "closing", form, carry_out, _("The surge is closed."))
