from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from strandline.lib.text import BadText
from strandline.steady.followup import actions as followup
from strandline.steady.people import queries as people
from strandline.steady.ties import actions, queries
from strandline.steady.ties.actions import CannotTie
from strandline.steady.ties.rules import Status, TieKind
from strandline.store.records import Stale
from strandline.web.once import once_of
from strandline.web.people import page
from strandline.web.people.changes import changed, not_changed
from strandline.web.requests import Request
from strandline.web.said import said

from .forms import BeginForm, StageForm, StatusForm

if TYPE_CHECKING:
    from strandline.steady.ties.models import Tie

STALE = "Someone changed this tie meanwhile. Nothing of yours was done: look, and choose again."


@require_POST
def begin(request: Request, code: str) -> HttpResponse:
    """Begin a tie of a kind with someone."""
    person = people.person(viewer=request.viewer, code=code)
    form = BeginForm(request.POST, auto_id="begin-%s")
    if form.is_valid():
        kind = TieKind(form.cleaned_data["kind"])
        try:
            actions.begin_tie(person=code, kind=kind, by=request.viewer, at=request.at, once=once_of(request))
        except CannotTie as refused:
            form.add_error("kind", str(refused))
        else:
            return changed(
                request, person, _("%(kind)s tie begun.") % {"kind": _(kind.value.capitalize())}, at="ties"
            )
    return page.part(request, code, status=422, begin_form=form)


def _tie(request: Request, code: str) -> Tie:
    tie = queries.tie(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise PermissionDenied
    return tie


@require_POST
def move_stage(request: Request, code: str) -> HttpResponse:
    """Move a tie along its pathway."""
    tie = _tie(request, code)
    pathway = [(s.code, s.name) for s in queries.stages(kind=TieKind(tie.kind))]
    form = StageForm(request.POST, stages=pathway)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            actions.move_stage(
                tie=code,
                stage=asked["stage"],
                why=asked["why"],
                version=asked["version"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except Stale:
            return not_changed(request, tie.person.code, _(STALE), status=409)
        except CannotTie as refused:
            form.add_error("stage", str(refused))
        else:
            return changed(
                request,
                tie.person,
                _("Moved to %(step)s.") % {"step": said(dict(pathway)[asked["stage"]])},
                at="ties",
            )
    return page.part(request, tie.person.code, status=422, stage_error={"code": code, "form": form})


@require_POST
def set_status(request: Request, code: str) -> HttpResponse:
    """Say how a tie stands, and why."""
    tie = _tie(request, code)
    form = StatusForm(request.POST, auto_id=False)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            followup.set_status(
                tie=code,
                status=Status(asked["status"]),
                reason=asked["reason"],
                until=asked["until"],
                version=asked["version"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except Stale:
            return not_changed(request, tie.person.code, _(STALE), status=409)
        except CannotTie as refused:
            form.add_error(None, str(refused))
        except BadText as refused:
            form.refuse(refused)
        else:
            return changed(
                request,
                tie.person,
                _("The tie is %(status)s now.") % {"status": _(Status(asked["status"]).words)},
                at="ties",
            )
    return page.part(request, tie.person.code, status=422, status_error={"code": code, "form": form})
